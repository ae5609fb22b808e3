"""Reading the tree: the helpers that other stages use instead of the parser's own names."""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

Tree = LexborHTMLParser
Node = LexborNode

_UNSEEN = frozenset({"script", "style", "noscript", "template", "svg", "head", "-comment"})
_SPACED = frozenset({"br", "p", "div", "li", "td"})


def build(source: str) -> Tree:
    """The parsed tree of *source*; see ``shape.fault`` for what must not come here."""
    return LexborHTMLParser(source)


def fold(text: str) -> str:
    """White space folded to single spaces, ends trimmed."""
    return " ".join(text.split())


def attribute(node: Node, name: str) -> str:
    """The attribute's value, ``""`` when absent or empty."""
    return node.attributes.get(name) or ""


def text_of(node: Node, limit: int = 10_000) -> str:
    """Visible text below *node*, folded, at most *limit* characters of it read."""
    parts: list[str] = []
    around: list[Node] = []
    length = 0
    child = node.first_child
    while child is not None or around:
        if child is None:
            child = around.pop().next
            continue
        tag = child.tag
        if tag == "-text":
            part = child.text_content or ""
            parts.append(part)
            length += len(part)
            if length > limit:
                break
        elif tag not in _UNSEEN:
            if tag in _SPACED:
                parts.append(" ")
            inner = child.first_child
            if inner is not None:
                around.append(child)
                child = inner
                continue
        child = child.next
    return fold("".join(parts))[:limit]


def ancestors(node: Node) -> Iterator[Node]:
    """The elements around *node*, innermost first."""
    parent = node.parent
    while parent is not None and parent.is_element_node:
        yield parent
        parent = parent.parent
