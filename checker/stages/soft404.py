"""Soft 404: a site that says 200 to every address shows itself by its answer to one that no page
can have. What is asked and what the answer proves is decided here; ``pipeline/probing`` asks."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from checker.model import (
    Change,
    Comparison,
    Direction,
    ReplacedKind,
    Replacement,
    Version,
)
from checker.stages.compare import folded
from checker.stages.compare.grams import Grams

# Of a new page's word sequences, how many a page that was never there has too, and the reverse.
_SAME = 0.9
_SAME_BACK = 0.8
_ALTERED = 0.5  # similarity below which an edited article may be another page
_SHORT = 150  # words of a first capture that may be an error page
_QUOTE = 200


@dataclass(frozen=True, slots=True)
class Stranger:
    """What a host answers where nothing is; ``version`` None: it says so by its status."""

    version: Version | None = None


NOTHING = Stranger()


def stranger_uri(uri: str, day: datetime) -> str | None:
    """An address on *uri*'s host that no page has, the same for the whole day."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    token = hashlib.sha256(f"{parts.netloc}/{day.date().isoformat()}".encode("utf-8", "replace"))
    return f"{parts.scheme}://{parts.netloc}/no-such-page-{token.hexdigest()[:16]}"


def is_suspicious(new: Version, comparison: Comparison | None) -> bool:
    """Whether it is worth a request to know: much less is as it was than an edit leaves, or a
    first capture has hardly any text. What is known to be a wall says nothing of the article."""
    if comparison is None:
        return new.text.words < _SHORT
    odd = comparison.replacement
    if odd is not None:
        return odd.kind is ReplacedKind.OTHER_CONTENT and odd.direction is Direction.BAD
    substantive = comparison.change in {Change.SUBSTANTIVE, Change.CORRECTED, Change.RETRACTED}
    return substantive and comparison.similarity < _ALTERED


def soft_404(new: Version, stranger: Stranger, old: Version | None) -> Replacement | None:
    """*new* says what the host says of a page that was never there, and *old* did not.

    A page without a word of text is a shell that a script fills, the same for every address: it
    hides the article, or another page, and proves nothing.
    """
    asked = stranger.version
    if asked is None or not new.text.words or not asked.text.words:
        return None
    if _redirected_alike(new, asked):
        quote = f"{new.uri} leads where an address leads that no page has: {new.final_uri}"
        return Replacement(ReplacedKind.SOFT_404, Direction.BAD, quote[:_QUOTE])
    if not _says_the_same(new, asked) or (old is not None and _says_the_same(old, asked)):
        return None
    quote = new.text.title or new.text.blocks[0].text
    return Replacement(ReplacedKind.SOFT_404, Direction.BAD, quote[:_QUOTE])


def _redirected_alike(new: Version, asked: Version) -> bool:
    return (
        new.final_uri is not None
        and new.final_uri == asked.final_uri
        and new.final_uri not in {new.uri, asked.uri}
    )


def _says_the_same(page: Version, asked: Version) -> bool:
    ours, theirs = _lines(page), _lines(asked)
    return (
        Grams(theirs).share(map(folded, ours)) >= _SAME
        and Grams(ours).share(map(folded, theirs)) >= _SAME_BACK
    )


def _lines(page: Version) -> list[str]:
    """Everything the page says but its address, which such pages like to repeat."""
    blocks = (block.text for block in page.text.blocks)
    lines = dict.fromkeys((page.text.title, *page.text.page, *blocks))
    path = urlsplit(page.uri or "").path.rpartition("/")[2]
    return [line.replace(path, "") if path else line for line in lines if line]
