"""Dates from outside the page: its address, HTTP, feeds and sitemaps, the capture."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from checker.model import (
    DateEvidence,
    DateKind,
    Headers,
    Origin,
    OriginKind,
    Precision,
    Zone,
    header,
)
from checker.stages.dates import moment
from checker.stages.dates.ranked import Ranked, from_moment
from checker.stages.page import About, Page

_FULL = re.compile(r"[/_.-](\d{4})[/_.-]?(0[1-9]|1[0-2])[/_.-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_SINGLE = re.compile(r"/(\d{4})/(\d{1,2})/(\d{1,2})/")
_NAMED = re.compile(r"/(\d{4})/([a-z]{3})/(\d{1,2})/", re.IGNORECASE)
_MONTH = re.compile(r"/(\d{4})[/-](0[1-9]|1[0-2])(?=/)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_SAME = timedelta(seconds=5)
# Where a hint was seen that says "other pages of the site answer with this, too".
SHARED = Origin(OriginKind.HTTP_HEADER, "Last-Modified of other pages")


def address(page: Page, said: About) -> Iterator[Ranked]:
    """A day in the path of the page's own address (its query says nothing)."""
    for uri, place in ((page.uri, "address"), (said.canonical, "rel=canonical")):
        path = (uri or "").partition("?")[0].partition("#")[0][:2_000]
        tail = path.partition("://")[2].partition("/")
        found = _in_path(f"{tail[1]}{tail[2]}")
        if found is not None:
            yield from_moment(
                DateKind.PUBLISHED,
                Origin(OriginKind.URL, place),
                path,
                41,
                found,
                weak=found.precision < Precision.DAY,
            )
            return


def _in_path(path: str) -> moment.Moment | None:
    for hit in _FULL.finditer(path):
        if 1990 <= int(hit[1]) <= 2100:
            return moment.of_day(int(hit[1]), int(hit[2]), int(hit[3]))
    if (single := _SINGLE.search(path)) and 1990 <= int(single[1]) <= 2100:
        return moment.of_day(int(single[1]), int(single[2]), int(single[3]))
    if (named := _NAMED.search(path)) and named[2].lower() in _MONTHS:
        return moment.of_day(int(named[1]), _MONTHS.index(named[2].lower()) + 1, int(named[3]))
    month = _MONTH.search(path)
    return moment.of_month(int(month[1]), int(month[2])) if month else None


def http(
    headers: Headers, now: datetime | None, given: tuple[DateEvidence, ...] = ()
) -> Iterator[Ranked]:
    """``Last-Modified`` (RFC 9110 §8.8.2): weak, because servers stamp what they assemble.

    Left out when it is the moment of the answer, the epoch, in the future, or the same on other
    pages of the site (a hint of origin ``SHARED`` says so): then it is a deployment's.
    """
    value = header(headers, "Last-Modified")
    changed = http_date(value)
    if value is None or changed is None or changed.year < 1990:
        return
    if any(hint.origin == SHARED and hint.earliest == changed for hint in given):
        return
    answered = http_date(header(headers, "Date"))
    limit = min((at for at in (answered, now) if at is not None), default=None)
    if limit is not None and changed > limit - _SAME:
        return
    found = moment.Moment(changed, changed, Precision.SECOND, Zone.STATED, changed.date())
    origin = Origin(OriginKind.HTTP_HEADER, "Last-Modified")
    yield from_moment(DateKind.MODIFIED, origin, value, 70, found, weak=True)


def shared(changed: datetime, quote: str) -> DateEvidence:
    """The hint that other pages of the site answer with this ``Last-Modified``."""
    exact = (changed, changed, Precision.SECOND, Zone.STATED)
    return DateEvidence(DateKind.MODIFIED, *exact, SHARED, quote, weak=True)


def http_date(value: str | None) -> datetime | None:
    """A date as HTTP writes it, or None."""
    if not value or len(value) > 80:
        return None
    try:
        parsed = parsedate_to_datetime(value)
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def hints(given: tuple[DateEvidence, ...]) -> Iterator[Ranked]:
    """Feed and sitemap dates: reasons to check, never proofs (trap 5), so weak here."""
    for date in given:
        if date.origin == SHARED:
            continue
        found = moment.Moment(
            date.earliest,
            date.latest,
            date.precision,
            date.zone,
            date.earliest.date(),
            note=date.note,
        )
        yield from_moment(date.kind, date.origin, date.quote, 60, found, weak=True)


def captured(at: datetime | None) -> DateEvidence | None:
    """The capture as evidence: the text is not younger than this."""
    if at is None:
        return None
    origin = Origin(OriginKind.CAPTURE, "capture")
    return DateEvidence(
        DateKind.CAPTURED, at, at, Precision.SECOND, Zone.STATED, origin, at.isoformat()
    )
