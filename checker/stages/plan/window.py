"""Hours of the day outside of which nothing is asked.

Both ends are times on a wall clock, so a night in which clocks are changed is an hour longer or
shorter. Where the clock is put forward over one, it counts as so much later.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from checker.model import Hours

# How much of the time is used for what waited for its beginning: some is left for what runs late.
USED = 0.8


def is_open(hours: Hours, moment: datetime) -> bool:
    """Whether *moment* lies within *hours*."""
    now = moment.astimezone(ZoneInfo(hours.zone)).time()
    if hours.starts <= hours.ends:
        return hours.starts <= now < hours.ends
    return now >= hours.starts or now < hours.ends


def within(hours: Hours | None, moment: datetime, place: float) -> datetime:
    """*moment*, or where it lies outside of *hours* a moment in the next ones, in UTC.

    *place*, 0 … 1, says where in them, so that what waits for the evening is not due all at once.
    """
    if hours is None or is_open(hours, moment):
        return moment
    zone = ZoneInfo(hours.zone)
    day = moment.astimezone(zone).date()
    for ahead in range(3):  # a zone may leave a day out
        try:
            first = day + timedelta(days=ahead)
            last = first + timedelta(days=hours.ends <= hours.starts)
            start = datetime.combine(first, hours.starts, zone).astimezone(UTC)
            end = datetime.combine(last, hours.ends, zone).astimezone(UTC)
        except OverflowError:
            break
        if start >= moment:
            found = start + max(end - start, timedelta(0)) * USED * place
            # Where clocks are changed over an end, the wall may say otherwise than the sum.
            return found if is_open(hours, found) else start
    return moment


def spoken(hours: Hours) -> str:
    """As people read it."""
    return f"between {hours.starts:%H:%M} and {hours.ends:%H:%M} {hours.zone}"
