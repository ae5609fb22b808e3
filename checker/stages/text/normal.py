"""One spelling for what looks the same, so that a template's typography is no change."""

import re
import unicodedata

_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", None),
        "…": "...",
    }
)
_MARKS = re.compile(f"[{re.escape(''.join(map(chr, _FOLDED)))}]")


def _fold(text: str) -> str:
    """``str.translate`` looks at each character in Python's own time; most texts have few marks."""
    return _MARKS.sub(lambda mark: _FOLDED[ord(mark[0])] or "", text)


def normalise(text: str, *, folded: bool = False) -> str:
    """NFKC, quotes and dashes to their ASCII forms, invisible marks gone, white space folded.

    Idempotent. Case stays: a name that becomes a word is a change. Of *folded* text the caller knows
    that its white space is.
    """
    plain = text.replace("`", "'")
    if plain.isascii():
        return plain if folded else " ".join(plain.split())
    plain = _fold(text)
    composed = unicodedata.normalize("NFKC", plain)
    plain = composed if composed == plain else unicodedata.normalize("NFKC", _fold(composed))
    return " ".join(plain.split())
