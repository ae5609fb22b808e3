"""What a page states for machines, cut out of its source without parsing all of it.

The outline is a small page of its own: the ``<html>`` tag, the head's ``<meta>``, ``<title>`` and
canonical ``<link>``, the first ``<h1>``, and every JSON-LD script. Where the source is not plainly
cut (a comment, odd quotes, capitals) there is none: the whole page must be parsed.
"""

import re

from checker.stages.page import shape, tree
from checker.stages.page.parse import Page, of_tree

_TOKEN = re.compile(
    r"<(?:!--|meta\b|script\b|style\b|title\b|link\b|template\b|[A-Z]|textarea|/head|body)"
)
_TAG = re.compile(r"<[^<>\"']*+(?:\"[^\"]*+\"[^<>\"']*+|'[^']*+'[^<>\"']*+)*+>")
_CLOSED = {
    "<script": "</script",
    "<style": "</style",
    "<title": "</title",
    "<template": "</template",
}
_WANTED = frozenset({"<meta", "<link", *_CLOSED})
_END = frozenset({"</head", "<body"})
_MARK = "ld+json"
MAX_SOURCE = 2 * 1024 * 1024  # characters; more is no usual page
_MAX_PARTS = 1_000
_MAX_SCRIPTS = 20
_MAX_HEADING = 2_000  # characters of markup


def outline(found: tuple[str, str], uri: str | None = None) -> Page | None:
    """The outline of a decoded HTML page, or None where its source must be read as a whole."""
    source, encoding = found
    if len(source) > MAX_SOURCE:
        return None
    head = _head(source)
    scripts = _scripts(source, head[1]) if head else None
    if head is None or scripts is None:
        return None
    heading = _heading(source, head[1])
    markup = f"<!doctype html>{_language(source)}{head[0]}</head><body>{heading}{scripts}</body>"
    if shape.fault(markup):
        return None
    return of_tree(tree.build(markup), source=source, encoding=encoding, uri=uri)


def is_inside(source: str, place: int, opening: str, closing: str) -> bool:
    """Whether the last *opening* before *place* is not closed there."""
    start = source.rfind(opening, 0, place)
    return start >= 0 and source.find(closing, start + 2, place) < 0


def without_scripts(source: str) -> str:
    """*source* without what stands in its scripts."""
    first, *others = source.split("<script")
    return "".join([first, *(one[one.find("</script") :] for one in others if "</script" in one)])


def _is_shown(source: str, place: int) -> bool:
    """Whether *place* is neither in a comment nor in a script."""
    return not (
        is_inside(source, place, "<script", "</script") or is_inside(source, place, "<!--", "-->")
    )


def _head(source: str) -> tuple[str, int] | None:
    """What the head states, and where it ends; None where it has anything unusual."""
    parts: list[str] = []
    token = _TOKEN.search(source)
    while token is not None and len(parts) < _MAX_PARTS:
        name, start = token[0], token.start()
        if name in _END:
            return "".join(parts), start
        end = _skipped(source, start, name, parts)
        if end < 0:
            return None
        token = _TOKEN.search(source, end)
    return None


def _skipped(source: str, start: int, name: str, parts: list[str]) -> int:
    """Where what starts at *start* ends, or -1; what is wanted of it goes to *parts*."""
    if name == "<!--":
        return source.find("-->", start + 2)
    tag = _TAG.match(source, start)
    if tag is None or name not in _WANTED:
        return -1
    end = tag.end()
    if name == "<meta" or (name == "<link" and "canonical" in tag[0]):
        parts.append(f"{tag[0]}")
    if closing := _CLOSED.get(name):
        end = source.find(closing, end)
        if name == "<title" or _MARK in tag[0]:
            parts.append(f"{source[start:end]}{closing}>")
    return end


def _language(source: str) -> str:
    start = source.find("<html", 0, 2_000)
    tag = _TAG.match(source, start) if start >= 0 else None
    return f"{tag[0]}<head>" if tag else "<head>"


def _heading(source: str, start: int) -> str:
    first = source.find("<h1", start)
    stop = source.find("</h1>", first, first + _MAX_HEADING) if first >= 0 else -1
    return source[first : stop + 5] if stop >= 0 else ""


def _scripts(source: str, place: int) -> str | None:
    """The JSON-LD of the body."""
    parts: list[str] = []
    place = source.find(_MARK, place)
    while place >= 0:
        start = source.rfind("<script", 0, place)
        tag = _TAG.match(source, start) if start >= 0 else None
        end = source.find("</script", place)
        if tag is None or tag.end() < place or end < 0 or len(parts) > _MAX_SCRIPTS:
            return None
        inner = source[tag.end() : end]
        if not _is_shown(source, start) or ("<!--" in inner and "<script" in inner):
            return None
        parts.append(f"{tag[0]}{inner}</script>")
        place = source.find(_MARK, end)
    return "".join(parts)
