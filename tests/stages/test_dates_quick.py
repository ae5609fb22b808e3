"""What a page's own data decide alone is what the whole page decides; and nothing is lost."""

import copy
import gzip
import json
import pickle
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker import extract_dates
from checker.model import DateKind, Dates
from checker.stages import dates, page
from checker.stages.dates import LazyDates, certain
from checker.stages.page import Page, outline, parse
from tests.corpora import corpora

URL = "https://news.example/2024/story"
STATED = '<meta property="article:published_time" content="{}">'
LINKED = (
    '<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Flood",'
    '"datePublished":"{}"}}</script>'
)


def source_of(head: str = "", body: str = "", language: str = "en") -> str:
    return (
        f"<!doctype html><html lang={language}><head><title>Flood</title>{head}</head>"
        f"<body><h1>Flood</h1>{body}<p>The river rose.</p></body></html>"
    )


def whole(html: str, url: str = URL) -> Dates:
    read = parse(html, uri=url)
    assert isinstance(read, Page)
    return dates.extract(read)


def sure(html: str) -> set[str]:
    """The kinds that are certain without the page; each is what the page gives."""
    small = outline((html, "utf-8"), URL)
    if small is None:
        return set()
    found, full = certain(small, html), whole(html)
    for kind, date in found.items():
        assert date == getattr(full, kind.value)
    return {kind.value for kind in found}


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (STATED.format("2024-05-03T10:15:00+02:00"), "", {"published"}),
        (LINKED.format("2024-05-03T10:15:00+02:00"), "", {"published"}),
        ("", LINKED.format("2024-05-03T10:15:00+02:00"), {"published"}),
        (STATED.format("2024-05-03T12:15:00Z"), "<p>3 May 2024</p>", {"published"}),
        (
            STATED.format("2024-05-03T10:15:00+02:00")
            + '<meta property="article:modified_time" content="2024-05-04T08:00:00+02:00">',
            "",
            {"published", "modified"},
        ),
        # a day, or a time without a zone, may be told more exactly elsewhere
        (STATED.format("2024-05-03"), "", set()),
        (STATED.format("2024-05-03T10:15:00"), "", set()),
        # the neighbour is shown: perhaps that was the day where it was written
        (STATED.format("2024-05-03T23:15:00Z"), "<p>4 May 2024</p>", set()),
        (STATED.format("2024-05-03T23:15:00Z"), "<p>04/05/24</p>", set()),
        (
            STATED.format("2024-05-03T23:15:00Z"),
            '<time datetime="2024-05-04T10:00">x</time>',
            set(),
        ),
        (STATED.format("2024-05-03T23:15:00Z"), '<time datetime="May 4, 2024">x</time>', set()),
        (
            STATED.format("2024-05-03T23:15:00Z"),
            '<time datetime="2024-05-04T01:15:00+02:00">x</time>',  # the same instant
            set(),
        ),
        # for machines a bare day tells no zone, and an offset only that of its own instant
        (
            STATED.format("2024-05-03T23:15:00Z"),
            '<time datetime="2024-05-04">x</time>',
            {"published"},
        ),
        (
            STATED.format("2024-05-03T23:15:00Z"),
            '<time datetime="2024-05-04T08:00:00+02:00">x</time>',
            {"published"},
        ),
        (
            STATED.format("2024-05-03T23:15:00Z"),
            "<time datetime='2024-05-04'>4.5.2024</time>",
            set(),
        ),
        (STATED.format("2024-05-03T23:15:00Z"), '<img src="/2024/05/04/a.png">', {"published"}),
        (STATED.format("2024-05-03T23:15:00Z"), "<!-- 2024-05-04 -->", {"published"}),
        (STATED.format("2024-05-03T23:15:00Z"), "<script>x='2024-05-04'</script>", {"published"}),
        # not plainly cut
        ("<!--" + STATED.format("2024-05-03T10:15:00+02:00") + "-->", "", set()),
        ("<script>" + STATED.format("2024-05-03T10:15:00+02:00") + "</script>", "", set()),
        (STATED.format("2024-05-03T10:15:00+02:00").upper(), "", set()),
        ('<meta content="a>', "<p>2024</p>", set()),
        ("", "<!--" + LINKED.format("2024-05-03T10:15:00+02:00") + "-->", set()),
        ("", LINKED.format("2024-05-03T10:15:00+02:00").removesuffix("</script>"), set()),
        ('<meta name="datePublished" content="2024-05-03T10:15:00+02:00">', "", set()),
        (
            LINKED.format("2024-05-03T10:15:00+02:00") + LINKED.format("2024-05-09T10:15:00+02:00"),
            "",
            set(),
        ),
    ],
)
def test_what_is_certain_without_the_page(head: str, body: str, expected: set[str]) -> None:
    assert sure(source_of(head, body)) == expected


def test_a_neighbour_in_digits_that_are_not_looked_for_leaves_it_open() -> None:
    stated = STATED.format("2024-05-03T23:15:00Z")
    assert sure(source_of(stated)) == {"published"}
    assert sure(source_of(stated, language="ar")) == set()


DAYS = st.sampled_from(["03", "04", "05"])
TIMES = st.sampled_from(["T23:40:00Z", "T03:20:00+00:00", "T10:00:00+02:00", "T22:10:00-05:00", ""])
VALUES = st.builds("2024-05-{}{}".format, DAYS, TIMES)
PIECES = st.one_of(
    VALUES.map(STATED.format),
    VALUES.map(LINKED.format),
    VALUES.map('<meta property="article:modified_time" content="{}">'.format),
    VALUES.map('<meta itemprop="datePublished" content="{}">'.format),
    VALUES.map("<time datetime='{}'>x</time>".format),
    DAYS.map("<p>Published: May {}, 2024 11:40 PM</p>".format),
    DAYS.map("<p>Updated: {}.05.2024</p>".format),
    DAYS.map("<p>Updated: {}/05/24</p>".format),
    st.sampled_from(
        ["<!--", "-->", "<script>", "</script>", "<template>", "</template>", '"', ">"]
    ),
)


@given(st.lists(PIECES, max_size=4), st.lists(PIECES, max_size=5))
def test_the_whole_page_never_decides_otherwise(head: list[str], body: list[str]) -> None:
    sure(source_of("".join(head), "".join(body)))


def test_the_rest_is_read_when_it_is_asked_for_and_once() -> None:
    asked: list[int] = []
    full = whole(
        source_of(STATED.format("2024-05-03T10:15:00+02:00"), "<p>Updated: 5 May 2024</p>")
    )
    assert full.published is not None

    def read() -> Dates:
        asked.append(1)
        return full

    lazy = LazyDates.of({DateKind.PUBLISHED: full.published}, read)
    assert lazy.published == full.published
    assert asked == []
    assert lazy.modified == full.modified is not None
    assert (lazy.evidence, lazy.bounds, lazy.conflicts, lazy.newest) == (
        full.evidence, full.bounds, full.conflicts, full.newest
    )  # fmt: skip
    assert asked == [1]


def test_it_is_the_value_that_the_whole_page_gives() -> None:
    html = source_of(LINKED.format("2024-05-03T10:15:00+02:00"), "<p>On 1 May 2024 it rained.</p>")
    lazy, full = extract_dates(html, URL), whole(html)
    assert isinstance(lazy, LazyDates)
    assert lazy == full
    assert full == lazy
    assert lazy == extract_dates(html, URL)
    assert lazy != Dates()
    assert (hash(lazy), repr(lazy)) == (hash(full), repr(full))
    assert copy.deepcopy(lazy) == pickle.loads(pickle.dumps(lazy)) == full
    assert replace(lazy, modified=None) == full
    assert type(replace(lazy, modified=None)) is Dates


def test_headers_hints_and_clock_reach_the_rest() -> None:
    html = source_of(STATED.format("2024-05-03T10:15:00+02:00"))
    changed = {"Last-Modified": "Fri, 03 May 2024 09:00:00 GMT", "Content-Type": "text/html"}
    now = datetime(2024, 1, 1, tzinfo=UTC)
    found = extract_dates(html, URL, http_headers=changed, captured_at=now, now=now)
    assert found.published is not None
    assert "future" in found.published.note
    assert {one.kind for one in found.evidence} >= {DateKind.CAPTURED}


def test_a_page_that_no_parser_should_get_still_has_its_evidence() -> None:
    deep = source_of(STATED.format("2024-05-03T10:15:00+02:00"), "<div>" * 100_000)
    assert isinstance(parse(deep), page.Unreadable)
    found = extract_dates(deep, URL)
    assert found.published is not None
    assert found.published in found.evidence


def test_other_media_are_read_as_a_whole() -> None:
    text = source_of(STATED.format("2024-05-03T10:15:00+02:00"))
    found = extract_dates(text, URL, http_headers={"Content-Type": "text/plain"})
    assert found.published is None
    assert type(found) is Dates


@pytest.mark.parametrize("name", ["hd_default", "fundus"])
def test_on_real_pages_the_instants_are_the_same(name: str) -> None:
    path = corpora("pages") / f"{name}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for number, line in enumerate(lines) if number % 4 == 0]
    quick = 0
    for row in rows:
        found = extract_dates(row["html"], row["url"])
        if isinstance(found, LazyDates):
            full = found.whole()
            for one, other in ((found.published, full.published), (found.modified, full.modified)):
                seen, meant = ((it and (it.earliest, it.day)) for it in (one, other))
                assert seen == meant, row["url"]
            quick += 1
    assert quick > len(rows) / 4
