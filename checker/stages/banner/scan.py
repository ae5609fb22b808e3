"""Where in a page a banner goes: before the headline, else at the start of the body.

Byte exactness never depends on this reading of the page, only the place does.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from checker.stages.banner.tokens import HEAD, Reader, Token, attribute

_HIDDEN = re.compile(rb"(?:^|[\t\n\f\r /])(?:hidden(?=[\t\n\f\r /=]|$)|aria-hidden=.?true)")
_VOID = frozenset(b"area base br col embed hr img input link meta source track wbr param".split())
_KNOWN = HEAD | frozenset(
    b"body div p main article section header footer nav aside h1 h2 h3 h4 h5 h6 a span ul ol li"
    b" table tr td img br hr b i em strong pre blockquote form center font figure time".split()
)
_UNFIT = frozenset(b"nav aside footer dialog button select object details".split())
_ROOTS = frozenset((b"article", b"main"))
PREFIX = 1_000_000  # code units in which the headline must come, so that a huge page costs no more


@dataclass(frozen=True, slots=True)
class Scan:
    """``place`` is an offset into the view, None with ``obstacle`` where no banner can go.

    ``policies`` are the Content Security Policies that the page's head states. ``settled`` says
    that nothing behind the first ``read`` bytes of the view could have changed the answer.
    """

    place: int | None
    obstacle: str
    policies: tuple[str, ...] = ()
    settled: bool = False
    headed: bool = False  # the body began in the view
    read: int = 0


def scan(view: bytes, start: int) -> Scan:
    """Read the page from *start* (after a byte order mark) and find the banner's place.

    *view* need not be the whole page: the place is the same if it lies in the first ``PREFIX``.
    """
    reader = Reader(view, start)
    finder = _Finder(start)
    last = _last_of_note(view)
    settled = False
    for token in reader:
        settled = finder.take(token, word=reader.word, foreign=reader.foreign > 0)
        if settled or (token.start > last and finder.html and not finder.head):
            break  # neither a headline nor frames can come any more
        reader.word, reader.heeds = -1, finder.head  # behind the head nobody asks for words
    return replace(finder.result(), settled=settled, read=reader.pos)


def _last_of_note(view: bytes) -> int:
    """Behind this neither a headline nor frames can follow: reading the rest would be for nothing."""
    lowered = view.lower()
    last = lowered.rfind(b"<h1")
    rooted = any(lowered.find(b"<" + root, 0, max(last, 0)) >= 0 for root in _ROOTS)
    return max(last if rooted else -1, lowered.rfind(b"<frameset"))


@dataclass(slots=True)
class _Finder:
    """Just enough of a tree to know the headline's container."""

    point: int
    head: bool = True  # nothing that belongs into the body has come yet
    html: bool = False
    bodied: bool = False  # the page says <body>: a frameset behind that is ignored
    frames: bool = False
    stack: list[tuple[bytes, int, bool]] = field(default_factory=list)  # name, start, unfit
    names: Counter[bytes] = field(default_factory=Counter)
    unfit: int = 0
    roots: list[tuple[int, bool]] = field(default_factory=list)  # depth, fit
    policies: list[str] = field(default_factory=list)

    def take(self, token: Token, *, word: int, foreign: bool) -> bool:
        """Go on with one token; True once the place is decided."""
        if self.head:
            self._in_head(token, word)
        kind, name = token.kind, token.name
        self.html = self.html or name in _KNOWN
        self.bodied = self.bodied or (kind, name) == ("start", b"body")
        if not foreign and not self.bodied and (kind, name) == ("start", b"frameset"):
            self.frames = True  # a browser drops what it has of a body, if that shows nothing yet
        if self.frames:
            return True
        if kind == "end":
            self._close(name)
        elif kind == "start" and not foreign and name not in _VOID:
            return self._open(token)
        elif kind == "leaf" and name == b"h1":  # of others nothing remains
            if self._open(token):
                return True
            self._close(name)
        return False

    def _in_head(self, token: Token, word: int) -> None:
        """A banner goes behind ``<body>``, or before the first thing that can't be in the head.

        Not before the space in front of that: it belongs to the head, and would then not.
        """
        if word >= 0:
            self.head, self.point = False, word
        elif token.kind == "other":
            self.point = token.end
            self.html = self.html or token.name == b"!doctype"
        elif token.name in HEAD and (token.kind, token.name) != ("end", b"html"):
            self.point = token.end
            if token.name == b"meta" and token.kind == "start":
                self._policy(token.attributes)
        elif token.kind != "end" or token.name in (b"html", b"body", b"br", b"p"):
            self.head = False
            body = (token.kind, token.name) == ("start", b"body")
            self.point = token.end if body else token.start

    def _policy(self, attributes: bytes) -> None:
        if attribute(attributes, b"http-equiv").lower() == "content-security-policy":
            self.policies.append(attribute(attributes, b"content"))

    def _open(self, token: Token) -> bool:
        name = token.name
        if name == b"h1" and self.roots and self.roots[-1][1] and not self.unfit:
            child = self.roots[-1][0] + 1
            self.point = self.stack[child][1] if child < len(self.stack) else token.start
            return True
        if name in (b"html", b"head", b"body"):
            return False
        if name in _ROOTS:
            self.roots.append((len(self.stack), not self.names[b"a"]))
        unfit = name in _UNFIT or (
            b"hidden" in token.attributes and _HIDDEN.search(token.attributes) is not None
        )
        self.stack.append((name, token.start, unfit))
        self.names[name] += 1
        self.unfit += unfit
        return False

    def _close(self, name: bytes) -> None:
        """Close up to the nearest element of that name; each element is closed but once."""
        if not self.names[name]:
            return
        closed = b""
        while closed != name:
            closed, _, unfit = self.stack.pop()
            self.names[closed] -= 1
            self.unfit -= unfit
            if self.roots and self.roots[-1][0] == len(self.stack):
                self.roots.pop()

    def result(self) -> Scan:
        if self.frames:
            return Scan(None, "a page of frames has no body that could hold a banner")
        if not self.html:
            return Scan(None, "not HTML: no element was found that could hold a banner")
        return Scan(self.point, "", tuple(self.policies), headed=not self.head)
