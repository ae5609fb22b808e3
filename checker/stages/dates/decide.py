"""From all evidence to one stamp of a kind: the best that may decide, its instant, its day."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from checker.model import DateEvidence, DateKind, OriginKind, Precision, Zone
from checker.stages.dates.grammar import UNCLEAR
from checker.stages.dates.ranked import Ranked

URL_RANK = 41
_SLACK = timedelta(days=1)  # a day of unknown zone may have begun already somewhere
_OLDEST = 1850  # a stamp before it is a mistake or a story's setting, not its publication
_DECIDABLE = frozenset({DateKind.PUBLISHED, DateKind.MODIFIED})
_JUST_NOW = timedelta(minutes=2)
_DYNAMIC = "the moment of the capture: the page may always say now"
SAME = timedelta(seconds=61)
_QUARTER = 15 * 60  # seconds: every offset from UTC is a multiple
WEST, EAST = timedelta(hours=-8), timedelta(hours=13)  # where most of the world's news is made
_SHOWN = frozenset({"labelled", "beside the headline"})
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::\d{2})?\s?([AaPp])?")


def prepared(
    found: Iterable[Ranked], now: datetime | None, captured_at: datetime | None = None
) -> list[Ranked]:
    """Each statement once, best first; what can't be a stamp is marked, what is unclear settled."""
    marked = [_judged(item, now, captured_at) for item in found]
    days = {item.day for item in marked if UNCLEAR not in item.date.note and _is_stamp(item)}
    settled = (_settled(item, days) for item in marked)
    return sorted(_once(settled), key=lambda item: (item.date.weak, item.rank))


def _is_stamp(item: Ranked) -> bool:
    return item.date.kind in _DECIDABLE and not item.date.weak


def _settled(item: Ranked, days: set[dt.date]) -> Ranked:
    """03/04 is read as the day that another statement on the page gives, if one does."""
    if UNCLEAR in item.date.note and item.date.kind in _DECIDABLE and item.day in days:
        note = "day and month as in another date of the page"
        return replace(item, date=replace(item.date, weak=False, note=note))
    return item


def _judged(item: Ranked, now: datetime | None, captured_at: datetime | None) -> Ranked:
    """Marks what can't be a time stamp; a date in the future stays, to be reported."""
    date = item.date
    if date.kind in _DECIDABLE and date.earliest.year < _OLDEST:
        return replace(item, date=_noted(date, "too long ago to be a time stamp", weak=True))
    if now is not None and date.kind in _DECIDABLE and date.earliest > now + _SLACK:
        return replace(item, date=_noted(date, "in the future", weak=date.weak))
    if captured_at is not None and _is_the_capture(date, captured_at):
        return replace(item, date=_noted(date, _DYNAMIC, weak=date.weak))
    return item


def _is_the_capture(date: DateEvidence, captured_at: datetime) -> bool:
    """A template that prints the time of the request; or a page that changed just then."""
    return (
        date.kind in _DECIDABLE
        and date.precision >= Precision.MINUTE
        and abs(date.earliest - captured_at) < _JUST_NOW
    )


def _noted(date: DateEvidence, note: str, *, weak: bool) -> DateEvidence:
    return replace(date, weak=weak, note="; ".join(filter(None, (date.note, note))))


def _once(found: Iterable[Ranked]) -> Iterator[Ranked]:
    seen = set()
    for item in found:
        date = item.date
        key = (date.kind, date.earliest, date.latest, date.origin, date.weak)
        if key not in seen:
            seen.add(key)
            yield item


def stamp(ordered: list[Ranked], kind: DateKind) -> DateEvidence | None:
    """The best evidence that may decide; if it is a bare day, the best instant on that day."""
    able = [
        item
        for item in ordered
        if item.date.kind is kind and not item.date.weak and item.date.precision >= Precision.DAY
    ]
    if not able:
        return _month(ordered, kind)
    best = able[0]
    if best.date.precision is Precision.DAY:
        finer = (
            item
            for item in able
            if item.day == best.day and item.date.precision > Precision.DAY and item.rank < URL_RANK
        )
        best = next(finer, best)
    return _localised(best, able)


def _month(ordered: list[Ranked], kind: DateKind) -> DateEvidence | None:
    """Where no day is stated: the month that a line names as that of the last change."""
    if kind is not DateKind.MODIFIED:
        return None
    months = (one.date for one in ordered if one.date.kind is kind and not one.date.weak)
    return next(
        (
            date
            for date in months
            if date.precision is Precision.MONTH and date.origin.kind is OriginKind.BYLINE
        ),
        None,
    )


def _localised(best: Ranked, able: list[Ranked]) -> DateEvidence:
    """An instant that is stated in UTC, with the day on which it fell where it was published."""
    date = best.date
    if date.precision is Precision.DAY or not in_utc(date):
        return date
    others = [item for item in able if item is not best]
    for item in others:
        if _is_same_instant(date, item.date) or _is_same_clock(date, item.date):
            return item.date
    for item in others:
        if (day := _local_day(date, item)) is not None:
            if day == date.day:
                return date
            place = f"{item.date.origin.kind}, {item.date.origin.place}"
            note = f"{day.isoformat()} where it was published ({place})"
            return replace(_noted(date, note, weak=False), day=day)
    return date


def in_utc(date: DateEvidence) -> bool:
    return date.day == date.earliest.astimezone(UTC).date() and (
        date.zone is Zone.ASSUMED_UTC
        or date.quote.endswith(("Z", "+00:00", "+0000", "GMT"))
        or date.note.startswith("Unix")
    )


def _is_same_instant(date: DateEvidence, other: DateEvidence) -> bool:
    """The same moment stated with a zone of its own."""
    return (
        other.zone is Zone.STATED
        and date.zone is Zone.STATED
        and other.day != date.day
        and other.precision >= Precision.MINUTE
        and abs(other.earliest - date.earliest) < SAME
    )


def _is_same_clock(date: DateEvidence, other: DateEvidence) -> bool:
    """The same time on the same day, here without a zone and there with one."""
    return (
        date.zone is Zone.ASSUMED_UTC
        and other.zone is Zone.STATED
        and other.day == date.day
        and other.precision >= Precision.MINUTE
        and _shown(other.quote) == f"{date.earliest:%H:%M}"
    )


def _shown(quote: str) -> str:
    """The first time of day in a quote; only ``12:00`` and later need no thought of AM and PM."""
    found = _CLOCK.search(quote)
    if found is None:
        return ""
    hour = int(found[1]) % 12 + (12 if found[3] in set("pP") else 0) if found[3] else int(found[1])
    return f"{hour:02}:{found[2]}"


def _local_day(date: DateEvidence, item: Ranked) -> dt.date | None:
    """The day of another statement if it tells where it was published: this or the one beside."""
    other = item.date
    if date.day is None or abs((item.day - date.day).days) > 1:
        return None
    if other.precision >= Precision.MINUTE and other.zone is Zone.ASSUMED_UTC:
        apart = other.earliest - date.earliest.replace(second=0)
        off = (apart.total_seconds() + _QUARTER / 2) % _QUARTER - _QUARTER / 2
        return item.day if WEST <= apart <= EAST and abs(off) <= 60 else None
    if other.precision is not Precision.DAY or not _tells_local(other, item.day <= date.day):
        return None
    past = date.earliest - other.earliest  # since midnight UTC; locally less than a day
    return item.day if -EAST <= past < timedelta(days=1) - WEST else None


def _tells_local(other: DateEvidence, earlier: bool) -> bool:
    """What is shown at the headline; an address only if earlier (a later day is often planned)."""
    if other.origin.kind is OriginKind.URL:
        return earlier
    return other.origin.kind is OriginKind.BYLINE and other.origin.place in _SHOWN
