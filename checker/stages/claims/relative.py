"""Words that place something in time only for those who know when the text was written.

Finding them is all that happens here; whether the page has a date that anchors them is the
judge's question.
"""

import re
from collections.abc import Iterator

from checker.data import table
from checker.model import RelativeDate, Text
from checker.stages.claims.sentences import around, sentences

MAX_FOUND = 100
_MAX_TEXT = 500_000


def _compiled(entry: dict[str, list[str]]) -> re.Pattern[str]:
    named = {
        key: "|".join(map(re.escape, entry[key])) or "(?!)" for key in ("day", "month", "verb")
    }
    words = "|".join(
        re.sub(r"\{(day|month|verb)\}", lambda name: f"(?:{named[name[1]]})", word)
        for word in entry["words"]
    )
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


# They are for text in lower case: ignoring case takes three times as long.
_PATTERNS = {language: _compiled(entry) for language, entry in table("claims.toml").items()}
# Long s and the Turkish letters i, which lower() leaves or makes longer.
_LOWER = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s"})
_FALLBACK = "en"


def relative_dates(text: Text) -> tuple[RelativeDate, ...]:
    """Every such expression of the article, in order, once per sentence; words as written.

    A text in a language without a table yields nothing; one of unknown language is read as
    English.
    """
    language = (text.language or _FALLBACK).partition("-")[0].lower()
    if language not in _PATTERNS:
        return ()
    found = dict.fromkeys(_found(text, _PATTERNS[language]))
    return tuple(found)[:MAX_FOUND]


def _found(text: Text, pattern: re.Pattern[str]) -> Iterator[RelativeDate]:
    left = _MAX_TEXT
    count = 0
    for block in text.blocks:
        left -= len(block.text)
        if left < 0 or count > 4 * MAX_FOUND:
            return
        if pattern.search(_lower(block.text)) is None:
            continue
        for sentence in sentences(block.text):
            for hit in pattern.finditer(_lower(sentence)):
                count += 1
                words = sentence[hit.start() : hit.end()]
                yield RelativeDate(words, around(sentence, hit.start(), hit.end()))


def _lower(text: str) -> str:
    """In lower case, letter for letter."""
    return text.translate(_LOWER).lower() if not text.isascii() else text.lower()
