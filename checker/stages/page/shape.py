"""Refuses the few shapes of markup on which a parser's work grows with the square of its input.

Measured with lexbor: 100,000 nested ``<div>`` take 18 s, 40,000 attributes in one tag 3 s, and n
unclosed formatting elements before m paragraphs make n*m nodes (HTML §13.2.4.3). A scan over the
tags, linear in the input, sees all three before a tree is built. It follows the tokenizer closely
(comments, raw text, quoted attributes, scopes), so that real pages are not refused by mistake.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from checker.stages.page.tame import is_tame

SMALL = 64 * 1024  # characters: no shape of this size costs half a second
MAX_DEPTH = 4_096
MAX_TAGS = 250_000  # a backstop: no article has so many
MAX_REOPENED = 2_000_000  # formatting elements that would be opened anew, at most
MAX_OPTION_WORK = 150_000_000  # lexbor looks at every earlier option: 17,000 take a second
MAX_ATTRIBUTE_WORK = 40_000_000  # sum over tags of the square of their attributes

_TAG = re.compile(
    r"<!--|<[!?]|</(?![a-zA-Z])|<(/?)([a-zA-Z][^\s/>]*+)"
    r"((?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?+)?+)*+)"
)
_ATTRIBUTE = re.compile(r"[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+")
_NAME = re.compile(r"<!--|<[!?]|</(?![a-zA-Z])|<(/?)([a-zA-Z][^\s/>]*+)([^<>]*+)")  # unquoted
_ABRUPT_END = re.compile(r"-?>")
_END, _CDATA_END, _COMMENT_END = re.compile(">"), re.compile("]]>"), re.compile("--!?>")
_SCRIPT = re.compile(r"<!--|-->|<(/?)script[\s/>]", re.IGNORECASE)
_VOID = frozenset(
    re.findall(
        r"\w+", "area base br col embed frame hr img input keygen link meta param source track wbr"
    )
)
_NO_PILE = frozenset(
    ["html", "head", "body", "colgroup", "rt", "rp", "rb", "rtc", "image", "caption"]
)
# End tags that may be left out: what a start tag closes first, and what it does not look beyond.
_ROWS = frozenset({"tr", "td", "th"})
_LOOK_BACK = 64  # elements; more would make the work depend on the depth
_CLOSES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    **dict.fromkeys(
        [
            "p",
            "div",
            "ul",
            "ol",
            "dl",
            "table",
            "section",
            "article",
            "blockquote",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "form",
            "pre",
            "header",
            "footer",
            "figure",
            "center",
            "nav",
            "main",
            "aside",
            "address",
            "fieldset",
            "details",
        ],
        (frozenset({"p"}), frozenset({"table", "td", "th", "button", "object", "template"})),
    ),
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "table", "template"})),
    **dict.fromkeys(
        ("dd", "dt"), (frozenset({"dd", "dt"}), frozenset({"dl", "table", "template"}))
    ),
    **dict.fromkeys(("td", "th"), (frozenset({"td", "th"}), frozenset({"table", "template"}))),
    "tr": (_ROWS, frozenset({"table", "template"})),
    **dict.fromkeys(
        ("tbody", "thead", "tfoot"),
        (_ROWS | {"tbody", "thead", "tfoot"}, frozenset({"table", "template"})),
    ),
    "option": (frozenset({"option"}), frozenset({"select", "datalist", "template"})),
}
_SVG_LEAF = frozenset(
    ["path", "circle", "rect", "line", "polygon", "polyline", "ellipse", "use", "stop", "animate"]
)
_RAW = frozenset(["style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"])
_SCOPE = frozenset(["table", "template", "object", "marquee", "applet", "svg", "math"])
_FOREIGN = frozenset({"svg", "math"})
_FORMATTING = frozenset(
    re.findall(r"\w+", "a b big code em font i nobr s small strike strong tt u")
)


@dataclass(slots=True)
class _Scan:
    stack: list[str] = field(default_factory=list)
    scopes: list[defaultdict[str, int]] = field(default_factory=lambda: [defaultdict(int)])
    within: list[str] = field(default_factory=list)
    formatting: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    alike: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    reopened: int = 0
    most_reopened: int = 0
    deepest: int = 0
    tags: int = 0
    attribute_work: int = 0
    options: int = 0
    option_work: int = 0
    foreign: int = 0

    def start(self, name: str, attributes: str) -> None:
        self.tags += 1
        if len(attributes) > 512:
            self.attribute_work += sum(1 for _ in _ATTRIBUTE.finditer(attributes)) ** 2
        if name == "select":
            self.options = 0
        elif name == "option":
            self.options += 1
            self.option_work += self.options
        if name in _FORMATTING:
            self._format(name, f"{name} {attributes}")
        if name in _VOID or name in _NO_PILE or (self.foreign and name in _SVG_LEAF):
            return
        if name in _CLOSES:
            self._close_implied(*_CLOSES[name])
        self.stack.append(name)
        self.deepest = max(self.deepest, len(self.stack))
        self.scopes[-1][name] += 1
        if name in _SCOPE:
            self.scopes.append(defaultdict(int))
            self.within.append(name)
            self.foreign += name in _FOREIGN

    def _close_implied(self, targets: frozenset[str], stops: frozenset[str]) -> None:
        """Pop down to the outermost open target that the start tag closes."""
        found = 0
        for back, name in enumerate(reversed(self.stack[-_LOOK_BACK:]), start=1):
            if name in stops:
                break
            if name in targets:
                found = back
        for _ in range(found):
            self._pop()

    def _format(self, name: str, key: str) -> None:
        """At most three alike are opened anew (the "Noah's Ark clause", HTML §13.2.4.3)."""
        self.formatting[name].append(key)
        self.alike[key] += 1
        self.reopened += self.alike[key] <= 3
        self.most_reopened = max(self.most_reopened, self.reopened)

    def end(self, name: str) -> None:
        if self.formatting.get(name):
            key = self.formatting[name].pop()
            self.reopened -= self.alike[key] <= 3
            self.alike[key] -= 1
        if name in _SCOPE:
            self._leave(name)
        elif self.scopes[-1][name]:
            while self._pop() != name:
                pass

    def _leave(self, name: str) -> None:
        """A scope is left only by its own end tag; svg and math do not hold it back."""
        while self.within and (self.within[-1] == name or self.within[-1] in _FOREIGN):
            inner = self.within[-1]
            while self._pop() != inner:
                pass
            if inner == name:
                return

    def _pop(self) -> str:
        name = self.stack.pop()
        if name in _SCOPE:
            self.scopes.pop()
            self.within.pop()
            self.foreign -= name in _FOREIGN
        self.scopes[-1][name] -= 1
        return name

    def fault(self) -> str | None:
        if self.deepest > MAX_DEPTH:
            return f"markup nested deeper than {MAX_DEPTH:,} elements"
        if self.tags > MAX_TAGS:
            return f"more than {MAX_TAGS:,} tags"
        if self.attribute_work > MAX_ATTRIBUTE_WORK:
            return "a tag with thousands of attributes"
        if self.option_work > MAX_OPTION_WORK:
            return "a list of choices without end"
        if self.most_reopened > 32 and self.most_reopened * self.tags > MAX_REOPENED:
            return "too many formatting elements left open"
        return None


def fault(source: str) -> str | None:
    """Why *source* should not be given to a parser, or None. Linear in its length."""
    if len(source) < SMALL and source.count("<") < MAX_DEPTH:
        return None
    return None if is_tame(source) else _scanned(source)


def _scanned(source: str) -> str | None:
    """Tag by tag. What stands before ``hidden`` may be no markup: a comment, or what is raw text

    only outside of foreign elements. Its tags are counted, but neither they nor their quotes hide
    what follows.
    """
    scan, ends = _Scan(), _Ends(source)
    place = hidden = 0
    while (tag := (_NAME if place < hidden else _TAG).search(source, place)) is not None:
        if place < hidden <= tag.start():
            place = hidden
            continue
        place = tag.end()
        name = (tag[2] or "").lower()
        if not name:
            hidden = max(hidden, ends.of(tag, in_foreign=scan.foreign > 0))
        elif tag[1]:
            scan.end(name)
        else:
            scan.start(name, tag[3])
            if place >= hidden and name == "plaintext":
                break
            if place >= hidden and (end := _text_end(source, place, name)):
                place, hidden = (place, end) if scan.foreign else (end, hidden)
            if scan.tags % 1024 == 0 and (found := scan.fault()):
                return found
    return scan.fault()


@dataclass(slots=True)
class _Ends:
    """The next place where something ends, not looked for again before it is passed."""

    source: str
    known: dict[re.Pattern[str], int] = field(default_factory=dict)

    def next(self, what: re.Pattern[str], start: int) -> int:
        if self.known.get(what, -1) < start:
            found = what.search(self.source, start)
            self.known[what] = found.start() if found else len(self.source)
        return self.known[what]

    def of(self, opening: re.Match[str], *, in_foreign: bool) -> int:
        """Of a comment, declaration or CDATA section (HTML §13.2.5.41 to .72)."""
        start = opening.end()
        if opening[0] == "<!--":
            abrupt = _ABRUPT_END.match(self.source, start)
            return abrupt.end() if abrupt else self.next(_COMMENT_END, start)
        cdata = in_foreign and self.source.startswith("[CDATA[", start)
        return self.next(_CDATA_END if cdata else _END, start)


def _text_end(source: str, place: int, name: str) -> int:
    """Where the text of an element without markup inside ends; 0 if the element has markup."""
    if name == "script":
        return _script_end(source, place)
    return _raw_end(source, place, name) if name in _RAW else 0


def _raw_end(source: str, place: int, name: str) -> int:
    found = re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE).search(source, place)
    return found.start() if found else len(source)


def _script_end(source: str, place: int) -> int:
    """Where the script's end tag starts, with the escaped states of HTML §13.2.5.15 to .31."""
    escaped = double = False
    for token in _SCRIPT.finditer(source, place):
        if token[0] == "<!--":
            escaped = True
        elif token[0] == "-->":
            escaped = double = False
        elif token[1] and not double:
            return token.start()
        elif token[1]:
            double = False
        elif escaped:
            double = True
    return len(source)
