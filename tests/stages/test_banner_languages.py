"""Banners in every language: catalogues complete, plurals as CLDR has them, golden sentences."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from gettext import c2py
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from checker.model import (
    BANNER_LANGUAGES,
    BannerRules,
    Bounds,
    CustomBanner,
    DateKind,
    Precision,
    Rule,
    Severity,
)
from checker.stages.banner import compose, render
from checker.stages.banner.language import language_for, plural_index
from tests.helpers_banner import NOW, dated, finding, reading, verdict

GOLDEN = Path(__file__).parents[1] / "golden" / "banners.json"
TAGS = (*BANNER_LANGUAGES, "zh-Hant")
TRANSLATED = [tag for tag in TAGS if tag != "en"]
URI = "https://news.example/a"
DAYS = {
    Precision.DAY: dated(2017, 3, 31, kind=DateKind.MODIFIED),
    Precision.MONTH: dated(2020, 5, precision=Precision.MONTH),
    Precision.YEAR: dated(2019, precision=Precision.YEAR),
}
LOST = reading(bounds=Bounds(dated(2015, 10, 14), dated(2016, 2, 1)))
SINCE = reading(bounds=Bounds(dated(2015, 10, 14)))
CASES = {
    "retracted": ([finding(Rule.SOURCE_RETRACTED, stated="2017-04-02")], LOST),
    "corrected": ([finding(Rule.SOURCE_CORRECTED, stated="2017-04-02")], LOST),
    "changed": ([finding(Rule.SOURCE_CHANGED)], LOST),
    "replaced": ([finding(Rule.SOURCE_REPLACED)], LOST),
    "gone": ([finding(Rule.SOURCE_GONE)], LOST),
    "expired": ([finding(Rule.EXPIRED, stated="2024-06-01")], LOST),
    "aged, a day": ([finding(Rule.AGE_EXCEEDED)], reading(modified=DAYS[Precision.DAY])),
    "aged, a month": ([finding(Rule.AGE_EXCEEDED)], reading(published=DAYS[Precision.MONTH])),
    "aged, a year": ([finding(Rule.AGE_EXCEEDED)], reading(published=DAYS[Precision.YEAR])),
    "undated": ([finding(Rule.NO_TIMESTAMP)], LOST),
    "undated, since": ([finding(Rule.NO_TIMESTAMP)], SINCE),
    "another rule": ([finding(Rule.TIMESTAMP_CONFLICT)], LOST),
}  # fmt: skip


def banner_in(tag, findings, of, **more):
    found = compose(verdict(*findings), replace(of, language=tag), uri=URI, now=NOW, **more)
    assert found is not None
    return found


@pytest.mark.parametrize("tag", TAGS)
def test_golden_sentences(tag):
    """To change them knowingly: edit the file, and have somebody read it who speaks the language."""
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))[tag]
    for case, (findings, of) in CASES.items():
        banner = banner_in(tag, findings, of)
        assert [banner.heading, *banner.sentences, banner.link_text] == golden[case], case


@pytest.mark.parametrize("tag", TRANSLATED)
def test_a_catalogue_is_complete_and_keeps_the_placeholders(tag):
    catalog = language_for([tag]).catalog
    english = {(m.id, m.context): m for m in language_for(["de"]).catalog if m.id}
    assert {(m.id, m.context) for m in catalog if m.id} == set(english)
    assert len(english) >= 50
    for message in catalog:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(re.findall(r"{\w+}", ids[0]))
        assert all(forms), message.id
        for form in forms:
            had = set(re.findall(r"{\w+}", form))
            assert had == wanted or (wanted == {"{count}"} and not had), message.id


@pytest.mark.parametrize("tag", TRANSLATED)
def test_the_plural_forms_of_a_catalogue_are_those_of_cldr(tag):
    catalog = language_for([tag]).catalog
    stated = c2py(catalog.plural_expr)
    assert [plural_index(tag, n) for n in range(1, 200)] == [stated(n) for n in range(1, 200)]
    for message in catalog:
        if isinstance(message.id, tuple) and message.id:
            assert len(message.string) == catalog.num_plurals


def test_every_sentence_in_the_code_is_in_the_catalogues():
    source = Path(__file__).parents[2] / "checker" / "stages" / "banner"
    code = "".join(
        (source / name).read_text(encoding="utf-8") for name in ("facts.py", "compose.py")
    )
    code = re.sub(r'"""[\s\S]*?"""', "", code)
    said = set(
        re.findall(r'"((?:This|The|Another|There|Read|Open|About) [^"{]*(?:{date}[^"]*)?)"', code)
    )
    known = {m.id for m in language_for(["de"]).catalog if isinstance(m.id, str)}
    assert len(said) >= 20
    assert said - known <= {"The date of this article is not known", "This article"}


@pytest.mark.parametrize(
    ("page", "rules", "tag"),
    [
        ("de-AT", BannerRules(), "de"),
        ("DE", BannerRules(), "de"),
        ("pt_BR", BannerRules(), "pt"),
        ("zh-TW", BannerRules(), "zh-Hant"),
        ("zh-Hant-HK", BannerRules(), "zh-Hant"),
        ("zh-CN", BannerRules(), "zh"),
        ("sv", BannerRules(), "en"),
        (None, BannerRules(), "en"),
        ('x"><b>', BannerRules(), "en"),
        ("sv", BannerRules(language="de"), "de"),
        ("fr", BannerRules(language="de"), "fr"),
        (None, BannerRules("de", custom=(CustomBanner("news", language="nl"),)), "nl"),
        (None, BannerRules("de", custom=(CustomBanner("else", language="nl"),)), "de"),
        ("de-ZZ", BannerRules(), "de"),
    ],
)
def test_the_pages_language_then_the_policys_then_english(page, rules, tag):
    of = replace(LOST, language=page)
    judged = replace(verdict(finding(Rule.SOURCE_GONE)), policy="news")
    banner = compose(judged, of, uri=URI, now=NOW, rules=rules)
    assert banner.language == tag
    node = LexborHTMLParser(render(banner)).css_first("section")
    assert node.attributes["lang"] == tag


def test_dates_are_those_of_the_pages_region():
    found = [finding(Rule.SOURCE_CORRECTED, stated="2017-04-02")]
    for tag, words in (("en", "2 April 2017"), ("en-US", "April 2, 2017"), ("fr", "2 avril 2017")):
        assert words in banner_in(tag, found, LOST).sentences[0]
    first = [finding(Rule.SOURCE_CORRECTED, stated="2017-04-01")]
    assert "1er avril 2017" in banner_in("fr-FR", first, LOST).sentences[0]


def test_arabic_runs_from_right_to_left():
    html = render(banner_in("ar", *CASES["gone"]))
    assert 'lang="ar" dir="rtl"' in html
    assert 'lang="de" dir="ltr"' in render(banner_in("de", *CASES["gone"]))


@pytest.mark.parametrize(
    ("tag", "count", "words"),
    [
        ("pl", 1, "1 rok"), ("pl", 2, "2 lata"), ("pl", 5, "5 lat"), ("pl", 12, "12 lat"),
        ("pl", 22, "22 lata"), ("ar", 1, "سنة واحدة"), ("ar", 2, "سنتين"), ("ar", 3, "3 سنوات"),
        ("ar", 11, "11 سنة"), ("de", 1, "1 Jahr"), ("de", 2, "2 Jahre"), ("fr", 1, "1 an."),
        ("ja", 1, "1年"), ("es", 1010, "1.010 años"), ("en", 1010, "1,010 years"),
    ],
)  # fmt: skip
def test_plurals(tag, count, words):
    of = reading(published=dated(2026 - count, 11, 20))
    assert words in banner_in(tag, [finding(Rule.AGE_EXCEEDED)], of).sentences[0]


def test_every_day_over_forty_years_has_its_age():
    """No gap, no step back, and the units are those of the calendar."""
    start = datetime(1984, 2, 29, tzinfo=UTC)
    of, judged = reading(published=dated(1984, 2, 29)), verdict(finding(Rule.AGE_EXCEEDED))
    pattern = re.compile(r"This article is more than ([\d,]+) (hour|day|month|year)(s?) old\.")
    rank, before = ("hour", "day", "month", "year"), (0, 0)
    for days in range(1, 40 * 366):
        now = start + timedelta(days=days, hours=6)
        found = compose(judged, of, uri=None, now=now)
        if days == 1:
            assert found.sentences[0].startswith("This article is more than 6 hours old")
        told = pattern.fullmatch(found.sentences[0])
        count, unit = int(told[1]), told[2]
        assert (count == 1) == (told[3] == "")
        assert (rank.index(unit), count) >= before
        before = (rank.index(unit), count)
        if unit == "year":
            passed = (
                now.year
                - 1984
                - ((now.month, now.day) < (2, 29) or (now.month, now.day) == (2, 29))
            )
            assert count in (passed, passed + 1)
    assert before in {(3, 39), (3, 40)}


def test_a_text_of_the_users_stands_first_and_facts_stay():
    rules = BannerRules(
        custom=(
            CustomBanner(uri="https://news.example/off/*", show=False),
            CustomBanner(uri="*/a", heading="From our archive", text="Kept for the record. "),
        )
    )
    banner = banner_in("en", *CASES["corrected"], rules=rules)
    assert banner.heading == "From our archive"
    assert banner.sentences == (
        "Kept for the record.",
        "The source published a correction on 2 April 2017.",
    )
    judged = verdict(finding(Rule.SOURCE_GONE))
    off = compose(judged, LOST, uri="https://news.example/off/x", now=NOW, rules=rules)
    assert off is None
    many = [finding(rule) for rule in (Rule.SOURCE_CHANGED, Rule.SOURCE_GONE, Rule.EXPIRED)]
    assert len(banner_in("en", many, LOST, rules=rules).sentences) == 3


@pytest.mark.parametrize(
    ("pattern", "uri", "fits"),
    [
        ("https://a/x", "https://a/x", True), ("https://a/x", "https://a/xy", False),
        ("*", "", True), ("https://a/*", "https://a/", True), ("*a*a*", "a", False),
        ("a*b*c", "aXbYc", True), ("a*b*c", "aXcYb", False), ("ab*ba", "aba", False),
    ],
)  # fmt: skip
def test_addresses_of_custom_lines(pattern, uri, fits):
    from checker.stages.banner.compose import custom_for

    found = custom_for(BannerRules(custom=(CustomBanner(uri=pattern, text="x"),)), "", uri)
    assert bool(found.text) is fits


def test_the_day_of_a_check_makes_no_other_banner():
    def at(days, *findings):
        moment = NOW + timedelta(days=days)
        judged = replace(verdict(*findings), judged_at=moment)
        found = compose(judged, LOST, uri=URI, now=moment)
        return found, render(found)

    gone = finding(Rule.SOURCE_GONE, since="2026-11-01T00:00:00+00:00")
    (one, first), (two, second) = at(0, gone), at(3, gone)
    assert one.sentences != two.sentences
    assert one.key == two.key
    pattern = re.compile(r'aria-labelledby="([^"]+)"')
    assert pattern.search(first)[1] == pattern.search(second)[1]
    stated = [finding(Rule.SOURCE_CORRECTED, stated=f"2026-11-0{day}") for day in (1, 2)]
    assert at(0, stated[0])[0].key != at(0, stated[1])[0].key


def twin(html):
    script = LexborHTMLParser(html).css_first("script")
    assert script.attributes["type"] == "application/ld+json"
    return json.loads(script.text())


def test_the_twin_says_what_was_found_and_no_more():
    of = reading(published=dated(2017, 3, 1), modified=DAYS[Precision.DAY])
    found = finding(
        Rule.SOURCE_CORRECTED, quote="Correction: </script><b>&amp; three", stated="2017-04-02"
    )
    banner = compose(
        verdict(found),
        of,
        uri=URI,
        now=NOW,
        memento="https://archive.example/2017/https://news.example/a",
    )
    html = render(banner)
    assert 'data-status="outdated"' in html
    assert html.count("<script") == html.count("</script") == 1
    assert twin(html) == {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "creativeWorkStatus": "Outdated",
        "isBasedOn": URI,
        "archivedAt": "https://archive.example/2017/https://news.example/a",
        "dateModified": "2017-03-31",
        "correction": {
            "@type": "CorrectionComment",
            "text": "Correction: </script><b>&amp; three",
        },
        "sdDatePublished": "2026-11-24",
    }


def test_the_twin_invents_no_date():
    weak = replace(DAYS[Precision.DAY], weak=True)
    for of in (LOST, reading(modified=weak), reading(published=dated(2017, 3, 1))):
        told = twin(render(compose(verdict(finding(Rule.SOURCE_GONE)), of, uri=None, now=NOW)))
        assert set(told) == {"@context", "@type", "creativeWorkStatus", "sdDatePublished"}
    month = reading(modified=replace(DAYS[Precision.MONTH], kind=DateKind.MODIFIED))
    told = twin(render(compose(verdict(finding(Rule.SOURCE_RETRACTED)), month, uri=URI, now=NOW)))
    assert (told["dateModified"], told["creativeWorkStatus"]) == ("2020-05", "Retracted")


def test_a_stylesheet_of_the_site_takes_the_place_of_our_styles():
    rules = BannerRules(stylesheet="https://static.example/notice.css")
    html = render(banner_in("en", *CASES["gone"], rules=rules))
    assert "<style" not in html
    assert '<link rel="stylesheet" href="https://static.example/notice.css" />' in html
    odd = BannerRules(stylesheet="javascript:alert(1)")
    assert "<style" in render(banner_in("en", *CASES["gone"], rules=odd))


def test_the_notice_of_an_undated_archived_text_is_not_doubled():
    """A publisher says "archived, may be outdated, look at the time stamp"; the stamp is lost."""
    from checker.model import Notice, NoticeKind

    said = "This is an archived article and the information in it may be outdated."
    of = replace(SINCE, notices=(Notice(NoticeKind.ARCHIVED, said, "en"),))
    found = [finding(Rule.NO_TIMESTAMP), finding(Rule.HAS_NOTICE, Severity.INFO)]
    banner = compose(verdict(*found), of, uri=None, now=NOW)
    assert (banner.heading, banner.sentences) == (
        "About this archived article",
        ("The date of this article is not known; it was written on or after 14 October 2015.",),
    )
