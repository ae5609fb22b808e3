"""Days of a month beside their weekday and without a year: in which years that holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from checker.stages.bounds.words import Words
from checker.stages.dates import names

# What is written without a year lies in the year of writing, or near its turn.
AROUND = timedelta(days=330)
_FILLERS = frozenset({"the", "den", "dem", "der", "le", "el", "día", "dia", "il", "de", "of", "am"})
_ORDINALS = ("st", "nd", "rd", "th", "er", "º", "°")
_SHORT = 4  # letters of an abbreviation
_REACH = 5  # words after a weekday that may belong to the day
_MAX = 40
_FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class Day:
    """ "Tuesday, March 14": Monday is 0."""

    weekday: int
    month: int
    day: int
    quote: str

    def dates(self, last: date) -> tuple[date, ...]:
        """The days that it may mean, none after the year after *last*."""
        found = (self._in(year) for year in range(_FIRST_YEAR, last.year + 2))
        return tuple(one for one in found if one is not None)

    def _in(self, year: int) -> date | None:
        try:
            one = date(year, self.month, self.day)
        except ValueError:
            return None
        return one if one.weekday() == self.weekday else None


def days(words: Words, language: str) -> Iterator[Day]:
    """Every such day in one block."""
    count = 0
    for number, word in enumerate(words.raw):
        if len(word) < 3 or not (meant := names.weekdays(word)):
            continue
        found = _day(words, number + 1, language) if len(meant) == 1 else None
        if found is not None and count < _MAX:
            count += 1
            month, day, end = found
            quote = words.text[words.starts[number] : words.ends[end - 1]]
            yield Day(next(iter(meant)), month, day, quote)


def _day(words: Words, start: int, language: str) -> tuple[int, int, int] | None:
    """Month, day and the word after them, if a day and a month stand next, and no year."""
    month, day = 0, 0
    for at in range(start, min(start + _REACH, len(words.raw))):
        if not _runs_on(words, at - 1):
            return None
        word = words.folded[at]
        if word in _FILLERS:
            continue
        if not day and (number := _number(word)):
            day = number
        elif not month and (found := names.month(word, language)):
            month = found
        else:
            return None
        if month and day:
            return None if _year_follows(words, at + 1) else (month, day, at + 1)
    return None


def _runs_on(words: Words, number: int) -> bool:
    """Whether a word may belong to the next; a full stop is that of an abbreviation or an ordinal."""
    gap = words.gap(number)
    if len(gap) > 3 or gap.strip() not in {"", ",", "."}:
        return False
    return "." not in gap or len(words.raw[number]) <= _SHORT


def _number(word: str) -> int:
    """1 to 31, or 0; longer ones are years."""
    digits = next((word[: -len(end)] for end in _ORDINALS if word.endswith(end)), word)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 2 else 0


def _year_follows(words: Words, at: int) -> bool:
    nearby = words.folded[at : at + 2]
    return any(len(one) == 4 and one.isascii() and one.isdigit() for one in nearby)
