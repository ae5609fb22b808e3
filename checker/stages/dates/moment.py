"""A date as it was written: the interval it means, how exact it is, and whether a zone was said."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from checker.model import Precision, Zone

FIRST_YEAR, LAST_YEAR = 1400, 9990  # printing to this side of datetime's end in any zone
MIDNIGHT = "midnight: often means the day only"
_SECOND = timedelta(seconds=1)
Clock = tuple[int, int | None, int | None]  # hour, minute, second; None: not written


@dataclass(frozen=True, slots=True)
class Moment:
    """What a written date means. ``day`` is its calendar day as written, whatever the zone."""

    earliest: datetime
    latest: datetime
    precision: Precision
    zone: Zone
    day: date
    weak: bool = False
    note: str = ""

    def doubted(self, note: str) -> "Moment":
        return replace(self.noted(note), weak=True)

    def noted(self, note: str) -> "Moment":
        return replace(self, note="; ".join(filter(None, (self.note, note))))


def of_day(year: int, month: int, day: int, note: str = "") -> Moment | None:
    """That day, or None when the calendar has none (February 30, year 0)."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        first = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    last = first + timedelta(days=1) - _SECOND
    return _epoch(Moment(first, last, Precision.DAY, Zone.NONE, first.date(), note=note))


def of_month(year: int, month: int) -> Moment | None:
    """That month, or None."""
    first = of_day(year, month, 1)
    if first is None:
        return None
    following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return replace(first, latest=following - _SECOND, precision=Precision.MONTH)


def of_year(year: int) -> Moment | None:
    """That year, or None."""
    first = of_day(year, 1, 1)
    if first is None:
        return None
    last = datetime(year + 1, 1, 1, tzinfo=UTC) - _SECOND
    return replace(first, latest=last, precision=Precision.YEAR)


def of_time(day: tuple[int, int, int], clock: Clock, zone: tzinfo | None) -> Moment | None:
    """An instant, or the hour that is all that is written ("um 14 Uhr", "3 pm"); just the day
    where the clock shows midnight (trap 7) or what no clock shows."""
    hour, minute, second = clock[0], clock[1] or 0, clock[2]
    if (hour, minute, second or 0) == (0, 0, 0):
        return of_day(*day, note=MIDNIGHT)
    if hour > 23 or minute > 59 or (second or 0) > 60:
        return of_day(*day, note=f"{hour:02}:{minute:02} is no time")
    written = of_day(*day)
    if written is None:
        return None
    local = datetime(*day, hour, minute, min(second or 0, 59), tzinfo=zone or UTC)
    instant = local.astimezone(UTC)
    exact, length = _exactness(clock)
    last = instant + length
    stated = Zone.STATED if zone is not None else Zone.ASSUMED_UTC
    return _epoch(Moment(instant, last, exact, stated, local.date()))


def _exactness(clock: Clock) -> tuple[Precision, timedelta]:
    """How exact what is written is, and how far what it means reaches."""
    if clock[2] is not None:
        return Precision.SECOND, timedelta(0)
    if clock[1] is not None:
        return Precision.MINUTE, timedelta(minutes=1) - _SECOND
    return Precision.HOUR, timedelta(hours=1) - _SECOND


def of_epoch(seconds: int) -> Moment | None:
    """Seconds since 1970, as scripts write them."""
    try:
        instant = datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return _epoch(
        Moment(instant, instant, Precision.SECOND, Zone.STATED, instant.date(), note="Unix time")
    )


def _epoch(moment: Moment) -> Moment:
    if moment.day in (date(1970, 1, 1), date(1969, 12, 31)):
        return moment.doubted("the epoch: an empty field, not a date")
    return moment


def offset(minutes: int) -> timezone | None:
    """A fixed zone, or None beyond what exists (-12:00 to +14:00)."""
    return timezone(timedelta(minutes=minutes)) if -720 <= minutes <= 840 else None
