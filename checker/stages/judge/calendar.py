"""Ages and lifetimes by the calendar: no day falls between "days", "months" and "years"."""

from calendar import monthrange
from datetime import MAXYEAR, UTC, datetime, timedelta

_LAST_MOMENT = datetime.max.replace(tzinfo=UTC)
_YEAR = timedelta(days=365)  # how the configuration counts a "y"


def add_months(start: datetime, months: int) -> datetime:
    """*months* later at the same time of day; 31 January + 1 is the last of February.

    Beyond year 9999 it is the last moment of that year.
    """
    total = start.year * 12 + start.month - 1 + months
    year, month = total // 12, total % 12 + 1
    if year > MAXYEAR:
        return _LAST_MOMENT
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))


def lapse(latest: datetime, lifetime: timedelta) -> datetime:
    """When something dated *latest* at the latest has outlived *lifetime*.

    Whole years are calendar years: "2y" from 31 March 2017 ends on 31 March 2019, whatever leap
    days lie between. Other lifetimes are exact.
    """
    years, rest = divmod(lifetime, _YEAR)
    if not rest:
        return add_months(latest, 12 * years)
    try:
        return latest + lifetime
    except OverflowError:
        return _LAST_MOMENT


def age(then: datetime, now: datetime) -> tuple[int, int, int]:
    """Full years, months and days from *then* to *now*; zeros if *then* is not past."""
    if now <= then:
        return 0, 0, 0
    months = (now.year - then.year) * 12 + now.month - then.month
    if add_months(then, months) > now:
        months -= 1
    days = (now - add_months(then, months)).days
    return months // 12, months % 12, days


def age_words(then: datetime, now: datetime) -> str:
    """``"9 years"``, ``"1 year and 3 months"``, ``"7 months"``, ``"12 days"``, ``"less than a day"``."""
    years, months, days = age(then, now)
    if years > 1 or (years and not months):
        return _count(years, "year")
    if years:
        return f"{_count(years, 'year')} and {_count(months, 'month')}"
    if months:
        return _count(months, "month")
    return _count(days, "day") if days else "less than a day"


def length_words(length: timedelta) -> str:
    """A lifetime in its largest whole unit: ``"2 years"``, ``"30 days"``, ``"36 hours"``."""
    for unit, size in (
        ("year", _YEAR),
        ("day", timedelta(days=1)),
        ("hour", timedelta(hours=1)),
        ("minute", timedelta(minutes=1)),
    ):
        if length >= size and not length % size:
            return _count(length // size, unit)
    return _count(int(length.total_seconds()), "second")


def _count(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"
