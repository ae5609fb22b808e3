"""Words that place something in time only for those who know when the text was written.

Finding them is all that happens here; whether the page has a date that anchors them is the
judge's question.
"""

import re
from collections.abc import Iterator

from checker.data import table
from checker.model import RelativeDate, Text

MAX_FOUND = 100
MAX_SENTENCE = 600
_MAX_TEXT = 500_000
_SENTENCE_END = re.compile(r"[.!?…。][\"'”’»)\]]*\s+(?=[\"'“‘«(\[]?[^\W\d_a-zà-ÿ]|\d)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Gov|Sen|Rep|Gen|Prof|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov"
    r"|Dec|No|Inc|Co|Corp|vs|bzw|Nr|ca|Mio|Mrd|[zd]\.\s?B)|\b\d{1,2})\.$"
)


def _compiled(entry: dict[str, list[str]]) -> re.Pattern[str]:
    named = {
        key: "|".join(map(re.escape, entry[key])) or "(?!)" for key in ("day", "month", "verb")
    }
    words = "|".join(
        re.sub(r"\{(day|month|verb)\}", lambda name: f"(?:{named[name[1]]})", word)
        for word in entry["words"]
    )
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


_PATTERNS = {language: _compiled(entry) for language, entry in table("claims.toml").items()}
# On text in lower case, the same without ignoring case takes a third of the time. What lower()
# leaves that ignoring case would match: long s and the Turkish letters i.
_IN_LOWER = {language: re.compile(found.pattern) for language, found in _PATTERNS.items()}
_LOWER = (("\u0131", "i"), ("i\u0307", "i"), ("\u017f", "s"))
_FALLBACK = "en"


def relative_dates(text: Text) -> tuple[RelativeDate, ...]:
    """Every such expression of the article, in order, once per sentence; words as written.

    A text in a language without a table yields nothing; one of unknown language is read as
    English.
    """
    language = (text.language or _FALLBACK).partition("-")[0].lower()
    if language not in _PATTERNS:
        return ()
    found = dict.fromkeys(_found(text, _PATTERNS[language], _IN_LOWER[language]))
    return tuple(found)[:MAX_FOUND]


def _found(
    text: Text, pattern: re.Pattern[str], in_lower: re.Pattern[str]
) -> Iterator[RelativeDate]:
    left = _MAX_TEXT
    count = 0
    for block in text.blocks:
        left -= len(block.text)
        if left < 0 or count > 4 * MAX_FOUND:
            return
        if in_lower.search(_lower(block.text)) is None:
            continue
        for sentence in sentences(block.text):
            for hit in pattern.finditer(sentence):
                count += 1
                yield RelativeDate(hit[0], _around(sentence, hit.start(), hit.end()))


def _lower(text: str) -> str:
    low = text.lower()
    if not low.isascii():
        for letter, plain in _LOWER:
            low = low.replace(letter, plain)
    return low


def sentences(text: str) -> Iterator[str]:
    """*text* cut where sentences end; an abbreviation's or a date's full stop is no end."""
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if _ABBREVIATION.search(text[max(0, end.start() - 12) : end.start() + 1]):
            continue
        yield text[start : end.end()].strip()
        start = end.end()
    if rest := text[start:].strip():
        yield rest


def _around(sentence: str, start: int, end: int) -> str:
    if len(sentence) <= MAX_SENTENCE:
        return sentence
    first = max(0, start - MAX_SENTENCE // 2)
    last = min(len(sentence), end + MAX_SENTENCE // 2)
    return (
        f"{'…' if first else ''}{sentence[first:last].strip()}{'…' if last < len(sentence) else ''}"
    )
