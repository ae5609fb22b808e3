"""The shapes in which pages write dates; everything else is left to dateutil, under guard.

``find`` scans running text, ``read`` a value that should be one date. Both are linear: no
pattern has a quantifier inside a quantifier, and month names are looked up, not alternated.
"""

import re
from collections.abc import Iterator
from datetime import tzinfo
from zoneinfo import ZoneInfo

from checker.data import table
from checker.stages.dates import loose, moment
from checker.stages.dates.moment import Moment

MAX_VALUE = 200  # characters of a value; longer ones are no dates

_DATA = table("dates.toml")
_MONTHS = {
    name: number
    for names in _DATA["months"].values()
    for number, variants in enumerate(names, start=1)
    for name in variants.split()
}
_ZONES: dict[str, int] = _DATA["zones"]
_SEASONAL: dict[str, str] = _DATA["seasonal"]

_CLOCK = (
    r"(?:[\s,;|@–—/(-]{0,4}(?:(?:at|um|à|a las|às|alle|ore|om|kl\.?|o|ob|в|klo)\s{1,2})?[Tt]?"
    r"(?P<H>\d{1,2})(?:[:.hH](?P<M>\d{2})(?:[:.](?P<S>\d{2})(?:[.,]\d{1,9})?)?(?!\d)"
    r"|(?=\s?[ap]\.?m))"
    r"(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\b\.?)?"
    r"(?:\s?(?:Uhr|uur|Hrs|hrs|h)\b)?"
    r"(?:\s?\(?(?P<Z>Z\b|(?:UTC|GMT)?\s?[+−-]\d{1,2}(?::?\d{2})?(?![\d-])|[A-Z]{2,4}\b))?)?"
)
_SEP = r"[\s,.\u00a0-]{0,3}"
_PATTERNS = tuple(
    re.compile(pattern + _CLOCK)
    for pattern in (
        r"(?<![\d.,/-])(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]?",
        r"(?<![\d.,])(?P<d>\d{1,2})(?:st|nd|rd|th|er|ª|º|°|\.)?" + _SEP + r"(?:(?:de|of|di|van)\s)?"
        r"(?P<name>[^\W\d_]{3,14})\.?" + _SEP + r"(?:(?:de|del|do|of)\s)?(?P<y>\d{4}|'\d{2})(?!\d)",
        (
            r"(?P<name>[^\W\d_]{3,14})\.?\s{0,2}(?P<d>\d{1,2})(?:st|nd|rd|th)?\.?,?\s{0,3}"
            r"(?:de\s)?(?P<y>\d{4}|'\d{2})(?!\d)"
        ),
        (
            r"(?<![\d.,/:-])(?P<a>\d{1,2})(?P<sep>[./-])\s?(?P<b>\d{1,2})(?P=sep)\s?"
            r"(?P<y>\d{4}(?!:\d)|\d{2})(?![\d/])"
        ),
    )
)
_DIGITS = re.compile(r"\d")
_MONTH = re.compile(r"(?P<name>[^\W\d_]{3,14})\.?,?\s{1,2}(?:(?:de|of)\s)?(?P<y>\d{4})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?")
_PARTIAL = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?")
_EPOCH = re.compile(r"(1\d{9}|9\d{8})(\d{3})?")
_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+−-])(\d{1,2}):?(\d{2})?")

Found = tuple[int, int, tuple[Moment, ...]]


def read(value: str, *, day_first: bool | None = None) -> tuple[Moment, ...]:
    """What *value* means: nothing, one reading, or two doubtful ones (``day_first`` unknown)."""
    text = value.strip()
    if not text or len(text) > MAX_VALUE or not text.isprintable():
        return ()
    for exact in (_compact(text), _partial(text)):
        if exact is not None:
            return (exact,)
    for _, _, readings in find(text, day_first=day_first):
        return readings
    if (named := _MONTH.search(text)) and (month := _MONTHS.get(named["name"].lower())):
        found = moment.of_month(int(named["y"]), month)
        return (found,) if found else ()
    found = loose.read(text, day_first=day_first)
    return (found,) if found else ()


def find(text: str, *, day_first: bool | None = None) -> Iterator[Found]:
    """(start, end, readings) of every day written in *text*, in order, none overlapping."""
    if _DIGITS.search(text) is None:
        return
    hits = [hit for pattern in _PATTERNS for hit in pattern.finditer(text)]
    end = 0
    for hit in sorted(hits, key=lambda found: (found.start(), -found.end())):
        if hit.start() < end:
            continue
        if readings := _readings(hit, day_first):
            end = hit.end()
            yield hit.start(), end, readings


def _readings(hit: re.Match[str], day_first: bool | None) -> tuple[Moment, ...]:
    parts = hit.groupdict()
    year, note = _year(parts["y"])
    if "a" not in parts:
        named = parts.get("name")
        month = _MONTHS.get(named.lower(), 0) if named else int(parts["m"])
        return _kept([_moment(hit, (year, month, int(parts["d"])))], note)
    first, second = int(parts["a"]), int(parts["b"])
    if parts["sep"] == "." or first > 12:
        day_first = True
    elif second > 12:
        day_first = False
    days = ((year, second, first), (year, first, second))
    if day_first is None and first != second:
        doubtful = [
            found.doubted(f"or {other[0]}-{other[1]:02}-{other[2]:02}: day and month unclear")
            for day, other in (days, days[::-1])
            if (found := _moment(hit, day))
        ]
        return _kept(list(doubtful), note)
    return _kept([_moment(hit, days[day_first is False])], note)


def _kept(found: list[Moment | None], note: str) -> tuple[Moment, ...]:
    kept = [one for one in found if one is not None]
    return tuple(one.doubted(note) if note else one for one in kept)


def _year(digits: str) -> tuple[int, str]:
    if len(digits) == 4:
        return int(digits), ""
    short = int(digits.strip("'"))
    return (2000 if short < 70 else 1900) + short, ""


def _moment(hit: re.Match[str], day: tuple[int, int, int]) -> Moment | None:
    if hit["H"] is None:
        return moment.of_day(*day)
    hour = int(hit["H"])
    if hit["half"]:
        if not 1 <= hour <= 12:
            return moment.of_day(*day)
        hour = hour % 12 + (12 if hit["half"] in "Pp" else 0)
    second = int(hit["S"]) if hit["S"] else None
    return moment.of_time(day, (hour, int(hit["M"] or 0), second), zone(hit["Z"]))


def zone(name: str | None) -> tzinfo | None:
    """The zone that ``Z``, ``+02:00``, ``GMT+2``, ``CEST`` or ``ET`` names, or None."""
    if not name:
        return None
    text = name.strip()
    if shift := _OFFSET.fullmatch(text):
        minutes = int(shift[2]) * 60 + int(shift[3] or 0)
        return moment.offset(minutes if shift[1] == "+" else -minutes)
    key = text.lower()
    if key in _SEASONAL:
        return ZoneInfo(_SEASONAL[key])
    return moment.offset(_ZONES[key]) if key in _ZONES else None


def _compact(text: str) -> Moment | None:
    if epoch := _EPOCH.fullmatch(text):
        return moment.of_epoch(int(epoch[1]))
    parts = _COMPACT.fullmatch(text)
    if parts is None:
        return None
    day = (int(parts[1]), int(parts[2]), int(parts[3]))
    if parts[4] is None:
        return moment.of_day(*day)
    clock = (int(parts[4]), int(parts[5]), int(parts[6]) if parts[6] else None)
    return moment.of_time(day, clock, zone(parts[7]))


def _partial(text: str) -> Moment | None:
    parts = _PARTIAL.fullmatch(text)
    if parts is None:
        return None
    year = int(parts[1])
    return moment.of_month(year, int(parts[2])) if parts[2] else moment.of_year(year)
