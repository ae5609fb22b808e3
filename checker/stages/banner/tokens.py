"""A small byte tokenizer for pages, linear in their length.

It follows the tokenizer of the HTML standard (§13.2.5) as far as it must so that comments,
scripts, templates, SVG and the like can't pass for the page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

_OPEN = re.compile(
    rb"<(?:(?P<close>/?)(?P<name>[a-zA-Z][^\t\n\f\r />]*+)"
    rb"|(?P<mark>!--|!\[CDATA\[|!(?i:doctype)|[!?/]))"
)
# Attributes up to the tag's ">". A quote counts only where a value begins; one that is never
# closed swallows the rest of the page, as in a browser.
_TAIL = re.compile(
    rb"""(?>[\t\n\f\r /]++
      | =?+[^\t\n\f\r />=]++
        (?:[\t\n\f\r ]*+=[\t\n\f\r ]*+
           (?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >"'][^\t\n\f\r >]*+)?+)?+
      | =
    )*+>""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    rb"""([^\t\n\f\r />][^\t\n\f\r />=]*+)
      (?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"([^"]*+)"|'([^']*+)'|([^\t\n\f\r >"'][^\t\n\f\r >]*+)))?+""",
    re.VERBOSE,
)
_WORD = re.compile(rb"[^\t\n\f\r ]")
_COMMENT_END = re.compile(rb"--!?>")
_SCRIPT = re.compile(rb"<!--|-->|<(/?)script(?=[\t\n\f\r />])", re.IGNORECASE)
_RAW = frozenset(
    b"script style textarea title xmp iframe noembed noframes noscript".split()
)  # noscript: browsers run scripts, so what it holds is not shown
HEAD = frozenset(
    b"html head meta link base basefont bgsound script style title noscript noframes template"
    b" frameset".split()
)
_FOREIGN = frozenset((b"svg", b"math"))
_INNER = frozenset((b"foreignobject", b"desc", b"title", b"annotation-xml"))
_HOLDING = frozenset(
    b"address article aside blockquote button center dd details dialog div dl dt fieldset figcaption"
    b" figure footer form h1 h2 h3 h4 h5 h6 header li main menu nav ol p pre section select summary"
    b" table tbody td tfoot th thead tr ul".split()
)  # "special" there: the end tag of what stands around them is ignored while they are open
_HELD = 64  # as many as that are kept in mind
_BREAKOUT = frozenset(
    b"b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img"
    b" li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul"
    b" var".split()
)  # HTML standard §13.2.6.5: these end foreign content


class Token(NamedTuple):
    """A tag, doctype or whole raw element; ``kind`` is "start", "end", "raw" or "other"."""

    kind: str
    name: bytes
    start: int
    end: int
    attributes: bytes = b""


@dataclass(slots=True)
class Reader:
    """The tokens of one page. ``word`` is where words stood before the token, -1 if none did."""

    view: bytes
    pos: int
    xml: bool = False
    word: int = -1
    foreign: int = 0
    inner: int = 0
    held: list[bytes] = field(default_factory=list)
    templates: list[int] = field(default_factory=list)

    def __iter__(self) -> Iterator[Token]:
        self.xml = self.view.startswith(b"<?xml", self.pos)
        while found := _OPEN.search(self.view, self.pos):
            if self.word < 0 and not self.templates:
                first = _WORD.search(self.view, self.pos, found.start())
                self.word = first.start() if first is not None else -1
            token = self._tag(found) if found["name"] else self._markup(found)
            if token is not None and (token := self._template(token)) is not None:
                yield token

    def _to(self, end: int) -> bool:
        """Go to *end*; -1 is the end of the page."""
        self.pos = len(self.view) if end < 0 else end
        return end >= 0

    def _after(self, what: bytes, start: int) -> int:
        found = self.view.find(what, start)
        return -1 if found < 0 else found + len(what)

    def _markup(self, found: re.Match[bytes]) -> Token | None:
        start, mark = found.start(), found["mark"]
        if mark == b"!--":
            self._to(_comment_end(self.view, found.end()))
            return None
        if mark == b"![CDATA[" and (self.xml or (self.foreign and not self.inner)):
            self._to(self._after(b"]]>", found.end()))
            return None
        if not self._to(self._after(b">", found.end() - 1)) or mark in (b"!", b"/", b"![CDATA["):
            return None
        return Token("other", mark.lower(), start, self.pos)

    def _tag(self, found: re.Match[bytes]) -> Token | None:
        tail = _TAIL.match(self.view, found.end())
        if tail is None:  # the page ends within the tag
            self._to(-1)
            return None
        self.pos = tail.end()
        name, start = found["name"].lower(), found.start()
        attributes = self.view[found.end() : tail.end() - 1]
        raw = name in _RAW and (not self.foreign or self.inner > 0)
        self._cross_border(name, closing=bool(found["close"]), empty=attributes.endswith(b"/"))
        if found["close"]:
            return Token("end", name, start, self.pos)
        if name == b"plaintext":
            self._to(-1)
            return None
        if raw:
            end = _script_end(self.view, self.pos) if name == b"script" else self._raw_end(name)
            return Token("raw", name, start, self.pos) if self._to(end) else None
        return Token("start", name, start, self.pos, attributes)

    def _raw_end(self, name: bytes) -> int:
        pattern = rb"</" + name + rb"(?=[\t\n\f\r />])"
        found = re.compile(pattern, re.IGNORECASE).search(self.view, self.pos)
        return self._after(b">", found.end()) if found else -1

    def _cross_border(self, name: bytes, *, closing: bool, empty: bool) -> None:
        """Keep count of SVG and MathML, whose content is read by other rules."""
        if not self.foreign:
            if name in _FOREIGN and not closing and not empty:
                self.foreign, self.inner = 1, 0
        elif self.inner and name in _HOLDING:
            self._hold(name, closing=closing)
        elif closing and self.held:
            return
        elif closing:
            self.foreign -= name in _FOREIGN
            self.inner = max(0, self.inner - (name in _INNER)) if self.foreign else 0
        elif name in _BREAKOUT and not self.inner:
            self.foreign = 0
        elif not empty:
            self.foreign += name in _FOREIGN
            self.inner += name in _INNER

    def _hold(self, name: bytes, *, closing: bool) -> None:
        """Keep in mind which elements of HTML are open where SVG or MathML has room for them."""
        if closing:
            if name in self.held:
                del self.held[len(self.held) - 1 - self.held[::-1].index(name) :]
            return
        if self.held[-1:] == [b"p"]:
            self.held.pop()
        if len(self.held) < _HELD:
            self.held.append(name)

    def _template(self, token: Token) -> Token | None:
        """Swallow what lies in templates; a whole one comes out as one raw token."""
        if token.name != b"template" or token.kind == "other":
            return None if self.templates else token
        if token.kind == "start":
            self.templates.append(token.start)
            return None
        if not self.templates:
            return None
        start = self.templates.pop()
        return None if self.templates else Token("raw", b"template", start, token.end)


def attribute(attributes: bytes, name: bytes) -> str:
    """The value of the first attribute called *name*, "" if there is none."""
    for found in _ATTRIBUTE.finditer(attributes):
        if found[1].lower() == name:
            return unescape((found[2] or found[3] or found[4] or b"").decode("latin-1"))
    return ""


def _comment_end(view: bytes, start: int) -> int:
    for abrupt in (b">", b"->"):
        if view.startswith(abrupt, start):
            return start + len(abrupt)
    found = _COMMENT_END.search(view, start)
    return found.end() if found else -1


def _script_end(view: bytes, pos: int) -> int:
    """After ``</script>``, mindful of the escaped states (HTML standard §13.2.5.20 to .31)."""
    escaped = doubly = False
    while found := _SCRIPT.search(view, pos):
        pos = found.end()
        if found[0] == b"<!--":
            escaped = True
            pos -= 2  # "<!-->" opens and closes
        elif found[0] == b"-->":
            escaped = doubly = False
        elif not found[1]:
            doubly = escaped
        elif doubly:
            doubly = False
        else:
            end = view.find(b">", pos)
            return end + 1 if end >= 0 else -1
    return -1
