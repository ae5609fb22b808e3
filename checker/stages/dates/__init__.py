"""Every date that a page gives, with its origin and precision, and what is decided from them.

Origins are ranked as data (``checker/data/dates.toml`` and the ranks in this package): what the
page states for machines about itself, then what it shows beside its headline, then its address.
``Last-Modified``, feeds, captions and text are weak: they bound or hint and never decide.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from checker.model import (
    Bounds,
    DateEvidence,
    DateKind,
    Dates,
    Headers,
    OriginKind,
    Precision,
)
from checker.stages.dates import outside, structured, visible
from checker.stages.dates.ranked import Ranked, day_first
from checker.stages.page import Page

__all__ = ["extract"]

MAX_EVIDENCE = 200
_SLACK = timedelta(days=1)  # a day of unknown zone may have begun already somewhere
_OLDEST = 1850  # a stamp before it is a mistake or a story's setting, not its publication
_DECIDABLE = frozenset({DateKind.PUBLISHED, DateKind.MODIFIED})


def extract(
    page: Page,
    *,
    headers: Headers = (),
    hints: tuple[DateEvidence, ...] = (),
    captured_at: datetime | None = None,
    now: datetime | None = None,
) -> Dates:
    """All evidence, best first, and the decision. Never raises; linear in the page.

    ``now`` is used only to mark dates that lie in its future; ``hints`` are dates that a feed or
    sitemap gave. Precision and zone are as written: midnight counts as a day (trap 7).
    """
    found = [
        *_stated(page),
        *outside.address(page),
        *outside.http(headers, now),
        *outside.hints(hints),
    ]
    marked = [_judged(item, now) for item in found]
    ordered = sorted(_once(marked), key=lambda item: (item.date.weak, item.rank))
    capture = outside.captured(captured_at)
    evidence = tuple(item.date for item in ordered[:MAX_EVIDENCE])
    return Dates(
        published=_decide(ordered, DateKind.PUBLISHED),
        modified=_decide(ordered, DateKind.MODIFIED),
        bounds=_bounds([item.date for item in ordered], capture, now),
        evidence=(*evidence, capture) if capture else evidence,
    )


def _stated(page: Page) -> Iterator[Ranked]:
    """What stands on the page itself."""
    customs = day_first(page)
    yield from structured.json_ld(page, customs)
    yield from structured.metas(page, customs)
    yield from structured.microdata(page, customs)
    yield from structured.front(page, customs)
    yield from visible.times(page, customs)
    around = visible.around(page)
    yield from visible.bylines(page, around, customs)
    yield from visible.mentions(page, around, customs)


def _judged(item: Ranked, now: datetime | None) -> Ranked:
    """Marks what can't be a time stamp; a date in the future stays, to be reported."""
    date = item.date
    if date.kind in _DECIDABLE and date.earliest.year < _OLDEST:
        return replace(item, date=_noted(date, "too long ago to be a time stamp", weak=True))
    if now is not None and date.kind in _DECIDABLE and date.earliest > now + _SLACK:
        return replace(item, date=_noted(date, "in the future", weak=date.weak))
    return item


def _noted(date: DateEvidence, note: str, *, weak: bool) -> DateEvidence:
    return replace(date, weak=weak, note="; ".join(filter(None, (date.note, note))))


def _once(found: list[Ranked]) -> Iterator[Ranked]:
    seen = set()
    for item in found:
        date = item.date
        key = (date.kind, date.earliest, date.latest, date.origin, date.weak)
        if key not in seen:
            seen.add(key)
            yield item


def _decide(ordered: list[Ranked], kind: DateKind) -> DateEvidence | None:
    """The best evidence that may decide; if it is a bare day, the best instant on that day."""
    able = [
        item
        for item in ordered
        if item.date.kind is kind and not item.date.weak and item.date.precision >= Precision.DAY
    ]
    if not able:
        return None
    best = able[0]
    if best.date.precision is Precision.DAY:
        finer = (
            item
            for item in able
            if item.day == best.day and item.date.precision > Precision.DAY and item.rank < 41
        )
        best = next(finer, best)
    return best.date


def _bounds(
    dates: list[DateEvidence], capture: DateEvidence | None, now: datetime | None
) -> Bounds:
    """Not before the latest past day that the text names; not after capture or Last-Modified."""
    limits = [date for date in dates if date.origin.kind is OriginKind.HTTP_HEADER]
    ends = [*limits, *([capture] if capture else [])]
    not_after = min(ends, key=lambda date: date.latest, default=None)
    horizon = not_after.latest if not_after else now
    named = [
        date
        for date in dates
        if date.kind is DateKind.MENTIONED
        and "unclear" not in date.note
        and visible.TO_COME not in date.note
        and date.precision >= Precision.DAY
        and (horizon is None or date.earliest <= horizon)
    ]
    return Bounds(max(named, key=lambda date: date.earliest, default=None), not_after)
