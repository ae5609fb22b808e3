"""What a banner says and how it looks. Its place in a page's bytes: test_banner_bytes.py."""

import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from checker.model import (
    BannerTone,
    Bounds,
    DateKind,
    Notice,
    NoticeKind,
    Precision,
    Rule,
    Severity,
    Status,
)
from checker.stages.banner import compose, render
from checker.stages.banner.words import age, clean, safe_link
from tests.helpers_banner import BANNER, NOW, dated, finding, reading, verdict

URI = "https://news.example/bridge"
OLD = reading(modified=dated(2017, 3, 31, kind=DateKind.MODIFIED))
LOST = reading(bounds=Bounds(not_before=dated(2015, 10, 14)))
GONE = finding(Rule.SOURCE_GONE, since="2026-11-20T10:00:00+00:00")
AGED = finding(Rule.AGE_EXCEEDED)


def said(*findings, of=OLD, uri=URI, now=NOW):
    banner = compose(verdict(*findings), of, uri=uri, now=now)
    assert banner is not None
    return banner


@pytest.mark.parametrize(
    ("findings", "of", "sentences"),
    [
        (
            [AGED],
            OLD,
            ["This article is more than 9 years old.", "It was last updated on 31 March 2017."],
        ),
        (
            [AGED],
            reading(published=dated(2025, 9, 3)),
            ["This article is more than 1 year old.", "It was published on 3 September 2025."],
        ),
        (
            [AGED],
            reading(published=dated(2020, 5, 1, precision=Precision.MONTH)),
            ["This article is more than 6 years old.", "It was published in May 2020."],
        ),
        (
            [AGED],
            reading(published=dated(2019, 1, 1, precision=Precision.YEAR)),
            ["This article is more than 7 years old.", "It was published in 2019."],
        ),
        (
            [AGED],
            reading(published=dated(2026, 11, 24)),
            ["This article was published on 24 November 2026."],
        ),
        (
            [finding(Rule.AGE_EXCEEDED, message="Old.")],
            reading(),
            ["Old (checked 24 November 2026)."],
        ),
        (
            [finding(Rule.SOURCE_CORRECTED)],
            OLD,
            ["The source has published a correction (seen on 24 November 2026)."],
        ),
        (
            [finding(Rule.SOURCE_CORRECTED, stated="2026-11-02")],
            OLD,
            ["The source published a correction on 2 November 2026."],
        ),
        (
            [finding(Rule.SOURCE_RETRACTED, stated="soon")],
            OLD,
            ["The source has retracted this article (seen on 24 November 2026)."],
        ),
        (
            [finding(Rule.SOURCE_CHANGED)],
            OLD,
            ["The source has changed since this copy was made (seen on 24 November 2026)."],
        ),
        (
            [finding(Rule.SOURCE_REPLACED)],
            OLD,
            ["Another page now stands at the original address (seen on 24 November 2026)."],
        ),
        ([GONE], OLD, ["The original page is no longer available (checked 24 November 2026)."]),
        (
            [finding(Rule.EXPIRED)],
            reading(evidence=(dated(2024, 6, 1, kind=DateKind.EXPIRES),)),
            ["This article was valid until 1 June 2024."],
        ),
        (
            [finding(Rule.EXPIRED, stated="2024-06-02")],
            OLD,
            ["This article was valid until 2 June 2024."],
        ),
        (
            [finding(Rule.EXPIRED)],
            OLD,
            [
                (
                    "This article has passed the date until which it was valid"
                    " (checked 24 November 2026)."
                )
            ],
        ),
        (
            [finding(Rule.STAMP_BUMP, message="It was edited in silence.")],
            OLD,
            ["It was edited in silence (checked 24 November 2026)."],
        ),
        (
            [AGED, GONE, finding(Rule.SOURCE_CORRECTED)],
            OLD,
            [
                "The source has published a correction (seen on 24 November 2026).",
                "The original page is no longer available (checked 24 November 2026).",
                "This article was last updated on 31 March 2017.",
            ],
        ),
        (
            [GONE, finding(Rule.NO_TIMESTAMP, Severity.WARNING)],
            LOST,
            [
                "The original page is no longer available (checked 24 November 2026).",
                (
                    "The date of this article is not known;"
                    " it was written on or after 14 October 2015."
                ),
            ],
        ),
        (
            [finding(Rule.NO_TIMESTAMP)],
            reading(bounds=Bounds(dated(2015, 10, 14), dated(2016, 2, 1))),
            [
                (
                    "The date of this article is not known; it was written on or after"
                    " 14 October 2015 and on or before 1 February 2016."
                )
            ],
        ),
        ([finding(Rule.NO_TIMESTAMP)], reading(), ["The date of this article is not known."]),
        (
            [finding(Rule.SOURCE_CHANGED), finding(Rule.SOURCE_CHANGED), GONE],
            OLD,
            [
                "The source has changed since this copy was made (seen on 24 November 2026).",
                "The original page is no longer available (checked 24 November 2026).",
            ],
        ),
        (
            [
                finding(
                    Rule.SOURCE_CHANGED,
                    compared_at="2026-11-21T08:00:00+00:00",
                    stated="2026-11-20",
                )
            ],
            OLD,
            ["The source has changed since this copy was made (seen on 21 November 2026)."],
        ),
        (
            [finding(Rule.STAMP_BUMP, message="Edited by Factor X.")],
            OLD,
            ["Edited by Factor X (checked 24 November 2026)."],
        ),
        (
            [finding(Rule.EXPIRED)],
            reading(
                evidence=(
                    dated(2020, 1, 1),
                    replace(dated(2021, 1, 1, kind=DateKind.EXPIRES), weak=True),
                    dated(2024, 6, 2, kind=DateKind.EVENT_END),
                    dated(2024, 6, 1, kind=DateKind.EXPIRES),
                )
            ),
            ["This article was valid until 1 June 2024."],
        ),
        (
            [AGED],
            replace(
                OLD,
                dates=replace(
                    OLD.dates,
                    evidence=(
                        dated(2018, 5, 3, kind=DateKind.REVIEWED),
                        dated(2019, 5, 3),
                        replace(dated(2020, 5, 3, kind=DateKind.REVIEWED), weak=True),
                    ),
                ),
            ),
            ["This article is more than 8 years old.", "It was last reviewed on 3 May 2018."],
        ),
    ],
)
def test_sentences(findings, of, sentences):
    assert list(said(*findings, of=of).sentences) == sentences


@pytest.mark.parametrize(
    "findings",
    [
        (),
        (finding(Rule.AGE_EXCEEDED, Severity.WARNING),),
        (finding(Rule.NO_TIMESTAMP, Severity.WARNING), finding(Rule.HAS_NOTICE, Severity.INFO)),
    ],
)
def test_nothing_outdated_says_nothing(findings):
    assert compose(verdict(*findings), LOST, uri=URI, now=NOW) is None


@pytest.mark.parametrize(
    ("stated", "on"),
    [
        ("2026-11-02", "2 November 2026"),
        ("2026-11-02T23:30:00-05:00", "3 November 2026"),
        ("2026-11-02T23:30:00", "2 November 2026"),
        ("2026-11-02T01:00:00+00:00", "2 November 2026"),
    ],
)
def test_days_are_those_of_utc_wherever_the_machine_stands(stated, on, monkeypatch):
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        with monkeypatch.context() as here:
            here.setenv("TZ", zone)
            time.tzset()
            banner = said(finding(Rule.SOURCE_CORRECTED, stated=stated))
        time.tzset()
        assert banner.sentences == (f"The source published a correction on {on}.",)
        assert [words for words, _ in banner.times] == [on]
        assert banner.times[0][1] == f"2026-11-{int(on.split()[0]):02d}"


def test_a_banner_bears_the_verdicts_status_and_time():
    banner = said(AGED)
    assert (banner.language, banner.status, banner.checked_at) == ("en", Status.OUTDATED, NOW)


@pytest.mark.parametrize(
    ("findings", "of", "times"),
    [
        ([AGED], reading(published=dated(2026, 11, 24)), [("24 November 2026", "2026-11-24")]),
        (
            [AGED],
            replace(OLD, notices=(Notice(NoticeKind.ARCHIVED, "No longer updated.", "en"),)),
            [("31 March 2017", "2017-03-31")],
        ),
        (
            [finding(Rule.EXPIRED)],
            reading(evidence=(dated(2024, 6, 1, kind=DateKind.EXPIRES),)),
            [("1 June 2024", "2024-06-01")],
        ),
        (
            [finding(Rule.NO_TIMESTAMP)],
            reading(bounds=Bounds(dated(2015, 10, 14), dated(2016, 2, 1))),
            [("14 October 2015", "2015-10-14"), ("1 February 2016", "2016-02-01")],
        ),
    ],
)
def test_each_date_said_comes_along_for_machines(findings, of, times):
    assert list(said(*findings, of=of).times) == times


@pytest.mark.parametrize(
    ("quote", "left"),
    [
        (
            "This article is more than 9 years old.",
            ["This article was last updated on 31 March 2017."],
        ),
        ("This article, of 31 March 2017, is no longer updated.", None),
        ("Archived: March 31, 2017", None),
        ("Archived 2017-03-31", None),
    ],
)
@pytest.mark.parametrize("kind", [NoticeKind.ARCHIVED, NoticeKind.OUTDATED])
def test_the_publishers_notice_is_not_repeated(quote, left, kind):
    of = replace(OLD, notices=(Notice(kind, quote, "en"),))
    banner = compose(verdict(AGED), of, uri=URI, now=NOW)
    assert (list(banner.sentences) if banner else None) == left


def test_another_notice_takes_no_sentence_away():
    of = replace(OLD, notices=(Notice(NoticeKind.UPDATE, "Updated 31 March 2017", "en"),))
    assert len(said(AGED, of=of).sentences) == 2


def test_the_archive_notice_takes_no_other_fact_away():
    of = replace(OLD, notices=(Notice(NoticeKind.ARCHIVED, "Of 31 March 2017", "en"),))
    assert said(AGED, GONE, of=of).sentences == said(GONE).sentences


@pytest.mark.parametrize(
    ("rules", "tone", "heading", "link_text"),
    [
        ([Rule.AGE_EXCEEDED], BannerTone.MILD, "This is an older article", "Open the original page"),
        ([Rule.NO_TIMESTAMP], BannerTone.MILD, "This article bears no date", "Open the original page"),
        (
            [Rule.NO_TIMESTAMP, Rule.AGE_EXCEEDED],
            BannerTone.MILD,
            "This is an older article",
            "Open the original page",
        ),
        ([Rule.EXPIRED], BannerTone.PLAIN, "This article is out of date", "Open the original page"),
        (
            [Rule.AGE_EXCEEDED, Rule.SOURCE_CHANGED],
            BannerTone.PLAIN,
            "This copy is out of date",
            "Read the current version",
        ),
        (
            [Rule.STEALTH_EDIT],
            BannerTone.PLAIN,
            "This copy is out of date",
            "Read the current version",
        ),
        ([Rule.SOURCE_GONE], BannerTone.PLAIN, "The original is no longer there", ""),
        ([Rule.SOURCE_REPLACED], BannerTone.PLAIN, "The original is no longer there", ""),
        (
            [Rule.SOURCE_CHANGED, Rule.SOURCE_RETRACTED],
            BannerTone.STRONG,
            "This article was retracted",
            "Read what the source says now",
        ),
    ],
)  # fmt: skip
def test_tone_heading_and_link(rules, tone, heading, link_text):
    banner = said(*(finding(rule) for rule in rules))
    assert (banner.tone, banner.heading, banner.link_text) == (tone, heading, link_text)
    assert banner.link == (URI if link_text else None)


@pytest.mark.parametrize(
    "uri",
    [
        None,
        "",
        "javascript:alert(1)",
        "JAVASCRIPT://news.example/%0aalert(1)",
        "data:text/html,x",
        "//news.example/a",
        "/a",
        "https:///a",
        "https://user:pw@news.example/",
        "https://news.example@evil.example/",
        "https://news.example/a b",
        "https://news.example/\nX",
        'https://news.example/"onload="x',
        "https://news.example\\@evil.example/",
        "https://news.example/\u202egpj.exe",
        "https://news.example:99999/",
        "https://[::1/",
        "https://news.example/" + "a" * 3000,
        "ftp://news.example/",
        "file:///etc/passwd",
    ],
)
def test_only_sound_web_addresses_are_linked(uri):
    assert safe_link(uri) is None
    banner = said(finding(Rule.SOURCE_CHANGED), uri=uri)
    assert (banner.link, banner.link_text) == (None, "")
    assert "<a " not in render(replace(BANNER, link=uri))


def test_the_text_stays_the_same_until_a_year_more_has_passed():
    first = said(AGED, now=datetime(2026, 4, 2, tzinfo=UTC))
    last = said(AGED, now=datetime(2027, 3, 30, tzinfo=UTC))
    assert render(first) == render(last)
    assert (
        said(AGED, now=datetime(2027, 4, 1, tzinfo=UTC))
        .sentences[0]
        .startswith("This article is more than 10 years")
    )


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        ((2024, 2, 29), (2025, 2, 28), (11, "month")),
        ((2024, 2, 29), (2025, 3, 1), (1, "year")),
        ((2026, 10, 24), (2026, 11, 24), (1, "month")),
        ((2026, 10, 25), (2026, 11, 24), (30, "day")),
        ((2026, 11, 23), (2026, 11, 24), (1, "day")),
        ((2026, 11, 23, 22), (2026, 11, 24), (2, "hour")),
        ((2026, 11, 23, 23, 30), (2026, 11, 24), None),
        ((2026, 11, 25), (2026, 11, 24), None),
        ((2030, 1, 1), (2026, 11, 24), None),
        ((1016, 11, 24), (2026, 11, 24), (1010, "year")),
    ],
)
def test_age_counts_whole_units(then, now, words):
    assert age(datetime(*then, tzinfo=UTC), datetime(*now, tzinfo=UTC)) == words


def test_clean_takes_what_steers_the_display():
    assert clean("a\r\n\tb\0\x1b[31m\u202ec\u2066d\ud800e\u200b") == "a b [31m c d e"
    assert clean("é 漢 🙂 שלום") == "é 漢 🙂 שלום"
    assert clean("word " * 100, 12) == "word word w…"


# --- rendering ---


def section(html):
    found = LexborHTMLParser(f"<!DOCTYPE html><body>{html}").css("body > section")
    assert len(found) == 1
    return found[0]


def test_the_section_is_named_and_static():
    html = render(BANNER)
    node = section(html)
    label = node.css_first(f"#{node.attributes['aria-labelledby']}")
    assert label.text() == BANNER.heading
    assert node.attributes["lang"] == "en"
    assert "role=" not in html
    assert "<script" not in html
    stamp = node.css_first("time")
    assert (stamp.attributes["datetime"], stamp.text()) == ("2026-11-24", "24 November 2026")
    link = node.css_first("a")
    assert (link.attributes["href"], link.text()) == (BANNER.link, BANNER.link_text)


def test_the_fragment_is_xml_too():
    node = ET.fromstring(render(BANNER))
    assert node.tag == "section"
    assert node.find("p/a").get("href") == BANNER.link


def test_every_composed_date_is_marked_up():
    banner = said(AGED, GONE, finding(Rule.SOURCE_CORRECTED), finding(Rule.NO_TIMESTAMP))
    shown = {
        node.text(): node.attributes["datetime"] for node in section(render(banner)).css("time")
    }
    assert shown == {
        "24 November 2026": "2026-11-24",
        "31 March 2017": "2017-03-31",
    }


HOSTILE = st.text(alphabet=st.characters() | st.sampled_from("<>&\"'-!/="), max_size=60) | (
    st.sampled_from(["</section><script>alert(1)</script>", "<!--", "-->", "{{ 7*7 }}", "</style>"])
)


@settings(deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_everything_is_escaped(heading, sentence, link_text, shown):
    banner = replace(
        BANNER,
        heading=heading,
        sentences=(sentence, f"on {shown}."),
        link_text=link_text,
        language=heading,
        times=((shown, "2026"), ("", "x")),
    )
    html = render(banner)
    assert html.isascii()
    node = section(html)
    tags = {child.tag for child in node.css("*")}
    assert tags <= {"section", "style", "p", "strong", "time", "a"}
    ET.fromstring(html)
    assert node.css_first("p").text() == clean(heading, 120)


def test_languages_are_tags_or_english():
    assert 'lang="pt-BR"' in render(replace(BANNER, language="pt-BR"))
    assert 'lang="en"' in render(replace(BANNER, language='x" onclick="y'))


def luminance(colour):
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * d for d in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_at_least_seven_to_one_in_every_scheme():
    style = re.search(r"<style>(.*)</style>", render(BANNER), re.DOTALL)[1]
    light, dark = style.split("@media (prefers-color-scheme: dark)")
    dark = dark.split("@media (forced-colors")[0]
    for scheme in (light, dark):
        tones = re.findall(
            r"section\.archive-checker-(mild|plain|strong)[^{]*{ color: (\S+) !important;"
            r" background: (\S+) !",
            scheme,
        )
        link = re.search(r"notice a {[^}]*?[; {]color: (#\w+)", scheme)[1]
        assert [tone for tone, _, _ in tones] == ["mild", "plain", "strong"]
        for _, front, back in tones:
            assert contrast(front, back) >= 7
            assert contrast(link, back) >= 7


def test_the_style_touches_nothing_but_the_notice():
    style = re.search(r"<style>(.*)</style>", render(BANNER), re.DOTALL)[1]
    selectors = [line.split("{")[0].strip() for line in style.splitlines() if "{" in line]
    rules = [selector for selector in selectors if not selector.startswith("@media")]
    assert len(rules) > 10
    assert all(rule.startswith("section.archive-checker-") for rule in rules)


def test_the_same_words_have_the_same_id_and_others_another():
    ids = [
        section(render(banner)).attributes["aria-labelledby"]
        for banner in (BANNER, replace(BANNER, checked_at=NOW.replace(hour=1)), said(AGED))
    ]
    assert ids[0] == ids[1] != ids[2]


def test_seriousness_orders_the_rules():
    order = [
        Rule.SOURCE_RETRACTED, Rule.SOURCE_CORRECTED, Rule.SOURCE_CHANGED, Rule.SOURCE_REPLACED,
        Rule.SOURCE_GONE, Rule.EXPIRED, Rule.AGE_EXCEEDED, Rule.STEALTH_EDIT,
    ]  # fmt: skip
    for first, second in pairwise(order):
        both = said(finding(second), finding(first))
        assert both.sentences[0] == said(finding(first)).sentences[0]
