"""Dates with their origins and precision, and what is decided from them."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker import extract_dates, extract_text
from checker.model import (
    DateEvidence,
    DateKind,
    Dates,
    Origin,
    OriginKind,
    Precision,
    Zone,
)
from checker.stages import dates
from checker.stages.dates import clock, grammar
from checker.stages.dates.customs import Customs
from checker.stages.page import Page, parse
from tests.corpora import corpora
from tests.growth import linear

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def day(found: DateEvidence | None) -> str | None:
    return found.earliest.date().isoformat() if found else None


def ld(*objects: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(list(objects))}</script>'


# -- the grammar


@pytest.mark.parametrize(
    ("written", "meant", "precision", "zone"),
    [
        ("2024-05-03T10:11:12+02:00", utc(2024, 5, 3, 8, 11, 12), Precision.SECOND, Zone.STATED),
        ("2024-05-03T10:11:12.345Z", utc(2024, 5, 3, 10, 11, 12), Precision.SECOND, Zone.STATED),
        ("2019-11-19T17:32:23.000+0000", utc(2019, 11, 19, 17, 32, 23), Precision.SECOND, Zone.STATED),
        ("2024-05-03 10:11", utc(2024, 5, 3, 10, 11), Precision.MINUTE, Zone.ASSUMED_UTC),
        ("20191119T173223Z", utc(2019, 11, 19, 17, 32, 23), Precision.SECOND, Zone.STATED),
        ("Tue, 15 Nov 2016 08:12:31 GMT", utc(2016, 11, 15, 8, 12, 31), Precision.SECOND, Zone.STATED),
        ("Thu May 02 2019 09:00:00 GMT-0400 (EDT)", utc(2019, 5, 2, 13), Precision.SECOND, Zone.STATED),
        ("May 3rd, 2024 at 3pm ET", utc(2024, 5, 3, 19), Precision.HOUR, Zone.STATED),
        ("Jan. 3, 2024 12:05 a.m. EST", utc(2024, 1, 3, 5, 5), Precision.MINUTE, Zone.STATED),
        ("3. Mai 2024, 14:30 Uhr", utc(2024, 5, 3, 14, 30), Precision.MINUTE, Zone.ASSUMED_UTC),
        ("3. Mai 2024, 14:30 MESZ", utc(2024, 5, 3, 12, 30), Precision.MINUTE, Zone.STATED),
        ("1700000000", utc(2023, 11, 14, 22, 13, 20), Precision.SECOND, Zone.STATED),
        ("1700000000123", utc(2023, 11, 14, 22, 13, 20), Precision.SECOND, Zone.STATED),
        ("Fri Nov 8 10:00:00 EST 2019", utc(2019, 11, 8, 15), Precision.SECOND, Zone.STATED),
        ("3. Mai 2024 um 14 Uhr", utc(2024, 5, 3, 14), Precision.HOUR, Zone.ASSUMED_UTC),
        ("3 de maio de 2024 às 14h", utc(2024, 5, 3, 14), Precision.HOUR, Zone.ASSUMED_UTC),
        ("2024年5月3日14時", utc(2024, 5, 3, 14), Precision.HOUR, Zone.ASSUMED_UTC),
        ("3 mei 2024, 14 uur", utc(2024, 5, 3, 14), Precision.HOUR, Zone.ASSUMED_UTC),
        ("1042 GMT (1842 HKT) November 8, 2023", utc(2023, 11, 8, 10, 42), Precision.MINUTE, Zone.STATED),
        ("November 8, 20237:00 AM ET", utc(2023, 11, 8, 12), Precision.MINUTE, Zone.STATED),
        ("08.11.2023 10:15 МСК", utc(2023, 11, 8, 7, 15), Precision.MINUTE, Zone.STATED),
        ("Fri Nov 8 10:00:00 XQT 2019", utc(2019, 11, 8, 10), Precision.SECOND, Zone.ASSUMED_UTC),
        ("Fri Nov 8 10:00:00 +0200 2019", utc(2019, 11, 8, 8), Precision.SECOND, Zone.STATED),
    ],
)  # fmt: skip
def test_instants(written: str, meant: datetime, precision: Precision, zone: Zone) -> None:
    (found,) = grammar.read(written)
    assert (found.earliest, found.precision, found.zone) == (meant, precision, zone)
    spans = {Precision.HOUR: 3599, Precision.MINUTE: 59, Precision.SECOND: 0}
    assert found.latest - found.earliest == timedelta(seconds=spans[precision])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-05-03", date(2024, 5, 3)),
        ("2024/5/3", date(2024, 5, 3)),
        ("20240503", date(2024, 5, 3)),
        ("03.05.2024", date(2024, 5, 3)),
        ("3.5.24", date(2024, 5, 3)),
        ("3.5.99", date(1999, 5, 3)),
        ("'24 May 3, 2024", date(2024, 5, 3)),
        ("13/04/2015", date(2015, 4, 13)),
        ("04/13/2015", date(2015, 4, 13)),
        ("Oct. 14, 2015", date(2015, 10, 14)),
        ("14 October 2015", date(2015, 10, 14)),
        ("3 de mayo de 2024", date(2024, 5, 3)),
        ("1er février 2020", date(2020, 2, 1)),
        ("2 febbraio 2020", date(2020, 2, 2)),
        ("3 maart 2020", date(2020, 3, 3)),
        ("3 de março de 2020", date(2020, 3, 3)),
        ("2024年5月3日", date(2024, 5, 3)),
        ("5 мая 2021", date(2021, 5, 5)),
        # midnight is a day (trap 7), whatever its zone
        ("2024-05-03T00:00:00Z", date(2024, 5, 3)),
        ("2024-05-03T00:00:00+00:00", date(2024, 5, 3)),
        ("2024-05-03T00:00:00+02:00", date(2024, 5, 3)),
        ("2024-05-03 24:00", date(2024, 5, 3)),
        ("2024-05-03 25:61", date(2024, 5, 3)),
        ("May 3, 2024 13:00 PM", date(2024, 5, 3)),
        ("3 mai 2024 · 3h de lecture", date(2024, 5, 3)),  # a span of time, not a time of day
        ("3. Mai 2024, 24 Uhr", date(2024, 5, 3)),
    ],
)
def test_days(written: str, meant: date) -> None:
    (found,) = grammar.read(written)
    assert (found.day, found.precision, found.zone) == (meant, Precision.DAY, Zone.NONE)
    assert found.earliest == utc(meant.year, meant.month, meant.day)
    assert found.latest == found.earliest + timedelta(hours=23, minutes=59, seconds=59)


@pytest.mark.parametrize(
    ("written", "first", "last", "precision"),
    [
        ("2024", utc(2024, 1, 1), utc(2024, 12, 31, 23, 59, 59), Precision.YEAR),
        ("2024-12", utc(2024, 12, 1), utc(2024, 12, 31, 23, 59, 59), Precision.MONTH),
        ("February 2024", utc(2024, 2, 1), utc(2024, 2, 29, 23, 59, 59), Precision.MONTH),
    ],
)
def test_months_and_years(
    written: str, first: datetime, last: datetime, precision: Precision
) -> None:
    (found,) = grammar.read(written)
    assert (found.earliest, found.latest, found.precision) == (first, last, precision)


@pytest.mark.parametrize(
    "written",
    [
        "", "10", "words", "2015-02-30", "0000-01-01", "9999-12-31T23:59:59-12:00", "2024-13",
        "31.04.2020", "99", "March", "0000", "Foo 2024", "x" * 500, "2024-05\n-03", "May 35 2024 x",
        "20241350", "the 5th", "0000-00", "12:30",
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(written: str) -> None:
    assert grammar.read(written) == ()


def test_a_day_and_month_that_may_be_either_is_both_and_weak() -> None:
    one, two = grammar.read("03/04/2015")
    assert {one.day, two.day} == {date(2015, 3, 4), date(2015, 4, 3)}
    assert one.weak
    assert "or 2015-03-04" in one.note
    assert [m.day for m in grammar.read("03/04/2015", Customs(day_first=True))] == [
        date(2015, 4, 3)
    ]
    assert [m.day for m in grammar.read("03/04/2015", Customs(day_first=False))] == [
        date(2015, 3, 4)
    ]
    assert len(grammar.read("04/04/2015")) == 1


def test_the_epoch_is_an_empty_field() -> None:
    for written in ("1970-01-01T00:00:00Z", "1970-01-01", "1969-12-31T19:00:00-05:00"):
        (found,) = grammar.read(written)
        assert found.weak
        assert "epoch" in found.note


@pytest.mark.parametrize(
    ("name", "hours"),
    [("Z", 0), ("+02:00", 2), ("GMT-5", -5), ("UTC+0530", 5.5), ("CEST", 2), ("−03:00", -3)],
)
def test_zones(name: str, hours: float) -> None:
    found, _ = clock.zone(name)
    assert found is not None
    assert found.utcoffset(None) == timedelta(hours=hours)


@pytest.mark.parametrize("name", [None, "", "XYZ", "+99:00", "IST"])
def test_zones_that_mean_nothing_or_several_things(name: str | None) -> None:
    assert clock.zone(name) == (None, "")


# -- where dates stand


@pytest.mark.parametrize(
    ("html", "published", "modified", "origin"),
    [
        (ld({"@type": "NewsArticle", "datePublished": "2024-05-03", "dateModified": "2024-05-04"}),
         "2024-05-03", "2024-05-04", OriginKind.JSON_LD),
        (ld({"@type": "WebPage", "datePublished": "2020-01-01"},
            {"@type": "Article", "datePublished": {"@value": "2024-05-03"}}),
         "2024-05-03", None, OriginKind.JSON_LD),
        (ld({"@type": "Article", "headline": "Other", "datePublished": "2020-01-01"},
            {"@type": "Article", "headline": "Mine it is", "datePublished": ["2024-05-03"]})
         + "<h1>Mine it is</h1>", "2024-05-03", None, OriginKind.JSON_LD),
        (ld({"@type": "Article", "url": "https://a.test/other", "datePublished": "2020-01-01"},
            {"@type": "Article", "mainEntityOfPage": {"@id": "https://a.test/mine/"},
             "datePublished": 1714730400}), "2024-05-03", None, OriginKind.JSON_LD),
        (("<meta property='article:published_time' content='2024-05-03T10:00:00Z'>"
         "<meta property='og:updated_time' content='2024-05-04'>"),
         "2024-05-03", "2024-05-04", OriginKind.META),
        ("<meta name=date content=2019-01-01><meta name=parsely-pub-date content=2024-05-03>",
         "2024-05-03", None, OriginKind.META),
        ("<meta itemprop=datePublished content=2024-05-03>", "2024-05-03", None, OriginKind.META),
        (("<div itemscope itemtype='https://schema.org/Article'><span itemprop=datePublished>"
         "May 3, 2024</span><time itemprop=dateModified datetime=2024-05-04>x</time></div>"),
         "2024-05-03", "2024-05-04", OriginKind.MICRODATA),
        (("<div itemscope itemtype='https://schema.org/Comment'><p><i itemprop=datePublished "
         "content='2020-01-01'></i></div><p>a"), None, None, None),
        ("<aside><i itemprop=datePublished content='2020-01-01'></i></aside><p>a", None, None, None),
        ("<article><h1>Head</h1><time datetime='2024-05-03T10:00:00Z'>x</time></article>",
         "2024-05-03", None, OriginKind.TIME_ELEMENT),
        (("<article><h1>H</h1><p>Updated <time datetime=2024-05-04>x</time></p>"
         "<p>Published <time datetime=2024-05-03>y</time></p></article>"),
         "2024-05-03", "2024-05-04", OriginKind.TIME_ELEMENT),
        ("<article><h1>H</h1><time class=modified datetime=2024-05-04></time></article>",
         None, "2024-05-04", None),
        ("<div class=related-stories><time datetime=2020-01-01>x</time></div><main><p>a</main>",
         None, None, None),
        ("<h1>Head line</h1><p>Published: 3 May 2024</p><p>Last updated on 4 May 2024</p>",
         "2024-05-03", "2024-05-04", OriginKind.BYLINE),
        ("<h1>Titel hier</h1><p>Stand: 04.05.2024</p><p>Veröffentlicht am 03.05.2024</p>",
         "2024-05-03", "2024-05-04", OriginKind.BYLINE),
        ("<h1>T</h1><p>Publié le 3 mai 2024, mis à jour le 4 mai 2024</p>",
         "2024-05-03", "2024-05-04", OriginKind.BYLINE),
        ("<h1>Head line</h1><p>By A. Writer, May 3, 2024</p>", "2024-05-03", None, OriginKind.BYLINE),
        ("<p>Dieser Artikel wurde am 3. Mai 2024 von Anna veröffentlicht.</p>",
         "2024-05-03", None, OriginKind.BYLINE),
        ("<h1>Head</h1><p>Bonn (3.5.2024). " + "Viele Worte folgen hier. " * 20 + "</p>",
         "2024-05-03", None, OriginKind.BYLINE),
        (("<h1>The report of May 3, 2024 on the state of all the bridges in the northern part of "
         "town</h1><p>text"), "2024-05-03", None, OriginKind.BYLINE),
        ("<p>" + "words " * 60 + "</p>" + "<p>text</p>" * 12 + "<p>3. Mai 2024</p>",
         "2024-05-03", None, OriginKind.BYLINE),
        ("---\ndate: 2024-05-03\nlastmod: 2024-05-04\n---\n<p>a", "2024-05-03", "2024-05-04",
         OriginKind.FRONT_MATTER),
        # never a publication: copyright years, captions, running text, subjects of long ago
        ("<h1>Head</h1><footer>© 2020</footer><p>Copyright 3 May 2024 The Paper", None, None, None),
        (("<h1>Head</h1><figure><figcaption>A bridge that was built and seen on May 3, 2024"
         "</figcaption></figure>"), None, None, None),
        ("<p>" + "words " * 60 + "It fell on May 3, 2024, they said.</p>", None, None, None),
        ("<h1>Head</h1><p>8 May 1945</p>", None, None, None),
        ("<h1>Head</h1>" + "<p>text</p>" * 12 + "<footer>Last updated: 4 May 2024</footer>", None, "2024-05-04", None),
        ("<h1>Head</h1>" + "<p>text</p>" * 12 + "<footer>Published: 4 May 2024</footer>", None, None, None),
    ],
)  # fmt: skip
def test_origins(
    html: str, published: str | None, modified: str | None, origin: OriginKind | None
) -> None:
    found = extract_dates(html, "https://a.test/mine")
    assert (day(found.published), day(found.modified)) == (published, modified)
    assert (found.published.origin.kind if found.published else None) == origin


def test_structured_data_outranks_what_is_visible_and_the_address() -> None:
    html = ld({"@type": "Article", "datePublished": "2024-05-03T08:00:00Z"}) + (
        "<h1>Head</h1><p>Published 1 May 2024</p>"
    )
    found = extract_dates(html, "https://a.test/2024/05/02/head")
    kinds = [one.origin.kind for one in found.evidence if one.kind is DateKind.PUBLISHED]
    assert kinds[:3] == [OriginKind.JSON_LD, OriginKind.BYLINE, OriginKind.URL]
    assert found.published == found.evidence[0]


def test_a_bare_day_yields_to_an_instant_on_it() -> None:
    html = ld({"@type": "Article", "datePublished": "2024-05-03"})
    html += "<meta property=article:published_time content='2024-05-03T09:30:00+02:00'>"
    found = extract_dates(html).published
    assert found is not None
    assert found.earliest == utc(2024, 5, 3, 7, 30)


def test_list_pages_state_dates_of_other_articles() -> None:
    objects = [{"@type": "Article", "datePublished": f"2024-05-0{n}"} for n in range(1, 6)]
    found = extract_dates(ld({"@type": "CollectionPage", "hasPart": objects}) + "<p>a")
    assert found.published is None
    assert "another object" in found.evidence[0].note


@pytest.mark.parametrize(
    ("html", "kind", "when"),
    [
        (ld({"@type": "Article", "expires": "2024-05-03"}), DateKind.EXPIRES, "2024-05-03"),
        (ld({"@type": "JobPosting", "validThrough": "2024-05-03"}), DateKind.EXPIRES, "2024-05-03"),
        (ld({"@type": "MusicEvent", "startDate": "2024-05-03"}), DateKind.EVENT_START, "2024-05-03"),
        (ld({"@type": "MedicalWebPage", "lastReviewed": "2024-05-03"}), DateKind.REVIEWED, "2024-05-03"),
        ("<div itemscope itemtype='http://schema.org/Event'><i itemprop=endDate content='2024-05-03'>",
         DateKind.EVENT_END, "2024-05-03"),
        ("<meta name=robots content='unavailable_after: 03 May 2024 10:00:00 GMT'>",
         DateKind.EXPIRES, "2024-05-03"),
        ("<meta name=last_reviewed_on content=2024-05-03>", DateKind.REVIEWED, "2024-05-03"),
        ("<meta name=last_reviewed_on content=2024-05-31><meta name=review_in content='6 months'>",
         DateKind.REVIEW_DUE, "2024-11-28"),
        ("---\nlast_reviewed_on: 2024-05-03\nreview_in: 2 weeks\n---\n<p>a",
         DateKind.REVIEW_DUE, "2024-05-17"),
        ("---\nlast_reviewed_on: 9980-05-03\nreview_in: 900 years\n---\n<p>a", DateKind.REVIEW_DUE, None),
        ("<p>Next review due: 3 May 2024</p>", DateKind.REVIEW_DUE, "2024-05-03"),
    ],
)  # fmt: skip
def test_other_kinds(html: str, kind: DateKind, when: str | None) -> None:
    found = [one for one in extract_dates(html).evidence if one.kind is kind and not one.weak]
    assert [day(one) for one in found][:1] == ([when] if when else [])
    assert extract_dates(html).published is None


@pytest.mark.parametrize(
    ("language", "uri", "meant"),
    [
        ("en-US", "https://a.test/", "2015-03-04"),
        ("en-GB", "https://a.test/", "2015-04-03"),
        ("fr", "https://a.test/", "2015-04-03"),
        ("en", "https://a.co.uk/", "2015-04-03"),
        ("en", "https://a.gov/", "2015-03-04"),
        ("en", "https://a.test/", None),
        ("", "https://[bad", None),
    ],
)
def test_day_or_month_first_is_decided_by_evidence_only(
    language: str, uri: str, meant: str | None
) -> None:
    html = f"<html lang='{language}'><h1>Head</h1><p>Published 03/04/2015</p>"
    assert day(extract_dates(html, uri).published) == meant


@pytest.mark.parametrize(
    ("uri", "published"),
    [
        ("https://a.test/2024/05/03/x", "2024-05-03"),
        ("https://a.test/news-20240503.html", "2024-05-03"),
        ("https://a.test/2024/may/03/x", "2024-05-03"),
        ("https://a.test/2024/5/3/x", "2024-05-03"),
        ("https://a.test/2024/5/3-questions", None),
        ("https://a.test/1024/5/3/x", None),
        ("https://a.test/2024/05/x", None),
        ("https://a.test/2024/13/45/x", None),
        ("https://a.test/1024/05/03/x", None),
        ("https://a.test/x?d=2024/05/03", None),
    ],
)
def test_addresses(uri: str, published: str | None) -> None:
    assert day(extract_dates("<p>words", uri).published) == published


# -- outside the page


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({"last-modified": "Fri, 03 May 2024 10:00:00 GMT"}, True),
        ({"Last-Modified": "Fri, 03 May 2024 10:00:00 GMT", "Date": "Fri, 03 May 2024 10:00:02 GMT"}, False),
        ({"Last-Modified": "Sat, 04 May 2024 10:00:00 GMT", "Date": "Fri, 03 May 2024 10:00:02 GMT"}, False),
        ({"Last-Modified": "Fri, 03 May 2030 10:00:00 GMT"}, False),
        ({"Last-Modified": "Thu, 01 Jan 1970 00:00:00 GMT"}, False),
        ({"Last-Modified": "yesterday"}, False),
        ({"Last-Modified": "Fri, 03 May 2024 10:00:00"}, True),
        ({"Last-Modified": "Fri, 99 May 2024 10:00:00 GMT" + " " * 200}, False),
        ({}, False),
    ],
)  # fmt: skip
def test_last_modified_is_weak_and_ignored_when_it_says_nothing(
    headers: dict[str, str], *, kept: bool
) -> None:
    found = extract_dates("<p>words", http_headers=headers, now=NOW)
    assert found.modified is None
    assert found.published is None
    assert [one.weak for one in found.evidence] == ([True] if kept else [])
    assert (found.bounds.not_after is not None) == kept


def test_hints_never_decide() -> None:
    (moment,) = grammar.read("2024-05-03T10:00:00Z")
    hint = DateEvidence(
        DateKind.PUBLISHED, moment.earliest, moment.latest, moment.precision, moment.zone,
        Origin(OriginKind.FEED, "pubDate"), "2024-05-03T10:00:00Z",
    )  # fmt: skip
    found = extract_dates("<p>words", hints=[hint])
    assert found.published is None
    assert found.evidence[0].weak
    assert found.evidence[0].origin.kind is OriginKind.FEED


def test_dates_in_the_future_are_marked_only_when_now_is_given() -> None:
    html = "<meta property=article:published_time content=2030-05-03>"
    marked, bare = extract_dates(html, now=NOW).published, extract_dates(html).published
    assert marked is not None
    assert marked.note == "in the future"
    assert bare is not None
    assert bare.note == ""


def test_stamps_of_long_ago_are_mistakes() -> None:
    found = extract_dates("<meta property=article:published_time content=1600-05-03>")
    assert found.published is None
    assert "too long ago" in found.evidence[0].note


def test_bounds_lie_between_the_latest_day_named_and_the_capture() -> None:
    html = (
        "<p>"
        + "words " * 60
        + "On May 3, 2024 it fell, on 2 June 2030 it rose.</p><p>Nobody in the town on the hill "
        + "can say whether the new bridge will open on 9 July 2025 as was promised.</p>"
    )
    found = extract_dates(html, captured_at=utc(2026, 1, 1))
    assert day(found.bounds.not_before) == "2024-05-03"
    assert found.bounds.not_after is not None
    assert found.bounds.not_after.kind is DateKind.CAPTURED
    assert day(extract_dates(html).bounds.not_before) == "2030-06-02"


# -- the seed's shape: no stamp but a dated caption (issue 2, point 11)

CAPTION = (
    "Federal agents detain a man on Oct. 14, 2015, in Los Angeles. (Credit: Jane Roe/Some Images)"
)
ARCHIVED = (
    (
        "This is an archived article and the information in the article may be outdated. Please look "
        "at the time stamp on the story to see when it was last updated."
    ),
    "The departments said this week that agents will go on with arrests, and the law stands.",
    CAPTION,
    "The letter, released Friday but sent Wednesday, was a response to the chief justice.",
)


@pytest.mark.parametrize(
    ("body", "media"),
    [
        ("\n\n".join(ARCHIVED), "text/plain"),
        ("".join(f"<p>{escape(part)}</p>" for part in ARCHIVED), "text/html"),
        ("<html lang=en><body><article><h1>Arrests</h1>"
         + "".join(f"<p>{escape(part)}</p>" for part in ARCHIVED)
         + "</article><footer>© 2018</footer>", "text/html"),
    ],
)  # fmt: skip
def test_a_dated_caption_bounds_and_never_stamps(body: str, media: str) -> None:
    found = extract_dates(body, http_headers=(("Content-Type", f"{media}; charset=utf-8"),))
    assert (found.published, found.modified) == (None, None)
    bound = found.bounds.not_before
    assert bound is not None
    assert (day(bound), bound.kind) == ("2015-10-14", DateKind.MENTIONED)
    assert bound.origin.kind is OriginKind.CAPTION
    assert bound.quote == CAPTION


# -- hostile pages


def test_what_is_no_page_has_no_dates_and_no_text() -> None:
    assert extract_dates(b"%PDF-1.7") == Dates()
    assert extract_text(b"").blocks == ()
    assert extract_text("<p>A text").blocks[0].text == "A text"


@given(st.binary(max_size=300), st.sampled_from(["", "2024/05/03", "\x00", "[", "https://[::1/"]))
def test_no_bytes_raise(body: bytes, uri: str) -> None:
    assert isinstance(extract_dates(body, uri, now=NOW), Dates)


PIECES = [
    "2024-05-03", "03/04/15", "<time datetime='", "'>", "<p>", "Updated ", "<h1>", "9999-12-31T23:59",
    "+14:00", "<meta name=date content='", "0000-00-00", "Feb 30, 2020", " 24:00", "'", "31.12.9999",
    '<script type="application/ld+json">{"@type":"Article","datePublished":', "</script>", '"', "}",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_no_mixture_of_dates_raises_and_intervals_are_whole(pieces: list[str]) -> None:
    found = extract_dates("<p>" + "".join(pieces), now=NOW, captured_at=NOW)
    for one in found.evidence:
        assert one.earliest <= one.latest
        assert one.earliest.tzinfo is UTC
        assert (one.zone is Zone.NONE) == (one.precision <= Precision.DAY)


@pytest.mark.parametrize(
    "html",
    [
        "<p>" + "1.1." * 50_000,
        "<p>" + "January " * 40_000,
        "<p>" + "1 a " * 60_000,
        "<p>" + "2024-05-03 " * 10_000,
        "<p>2024-05-03" * 4_000,
        "<time>2024-05-03</time>" * 8_000,
        "<i itemprop=datePublished>2024</i>" * 20_000,
        "<h1>x</h1>" * 6_000,
        "<meta name=date content=2024-05-03>" * 20_000,
        '<script type="application/ld+json">{"datePublished":"2024-05-03"}</script>' * 3_000,
    ],
)
def test_work_is_bounded(html: str) -> None:
    def reading(size: int) -> partial[None]:
        found = parse(html[:size])
        assert isinstance(found, Page)
        return partial(bounded, found)

    def bounded(found: Page) -> None:
        assert len(dates.extract(found).evidence) <= dates.MAX_EVIDENCE

    linear(reading, len(html))


def published_day(row: dict[str, str]) -> str | None:
    found = extract_dates(row["html"], row["url"])
    best = found.published or found.modified
    return best.day.isoformat() if best is not None and best.day is not None else None


def test_days_of_real_pages_are_right() -> None:
    """A floor that only rises; benchmarks/dates_quality.py prints the figure (0.992)."""
    with gzip.open(corpora("pages") / "fundus.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for number, line in enumerate(lines) if number % 4 == 0]
    right = sum(published_day(row) == row["date"] for row in rows)
    assert right / len(rows) >= 0.98
