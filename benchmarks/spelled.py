"""One text that a regular expression matches, for the small part of the language that the
corpora's phrases use: the first of each choice, one character of each class, the fewest repeats.
"""

import re

_CLASSES = {"d": "2", "w": "March", "s": " ", "b": "", "S": "März"}
_GAP = "the old bridge"


def spelled(pattern: str) -> str:
    """Optional parts are left out, ``.+?`` becomes a few words."""
    text, _ = _choice(pattern, 0)
    return re.sub(r"(?:22? March|March 22?,?) 2222", "12 March 2019", text)


def _choice(pattern: str, at: int) -> tuple[str, int]:
    """The first alternative from *at* to the end of the group."""
    first: str | None = None
    parts: list[str] = []
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            first = "".join(parts) if first is None else first
            parts, at = [], at + 1
            continue
        piece, at = _atom(pattern, at)
        piece, at = _repeated(piece, pattern, at)
        parts.append(piece)
    return ("".join(parts) if first is None else first), at


def _atom(pattern: str, at: int) -> tuple[str, int]:
    match pattern[at]:
        case "(":
            inner = at + 3 if pattern.startswith("(?:", at) else at + 1
            piece, end = _choice(pattern, inner)
            return piece, end + 1
        case "[":
            end = pattern.index("]", at + 2)
            return pattern[at + 1], end + 1
        case "\\":
            return _CLASSES.get(pattern[at + 1], pattern[at + 1]), at + 2
        case "^" | "$":
            return "", at + 1
        case ".":
            return _GAP, at + 1
        case other:
            return other, at + 1


def _repeated(piece: str, pattern: str, at: int) -> tuple[str, int]:
    found = re.compile(r"([?*+]|\{(\d+)(?:,\d*)?\})\??").match(pattern, at)
    if found is None:
        return piece, at
    if found[1] == "*":
        return piece if piece == " " else "", found.end()
    if found[1] == "?":
        return "", found.end()
    if found[1] == "+" or piece in {_GAP, "März"}:
        return piece, found.end()
    return piece * int(found[2]), found.end()
