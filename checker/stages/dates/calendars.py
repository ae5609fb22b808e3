"""Years and days of calendars other than the Gregorian: Thai, Persian, Japanese eras."""

from datetime import date

from checker.data import table

_ERAS: dict[str, int] = table("dates.toml")["eras"]
_BUDDHIST = range(2400, 2701)  # 1857 to 2157
_SOLAR_HIJRI = range(1200, 1501)  # 1821 to 2121
_EPOCH = -355_668 - 366 + 1  # so that ``date.fromordinal`` gives the Gregorian day


def of_era(name: str, year: int) -> int:
    """The Gregorian year: 令和6 is 2024."""
    return _ERAS[name] + year


def buddhist(year: int) -> int | None:
    """The Gregorian year of a Thai year of the usual range: 2567 is 2024."""
    return year - 543 if year in _BUDDHIST else None


def persian(year: int, month: int, day: int) -> tuple[int, int, int] | None:
    """The Gregorian day of a Solar Hijri one; None beyond 1200 to 1500 or where it has none.

    The 33-year cycle of leap years, which is exact for the years here.
    """
    if year not in _SOLAR_HIJRI or not 1 <= month <= 12 or not 1 <= day <= 31 - (month > 6):
        return None
    if month == 12 and day == 30 and _first(year + 1) - _first(year) < 366:
        return None
    before = (month - 1) * 31 if month < 7 else (month - 7) * 30 + 186
    found = date.fromordinal(_first(year) + before + day - 1)
    return found.year, found.month, found.day


def _first(year: int) -> int:
    """The ordinal of the first of Farvardin."""
    shifted = year + 1595
    return _EPOCH + 365 * shifted + shifted // 33 * 8 + (shifted % 33 + 3) // 4 + 1
