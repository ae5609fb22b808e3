"""JSON-LD as pages write it: comments around it, several roots, broken JSON, any nesting."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_BLOCK = 1024 * 1024  # characters of one script
MAX_NODES = 5_000
_WRAPPING = re.compile(
    r"^(?:\s|<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[|;)+"
    r"|(?:\s|//\s*-->|-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|;){1,20}$"
)
_NAMESPACE = re.compile(r"[/#:]")
_TRAILING_COMMA = re.compile(r",(\s{0,200}[}\]])")
_SALVAGE = re.compile(r'"(@?[A-Za-z]{2,40})"\s{0,20}:\s{0,20}"((?:[^"\\]|\\.){1,300})"')
_SALVAGED_KEYS = frozenset(
    [
        "@type",
        "datePublished",
        "dateModified",
        "dateCreated",
        "expires",
        "url",
        "headline",
        "validThrough",
        "endDate",
        "startDate",
        "lastReviewed",
        "articleSection",
    ]
)


@dataclass(frozen=True, slots=True)
class Linked:
    """One JSON-LD object; ``path`` are the property names that lead to it, outermost first."""

    path: tuple[str, ...]
    data: dict[str, Any]

    @property
    def types(self) -> tuple[str, ...]:
        """schema.org types without namespace: ``("NewsArticle",)``."""
        named = self.data.get("@type")
        found = named if isinstance(named, list) else [named]
        return tuple(_NAMESPACE.split(kind)[-1] for kind in found[:20] if isinstance(kind, str))


def read(script: str) -> tuple[Linked, ...]:
    """Every object of one script, in document order; nothing at all when it is beyond repair."""
    if len(script) > MAX_BLOCK:
        return ()
    for attempt in _attempts(script):
        try:
            return tuple(_objects(json.loads(attempt, strict=False)))
        except (ValueError, RecursionError):
            continue
    return _salvage(_WRAPPING.sub("", script))


def _attempts(script: str) -> Iterator[str]:
    """As it is, which is enough nearly always and costs least; then repaired."""
    yield script
    text = _WRAPPING.sub("", script)
    yield text
    yield _TRAILING_COMMA.sub(r"\1", text)
    yield html.unescape(text)


def _objects(root: Any) -> Iterator[Linked]:
    """Depth first, without recursion: nesting is the page's to choose, the stack is not."""
    todo: list[tuple[tuple[str, ...], Any]] = [((), root)]
    seen = 0
    while todo and seen < MAX_NODES:
        path, value = todo.pop()
        seen += 1
        if isinstance(value, list):
            todo.extend((path, item) for item in reversed(value[:MAX_NODES]))
        elif isinstance(value, dict):
            yield Linked(path, value)
            inner = [
                (path if key == "@graph" else (*path[-8:], key), item)
                for key, item in value.items()
                if isinstance(item, dict | list)
            ]
            todo.extend(reversed(inner))


def _salvage(text: str) -> tuple[Linked, ...]:
    """From JSON beyond repair, the first value of each telling key."""
    found: dict[str, Any] = {}
    for key, value in _SALVAGE.findall(text):
        if key in _SALVAGED_KEYS:
            found.setdefault(key, value)
    return (Linked((), found),) if found else ()
