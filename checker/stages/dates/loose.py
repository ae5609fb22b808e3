"""dateutil for the shapes that the grammar does not know, guarded against what it makes up.

``parse("10")`` is the 10th of this month and ``parse("2024")`` today's day in 2024: a field that
was not written is filled from a default. So it is asked twice with defaults that differ in every
field, and only what both answers share was written. Zones are those of our table: its own would
make every unknown name, and some known ones, local time or UTC.
"""

import re
from datetime import datetime, timedelta, timezone, tzinfo

from dateutil import parser

from checker.stages.dates import clock, moment
from checker.stages.dates.customs import Customs
from checker.stages.dates.moment import Moment

_ONE = datetime(2001, 2, 3, 4, 5, 6)  # noqa: DTZ001 - dateutil fills naive defaults
_TWO = datetime(2012, 11, 12, 13, 14, 15)  # noqa: DTZ001
_PLAUSIBLE = re.compile(r"\d{4}")


def read(text: str, customs: Customs, *, day_first: bool) -> Moment | None:
    """The day or instant that *text* states in full (year, month and day), or None."""
    if len(text) > 80 or not _PLAUSIBLE.search(text):
        return None

    def zone(name: str | None, seconds: int | None) -> tzinfo | None:
        if seconds is not None:
            return timezone(timedelta(seconds=seconds))
        return clock.zone(name, customs)[0]

    try:
        one, two = (
            parser.parse(text, default=default, dayfirst=day_first, tzinfos=zone)
            for default in (_ONE, _TWO)
        )
    except (ValueError, OverflowError, TypeError, AttributeError, IndexError, RecursionError):
        return None
    if one.date() != two.date():
        return None
    day = (one.year, one.month, one.day)
    if one.hour != two.hour:
        return moment.of_day(*day)
    minute = one.minute if one.minute == two.minute else None
    second = one.second if one.second == two.second else None
    return moment.of_time(day, (one.hour, minute, second), one.tzinfo)
