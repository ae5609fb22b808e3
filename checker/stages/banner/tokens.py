"""A small byte tokenizer for pages, linear in their length.

It follows the tokenizer of the HTML standard (§13.2.5) as far as it must so that comments,
scripts, templates, SVG and the like can't pass for the page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

# A tag with its attributes up to its ">", all in one search; or what begins other markup. A quote
# counts only where a value begins; one that is never closed swallows the rest of the page, as in a
# browser. An element that holds nothing but text is taken whole: menus are made of those.
# Groups: 1 "/" of an end tag, 2 name, 3 attributes (none: the page ends within the tag), 4 the end
# tag of such an element, 5 mark.
_MARKUP = re.compile(
    rb"""<(?:(/)?+([a-zA-Z][^\t\n\f\r />]*+)
      (?:((?>[\t\n\f\r /]++
        | =?+[^\t\n\f\r />=]++
          (?:[\t\n\f\r ]*+=[\t\n\f\r ]*+
             (?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >"'][^\t\n\f\r >]*+)?+)?+
        | =
      )*+)>(?(1)|(?:[^<]*+(</\2[\t\n\f\r ]*+>))?+))?+
      | (!--|!\[CDATA\[|!(?i:doctype)|[!?/]))""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    rb"""([^\t\n\f\r />][^\t\n\f\r />=]*+)
      (?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"([^"]*+)"|'([^']*+)'|([^\t\n\f\r >"'][^\t\n\f\r >]*+)))?+""",
    re.VERBOSE,
)
_WORD = re.compile(rb"[^\t\n\f\r ]")
_COMMENT_END = re.compile(rb"--!?>")
_AFTER_NAME = frozenset((b"\t", b"\n", b"\f", b"\r", b" ", b"/", b">"))
_SCRIPT = re.compile(rb"<!--|-->|<(/?)script(?=[\t\n\f\r />])", re.IGNORECASE)
_RAW = frozenset(
    b"script style textarea title xmp iframe noembed noframes noscript".split()
)  # noscript: browsers run scripts, so what it holds is not shown
HEAD = frozenset(
    b"html head meta link base basefont bgsound script style title noscript noframes template"
    b" frameset".split()
)
_FOREIGN = frozenset((b"svg", b"math"))
_OWN_RULES = _RAW | _FOREIGN | {b"template", b"plaintext"}  # what is in them is read otherwise
_NO_LEAF = _OWN_RULES | HEAD | {b"body"}  # their beginning and end are looked at one by one
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
    """A tag, doctype or whole element; ``kind`` is "start", "end", "raw", "leaf" or "other".

    A leaf is an element of the body that holds text only, a raw one is read by rules of its own.
    """

    kind: str
    name: bytes
    start: int
    end: int
    attributes: bytes = b""


@dataclass(slots=True)
class Reader:
    """The tokens of one page. ``word`` is where words stood before the token, -1 if none did.

    Who does not ask for words any more says so in ``heeds``.
    """

    view: bytes
    pos: int
    xml: bool = False
    word: int = -1
    heeds: bool = True
    foreign: int = 0
    inner: int = 0
    held: list[bytes] = field(default_factory=list)
    templates: list[int] = field(default_factory=list)

    def __iter__(self) -> Iterator[Token]:
        view, search, new = self.view, _MARKUP.search, tuple.__new__  # thousands of times a page
        self.xml = view.startswith(b"<?xml", self.pos)
        while found := search(view, self.pos):
            if self.heeds and self.word < 0 and not self.templates:
                first = _WORD.search(view, self.pos, found.start())
                self.word = first.start() if first is not None else -1
            close, name, attributes, leaf, _ = found.groups()
            if name is None:
                token = self._markup(found)
            elif attributes is None:  # the page ends within the tag
                self.pos = len(view)
                return
            else:
                name, inside = name.lower(), self.foreign or self.templates
                kind, self.pos = "end" if close else "start", found.end(3) + 1
                if leaf and not inside and name not in _NO_LEAF:
                    kind, self.pos = "leaf", found.end()
                token = new(Token, (kind, name, found.start(), self.pos, attributes))
                if inside or name in _OWN_RULES:
                    token = self._special(token)
            if token is not None:
                yield token

    def _to(self, end: int) -> bool:
        """Go to *end*; -1 is the end of the page."""
        self.pos = len(self.view) if end < 0 else end
        return end >= 0

    def _after(self, what: bytes, start: int) -> int:
        found = self.view.find(what, start)
        return -1 if found < 0 else found + len(what)

    def _markup(self, found: re.Match[bytes]) -> Token | None:
        start, mark = found.start(), found[5]
        if mark == b"!--":
            self._to(_comment_end(self.view, found.end()))
            return None
        if mark == b"![CDATA[" and (self.xml or (self.foreign and not self.inner)):
            self._to(self._after(b"]]>", found.end()))
            return None
        if not self._to(self._after(b">", found.end() - 1)) or mark in (b"!", b"/", b"![CDATA["):
            return None
        return None if self.templates else Token("other", mark.lower(), start, self.pos)

    def _special(self, token: Token) -> Token | None:
        """A tag that has rules of its own, or stands where such rules hold."""
        kind, name, start, end, attributes = token
        raw = name in _RAW and (not self.foreign or self.inner > 0)
        self._cross_border(name, closing=kind == "end", empty=attributes.endswith(b"/"))
        if kind == "start" and name == b"plaintext":
            self._to(-1)
            return None
        if kind == "start" and raw:
            after = _script_end(self.view, end) if name == b"script" else self._raw_end(name)
            if not self._to(after):
                return None
            token = Token("raw", name, start, self.pos)
        return self._template(token)

    def _raw_end(self, name: bytes) -> int:
        found = _end_tag(self.view, name, self.pos)
        return self._after(b">", found + 2 + len(name)) if found >= 0 else -1

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
        if token.name != b"template":
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


def _end_tag(view: bytes, name: bytes, pos: int) -> int:
    """Where ``</name`` stands next, in either case; far quicker than an expression that ignores it."""
    while (pos := view.find(b"</", pos)) >= 0:
        behind = pos + 2 + len(name)
        if view[pos + 2 : behind].lower() == name and view[behind : behind + 1] in _AFTER_NAME:
            return pos
        pos += 2
    return -1


def _script_end(view: bytes, pos: int) -> int:
    """After ``</script>``, mindful of the escaped states (HTML standard §13.2.5.20 to .31)."""
    plain = _end_tag(view, b"script", pos)
    if plain < 0 or view.find(b"<!--", pos, plain) < 0:
        return view.find(b">", plain) + 1 or -1 if plain >= 0 else -1
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
