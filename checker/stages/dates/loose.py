"""dateutil for the shapes that the grammar does not know, guarded against what it makes up.

``parse("10")`` is the 10th of this month and ``parse("2024")`` today's day in 2024: a field that
was not written is filled from a default. So it is asked twice with defaults that differ in every
field, and only what both answers share was written.
"""

import re
from datetime import datetime

from dateutil import parser

from checker.stages.dates import moment
from checker.stages.dates.moment import Moment

_ONE = datetime(2001, 2, 3, 4, 5, 6)  # noqa: DTZ001 - dateutil fills naive defaults
_TWO = datetime(2012, 11, 12, 13, 14, 15)  # noqa: DTZ001
_PLAUSIBLE = re.compile(r"\d{4}")


def read(text: str, *, day_first: bool | None) -> Moment | None:
    """The day or instant that *text* states in full (year, month and day), or None."""
    if len(text) > 80 or not _PLAUSIBLE.search(text):
        return None
    try:
        one, two = (
            parser.parse(text, default=default, dayfirst=bool(day_first), ignoretz=True)
            for default in (_ONE, _TWO)
        )
    except (ValueError, OverflowError, TypeError, AttributeError, IndexError, RecursionError):
        return None
    if one.date() != two.date():
        return None
    day = (one.year, one.month, one.day)
    if (one.hour, one.minute) != (two.hour, two.minute):
        return moment.of_day(*day)
    second = one.second if one.second == two.second else None
    return moment.of_time(day, (one.hour, one.minute, second), None)
