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
_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """NFKC, quotes and dashes to their ASCII forms, invisible marks gone, white space folded.

    Idempotent. Case stays: a name that becomes a word is a change.
    """
    once = unicodedata.normalize("NFKC", text.translate(_FOLDED)).translate(_FOLDED)
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", once)).strip()
