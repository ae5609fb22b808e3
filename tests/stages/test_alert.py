"""The mail that tells of changed verdicts. When something is told: test_transition.py."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from checker import data
from checker.model import (
    UNSUBSCRIBE,
    Alert,
    AlertEvent,
    BlockKind,
    Edit,
    Recipient,
    Rule,
    Severity,
)
from checker.stages.alert import MAX_ARTICLES, MAX_FINDINGS, Desk, compose, languages
from tests.helpers_banner import NOW, dated, finding, verdict

ROOT = Path(__file__).parent.parent.parent
SENDER = "Archive checker <checker@archive.example>"
TO = "desk@news.example"
CORRECTED = finding(
    Rule.SOURCE_CORRECTED,
    message="The source now bears a correction that this copy lacks.",
    quote="Correction: the bridge is 90 metres long.",
    place="source",
)
WARNED = finding(Rule.STEALTH_EDIT, Severity.WARNING, message="It changed in silence.")
AGED = finding(Rule.AGE_EXCEEDED, message="The newest date is 31 March 2017.")


def alert(number=1, *findings, event=AlertEvent.BECAME_OUTDATED, **changes):
    base = Alert(
        key=f"{number}/{event.value}",
        recipient=TO,
        event=event,
        uri=f"https://news.example/{number}",
        title=f"Article {number}",
        verdict=verdict(*(findings or (AGED,))),
        created_at=NOW,
        source="town",
    )
    return replace(base, **changes)


def mail(*alerts, now=NOW, to=TO, sender=SENDER, language="en", token=None, **desk):
    recipient = Recipient(to, language=language)
    return compose(recipient, alerts, now=now, desk=Desk(sender, **desk), token=token)


ADOPTION = alert(
    9,
    event=AlertEvent.ADOPTION,
    uri="",
    title="town",
    verdict=None,
    summary="2 of 3 articles are outdated.\n\nsection  articles\nnews            3\n",
)


@pytest.mark.parametrize(
    ("alerts", "subject"),
    [
        (
            [alert(1), alert(2, AGED, CORRECTED), alert(3)],
            "3 articles outdated: 1 corrected at the source, 2 by age",
        ),
        ([alert(1, CORRECTED)], "Outdated: “Article 1” (corrected at the source)"),
        (
            [alert(1, event=AlertEvent.BECAME_CURRENT, verdict=verdict())],
            "Current again: “Article 1”",
        ),
        (
            [
                alert(1, finding(Rule.SOURCE_GONE)),
                alert(2, event=AlertEvent.BECAME_CURRENT, verdict=verdict()),
                alert(3, finding(Rule.SOURCE_RETRACTED), event=AlertEvent.GOT_WORSE),
            ],
            "1 article outdated: 1 gone; 1 article worse: 1 retracted at the source; 1 article current again",
        ),
        ([alert(1, finding(Rule.STEALTH_EDIT))], "Outdated: “Article 1” (changed without a word)"),
        ([alert(1, verdict=None, title="")], "Outdated: “https://news.example/1”"),
        (
            [alert(1, finding(Rule.SOURCE_GONE), event=AlertEvent.SOURCE_GONE)],
            "Source gone: “Article 1”",
        ),
        (
            [alert(n, AGED, event=AlertEvent.REMINDER) for n in (1, 2)],
            "2 articles still not reviewed: 2 by age",
        ),
        (
            [alert(1, WARNED, event=AlertEvent.WARNED)],
            "Warning: “Article 1” (changed without a word)",
        ),
        ([ADOPTION], "First report on town: 2 of 3 articles are outdated"),
        ([replace(ADOPTION, summary="")], "First report on town"),
        (
            [replace(ADOPTION, key=str(n), source=f"s{n}") for n in range(4)],
            "First report on s0, s1, s2, …",
        ),
        ([], "Nothing to report"),
    ],
)
def test_the_subject_says_what_and_how_much(alerts, subject):
    assert mail(*alerts).subject == subject


def test_a_report_that_is_alone_has_one_title():
    sent = mail(ADOPTION)
    assert sent.text.count("First report on town") == 1
    body = LexborHTMLParser(sent.html).css_first("body").text()
    assert body.count("First report on town") == 1
    assert "news            3" in body
    assert "news            3" in sent.text


def test_the_mail_is_grouped_by_severity_then_seriousness():
    sent = mail(
        alert(5, event=AlertEvent.BECAME_CURRENT, verdict=verdict()),
        alert(6, WARNED, event=AlertEvent.WARNED),
        alert(4, AGED, event=AlertEvent.GOT_WORSE),
        alert(3, AGED),
        alert(2, AGED, CORRECTED),
        alert(1, AGED),
    )
    order = [
        "Outdated (4)", "Article 2", "Article 1", "Article 3", "Article 4", "Warnings (1)",
        "Article 6", "Resolved (1)", "Article 5",
    ]  # fmt: skip
    words = LexborHTMLParser(sent.html).css_first("body").text()
    for whole in (sent.text, words):
        part = whole[whole.index("Outdated (4)") :]
        places = [part.index(word) for word in order]
        assert places == sorted(places)
        assert "Worse than before" in part


def test_text_and_html_say_the_same():
    sent = mail(alert(1, AGED, CORRECTED, section="roads"), ADOPTION)
    words = " ".join(LexborHTMLParser(sent.html).css_first("body").text().split())
    for said in (
        CORRECTED.message, CORRECTED.evidence.quote, AGED.message, "Article 1", "(source)",
        "town", "roads", "outdated since 24 November 2026", "2 of 3 articles are",
        "24 November 2026, 07:00 UTC", TO,
    ):  # fmt: skip
        assert said in words
        assert said in " ".join(sent.text.split())
    assert sent.text.index(CORRECTED.message) < sent.text.index(AGED.message)


EDIT = Edit(
    BlockKind.PARAGRAPH,
    "The council voted to raise the toll on the old bridge to 4.50 for cars and nobody else.",
    "The council voted to raise the toll on the old bridge to 5.40 for cars and nobody else.",
)
NEWEST = dated(2017, 3, 31)


def test_the_text_part_reads_well():
    told = alert(1, CORRECTED, article_id=17, edits=(EDIT,), newest=NEWEST, section="roads")
    assert mail(told).text.splitlines() == [
        "Outdated: “Article 1” (corrected at the source)",
        "",
        "",
        "Outdated (1)",
        "============",
        "",
        "* Article 1",
        "  Outdated: town, roads, written 31 March 2017, 9 years ago, outdated since 24 November 2026",
        "",
        "  https://news.example/1",
        "",
        "  - The source now bears a correction that this copy lacks.",
        "    > Correction: the bridge is 90 metres long.",
        "    (source)",
        "",
        "  What changed:",
        "    … toll on the old bridge to [-4.50-] {+5.40+} for cars and nobody else.",
        "",
        "  checker diff 17",
        "  checker review 17 --until DATE",
        "",
        "-- ",
        "Sent by archive-checker on 24 November 2026, 07:00 UTC, to desk@news.example.",
        "Who is told of what stands in the checker’s configuration.",
    ]


def test_links_lead_to_copy_source_difference_and_review():
    told = alert(1, CORRECTED, article_id=17, edits=(EDIT,), copy="https://archive.example/2017/1")
    sent = mail(told, dashboard_url="https://desk.example/checker/")
    links = [(a.text(), a.attributes["href"]) for a in LexborHTMLParser(sent.html).css(".l a")]
    assert links == [
        ("Copy", "https://archive.example/2017/1"),
        ("Source", "https://news.example/1"),
        ("Difference", "https://desk.example/checker/articles/17/diff"),
        ("Review", "https://desk.example/checker/articles/17"),
    ]
    for _, link in links:
        assert link in sent.text
    assert "checker diff" not in sent.text
    assert LexborHTMLParser(sent.html).css_first("del").text() == "4.50"
    assert LexborHTMLParser(sent.html).css_first("ins").text() == "5.40"


def test_long_text_is_wrapped_and_addresses_are_not():
    long = finding(Rule.SOURCE_CHANGED, message="word " * 60, quote="quote " * 40)
    uri = "https://news.example/" + "long-" * 40
    text = mail(alert(1, long, uri=uri)).text
    assert uri in text
    body = [line for line in text.splitlines()[4:-2] if uri not in line]
    assert max(map(len, body)) <= 78
    assert all(re.match(r"    > quote", line) for line in body if "quote" in line)


@pytest.mark.parametrize("count", [MAX_ARTICLES, MAX_ARTICLES + 1, 10_000])
def test_many_articles_are_counted_not_listed(count):
    sent = mail(*(alert(number, section=f"s{number % 3}") for number in range(count)))
    assert f"{count:,} articles outdated" in sent.subject
    for part in (sent.text, sent.html):
        assert len(set(re.findall(r"https://news\.example/\d+", part))) == MAX_ARTICLES
        rest = re.search(r"And ([\d,]+) more article(s?)", part)
        assert (int(rest[1].replace(",", "")) if rest else 0) == count - MAX_ARTICLES
        assert "By rule" in part
        assert "By section" in part
    assert len(sent.html.encode()) < 102_000
    assert bool(sent.attachments) is (count > MAX_ARTICLES)
    if sent.attachments:
        (table,) = sent.attachments
        lines = table.content.splitlines()
        assert (table.name, table.media_type, len(lines)) == ("articles.csv", "text/csv", count + 1)
        assert lines[0].startswith("event,title,address,source,section,status")


def test_ten_thousand_rich_articles_stay_below_what_gmail_shows():
    long = [
        finding(rule, message=f"{rule} " * 40, quote="quoted words " * 40)
        for rule in list(Rule)[:5]
    ]
    uri = "https://news.example/" + "x" * 1900 + "/{}"
    many = [
        alert(n, *long, uri=uri.format(n), title="Title " * 20, edits=(EDIT, EDIT), article_id=n)
        for n in range(60)
    ]
    sent = mail(
        *many,
        public_url="https://desk.example/",
        dashboard_url="https://desk.example/",
        token="t" * 43,
    )
    assert len(sent.html.encode()) < 102_000
    assert sent.html.rstrip().endswith("</html>")
    assert "more articles" in sent.html
    assert sent.text.count("* Title") == MAX_ARTICLES


def test_a_table_ends_before_no_server_takes_it(monkeypatch):
    from checker.stages.alert import sheet

    monkeypatch.setattr(sheet, "MAX_BYTES", 4_000)
    (table,) = mail(*(alert(n, title="é" * 100) for n in range(60))).attachments
    *_, last = table.content.splitlines()
    shown = table.content.count("https://news.example/")
    assert last == f"({60 - shown} more articles)"
    assert 4_000 < len(table.content.encode()) < 12_000


def test_a_table_runs_no_formula():
    hostile = '=HYPERLINK("https://evil.example","x")'
    many = [alert(n, title=hostile) for n in range(MAX_ARTICLES + 1)]
    content = mail(*many).attachments[0].content
    assert "'=HYPERLINK" in content
    assert not re.search(r'(^|,)"?=', content, re.MULTILINE)


def test_findings_are_capped_warnings_come_last_and_info_is_left_out():
    findings = [finding(Rule.STAMP_BUMP, Severity.WARNING, message="Bumped.")]
    findings += [finding(rule, message=f"{rule.value}.") for rule in list(Rule)[:4]]
    findings += [finding(Rule.RELATIVE_DATE, Severity.INFO, message="This week.")]
    text = mail(alert(1, *findings)).text
    assert text.index("source-replaced.") < text.index("Bumped.")
    assert "This week." not in text
    more = mail(alert(1, *(finding(rule) for rule in list(Rule)[: MAX_FINDINGS + 2])))
    for part in (more.text, more.html):
        assert "and 2 more findings" in part


def test_a_quote_that_the_message_bears_is_not_repeated():
    twice = finding(Rule.SOURCE_CHANGED, message="It says “ninety”.", quote="ninety")
    assert mail(alert(1, twice)).text.count("ninety") == 1


def test_current_again_says_so():
    sent = mail(alert(1, event=AlertEvent.BECAME_CURRENT, verdict=verdict()))
    for part in (sent.text, sent.html):
        assert "Nothing says any more that it is outdated." in part


def test_the_message_id_follows_from_keys_and_recipient():
    one, two = alert(1), alert(2)
    ident = mail(one, two).message_id
    assert re.fullmatch(r"<[0-9a-f]{40}@archive\.example>", ident)
    later = datetime(2027, 1, 1, tzinfo=UTC)
    assert mail(two, one, one, now=later).message_id == ident
    assert mail(one).message_id != ident
    assert mail(one, two, to="other@news.example").message_id != ident
    assert mail(one, two, sender="x").message_id.endswith("@archive-checker.invalid>")
    assert mail(one, two, sender="x@bad domain\r\n").message_id.endswith(".invalid>")


def test_the_same_alert_is_told_once():
    assert mail(alert(1), alert(1)).subject == mail(alert(1)).subject


def test_only_web_addresses_are_linked():
    sent = mail(alert(1, uri="javascript:alert(1)"), alert(2))
    links = [node.attributes["href"] for node in LexborHTMLParser(sent.html).css("a")]
    assert set(links) == {"https://news.example/2"}
    assert "javascript:alert(1)" in LexborHTMLParser(sent.html).css_first("body").text()


def test_an_article_without_a_title_is_called_by_its_address():
    assert "* https://news.example/1\n" in mail(alert(1, title="")).text
    assert "* Untitled\n" in mail(alert(1, title="\u202e", uri="")).text


def test_mails_about_one_article_are_a_thread():
    one = mail(alert(1))
    again = mail(alert(1, event=AlertEvent.BECAME_CURRENT, verdict=verdict()))
    assert one.references == again.references
    assert re.fullmatch(r"<article\.[0-9a-f]{32}@archive\.example>", one.references[0])
    assert mail(alert(2)).references != one.references
    assert mail(alert(1), alert(2)).references == ()
    assert mail(alert(1), ADOPTION).references == ()


def test_no_header_promises_what_can_not_work():
    assert mail(alert(1), token="secret").unsubscribe == ()
    assert UNSUBSCRIBE not in mail(alert(1), token="secret").text
    by_mail = mail(alert(1), contact="ed+x@news.example")
    assert by_mail.unsubscribe == (
        "mailto:ed%2Bx@news.example?subject=unsubscribe%20desk%40news.example",
    )
    both = mail(alert(1), public_url="https://desk.example/c", contact="e@x.example", token="tok")
    assert both.unsubscribe[0] == "https://desk.example/c/unsubscribe/tok"
    assert both.unsubscribe[1].startswith("mailto:")
    for part in (both.text, both.html):
        assert UNSUBSCRIBE in part
        assert "tok" not in part  # it stands in one place, from which it is taken when sent
    assert both.list_id == "Archive checker <archive-checker.archive.example>"


def test_a_webhook_gets_the_report_as_json():
    schema = json.loads((ROOT / "docs" / "reference" / "report.schema.json").read_text())
    sent = mail(alert(1, CORRECTED, newest=NEWEST), alert(2, WARNED), ADOPTION, to="webhook:cms")
    assert (sent.text, sent.html) == ("", "")
    data = json.loads(sent.payload)
    jsonschema.validate(data["report"], schema)
    assert data["report"]["counts"]["documents"] == 2
    assert [one["event"] for one in data["events"]] == ["became-outdated"] * 2 + ["adoption"]
    assert data["report"]["documents"][0]["findings"][0]["message"] == CORRECTED.message


@pytest.mark.parametrize("language", languages())
def test_every_language_says_everything(language):
    english, other = data.table("mail.toml")["en"], data.table("mail.toml")[language]
    assert set(other) == set(english)
    assert set(other["kinds"]) == set(english["kinds"])
    for key, phrase in english.items():
        if isinstance(phrase, str):
            assert other[key].count("{}") == phrase.count("{}"), key
        elif key != "kinds":
            assert "other" in other[key]
            assert "{n}" in other[key]["other"]


def test_a_mail_speaks_its_recipient_s_language():
    told = [alert(1, CORRECTED, newest=NEWEST), alert(2, AGED), alert(3, AGED)]
    german = mail(*told, language="de-AT")
    assert german.subject == "3 Artikel veraltet: 1 von der Quelle berichtigt, 2 wegen Alters"
    assert "verfasst am 31. März 2017, vor 9 Jahren" in german.text
    assert 'lang="de" dir="ltr"' in german.html
    arabic = mail(*told, language="ar")
    assert arabic.subject.startswith("3 مقالات قديمة")
    assert 'lang="ar" dir="rtl"' in arabic.html
    assert CORRECTED.message in arabic.html  # evidence keeps its language …
    assert 'dir="ltr" lang="en"' in arabic.html  # … and says so
    assert mail(*told, language="tlh").subject.startswith("3 articles outdated")


def test_words_from_right_to_left_do_not_turn_their_neighbours():
    hebrew = mail(alert(1, CORRECTED, title="הגשר סגור"))
    assert hebrew.subject == "Outdated: \u2068“הגשר סגור”\u2069 (corrected at the source)"
    assert "* \u2068הגשר סגור\u2069" in hebrew.text
    assert "\u2068" not in hebrew.html
    assert 'dir="auto"' in hebrew.html
    cut = mail(alert(1, title="א" * 400), alert(2), alert(3, event=AlertEvent.WARNED), ADOPTION)
    assert cut.subject.count("\u2068") == cut.subject.count("\u2069")


@settings(deadline=None)
@given(st.lists(st.text(max_size=80), min_size=6, max_size=6))
def test_hostile_text_is_neutralised(words):
    title, message, quote, uri, source, summary = (f"{word}\r\nBcc: x\0\u202e<b>" for word in words)
    hostile = finding(Rule.SOURCE_CHANGED, message=message, quote=quote, place=source)
    sent = mail(
        alert(1, hostile, title=title, uri=uri, source=source),
        replace(ADOPTION, summary=summary, title=title, source=source),
    )
    assert not re.search(
        r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066\u2067\ud800-\udfff]", sent.subject
    )
    for part in (sent.text, sent.html):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066\u2067\ud800-\udfff]", part)
        assert part.count("\u2068") == part.count("\u2069")  # our own, in pairs
    lines = [line for line in sent.text.splitlines() if "Bcc: x" in line]
    assert len([line for line in lines if line.startswith("Bcc")]) <= 1  # the summary's own line
    tree = LexborHTMLParser(sent.html)
    assert not tree.css("b")
    assert not tree.css("a")
    assert len(tree.css("h3")) == 1


def test_the_html_part_loads_nothing_and_runs_nothing():
    tree = LexborHTMLParser(mail(alert(1, CORRECTED)).html)
    assert not tree.css("script, img, link, iframe, object, form, video")
    assert "url(" not in tree.html
    scheme = tree.css_first('meta[name="color-scheme"]')
    assert scheme.attributes["content"] == "light dark"
    assert all(node.attributes.get("style") for node in tree.css("body, div, p, h1, h2, h3, a"))


# What some widely used mail program does not know (caniemail.com, looked up November 2026).
_NOT_EVERYWHERE = (
    "flex", "grid", "position:", "float:", "calc(", "var(", "rgb(", "rgba(", "hsl(", "url(",
    "gap:", "object-fit", "filter:", "transform", "animation", "clip-path", "vh", "vw", "rem;",
    "@import", "@font-face", "::", ":hover", ":not(",
)  # fmt: skip


def test_the_html_uses_only_what_mail_programs_know():
    told = alert(1, CORRECTED, article_id=1, edits=(EDIT,), newest=NEWEST, section="x")
    sent = mail(told, *(alert(n) for n in range(20)), ADOPTION)
    tree = LexborHTMLParser(sent.html)
    styles = " ".join(node.attributes["style"] or "" for node in tree.css("[style]"))
    sheet = tree.css_first("style").text()
    for banned in _NOT_EVERYWHERE:
        assert banned not in styles.replace(" ", ""), banned
        assert banned not in sheet.replace(" ", ""), banned
    assert "@media (prefers-color-scheme:dark)" in sheet.replace(" :", ":").replace(": ", ":")
    assert not re.search(r"margin[^;]*:[^;]*-\d", styles)  # Outlook ignores negative margins
    allowed = {
        "html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "h3", "p", "span", "a",
        "bdi", "blockquote", "del", "ins", "strong", "table", "tbody", "tr", "td", "pre",
    }  # fmt: skip
    assert {node.tag for node in tree.root.traverse()} <= allowed
    assert all(node.attributes.get("width") is None for node in tree.css("*"))
    fixed = re.findall(r"(?<!max-)width:\s*(\d+)px", styles)
    assert not [one for one in fixed if int(one) > 3]  # nothing wider than the narrowest phone


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        digits = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
        parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_can_be_read_in_light_and_in_the_dark():
    light = data.text("templates/mail.css")
    dark = data.text("templates/mail.html").split("dark){")[1].split("</style>")[0]
    for sheet, page in ((light, "ffffff"), (dark, "14181d")):
        for rule in re.findall(r"\{([^}]*)\}", sheet):
            back = re.search(r"background:#([0-9a-f]{3,6})", rule)
            front = re.search(r"(?:^|;)color:#([0-9a-f]{3,6})", rule)
            if front:
                assert contrast(front[1], back[1] if back else page) >= 4.5, rule
