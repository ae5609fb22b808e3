"""When a recipient's next mail goes out: slots on a wall clock, hours of quiet, and a pause.

A slot is an instant at which mail may go out. What is raised goes out at the first slot after it,
and one slot sends one mail, so nothing has to be remembered but when the last mail was composed.
Where a clock is put forward over a slot's time the slot comes as much later (02:30 becomes 03:30);
where it is put back the slot is the first of the two: neither skipped nor doubled.
"""

from datetime import UTC, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from checker.model import Cadence, Pace

PAUSE = timedelta(minutes=15)  # between two mails of the cadence "immediately"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def due_at(
    cadence: Cadence, oldest: datetime, last: datetime | None, *, pause: timedelta = PAUSE
) -> datetime:
    """When the mail is due that tells what was raised at *oldest* and later, in UTC.

    *last* is when this recipient's mail before was composed. With "immediately" the first mail goes
    at once and what follows it waits for *pause* to pass: a storm is a few digests.
    """
    if cadence.pace is Pace.IMMEDIATELY:
        ready = oldest if last is None else max(oldest, last + pause)
    else:
        ready = next_slot(cadence, oldest if last is None else max(oldest, last))
    return _after_quiet(cadence, ready)


def next_slot(cadence: Cadence, after: datetime) -> datetime:
    """The first slot later than *after*, in UTC; with "immediately" there is one always."""
    local = after.astimezone(ZoneInfo(cadence.zone))
    match cadence.pace:
        case Pace.IMMEDIATELY:
            return after
        case Pace.HOURLY:
            into = timedelta(
                minutes=local.minute, seconds=local.second, microseconds=local.microsecond
            )
            return after.astimezone(UTC) - into + timedelta(hours=1)
        case Pace.DAILY:
            days = range(3)
        case Pace.WEEKLY:
            to_go = (cadence.weekday - local.weekday()) % 7
            days = range(to_go, to_go + 15, 7)
        case _:
            assert_never(cadence.pace)
    slots = (_on_wall(cadence, local + timedelta(days=ahead), cadence.at) for ahead in days)
    # A day that a zone left out (Samoa, 30 December 2011) falls together with the one after it.
    return next(slot for slot in slots if slot > after)


def is_quiet(cadence: Cadence, moment: datetime) -> bool:
    """Whether *moment* falls into the recipient's hours of quiet."""
    if cadence.quiet is None:
        return False
    start, end = cadence.quiet
    now = moment.astimezone(ZoneInfo(cadence.zone)).time()
    return start <= now < end if start <= end else now >= start or now < end


def _after_quiet(cadence: Cadence, moment: datetime) -> datetime:
    if cadence.quiet is None or not is_quiet(cadence, moment):
        return moment
    start, end = cadence.quiet
    local = moment.astimezone(ZoneInfo(cadence.zone))
    over_midnight = start > end and local.time() >= start
    over = _on_wall(cadence, local + timedelta(days=over_midnight), end)
    return max(over, moment)  # the hour that comes twice: the quiet ended in its first run


def _on_wall(cadence: Cadence, day: datetime, at: time) -> datetime:
    return datetime.combine(day.date(), at, ZoneInfo(cadence.zone)).astimezone(UTC)


def spoken(cadence: Cadence) -> str:
    """As the configuration writes it: ``"weekly on Monday at 08:00"``."""
    match cadence.pace:
        case Pace.DAILY:
            words = f"daily at {cadence.at:%H:%M}"
        case Pace.WEEKLY:
            words = f"weekly on {WEEKDAYS[cadence.weekday]} at {cadence.at:%H:%M}"
        case Pace.IMMEDIATELY | Pace.HOURLY:
            words = cadence.pace.value
        case _:
            assert_never(cadence.pace)
    return words
