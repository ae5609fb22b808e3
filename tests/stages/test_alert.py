"""The mail that tells of changed verdicts. When something is told: test_transition.py."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from checker.model import Alert, AlertEvent, Rule, Severity
from checker.stages import alert as stage
from checker.stages.alert import MAX_ARTICLES, MAX_FINDINGS, compose
from tests.helpers_banner import NOW, finding, verdict

SENDER = "Archive checker <checker@archive.example>"
TO = "desk@news.example"
CORRECTED = finding(
    Rule.SOURCE_CORRECTED,
    message="The source now bears a correction that this copy lacks.",
    quote="Correction: the bridge is 90 metres long.",
    place="source",
)
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


def mail(*alerts, now=NOW, to=TO, sender=SENDER):
    return compose(to, alerts, now=now, sender=sender)


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
        ([alert(1, finding(Rule.STEALTH_EDIT))], "Outdated: “Article 1” (stealth-edit)"),
        ([alert(1, verdict=None, title="")], "1 article outdated"),
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


def test_the_mail_is_grouped_by_event_then_seriousness():
    sent = mail(
        alert(5, event=AlertEvent.BECAME_CURRENT, verdict=verdict()),
        alert(4, AGED, event=AlertEvent.GOT_WORSE),
        alert(3, AGED),
        alert(2, AGED, CORRECTED),
        alert(1, AGED),
    )
    order = [
        "Outdated now (3)", "Article 2", "Article 1", "Article 3", "Worse than before (1)",
        "Article 4", "Current again (1)", "Article 5",
    ]  # fmt: skip
    words = LexborHTMLParser(sent.html).css_first("body").text()
    for part in (sent.text, words):
        places = [part.index(word) for word in order]
        assert places == sorted(places)


def test_text_and_html_say_the_same():
    sent = mail(alert(1, AGED, CORRECTED), ADOPTION)
    words = " ".join(LexborHTMLParser(sent.html).css_first("body").text().split())
    for said in (
        CORRECTED.message, CORRECTED.evidence.quote, AGED.message, "Article 1", "(source)",
        "https://news.example/1", "town", "outdated since 24 November 2026", "2 of 3 articles are",
        "24 November 2026, 07:00 UTC", TO,
    ):  # fmt: skip
        assert said in words
        assert said in " ".join(sent.text.split())
    assert sent.text.index(CORRECTED.message) < sent.text.index(AGED.message)


def test_the_text_part_reads_well():
    assert mail(alert(1, CORRECTED), ADOPTION).text.splitlines() == [
        "1 article outdated: 1 corrected at the source; first report on town; “Article 1”",
        "",
        "",
        "Outdated now (1)",
        "================",
        "",
        "* Article 1",
        "  https://news.example/1",
        "  town, outdated since 24 November 2026",
        "",
        "  - The source now bears a correction that this copy lacks.",
        "    > Correction: the bridge is 90 metres long.",
        "    (source)",
        "",
        "",
        "First report on town",
        "====================",
        "",
        "2 of 3 articles are outdated.",
        "",
        "section  articles",
        "news            3",
        "",
        "-- ",
        "archive-checker, 24 November 2026, 07:00 UTC",
        "Sent to desk@news.example, who is named as recipient in the checker's configuration.",
    ]


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
    sent = mail(*(alert(number) for number in range(count)))
    assert f"{count:,} articles outdated" in sent.subject
    for part in (sent.text, sent.html):
        assert len(set(re.findall(r"https://news\.example/\d+", part))) == MAX_ARTICLES
        rest = re.search(r"And (\d+) more article(s?)", part)
        assert (int(rest[1]) if rest else 0) == count - MAX_ARTICLES
        assert rest is None or bool(rest[2]) is (count > MAX_ARTICLES + 1)
    assert len(sent.html) < 100_000


def test_a_group_for_which_no_room_is_left_is_counted():
    sent = mail(
        *(alert(number) for number in range(MAX_ARTICLES)),
        alert(77, event=AlertEvent.BECAME_CURRENT, verdict=verdict()),
    )
    assert "Current again (1)" in sent.text
    assert "And 1 more article:" in sent.text


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
    assert links == ["https://news.example/2"]
    assert "javascript:alert(1)" in LexborHTMLParser(sent.html).css_first("body").text()


def test_an_article_without_a_title_is_called_by_its_address():
    assert "* https://news.example/1\n" in mail(alert(1, title="")).text
    assert "* Untitled\n" in mail(alert(1, title="\u202e", uri="")).text


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
        r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", sent.subject
    )
    for part in (sent.text, sent.html):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", part)
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


def test_the_stage_speaks_for_transitions_too():
    for name in ("transition", "alerts", "adoption_summary", "adoption_alerts"):
        assert callable(getattr(stage, name))
