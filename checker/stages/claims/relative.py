"""Words that place something in time only for those who know when the text was written.

Finding them is all that happens here; whether the page has a date that anchors them is the
judge's question.
"""

import re
from collections.abc import Iterator
from functools import cache

from checker.data import table
from checker.model import RelativeDate, Text
from checker.stages.claims.sentences import around, sentences
from checker.stages.claims.starts import Edges, Guarded, guarded

MAX_FOUND = 100
_MAX_TEXT = 500_000


_WORDS = table("claims.toml")
_FALLBACK = "en"
_EDGES = Edges()


def relative_dates(text: Text) -> tuple[RelativeDate, ...]:
    """Every such expression of the article, in order, once per sentence; words as written.

    A text in a language without a table yields nothing; one of unknown language is read as
    English.
    """
    language = (text.language or _FALLBACK).partition("-")[0].lower()
    if language not in _WORDS:
        return ()
    found = dict.fromkeys(_found(text, compiled(language)))
    return tuple(found)[:MAX_FOUND]


@cache
def compiled(language: str) -> Guarded:
    """The table's words of *language*, which is one of its own."""
    entry = _WORDS[language]
    named = {
        key: "|".join(map(re.escape, entry[key])) or "(?!)" for key in ("day", "month", "verb")
    }
    words = [
        re.sub(r"\{(day|month|verb)\}", lambda name: f"(?:{named[name[1]]})", word)
        for word in entry["words"]
    ]
    return guarded([("", words)], _EDGES)


def _found(text: Text, pattern: Guarded) -> Iterator[RelativeDate]:
    left = _MAX_TEXT
    count = 0
    for block in text.blocks:
        left -= len(block.text)
        if left < 0 or count > 4 * MAX_FOUND:
            return
        if pattern.search(block.text) is None:
            continue
        for sentence in sentences(block.text):
            for hit in pattern.finditer(sentence):
                count += 1
                words = sentence[hit.start() : hit.end()]
                yield RelativeDate(words, around(sentence, hit.start(), hit.end()))
