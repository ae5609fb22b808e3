"""The shapes in which pages write dates; everything else is left to dateutil, under guard.

``find`` scans running text, ``read`` a value that should be one date. Both are linear: no
pattern has a quantifier inside a quantifier, names are looked up, not alternated, and text is
looked at only around what may be a year.
"""

import re
from collections.abc import Iterator

from checker.stages.dates import calendars, clock, likely, loose, moment, names
from checker.stages.dates.customs import UNKNOWN, Customs
from checker.stages.dates.moment import Moment

MAX_VALUE = 200  # characters of a value; longer ones are no dates

_NAME = r"(?P<name>[^\W\d_][^\s\d.,;:/|()<>–—_-]{1,15}|[ก-ฮ]\S{0,3}\.\s?[ก-ฮ]\.)"
_YEAR = (
    r"(?P<y>\d{4}(?=\d{1,2}:\d\d\s?[AaPp])|\d{4}(?!\d)|'\d{2}(?!\d)|(?<=[A-Za-z]-)\d{2}(?![\d-]))"
)
_SEP = r"[\s,./\u00a0-]{0,3}"
_ALSO = r"(?:/[^\W\d_]{3,12})?"  # Levantine and Egyptian names of a month in one
_OF = r"(?:(?:de|del|do|of|di|van|da|das|dos|año|năm)\s{1,2}|(?:de )?d['’]|(?:พ|ค)\.ศ\.\s?)?"
_SIGNS = re.compile("[-/.]")
_ANY = re.compile("")
# A name before its day is tried at each word of a text: only where a day and a year stand so.
_DAY_AND_YEAR = re.compile(r"\d(?:st|nd|rd|th)?\.?,?\s{0,3}(?:de\s)?" + _YEAR)
# A pattern is tried only where the block holds a sign of it. What stands before its first
# character is looked at behind that: a search skips to a character of a class in no time.
_PATTERNS = tuple(
    (sign, re.compile(pattern + clock.PATTERN))
    for sign, pattern in (
        (
            _SIGNS,
            (
                r"(?P<y>\d(?<![\d.,/-]\d)\d{3})(?P<sep>[-/.])\s?(?P<m>\d{1,2})(?P=sep)\s?"
                r"(?P<d>\d{2}|\d(?!-[^\W\d_]))(?!\d)(?:\.(?=\s))?"
            ),
        ),
        (
            re.compile("[年년]"),
            (
                r"(?:(?P<era>令和|平成|昭和|民國|民国)\s?(?P<ey>\d{1,3}|元)|(?<!\d)(?P<y>\d{4}))"
                r"\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일号號]?"
            ),
        ),
        (
            _ANY,
            r"(?P<d>\d(?<![\d.,]\d)\d?)(?:st|nd|rd|th|er|ος|η|ª|º|°|\.)?"
            + _SEP
            + _OF
            + _NAME
            + _ALSO
            + r"\.?"
            + _SEP
            + _OF
            + _YEAR,
        ),
        (
            _DAY_AND_YEAR,
            r"(?<![^\W\d_])"
            + _NAME
            + r"\.?\s{0,2}(?P<d>\d{1,2})(?:st|nd|rd|th)?\.?,?\s{0,3}(?:de\s)?"
            + _YEAR,
        ),
        (
            _SIGNS,
            (
                r"(?P<a>\d(?<![\d.,/:v-]\d)\d?)(?P<sep>[./-])\s?(?P<b>\d{1,2})(?P=sep)\s?"
                r"(?P<y>\d{4}(?!:\d)|\d{2})(?![\d/]|\.\d)"
            ),
        ),
        (
            _ANY,
            r"(?P<y>\d(?<!\d\d)\d{3})\.?\s(?:m\.\s)?"
            + _NAME
            + r"\.?\s(?P<d>\d{1,2})(?!\d|[:.]\d\d)\.?",
        ),
        (re.compile("gada"), r"(?P<y>\d(?<!\d\d)\d{3})\. gada (?P<d>\d{1,2})\. " + _NAME),
        (
            re.compile("tháng|thg"),
            r"(?<!\d)(?P<d>\d{1,2})\s(?:tháng|thg)\s(?P<m>\d{1,2}),?\s(?:năm\s)?(?P<y>\d{4})(?!\d)",
        ),
    )
)
_MONTH = re.compile(_NAME + r"\.?,?\s{1,2}(?:(?:de|of)\s)?(?P<y>\d{4})(?!\d)")
# A month is a word, and behind it, a space and its year.
_WORD_AND_YEAR = re.compile(r"\s(?<=[^\s\d;:/|()<>–—_-]{2}\s)\s?\d{4}(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?")
_ISO = re.compile(  # what nearly all data say; years that no other calendar writes
    r"((?:19|20)\d\d)-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?"
    r"(Z|[+-]\d\d:?\d\d)?)?"
)
_PARTIAL = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?")
_EPOCH = re.compile(r"(1\d{9}|9\d{8})(\d{3})?")
_WORD = re.compile(r"[^\W\d_]\S*")
UNCLEAR = "day and month unclear"

Found = tuple[int, int, tuple[Moment, ...]]


def read(value: str, customs: Customs = UNKNOWN) -> tuple[Moment, ...]:
    """What *value* means: nothing, one reading, or two doubtful ones (day or month first)."""
    text = value.strip()
    if not text or len(text) > MAX_VALUE or not text.isprintable():
        return ()
    if written := _ISO.fullmatch(text):
        found = _of_iso(written)
        return (found,) if found else ()
    for exact in (_compact(text, customs), _partial(text)):
        if exact is not None:
            return (exact,)
    for _, _, readings in find(text, customs):
        return readings
    if (named := _MONTH.search(text)) and (month := names.month(named["name"], customs.language)):
        found = moment.of_month(int(named["y"]), month)
        return (found,) if found else ()
    one, other = (loose.read(text, customs, day_first=first) for first in (True, False))
    if one is None or other is None or one.day == other.day:
        return (one,) if one else ()
    if customs.day_first is not None:
        return (one,) if customs.day_first else (other,)
    return _either(one, other)


def find(text: str, customs: Customs = UNKNOWN) -> Iterator[Found]:
    """(start, end, readings) of every day written in *text*, in order, none overlapping."""
    if not likely.may_have_days(text):
        return
    patterns = [one for sign, one in _PATTERNS if sign.search(text)]
    hits = [
        hit
        for start, end in likely.windows(text)
        for pattern in patterns
        for hit in pattern.finditer(text, start, end)
    ]
    end = 0
    for hit in sorted(hits, key=lambda found: (found.start(), -found.end())):
        if hit.start() < end:
            continue
        if readings := _readings(hit, customs):
            end = hit.end()
            yield hit.start(), end, readings


def months(text: str, customs: Customs) -> Iterator[Found]:
    """Every month with its year that is named in *text* without a day."""
    if _WORD_AND_YEAR.search(text) is None:
        return
    for hit in _MONTH.finditer(text):
        number = names.month(hit["name"], customs.language)
        if number and (found := moment.of_month(int(hit["y"]), number)):
            yield hit.start(), hit.end(), (found,)


def _readings(hit: re.Match[str], customs: Customs) -> tuple[Moment, ...]:
    parts = hit.groupdict()
    if "a" in parts:
        return _numeric(hit, customs)
    if parts.get("era"):
        year = calendars.of_era(parts["era"], 1 if parts["ey"] == "元" else int(parts["ey"]))
        return _kept([_moment(hit, (year, int(parts["m"]), int(parts["d"])), customs)], "")
    year, note = _year(parts["y"])
    day = int(parts["d"])
    if named := parts.get("name"):
        if (hijri := names.persian_month(named)) and (exact := calendars.persian(year, hijri, day)):
            return _kept([_moment(hit, exact, customs)], "")
        month = names.month(named, customs.language)
    else:
        month = int(parts["m"])
    foreign = _foreign(year, month, day, customs, thai="ก" <= (named or " ")[0] <= "๛")
    return _kept([_moment(hit, foreign or (year, month, day), customs)], note)


def _foreign(
    year: int, month: int, day: int, customs: Customs, *, thai: bool = False
) -> tuple[int, int, int] | None:
    """The Gregorian day of one in the calendar that the language writes in, or None."""
    if customs.language == "fa" or customs.region == "ir":
        return calendars.persian(year, month, day)
    if thai or customs.language == "th" or customs.region == "th":
        western = calendars.buddhist(year)
        return (western, month, day) if western else None
    return None


def _numeric(hit: re.Match[str], customs: Customs) -> tuple[Moment, ...]:
    (year, note), first, second = _year(hit["y"]), int(hit["a"]), int(hit["b"])
    if foreign := _foreign(year, second, first, customs):
        return _kept([_moment(hit, foreign, customs)], note)
    day_first = customs.day_first
    if hit["sep"] == "." or first > 12:
        day_first = True
    elif second > 12:
        day_first = False
    days = ((year, second, first), (year, first, second))
    if day_first is None and first != second:
        day_first = _by_weekday(hit, days)
    if day_first is None and first != second:
        one, other = (_moment(hit, day, customs) for day in days)
        if one is None or other is None:
            return ()
        return _kept([*_either(one, other)], note)
    return _kept([_moment(hit, days[day_first is False], customs)], note)


def _either(one: Moment, other: Moment) -> tuple[Moment, Moment]:
    """Day first or month first, and nothing tells: both, each naming the other."""
    return (
        one.doubted(f"or {other.day.isoformat()}: {UNCLEAR}"),
        other.doubted(f"or {one.day.isoformat()}: {UNCLEAR}"),
    )


def _by_weekday(hit: re.Match[str], days: tuple[tuple[int, int, int], ...]) -> bool | None:
    """Whether the day comes first, if a weekday before the date fits only one of the readings."""
    words = _WORD.findall(hit.string[max(0, hit.start() - 24) : hit.start()])
    said = names.weekdays(words[-1]) if words else frozenset()
    fits = [found is not None and found.day.weekday() in said for found in map(_plain, days)]
    return fits[0] if fits[0] != fits[1] else None


def _plain(day: tuple[int, int, int]) -> Moment | None:
    return moment.of_day(*day)


def _kept(found: list[Moment | None], note: str) -> tuple[Moment, ...]:
    kept = [one for one in found if one is not None]
    return tuple(one.doubted(note) if note else one for one in kept)


def _year(digits: str) -> tuple[int, str]:
    if len(digits) == 4:
        return int(digits), ""
    short = int(digits.strip("'"))
    return (2000 if short < 70 else 1900) + short, ""


def _moment(hit: re.Match[str], day: tuple[int, int, int], customs: Customs) -> Moment | None:
    return clock.at(hit, day, customs) or moment.of_day(*day)


def _of_iso(parts: re.Match[str]) -> Moment | None:
    day = (int(parts[1]), int(parts[2]), int(parts[3]))
    if parts[4] is None:
        return moment.of_day(*day)
    time = (int(parts[4]), int(parts[5]), int(parts[6]) if parts[6] else None)
    return moment.of_time(day, time, clock.zone(parts[7])[0])


def _compact(text: str, customs: Customs) -> Moment | None:
    if epoch := _EPOCH.fullmatch(text):
        return moment.of_epoch(int(epoch[1]))
    parts = _COMPACT.fullmatch(text)
    if parts is None:
        return None
    day = (int(parts[1]), int(parts[2]), int(parts[3]))
    if parts[4] is None:
        return moment.of_day(*day)
    time = (int(parts[4]), int(parts[5]), int(parts[6]) if parts[6] else None)
    return moment.of_time(day, time, clock.zone(parts[7], customs)[0])


def _partial(text: str) -> Moment | None:
    parts = _PARTIAL.fullmatch(text)
    if parts is None:
        return None
    year = int(parts[1])
    return moment.of_month(year, int(parts[2])) if parts[2] else moment.of_year(year)
