"""Where the answer came from, when that says what it is: a home page, a section, a door."""

import re
from urllib.parse import SplitResult, urlsplit

_ROOT = re.compile(r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:index\.[a-z]{2,5})?", re.IGNORECASE)
# The same article in another dress, or another page of it, lies below the article's own address.
_DRESS = re.compile(
    r"amp|print|mobile|full|single|all|page|index\.\w{1,5}|(?:page|seite)?-?\d{1,3}"
)


def to_root(asked: str | None, final: str | None) -> bool:
    """Whether an address below a site's root led to a root."""
    there = _split(final)
    return there is not None and bool(asked) and _is_root(there) and not _is_root(_split(asked))


def to_section(asked: str | None, final: str | None) -> bool:
    """Whether an article's address led to a folder above it, on the same host."""
    here, there = _split(asked), _split(final)
    if here is None or there is None or here.netloc != there.netloc or there.query:
        return False
    mine, theirs = _segments(here), _segments(there)
    lost = mine[len(theirs) :]
    return bool(theirs and lost) and mine[: len(theirs)] == theirs and not _same(lost)


def _same(lost: list[str]) -> bool:
    return all(_DRESS.fullmatch(one) for one in lost)


def to_door(asked: str | None, final: str | None, words: frozenset[str]) -> bool:
    """Whether it led to a place whose host or folder has one of *words* for a name, when it was
    not asked for one."""
    here, there = _split(asked), _split(final)
    if here is None or there is None:
        return False
    return bool((_names(there) - _names(here)) & words)


def _names(address: SplitResult) -> set[str]:
    host = address.netloc.rpartition("@")[2].casefold()
    files = (one.partition(".")[0] for one in _segments(address))
    return {host.partition(".")[0], *files}


def _segments(address: SplitResult) -> list[str]:
    return [one for one in address.path.casefold().split("/") if one]


def _split(uri: str | None) -> SplitResult | None:
    try:
        return urlsplit(uri) if uri else None
    except ValueError:
        return None


def _is_root(address: SplitResult | None) -> bool:
    return address is not None and not address.query and _ROOT.fullmatch(address.path) is not None
