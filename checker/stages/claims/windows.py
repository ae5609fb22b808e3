"""From a named time and the day of writing to the window that it means, read as yet to come.

A weekday or a day without a year could be past or to come: this is the reading to come, and which
of the two is meant is for the clause to say (``clause``). Windows err to the late side: "next
Friday" ends with the later of the two Fridays that people mean by it, a season with the northern
one, which never ends before the southern one of that name.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from checker.model import Precision
from checker.stages.claims.named import Named

# Days: without a year, what lies further ahead was rather meant as past.
FAR_DAY = 215
FAR_MONTH = 290
_VAGUE = {"day": 14, "week": 60, "month": 365}  # "in the coming …", in days
_LAST_YEAR = 2200
_DECEMBER = 12
_QUARTER_MONTHS = 3
_MAX_COUNT = 600


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day; ``dated`` says that the words name the year themselves."""

    first: date
    last: date
    precision: Precision
    dated: bool = False


def window(one: Named, anchor: date | None) -> Window | None:
    """What it means when it was yet to come; None if it can't be (or not be told)."""
    try:
        found = _KINDS[one.time.kind](one, anchor)
    except (ValueError, OverflowError):  # 30 February, or beyond the calendar
        return None
    if found is None or found.last.year > _LAST_YEAR or found.last < found.first:
        return None
    return found if anchor is None or found.last >= anchor else None


def _day(one: Named, anchor: date | None) -> Window | None:
    found = _on(one.get("month"), one.get("day"), _year(one), one.get("weekday"), anchor)
    return Window(found, found, Precision.DAY, _year(one) is not None) if found else None


def _year(one: Named) -> int | None:
    year = one.get("year")
    if year is None and (short := one.get("short_year")) is not None:
        year = short if short > 99 else 2000 + short
    return int(year) if year is not None else None


def _on(
    month: int, day: int, year: int | None, weekday: int | None, anchor: date | None
) -> date | None:
    """The day, in the nearest year to come if none is named; a weekday that is named decides."""
    if year is not None:
        return date(year, month, day)
    if anchor is None:
        return None
    ahead = [found for y in (anchor.year, anchor.year + 1) if (found := _valid(y, month, day))]
    ahead = [found for found in ahead if 0 <= (found - anchor).days <= FAR_DAY]
    agreeing = [found for found in ahead if weekday is None or found.weekday() == weekday]
    return next(iter(agreeing), None)


def _valid(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if day <= monthrange(year, month)[1] else None


def _days(one: Named, anchor: date | None) -> Window | None:
    """A stretch of days: the year is that of its end."""
    year, month, day = _year(one), one.get("month"), one.get("day")
    last = _on(one.get("month2") or month, one.get("day2"), year, one.get("weekday2"), anchor)
    if last is None:
        return None
    first = _valid(last.year, month, day)
    if first is None or first > last:
        first = _valid(last.year - 1, month, day)
    near = first is not None and (last - first).days <= FAR_MONTH
    return Window(first if first and near else last, last, Precision.DAY, year is not None)


def _iso(one: Named, _anchor: date | None) -> Window | None:
    year = _year(one)
    found = date(year, one.get("month_number"), one.get("day")) if year else None
    return Window(found, found, Precision.DAY, dated=True) if found else None


def _numbers(one: Named, anchor: date | None) -> Window | None:
    """Day and month in figures, with a year or without."""
    found = _on(one.get("month_number"), one.get("day"), _year(one), one.get("weekday"), anchor)
    return Window(found, found, Precision.DAY, _year(one) is not None) if found else None


def _month(one: Named, anchor: date | None) -> Window | None:
    month, year = one.get("month"), _year(one)
    if year is None:
        if anchor is None:
            return None
        year = anchor.year + (month < anchor.month)
        if (date(year, month, 1) - anchor).days > FAR_MONTH:
            return None
    first, last = _month_part(year, month, one.get("part"))
    return Window(first, last, Precision.MONTH, _year(one) is not None)


def _month_part(year: int, month: int, part: str | None) -> tuple[date, date]:
    end = monthrange(year, month)[1]
    days = {"early": (1, 10), "mid": (10, 20), "late": (20, end), "first_half": (1, 15)}
    first, last = days.get(part or "", (15 if part == "second_half" else 1, end))
    return date(year, month, first), date(year, month, last)


def _weekday(one: Named, anchor: date | None) -> Window | None:
    if anchor is None:
        return None
    later = one.time.said.get("which") == "next"
    first = anchor + timedelta((one.get("weekday") - anchor.weekday()) % 7)
    if later and first == anchor:
        first += timedelta(7)
    same_week = first.isocalendar()[:2] == anchor.isocalendar()[:2]
    last = first + timedelta(7) if later and same_week else first
    return Window(first, last, Precision.DAY)


def _offset(one: Named, anchor: date | None) -> Window | None:
    found = anchor and anchor + timedelta(one.time.said["days"])
    return Window(found, found, Precision.DAY) if found else None


def _period(one: Named, anchor: date | None) -> Window | None:
    unit = str(one.get("unit") or one.time.said.get("unit"))
    if anchor is None or unit not in _PERIODS:
        return None
    return _PERIODS[unit](anchor, one.time.said["shift"], one.get("part"))


def _week(anchor: date, shift: int, _part: str | None) -> Window:
    monday = anchor - timedelta(anchor.weekday()) + timedelta(7 * shift)
    sunday = monday + timedelta(6)
    if anchor.weekday() == 6 and not shift:  # on a Sunday "this week" is mostly the one to come
        sunday += timedelta(7)
    return Window(monday, sunday, Precision.DAY)


def _weekend(anchor: date, shift: int, _part: str | None) -> Window:
    sunday = anchor + timedelta(6 - anchor.weekday())
    return Window(sunday - timedelta(1), sunday + timedelta(7 * shift), Precision.DAY)


def _calendar_month(anchor: date, shift: int, part: str | None) -> Window:
    total = anchor.year * 12 + anchor.month - 1 + shift
    first, last = _month_part(total // 12, total % 12 + 1, part)
    return Window(first, last, Precision.MONTH)


def _calendar_quarter(anchor: date, shift: int, _part: str | None) -> Window:
    total = anchor.year * 4 + (anchor.month - 1) // _QUARTER_MONTHS + shift
    return _quarter_of(total // 4, total % 4 + 1)


def _quarter_of(year: int, number: int, *, dated: bool = False) -> Window:
    month = _QUARTER_MONTHS * number
    last = date(year, month, monthrange(year, month)[1])
    return Window(date(year, month - 2, 1), last, Precision.YEAR, dated)


def _calendar_year(anchor: date, shift: int, part: str | None) -> Window:
    return _year_part(anchor.year + shift, part)


def _year_part(year: int, part: str | None, *, dated: bool = False) -> Window:
    months = {"early": (1, 4), "mid": (5, 8), "late": (9, 12), "first_half": (1, 6)}
    first, last = months.get(part or "", (7 if part == "second_half" else 1, _DECEMBER))
    end = date(year, last, monthrange(year, last)[1])
    return Window(date(year, first, 1), end, Precision.YEAR, dated)


_PERIODS: Mapping[str, Callable[[date, int, str | None], Window]] = {
    "week": _week,
    "weekend": _weekend,
    "month": _calendar_month,
    "quarter": _calendar_quarter,
    "year": _calendar_year,
}


def _span(one: Named, anchor: date | None) -> Window | None:
    """So many units from the day of writing; "a few" is as long as people stretch it."""
    unit, count = one.get("unit"), one.get("number")
    if anchor is None or unit not in {"day", "week", "weekend", "month", "year"}:
        return None
    if count is None:
        last = anchor + timedelta(_VAGUE[unit]) if unit in _VAGUE else None
        return Window(anchor, last, Precision.YEAR) if last else None
    if count > _MAX_COUNT:
        return None
    if unit in {"day", "week"}:
        return Window(
            anchor, anchor + timedelta(count * (7 if unit == "week" else 1)), Precision.DAY
        )
    total = anchor.year * 12 + anchor.month - 1 + count * (12 if unit == "year" else 1)
    last = _month_part(total // 12, total % 12 + 1, None)[1]
    return Window(anchor, last, Precision.MONTH if unit == "month" else Precision.YEAR)


def _season(one: Named, anchor: date | None) -> Window | None:
    month, year = one.get("season"), _year(one)
    if year is None and anchor is None:
        return None
    if year is not None:
        ends = year + (month == _QUARTER_MONTHS)
    else:
        assert anchor is not None
        ends = anchor.year + (month < anchor.month) + (one.time.said.get("which") == "next")
    last = date(ends, month, monthrange(ends, month)[1])
    return Window(last - timedelta(120), last, Precision.YEAR, year is not None)


def _quarter(one: Named, anchor: date | None) -> Window | None:
    year = _year(one)
    if year is None and anchor is None:
        return None
    said = one.get("q")
    number = said if isinstance(said, int) else one.time.said["numbers"][said]
    return _quarter_of(year or (anchor.year if anchor else 0), number, dated=year is not None)


def _year_window(one: Named, _anchor: date | None) -> Window | None:
    year = _year(one)
    return _year_part(year, one.get("part"), dated=True) if year is not None else None


def _past(_one: Named, _anchor: date | None) -> Window | None:
    return None


_KINDS: Mapping[str, Callable[[Named, date | None], Window | None]] = {
    "past": _past,
    "day": _day,
    "days": _days,
    "iso": _iso,
    "numbers": _numbers,
    "month": _month,
    "weekday": _weekday,
    "offset": _offset,
    "period": _period,
    "span": _span,
    "season": _season,
    "quarter": _quarter,
    "year": _year_window,
}
