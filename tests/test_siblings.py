"""``Last-Modified`` that many pages of a host share is the site's, not the page's."""

from dataclasses import replace

import pytest

from checker import extract_dates
from checker.model import AuditItem, Document, OriginKind, Representation
from checker.pipeline import Siblings, siblings
from checker.service.audit.examine import Examination
from checker.service.audit.options import AuditOptions, Job
from tests.fakes_http import FakeHttp
from tests.helpers_watch import POLICIES, SetClock

STAMP = (("Last-Modified", "Fri, 03 May 2024 10:00:00 GMT"),)
LATER = (("Last-Modified", "Fri, 03 May 2024 10:00:01 GMT"),)


def seen(known: Siblings, uri: str | None, headers: tuple[tuple[str, str], ...] = STAMP) -> bool:
    """Whether the page's ``Last-Modified`` still counts."""
    hints = known.hints(uri, headers)
    found = extract_dates("<p>words", uri, http_headers=headers, hints=hints)
    return any(one.origin.kind is OriginKind.HTTP_HEADER for one in found.evidence)


def test_the_third_page_with_one_value_shows_that_it_is_the_sites() -> None:
    known = Siblings()
    pages = [f"https://a.test/{n}" for n in range(4)]
    assert [seen(known, page) for page in pages] == [True, True, False, False]
    assert not seen(known, pages[0])  # now it is known of the first, too


@pytest.mark.parametrize(
    ("uri", "headers"),
    [
        ("https://a.test/1", STAMP),  # the same page again
        ("https://b.test/9", STAMP),
        ("https://a.test/9", LATER),
        (None, STAMP),
        ("page.html", STAMP),
        ("https://[bad", STAMP),
    ],
)
def test_what_tells_nothing_of_the_site(
    uri: str | None, headers: tuple[tuple[str, str], ...]
) -> None:
    known = Siblings()
    assert seen(known, "https://a.test/1")
    assert seen(known, "https://a.test/2")
    assert seen(known, uri, headers)


def test_no_stamp_is_nothing_to_remember() -> None:
    known = Siblings()
    for headers in ((), (("Last-Modified", "yesterday"),)):
        assert known.hints("https://a.test/1", headers) == ()
    assert known.seen == {}


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siblings, "MOST_VALUES", 3)
    known = Siblings()
    for number in range(9):
        stamp = (("Last-Modified", f"Fri, 03 May 2024 10:00:0{number} GMT"),)
        known.hints("https://a.test/1", stamp)
        assert len(known.seen) <= 3


def test_other_hints_are_kept() -> None:
    known = Siblings()
    hints = [known.hints(f"https://a.test/{page}", STAMP) for page in "abc"]
    assert [len(one) for one in hints] == [0, 0, 1]
    (hint,) = hints[2]
    assert hint.weak
    feed = replace(hint, origin=replace(hint.origin, kind=OriginKind.FEED, place="pubDate"))
    found = extract_dates("<p>words", http_headers=STAMP, hints=[hint, feed])
    assert [one.origin.kind for one in found.evidence] == [OriginKind.FEED]


def test_an_audit_remembers_across_its_documents() -> None:
    clock = SetClock()
    told = Examination(clock, POLICIES, AuditOptions(offline=True), clock.now())
    body = Representation("text/html", "utf-8", b"<p>words", "sha256:0")
    kept = []
    for number in range(4):
        uri = f"https://a.test/{number}"
        item = told(
            Job(Document(uri, body, uri, "WARC-Target-URI", headers=STAMP)), FakeHttp({}, clock)
        )
        assert isinstance(item, AuditItem)
        kept.append([one.origin.kind for one in item.reading.dates.evidence])
    assert kept == [[OriginKind.HTTP_HEADER]] * 2 + [[]] * 2
