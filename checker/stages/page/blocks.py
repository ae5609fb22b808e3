"""Every visible block of a page in order, and the elements that hold them.

A block is what a reader sees as one unit: text between the boundaries that block elements, rows
and double line breaks set. ``Box`` is an element and the range of blocks inside it, so that
choosing an article is arithmetic on ranges.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from checker.data import table
from checker.model import BlockKind
from checker.stages.page.tree import Node, fold, text_of

MAX_BLOCKS = 100_000
MAX_HIDDEN = 100  # elements
MAX_HIDDEN_TEXT = 100_000  # characters of one

_DATA = table("text.toml")
# Elements whose text nobody reads, and what is neither element nor text.
_UNSEEN = frozenset([*_DATA["unseen"], "-comment", "-doctype"])
_FURNITURE = frozenset(_DATA["furniture"])
_ROLES = frozenset(_DATA["roles"])


def any_of(parts: list[str], words: list[str] | tuple[()] = ()) -> re.Pattern[str]:
    """A pattern for one of *parts* anywhere, or of *words* with no letter beside it. Each choice
    begins with a letter of its own, so that a search skips to those letters."""
    rests = [(part[0], re.escape(part[1:])) for part in parts]
    rests += [(word[0], rf"(?<![a-z].){re.escape(word[1:])}(?![a-z])") for word in words]
    groups = groupby(sorted(rests), key=lambda rest: rest[0])
    choices = ((first, "|".join(rest for _, rest in group)) for first, group in groups)
    return re.compile("|".join(f"{re.escape(first)}(?:{rests})" for first, rests in choices))


_NAMED = any_of(_DATA["part_of_name"], _DATA["word_of_name"])
# What build tools add to a name differs with every build and may spell anything ("css-3ad41f").
_HASH = re.compile(r"(?<![a-z0-9])(?=[a-z]{0,3}\d{1,4}[a-z])[a-z0-9]{5,16}(?![a-z0-9])")
_DIGIT = re.compile(r"\d")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MAY_BE_HIDDEN = '[hidden], [style*="none" i], [style*="dden" i]'
_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), BlockKind.HEADING),
    **dict.fromkeys(("li", "dd", "dt"), BlockKind.LIST_ITEM),
    "blockquote": BlockKind.QUOTE,
    **dict.fromkeys(("figcaption", "caption"), BlockKind.CAPTION),
    "tr": BlockKind.TABLE_ROW,
}
_BLOCK_TAGS = frozenset(
    re.findall(
        r"\w+",
        "html body address article aside blockquote center dd details dialog dir div dl dt "
        "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main "
        "menu nav ol p pre section summary table caption tbody thead tfoot tr ul",
    )
)
_CELLS = frozenset({"td", "th"})
_LEFT = _BLOCK_TAGS | {"a"}  # of the elements that matter: those whose end matters too
_CAPTIONED = frozenset({"p", "div"})
_OTHERS = _CELLS | {"a", "br"}
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
    """All blocks, and all boxes in document order (a parent before its children); the name of each
    element that was met, where links lead, and what is there but not shown."""

    blocks: list[Seen] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Writer:
    """``parts`` is the block being written; while it is empty, so are its counts."""

    layout: Layout = field(default_factory=Layout)
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    in_link: int = 0
    breaks: int = 0
    kind: BlockKind = BlockKind.PARAGRAPH
    parent: int = -1  # number of the innermost open box
    open: list[tuple[Box, BlockKind, int]] = field(default_factory=list)  # and what is around it

    def text(self, text: str) -> None:
        if not text or text.isspace():
            if text and self.parts:
                self.parts.append(" ")
            return
        self.parts.append(text)
        self.breaks = 0
        if self.in_link:
            self.linked += len(fold(text))

    def flush(self) -> None:
        parts = self.parts
        text = " ".join((parts[0] if len(parts) == 1 else "".join(parts)).split())
        blocks = self.layout.blocks
        if text and len(blocks) < MAX_BLOCKS:
            share = min(1.0, self.linked / len(text)) if self.linked else 0.0
            blocks.append(Seen(self.kind, text, share))
        parts.clear()
        self.linked = self.breaks = 0

    def skip(self, node: Node, name: str) -> None:
        """What nobody sees; text that a script or a click may show is kept aside."""
        if name in _UNSEEN and name != "noscript":
            return
        if len(self.layout.hidden) < MAX_HIDDEN and (text := text_of(node, MAX_HIDDEN_TEXT)):
            self.layout.hidden.append(text)

    def enter(self, node: Node, tag: str) -> None:
        """An element that matters and is no block."""
        if tag == "a":
            self.in_link += 1
            href = node.attributes.get("href")
            if href is not None:
                self.layout.links.append(href)
        elif tag in _CELLS:
            self.parts.append(" ")
        else:
            self.breaks += 1
            self.parts.append(" ")
            if self.breaks > 1:
                self.flush()

    def enter_block(self, node: Node, tag: str) -> None:
        if self.parts:
            self.flush()
        layout, around, parent = self.layout, self.kind, self.parent
        boxes, start = layout.boxes, len(layout.blocks)
        style = None
        if attributes := node.attributes:
            style = attributes.get("class")
            box = _box(tag, parent, start, attributes)
        else:
            box = Box(tag, parent, start, tag in _FURNITURE, False)
        self.open.append((box, around, parent))
        self.kind = _KINDS.get(tag) or _kind(tag, around, style)
        self.parent = len(boxes)
        boxes.append(box)

    def leave(self, tag: str) -> None:
        if tag == "a":
            self.in_link -= 1
            return
        if self.parts:
            self.flush()
        box, self.kind, self.parent = self.open.pop()
        box.end = len(self.layout.blocks)


def _box(tag: str, parent: int, start: int, attributes: dict[str, str | None]) -> Box:
    """The box of an element that has attributes."""
    get = attributes.get
    style, own = get("class"), get("id")
    name = (f"{style} {own}" if style and own else style or own or "").strip().lower()
    furniture = tag in _FURNITURE
    if not furniture and tag not in _WHOLE:
        role = get("role")
        furniture = (role is not None and role.lower() in _ROLES) or (
            name != "" and _is_named_so(name)
        )
    prop = get("itemprop")
    body = prop is not None and "articlebody" in prop.lower()
    return Box(tag, parent, start, furniture, body, name)


@lru_cache(maxsize=10_000)
def _is_named_so(name: str) -> bool:
    """Remembered, because a site's pages, and a page's versions, repeat their names."""
    return _NAMED.search(_HASH.sub("", name) if _DIGIT.search(name) else name) is not None


def lay_out(root: Node | None) -> Layout:
    """Walk *root* once, without recursion."""
    writer = _Writer()
    if root is None:
        return writer.layout
    hidden = {node.mem_id for node in root.css(_MAY_BE_HIDDEN) if _is_hidden(node)}
    writer.enter_block(root, root.tag or "")
    writer.layout.met = _walk(root, writer, hidden)
    writer.flush()
    return writer.layout


def _walk(root: Node, writer: _Writer, hidden: set[int]) -> list[str]:
    """Everything below *root*, and its end; the names of the elements that were met. Written for
    speed: a quarter of the time of a check."""
    around = [(root, root.tag or "")]
    met: list[str] = []
    child = root.first_child
    while around:
        if child is None:
            child, name = around.pop()
            if name in _LEFT:
                writer.leave(name)
        elif (name := child.tag or "") == "-text":
            writer.text(child.text_content or "")
        else:
            met.append(name)
            if name in _UNSEEN or (hidden and child.mem_id in hidden):
                writer.skip(child, name)
            else:
                if name in _BLOCK_TAGS:
                    writer.enter_block(child, name)
                elif name in _OTHERS:
                    writer.enter(child, name)
                if (inner := child.first_child) is not None:
                    around.append((child, name))
                    child = inner
                    continue
                if name in _LEFT:
                    writer.leave(name)
        child = child.next
    return met


def _is_hidden(node: Node) -> bool:
    attributes = node.attributes
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    style = attributes.get("style")
    return bool(style and _HIDDEN.search(style))


def _kind(tag: str, around: BlockKind, style: str | None) -> BlockKind:
    if style and tag in _CAPTIONED and "caption" in style.lower():
        return BlockKind.CAPTION
    if around is BlockKind.HEADING or (tag == "p" and around is BlockKind.TABLE_ROW):
        return BlockKind.PARAGRAPH
    return around
