"""Where in a text a date may stand: found at a fraction of what reading the dates takes."""

import re
from collections.abc import Iterator

_MARGIN = 70  # characters beside a year that may belong to its date

# Four digits, two behind a sign, or a sign that means a year. The class stands first, because a
# search skips to a character of a class in no time.
_MAYBE = re.compile(r"[\d./'年년-](?:(?<=\d)\d{3}|(?<=[./-])\s?\d\d(?!\d)|(?<=')\d\d|(?<=[年년]))")
_LINE = re.compile(_MAYBE.pattern.replace(r"\s", r"[^\S\n]") + r"[^\n]*+")
_DIGITS = re.compile(r"\d\D?\d")


def lines_with_days(lines: list[str]) -> Iterator[int]:
    """The numbers of those *lines*, none of which holds a line end, in which a day may stand, or a
    month with its year; most hold none, and all are searched at once."""
    hay, number, counted = "\n".join(lines), 0, 0
    for hit in _LINE.finditer(hay):
        number += hay.count("\n", counted, hit.start())
        counted = hit.start()
        if _has_numbers(lines[number]):
            yield number


def may_have_days(text: str) -> bool:
    """Whether a day may stand in *text*."""
    return _MAYBE.search(text) is not None and _has_numbers(text)


def _has_numbers(text: str) -> bool:
    """Both a day and a year have two digits near each other."""
    return _DIGITS.search(text) is not None


def windows(text: str) -> Iterator[tuple[int, int]]:
    """Where a date may stand; overlapping stretches are joined."""
    start = end = -1
    for hit in _MAYBE.finditer(text):
        if hit.start() - _MARGIN > end:
            if end > 0:
                yield start, end
            start = max(0, hit.start() - _MARGIN)
        end = min(len(text), hit.end() + _MARGIN)
    if end > 0:
        yield start, end
