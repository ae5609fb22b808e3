"""Lines that are the page's own time stamp and nothing else, by ``[stamp]`` in the noise table."""

import re
from functools import cache

from checker.data import table
from checker.model import BlockKind
from checker.stages.compare.words import words

NAME = "time stamp"
_BYLINE = 160  # characters
_WORDS = 14  # a longer line says more than a time
_DAY_TOKEN = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PART = re.compile(r"\d{1,4}(?:st|nd|rd|th|er|h|am|pm)?|\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:am|pm)?")
# What says a day in these may be a row of a timetable, not a stamp.
_ROWS = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW, BlockKind.QUOTE})


def is_stamp(line: str, kind: BlockKind = BlockKind.PARAGRAPH) -> bool:
    """Whether *line* is only a date or time of the page, with or without "Updated:".

    Without such a word a bare date counts in a paragraph of its own; as a heading only without a
    year, for "5 December 2016" may head a part of a chronicle.
    """
    if len(line) > 120 or not _DIGIT.search(line):
        return False
    found = [word.casefold() for word in words(line)]
    labelled = bool(found) and found[0] in _labels()
    rest = [word for word in found if word not in _labels() and word not in _fillers()]
    if not rest or len(found) > _WORDS or not all(_is_part(word) for word in rest):
        return False
    if not any(_DAY_TOKEN.fullmatch(word) or word in _days() for word in rest):
        return False
    if labelled:
        return True
    return kind not in _ROWS and (kind is not BlockKind.HEADING or not _YEAR.search(line))


def is_same_byline(one: str, other: str) -> bool:
    """Whether both name the same people and days, in whatever order and form: "By Ann Hughes and
    Peter Blake", "PETER BLAKE, ANN HUGHES"."""
    if max(len(one), len(other)) > _BYLINE:
        return False
    ours, theirs = (_named(line) for line in (one, other))
    if ours is None and theirs is None:
        return False  # neither says that it is a byline
    bare = [_words_of(line) - _furniture() for line in (one, other)]
    return bool(bare[0]) and bare[0] == bare[1]


def _named(line: str) -> str | None:
    """The word that makes *line* a byline, where it has one."""
    found = [word.casefold() for word in words(line)]
    if found and found[0] in _starts():
        return found[0]
    dated = any(word in _days() for word in found) and any(_YEAR.fullmatch(w) for w in found)
    return "" if dated else None


def _words_of(line: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in words(line))


@cache
def _starts() -> frozenset[str]:
    return frozenset(table("noise.toml")["byline"]["starts"])


@cache
def _furniture() -> frozenset[str]:
    row = table("noise.toml")["byline"]
    return frozenset((*row["starts"], *row["furniture"]))


def _is_part(word: str) -> bool:
    return bool(_PART.fullmatch(word) or _DAY_TOKEN.fullmatch(word)) or word in _days()


@cache
def _labels() -> frozenset[str]:
    return frozenset(table("noise.toml")["stamp"]["labels"])


@cache
def _fillers() -> frozenset[str]:
    return frozenset(table("noise.toml")["stamp"]["fillers"])


@cache
def _days() -> frozenset[str]:
    """Names of months and weekdays in every language known, and their common abbreviations."""
    full = [
        word for row in table("facts.toml").values() for word in row["date"] if not row.get("solid")
    ]
    months = [name for names in table("notices.toml")["months"].values() for name in names]
    short = [name[:size] for name in months for size in (3, 4, 5) if len(name) > size]
    weekdays = ["mon", "tue", "tues", "wed", "thu", "thurs", "fri", "sat", "sun"]
    return frozenset([*full, *months, *short, *weekdays])
