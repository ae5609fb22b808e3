"""Days, months and years that a text names, in sentences that tell of what is past or to come."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checker.data import table
from checker.model import BlockKind, Precision
from checker.stages.bounds.words import Words
from checker.stages.dates import grammar, labels, names
from checker.stages.dates.customs import Customs
from checker.stages.dates.moment import Moment, of_year

_DATA = table("bounds.toml")
_COMING = frozenset(_DATA["cues"]["coming"])
_COMING_NEAR = frozenset(_DATA["cues"]["coming_near"])
_BETWEEN = frozenset(_DATA["cues"]["between"])
_WILL = frozenset(_DATA["cues"]["will"])
_HAPPENED = frozenset(_DATA["cues"]["happened"])
_ENDINGS: tuple[str, ...] = tuple(_DATA["cues"]["endings"])
_CREDIT = re.compile("|".join(map(re.escape, table("dates.toml")["captions"]["credits"])))
_NUMBER = re.compile(r"\d\d")
_YEAR = re.compile(
    r"(?<![^\W\d_])(?:[Ii]n|[Ss]ince|[Ii]m|[Ss]eit|[Ee]n|[Dd]epuis|[Dd]esde|[Nn]el|[Ee]m)"
    r"\s((?:19|20)\d\d)(?![\d/–-])"
)
_MAX = 1_000  # times that one block names
_MAX_LABELLED = 100
_MAX_QUOTE = 200
_MIN_WORDS = 5  # of a sentence; less is a line of a list
_MIN_ENDING = 5  # letters of a word that its ending makes one of the past
_BESIDE = 3  # words before or after a year that make it one of the past
_RIGHT_BEFORE = 5  # words
_NEAR = 8  # words before a day among which "will" makes it one to come


@dataclass(frozen=True, slots=True)
class Told:
    """A day, month or year; ``caption`` if a picture's; ``coming``: spoken of as yet to come."""

    moment: Moment
    quote: str
    caption: bool
    coming: bool


def told(words: Words, kind: BlockKind, customs: Customs) -> Iterator[Told]:
    """What one block names of times that are past, and of those that it says are to come."""
    text = words.text
    caption = kind is BlockKind.CAPTION or (
        len(text) < 600 and _CREDIT.search(text[-300:].lower()) is not None
    )
    taken, count = -1, 0
    for start, end, moment in sorted(_named(text, customs), key=lambda one: (one[0], -one[1])):
        if start < taken:
            continue
        if (count := count + 1) > _MAX:
            return
        taken = end
        if len(text) < _MAX_LABELLED and labels.before(text[:start]) is not None:
            continue  # "Last edited: …" stamps something
        first, last = words.sentence(words.at(start))
        if last - first < _MIN_WORDS and not caption:
            continue
        number = words.at(start)
        sentence, ahead = words.folded[first:last], words.folded[first:number]
        near = _right_before(ahead)
        soon = near in _COMING_NEAR and not (caption and near == "by")
        if _COMING.isdisjoint(sentence) and not soon:
            if caption or any(map(_happened, _beside(words, moment, (first, number, last)))):
                yield Told(moment, _quote(words, first, last), caption, coming=False)
        elif (
            moment.precision is not Precision.MONTH
            and not _WILL.isdisjoint(ahead[-_NEAR:])
            and not any(map(_happened, sentence))
        ):
            yield Told(moment, _quote(words, first, last), caption, coming=True)


def _right_before(ahead: tuple[str, ...]) -> str:
    """The word that governs a time: "until" of "until the end of" and of "until Monday"."""
    for word in reversed(ahead[-_RIGHT_BEFORE:]):
        if word not in _BETWEEN and not names.weekdays(word):
            return word
    return ""


def _beside(words: Words, moment: Moment, place: tuple[int, int, int]) -> tuple[str, ...]:
    """The words that tell whether a time is past: its sentence's; of a year, those beside it."""
    first, number, last = place
    if moment.precision is not Precision.YEAR:
        return words.folded[first:last]
    before = words.folded[max(first, number - 1 - _BESIDE) : number]
    after = words.folded[number + 1 : min(last, number + 1 + _BESIDE)]
    return (*before, *after)


def _named(text: str, customs: Customs) -> Iterator[tuple[int, int, Moment]]:
    if _NUMBER.search(text) is None:
        return
    for found in (grammar.find(text, customs), grammar.months(text, customs)):
        for start, end, readings in found:
            if len(readings) == 1 and not readings[0].weak:
                yield start, end, readings[0]
    for hit in _YEAR.finditer(text):
        if year := of_year(int(hit[1])):
            yield hit.start(1), hit.end(1), year


def _happened(word: str) -> bool:
    return word in _HAPPENED or (len(word) >= _MIN_ENDING and word.endswith(_ENDINGS))


def _quote(words: Words, first: int, last: int) -> str:
    if len(words.text) <= _MAX_QUOTE:
        return words.text
    return words.text[words.starts[first] : words.ends[last - 1] + 1]
