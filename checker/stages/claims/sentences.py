"""Text cut into sentences, and a sentence cut to what can be quoted."""

import re
from collections.abc import Iterator

MAX_SENTENCE = 600
_SENTENCE_END = re.compile(r"[.!?…。][\"'”’»)\]]*\s+(?=[\"'“‘«(\[]?[^\W\d_a-zà-ÿ]|\d)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Gov|Sen|Rep|Gen|Prof|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov"
    r"|Dec|No|Inc|Co|Corp|vs|bzw|Nr|ca|Mio|Mrd|[zd]\.\s?B)|\b\d{1,2})\.$"
)


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


def around(sentence: str, start: int, end: int) -> str:
    """The sentence, or as much of it around what was found as can be quoted."""
    if len(sentence) <= MAX_SENTENCE:
        return sentence
    first = max(0, start - MAX_SENTENCE // 2)
    last = min(len(sentence), end + MAX_SENTENCE // 2)
    return (
        f"{'…' if first else ''}{sentence[first:last].strip()}{'…' if last < len(sentence) else ''}"
    )
