"""Dates in the languages, calendars and customs of the world, and what is decided from several."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker import extract_dates
from checker.model import DateEvidence, DateKind, OriginKind, Precision, Zone
from checker.stages.dates import calendars, clock, customs, grammar, labels, names
from checker.stages.dates.customs import UNKNOWN, Customs
from checker.stages.page import Page, parse

THIRD_OF_MAY = date(2024, 5, 3)


@pytest.mark.parametrize(
    "written",
    [
        "3 พฤษภาคม 2567", "3 พ.ค. 2567", "๓ พฤษภาคม ๒๕๖๗", "٣ مايو ٢٠٢٤", "3 أيار/مايو 2024",
        "۱۴ اردیبهشت ۱۴۰۳", "14 اردیبهشت 1403", "令和6年5月3日", "民國113年5月3日",
        "2024년 5월 3일", "２０２４年５月３日", "2024. 5. 3.", "2024. május 3.", "2024 m. gegužės 3 d.",
        "2024. gada 3. maijs", "3 tháng 5, 2024", "ngày 3 tháng 5 năm 2024", "3 במאי 2024",
        "३ मई २०२४", "৩ মে ২০২৪", "3 Μαΐου 2024", "3. květen 2024", "3. svibnja 2024.",
        "3 Mayıs 2024", "3. toukokuuta 2024", "3 de maig de 2024", "3 Mei 2024", "3. maí 2024",
        "3 مئی 2024", "3 травня 2024", "3 май 2024", "3 mai 2024", "3. maj 2024", "3 maja 2024",
        "3/mai/2024", "5-3-2024 3 May 2024"[9:], "3-May-24", "3 Mai 2024", "2024-5-3", "3 мая 2024",
    ],
)  # fmt: skip
def test_a_day_in_any_language(written: str) -> None:
    (found,) = grammar.read(written)
    assert (found.day, found.precision, found.weak) == (THIRD_OF_MAY, Precision.DAY, False)


@pytest.mark.parametrize(
    ("written", "hour", "minute"),
    [
        ("2024年5月3日 14時30分", 14, 30), ("2024년 5월 3일 오후 2:30", 14, 30),
        ("2024년 5월 3일 오전 12:05", 0, 5), ("3 мая 2024, 14:30", 14, 30),
        ("14:30, 3 мая 2024", 14, 30), ("2:30 p.m., May 3, 2024", 14, 30),
        ("3. toukokuuta 2024 klo 14.30", 14, 30), ("3 mai 2024 à 14h30", 14, 30),
        ("3 mai 2024 à 14 h 30", 14, 30), ("3 maj 2024 kl. 14:30", 14, 30),
        ("3 mei 2024 om 14.30 uur", 14, 30), ("2024. május 3. 14:30", 14, 30),
        ("3 พฤษภาคม 2567 14:30 น.", 14, 30), ("May 3, 2024 | 9:25pm", 21, 25),
        ("12:05 am, May 3, 2024", 0, 5),
    ],
)  # fmt: skip
def test_a_time_beside_it(written: str, hour: int, minute: int) -> None:
    (found,) = grammar.read(written)
    assert found.earliest == datetime(2024, 5, 3, hour, minute, tzinfo=UTC)
    assert (found.precision, found.zone) == (Precision.MINUTE, Zone.ASSUMED_UTC)


@pytest.mark.parametrize(
    "written",
    ["2023/10/3-questions", "v1.2.13", "192.168.10.12", "5 listopada", "3 Foo 2024", "12/25",
     "10.1038/s41586-024-07", "31 اسفند 1403", "30 اسفند 1402", "令和6年13月3日", "25:61, May 2024"],
)  # fmt: skip
def test_what_looks_like_a_day_and_is_none(written: str) -> None:
    assert not [one for one in grammar.read(written) if one.precision >= Precision.DAY]


def test_a_month_name_that_two_languages_share_is_read_in_a_known_one() -> None:
    meant = {
        language: [
            one.day.month for one in grammar.read("5 listopada 2023", Customs(None, language))
        ]
        for language in ("pl", "hr", "")
    }
    assert meant == {"pl": [11], "hr": [10], "": []}


@given(st.dates(date(1850, 1, 1), date(2100, 12, 31)))
def test_persian_years_have_every_day_once(day: date) -> None:
    """The calendar is onto: each Gregorian day is the image of exactly one Solar Hijri day."""
    year = day.year - 621
    found = [
        (y, m, d)
        for y in (year - 1, year)
        for m in range(1, 13)
        for d in range(1, 32)
        if calendars.persian(y, m, d) == (day.year, day.month, day.day)
    ]
    assert len(found) == 1


@pytest.mark.parametrize(
    ("persian", "gregorian"),
    [((1403, 1, 1), (2024, 3, 20)), ((1399, 12, 30), (2021, 3, 20)), ((1400, 1, 1), (2021, 3, 21)),
     ((1357, 11, 22), (1979, 2, 11)), ((1402, 12, 30), None), ((1403, 7, 31), None),
     ((999, 1, 1), None), ((1403, 13, 1), None)],
)  # fmt: skip
def test_persian_days(
    persian: tuple[int, int, int], gregorian: tuple[int, int, int] | None
) -> None:
    assert calendars.persian(*persian) == gregorian


@pytest.mark.parametrize(
    ("text", "said", "meant"),
    [
        ("Friday 03/05/2024", UNKNOWN, THIRD_OF_MAY),
        ("Sunday 03/05/2024", UNKNOWN, None),  # May 3 was a Friday, March 5 a Tuesday
        ("Tuesday, 03/05/2024", UNKNOWN, date(2024, 3, 5)),
        ("03/05/2024", Customs(True), THIRD_OF_MAY),
        ("1403/02/14", Customs(None, "fa"), THIRD_OF_MAY),
        ("03/05/2567", Customs(True, "th"), THIRD_OF_MAY),
    ],
)
def test_numbers_are_decided_by_what_stands_beside(
    text: str, said: Customs, meant: date | None
) -> None:
    readings = grammar.read(text, said)
    assert [one.day for one in readings if not one.weak] == ([meant] if meant else [])
    assert len(readings) == (1 if meant else 2)


@pytest.mark.parametrize(
    ("name", "region", "hours", "noted"),
    [("IST", "in", 5.5, False), ("IST", "ie", 1, False), ("IST", "", None, False),
     ("CST", "cn", 8, False), ("CST", "us", -6, False), ("CST", "", -6, True), ("CET", "", 1, False)],
)  # fmt: skip
def test_a_zone_name_means_what_it_means_there(
    name: str, region: str, hours: float | None, *, noted: bool
) -> None:
    found, note = clock.zone(name, Customs(None, "", region))
    assert (found.utcoffset(None) if found else None) == (
        timedelta(hours=hours) if hours is not None else None
    )
    assert bool(note) == noted


def test_an_hour_that_clocks_skip_is_no_instant_and_a_repeated_one_is() -> None:
    (gap,) = grammar.read("March 10, 2024 2:30 am ET")
    (fold,) = grammar.read("November 3, 2024 1:30 am ET")
    assert (gap.precision, gap.note) == (Precision.DAY, clock.GAP)
    assert fold.earliest == datetime(2024, 11, 3, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "uri", "meant"),
    [
        ("<html lang=de-CH>", None, (True, "de", "ch")),
        ("<html lang=en-US>", None, (False, "en", "us")),
        ("<html lang=en-CA>", None, (True, "en", "ca")),
        ("<html lang=en>", "https://a.co.uk/", (True, "en", "uk")),
        ("<html lang=en>", "https://a.gov/", (False, "en", "us")),
        ("<html lang=en>", "https://[bad", (None, "en", "")),
        ("<html lang=en><p>25/03/2015", None, (True, "en", "")),
        ("<html lang=en><p>03/25/2015", None, (False, "en", "")),
        ("<html lang=en><p>03/25/2015<p>25/03/2015", None, (None, "en", "")),
    ],
)
def test_customs(head: str, uri: str | None, meant: tuple[bool | None, str, str]) -> None:
    page = parse(head + "<p>words", uri=uri)
    assert isinstance(page, Page)
    found = customs.of_page(page)
    assert (found.day_first, found.language, found.region) == meant


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        ("Published on Friday, ", DateKind.PUBLISHED), ("Posted by A. Writer on ", DateKind.PUBLISHED),
        ("Zuletzt aktualisiert am ", DateKind.MODIFIED), ("公開日：", DateKind.PUBLISHED),
        ("最終更新日: ", DateKind.MODIFIED), ("آخر تحديث: ", DateKind.MODIFIED),
        ("प्रकाशित: ", DateKind.PUBLISHED), ("Güncelleme : ", DateKind.MODIFIED),
        ("เผยแพร่เมื่อ ", DateKind.PUBLISHED), ("입력 ", DateKind.PUBLISHED),
        ("Next review due: ", DateKind.REVIEW_DUE), ("It fell on ", None), ("", None), (": ", None),
    ],
)  # fmt: skip
def test_labels(before: str, kind: DateKind | None) -> None:
    assert labels.before(before) is kind


def test_words_of_running_text_are_labels_in_short_lines_only() -> None:
    assert labels.before("Version 5.2 was released on ", bare=20) is DateKind.PUBLISHED
    assert labels.before("Version 5.2 was released on ", bare=300) is None


def test_every_month_and_label_is_there_for_twenty_languages() -> None:
    data = names.table("date_names.toml")["months"]
    full = [language for language, months in data.items() if all(months)]
    labelled = set(names.table("dates.toml")["labels"]["published"])
    assert len(full) >= 40
    assert len(labelled) >= 20
    assert labelled <= set(names.table("dates.toml")["labels"]["modified"]) | {"ur"}


# -- several statements


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


LATE = meta("article:published_time", "2023-11-09T02:11:03+00:00")


@pytest.mark.parametrize(
    ("page", "uri", "day", "origin"),
    [
        (LATE, "https://a.test/x", "2023-11-09", OriginKind.META),
        (LATE, "https://a.test/2023/11/08/x", "2023-11-08", OriginKind.META),
        (LATE + "<h1>Headline</h1><p>November 8, 2023</p>", None, "2023-11-08", OriginKind.META),
        (LATE + "<h1>Headline</h1><p>November 9, 2023</p>", "https://a.test/2023/11/08/x",
         "2023-11-09", OriginKind.META),
        (LATE + "<h1>Headline</h1><p>November 8, 2023 9:11 PM</p>", None, "2023-11-08", OriginKind.META),
        (LATE + "<h1>Headline</h1><p>November 8, 2023 9:26 PM</p>", None, "2023-11-08", OriginKind.META),
        (LATE + "<h1>Headline</h1><p>November 8, 2023 9:19 PM</p>", None, "2023-11-09", OriginKind.META),
        (LATE + "<h1>Headline</h1><time datetime='2023-11-08T21:11:03-05:00'>x</time>", None,
         "2023-11-08", OriginKind.TIME_ELEMENT),
        (meta("article:published_time", "2023-11-09T02:11:03-05:00"), "https://a.test/2023/11/08/x",
         "2023-11-09", OriginKind.META),
        (meta("article:published_time", "2023-11-09T20:00:00Z"), "https://a.test/2023/11/10/x",
         "2023-11-09", OriginKind.META),
        (meta("article:published_time", "2023-12-22 05:00:00")
         + "<h1>Headline</h1><p>12/22/2023 05:00 AM EST</p>", None, "2023-12-22", OriginKind.BYLINE),
    ],
)  # fmt: skip
def test_the_day_is_the_publishers(
    page: str, uri: str | None, day: str, origin: OriginKind
) -> None:
    found = extract_dates(f"<html lang=en-US><head>{page}<p>words", uri).published
    assert found is not None
    assert (str(found.day), found.origin.kind) == (day, origin)
    assert found.precision >= Precision.MINUTE


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (meta("article:published_time", "2024-05-03T10:00:00Z")
         + meta("article:modified_time", "2024-05-01T07:00:00Z"), ["modified before published"]),
        (meta("article:published_time", "2024-05-03") + meta("parsely-pub-date", "2024-05-06"),
         ["two declared dates: published"]),
        (meta("article:published_time", "2024-05-03") + "<h1>Headline</h1><p>Published May 9, 2024</p>",
         ["shown and declared differ: published"]),
        (meta("article:modified_time", "2024-05-03") + "<h1>Headline</h1><p>Updated May 9, 2024</p>",
         ["shown and declared differ: modified"]),
        (meta("article:published_time", "2024-05-03T23:00:00Z") + meta("parsely-pub-date", "2024-05-04"),
         []),
        (meta("article:published_time", "2024-05-03T23:00:00Z") + meta("parsely-pub-date", "2024-07"), []),
    ],
)  # fmt: skip
def test_conflicts_keep_both_sides(page: str, why: list[str]) -> None:
    found = extract_dates(f"<html lang=en-US><head>{page}<p>words")
    assert [one.why for one in found.conflicts] == why
    for one in found.conflicts:
        assert one.believed != one.other
        assert {one.believed, one.other} <= {*found.evidence, found.published, found.modified}


def test_a_page_that_always_says_now_is_marked() -> None:
    at = datetime(2024, 5, 3, 10, 0, tzinfo=UTC)
    page = meta("article:modified_time", "2024-05-03T10:00:30Z")
    marked = extract_dates(page, captured_at=at).modified
    later = extract_dates(page, captured_at=at + timedelta(hours=1)).modified
    assert marked is not None
    assert "may always say now" in marked.note
    assert later is not None
    assert later.note == ""


def test_an_object_that_names_another_page_does_not_outrank_the_page() -> None:
    other = {"@type": "Article", "headline": "Another", "url": "https://a.test/other"}
    mine = {"@type": "Article", "headline": "The one here", "datePublished": "2024-05-03"}
    page = json.dumps([{**other, "datePublished": "2020-01-01"}, mine])
    found = extract_dates(
        f'<title>The one here</title><script type="application/ld+json">{page}</script><p>a',
        "https://a.test/mine",
    )
    assert found.published is not None
    assert str(found.published.day) == "2024-05-03"


def test_scripts_are_asked_last_and_lists_in_them_decide_nothing() -> None:
    one = '<script>var s = {"published_at": "2024-05-03T10:00:00Z"}</script><p>words'
    found = extract_dates(one).published
    assert found is not None
    assert found.origin.kind is OriginKind.SCRIPT
    many = "".join(f'{{"published_at": "2024-05-0{n}T10:00:00Z"}},' for n in range(1, 6))
    listed: DateEvidence | None = extract_dates(f"<script>[{many}]</script><p>words").published
    assert listed is None
    stated = extract_dates(meta("article:published_time", "2024-05-01") + one)
    assert all(item.origin.kind is not OriginKind.SCRIPT for item in stated.evidence)


@pytest.mark.parametrize(
    "line",
    ["3. - 9. May 2024", "3.5.2024 - 9.5.2024", "3 May – 9 May 2024", "— Sam (@sam) May 3, 2024",
     "Birthday: 3 May 1998", "Today is May 3, 2024", "Tickets from 3 May 2024", "Ab 3.5.2024",
     "© 3 May 2024 Example", "Version 3, 3 May 2024"],
)  # fmt: skip
def test_lines_that_stamp_nothing(line: str) -> None:
    assert extract_dates(f"<title>Headline</title><h1>Headline</h1><p>{line}</p>").published is None


@pytest.mark.parametrize(
    ("line", "stamp"),
    [
        ("Last updated: June 2026", "2026-06"),
        ("Zuletzt aktualisiert: März 2026", "2026-03"),
        ("Published: June 2026", None),  # a month never stands for a day of publication
        ("Our plans for June 2026", None),
        ("Last updated: June 2026, 12 June 2026", "2026-06-12"),
    ],
)
def test_a_month_that_is_named_as_that_of_the_last_change_is_no_day(
    line: str, stamp: str | None
) -> None:
    found = extract_dates(f"<h1>Terms of use</h1><p>{line}</p><p>{'You agree. ' * 40}</p>")
    assert found.published is None
    seen = found.modified
    assert (seen and seen.earliest.date().isoformat()[: len(stamp or "")]) == stamp
    assert seen is None or (seen.precision is Precision.DAY) == (seen.day is not None)
    assert found.bounds.not_before is None or found.bounds.not_before.day is not None


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        ("<p>Published: 9 May 2024</p>", ["shown and declared differ: published"]),
        ("<p>9 May 2024</p>", ["shown and declared differ: published"]),
        ("<p>Published: 3 May 2024</p>", []),
        ("<p>x</p>" * 30 + "<p>9 May 2024</p>", []),  # perhaps another story's
    ],
)
def test_a_shown_date_conflicts_with_a_declared_one_only_where_it_is_the_pages_own(
    shown: str, why: list[str]
) -> None:
    declared = '<meta property="article:published_time" content="2024-05-03T10:00:00+02:00">'
    found = extract_dates(f"<head>{declared}</head><body><h1>Flood</h1>{shown}")
    assert [one.why for one in found.conflicts] == why
    assert all(one.believed == found.published for one in found.conflicts)
