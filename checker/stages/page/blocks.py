"""Every visible block of a page in order, and the elements that hold them.

A block is what a reader sees as one unit: text between the boundaries that block elements, rows
and double line breaks set. ``Box`` is an element and the range of blocks inside it, so that
choosing an article is arithmetic on ranges.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from checker.data import table
from checker.model import BlockKind
from checker.stages.page.tree import Node, children, fold

MAX_BLOCKS = 100_000

_DATA = table("text.toml")
_UNSEEN = frozenset(_DATA["unseen"])
_FURNITURE = frozenset(_DATA["furniture"])
_ROLES = frozenset(_DATA["roles"])
_WORDS = frozenset(_DATA["word_of_name"])
_PART = re.compile("|".join(re.escape(part) for part in _DATA["part_of_name"]))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), BlockKind.HEADING),
    **dict.fromkeys(("li", "dd", "dt"), BlockKind.LIST_ITEM),
    "blockquote": BlockKind.QUOTE,
    **dict.fromkeys(("figcaption", "caption"), BlockKind.CAPTION),
    "tr": BlockKind.TABLE_ROW,
}
_BLOCK_TAGS = frozenset(
    [
        "html",
        "body",
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "caption",
        "tbody",
        "thead",
        "tfoot",
        "tr",
        "ul",
    ]
)
_CELLS = frozenset({"td", "th"})
_WHOLE = frozenset({"html", "body", "article", "main"})


@dataclass(slots=True)
class Seen:
    """A block with the share of its characters that are links."""

    kind: BlockKind
    text: str
    linked: float


@dataclass(slots=True)
class Box:
    """An element; its blocks are ``blocks[start:end]``. ``furniture`` by tag, role or name."""

    tag: str
    parent: int
    start: int
    furniture: bool
    body: bool  # itemprop=articleBody
    name: str = ""  # class and id in lower case
    end: int = 0


@dataclass(slots=True)
class Layout:
    """All blocks, and all boxes in document order (a parent before its children)."""

    blocks: list[Seen] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)


@dataclass(slots=True)
class _Writer:
    layout: Layout = field(default_factory=Layout)
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    in_link: int = 0
    breaks: int = 0
    kinds: list[BlockKind] = field(default_factory=lambda: [BlockKind.PARAGRAPH])
    open: list[int] = field(default_factory=list)

    def text(self, text: str) -> None:
        if not text:
            return
        self.parts.append(text)
        if not text.isspace():
            self.breaks = 0
            if self.in_link:
                self.linked += len(fold(text))

    def flush(self) -> None:
        text = fold("".join(self.parts))
        if text and len(self.layout.blocks) < MAX_BLOCKS:
            share = min(1.0, self.linked / len(text))
            self.layout.blocks.append(Seen(self.kinds[-1], text, share))
        self.parts.clear()
        self.linked = self.breaks = 0

    def enter(self, node: Node, tag: str) -> None:
        if tag == "br":
            self.breaks += 1
            self.parts.append(" ")
            if self.breaks > 1:
                self.flush()
        elif tag == "a":
            self.in_link += 1
        elif tag in _CELLS:
            self.parts.append(" ")
        elif tag in _BLOCK_TAGS:
            self._enter_block(node, tag)

    def _enter_block(self, node: Node, tag: str) -> None:
        self.flush()
        attributes = node.attributes
        self.kinds.append(_kind(tag, self.kinds[-1], attributes))
        parent = self.open[-1] if self.open else -1
        self.open.append(len(self.layout.boxes))
        self.layout.boxes.append(
            Box(
                tag,
                parent,
                len(self.layout.blocks),
                _is_furniture(tag, attributes),
                "articlebody" in (attributes.get("itemprop") or "").lower(),
                f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip().lower(),
            )
        )

    def leave(self, tag: str) -> None:
        if tag == "a":
            self.in_link -= 1
        elif tag in _BLOCK_TAGS:
            self.flush()
            self.kinds.pop()
            self.layout.boxes[self.open.pop()].end = len(self.layout.blocks)


def lay_out(root: Node | None) -> Layout:
    """Walk *root* once, without recursion."""
    writer = _Writer()
    if root is None:
        return writer.layout
    for node, tag, entering in _events(root):
        if not tag:
            writer.text(node.text_content or "")
        elif entering:
            writer.enter(node, tag)
        else:
            writer.leave(tag)
    writer.flush()
    return writer.layout


def _events(root: Node) -> Iterator[tuple[Node, str, bool]]:
    todo: list[tuple[Node, str, bool]] = [(root, root.tag or "", True)]
    while todo:
        node, tag, entering = todo.pop()
        yield node, tag, entering
        if not tag or not entering:
            continue
        todo.append((node, tag, False))
        inner = []
        for child in children(node):
            if child.is_text_node:
                inner.append((child, "", True))
            elif child.is_element_node and not _is_hidden(child):
                inner.append((child, child.tag or "-", True))
        todo.extend(reversed(inner))


def _is_hidden(node: Node) -> bool:
    if node.tag in _UNSEEN:
        return True
    attributes = node.attributes
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    style = attributes.get("style")
    return bool(style and _HIDDEN.search(style))


def _kind(tag: str, around: BlockKind, attributes: dict[str, str | None]) -> BlockKind:
    if tag in _KINDS:
        return _KINDS[tag]
    if "caption" in (attributes.get("class") or "").lower() and tag in {"p", "div"}:
        return BlockKind.CAPTION
    if tag == "p" and around is BlockKind.TABLE_ROW:
        return BlockKind.PARAGRAPH
    return around if around is not BlockKind.HEADING else BlockKind.PARAGRAPH


def _is_furniture(tag: str, attributes: dict[str, str | None]) -> bool:
    if tag in _WHOLE:
        return False
    if tag in _FURNITURE or (attributes.get("role") or "").lower() in _ROLES:
        return True
    name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
    if not name.strip():
        return False
    return bool(_PART.search(name)) or not _WORDS.isdisjoint(re.findall(r"[a-z]+", name))
