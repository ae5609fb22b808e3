"""``<time>`` elements: the article's own, not those of other stories, comments or quoted posts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checker.model import DateKind, Origin, OriginKind
from checker.stages.dates import labels
from checker.stages.dates.customs import Customs
from checker.stages.dates.place import ELSEWHERE, ELSEWHERE_TAGS, Around
from checker.stages.dates.ranked import Ranked, ranked
from checker.stages.page import Node, Page, ancestors, attribute, text_of

_UPDATE = re.compile(r"updat|modif|revis|aktuali|geändert|edited", re.IGNORECASE)
_PUBLISH = re.compile(
    r"publish|pubdate|entry-date|post-date|posted|dateline|veröffent", re.IGNORECASE
)
_QUOTED = frozenset({"blockquote", "figure", "figcaption", "q"})
_MAX_TIMES = 60
_WINDOW = range(-5, 10)  # blocks around the headline
_NAMED, _HEADER, _ELSEWHERE = 31, 34, 45  # ranks; an address has 41, generic meta 46


@dataclass(frozen=True, slots=True)
class _Time:
    value: str
    kind: DateKind | None
    named: bool
    header: bool


def times(page: Page, around: Around, customs: Customs) -> Iterator[Ranked]:
    """Named ones and those beside the headline first, then by their order."""
    mine = [node for node in page.tree.css("time")[: _MAX_TIMES * 5] if not _is_elsewhere(node)]
    head = _Head.of(page, around) if mine else None
    found = [_read(node, head) for node in mine[:_MAX_TIMES] if head is not None]
    strewn = len({one.value[:10] for one in found if not (one.named or one.header)}) > 1
    for order, one in enumerate(found):
        rank = _NAMED if one.named else _HEADER if one.header else _ELSEWHERE
        many = len(found) > 4 and order > 0 and not one.header
        weak = many or (strewn and not one.named and not one.header)
        origin = Origin(OriginKind.TIME_ELEMENT, "time, named" if one.named else "time")
        kind = one.kind or DateKind.PUBLISHED
        late = rank + (0 if one.header else 1) + min(order, 2)
        yield from ranked(kind, origin, one.value, late, customs=customs, weak=weak)


@dataclass(frozen=True, slots=True)
class _Head:
    """The text around the headline, and the elements that hold the ``<h1>`` closely."""

    text: str
    holders: frozenset[int]

    @classmethod
    def of(cls, page: Page, around: Around) -> "_Head":
        if around.headline is None:
            return cls("", frozenset())
        first = max(0, around.headline + _WINDOW.start)
        blocks = page.layout.blocks[first : around.headline + _WINDOW.stop]
        shown = page.layout.blocks[around.headline].text[:60]
        heads = (node for node in page.tree.css("h1, h2")[:40] if shown in text_of(node, 500))
        return cls("\n".join(block.text[:300] for block in blocks), _holders(next(heads, None)))


def _holders(node: Node | None) -> frozenset[int]:
    found: list[int] = []
    for parent in ancestors(node) if node is not None else ():
        if parent.tag in {"body", "main"} or len(found) == 3:
            break
        found.append(parent.mem_id)
    return frozenset(found)


def _read(node: Node, head: _Head) -> _Time:
    inner = text_of(node, 120)
    around = text_of(node.parent, 200) if node.parent is not None else ""
    before = around.partition(inner)[0] if inner else ""
    near = [node, node.parent] if node.parent is not None else [node]
    said = " ".join(f"{attribute(one, 'class')} {attribute(one, 'itemprop')}" for one in near)
    kind = labels.before(before) or (DateKind.MODIFIED if _UPDATE.search(said) else None)
    named = kind is not None or bool(_PUBLISH.search(said)) or "pubdate" in node.attributes
    close = any(parent.mem_id in head.holders for parent in ancestors(node))
    header = close or (len(inner) > 5 and inner in head.text)
    return _Time(attribute(node, "datetime") or inner, kind, named, header)


def _is_elsewhere(node: Node) -> bool:
    for parent in ancestors(node):
        if parent.tag in {"main", "body"}:
            return False
        if parent.tag in ELSEWHERE_TAGS or parent.tag in _QUOTED:
            return True
        if ELSEWHERE.search(f"{attribute(parent, 'class')} {attribute(parent, 'id')}".lower()):
            return True
    return False
