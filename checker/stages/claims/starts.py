"""With which letters a pattern's matches begin, so that it is tried only where it may match.

A table's patterns stand side by side in one alternation of hundreds of words, which costs
microseconds at each word of a text. Their first letters make a small tree; one pattern goes through
the text in lower case word by word up to where one of them stands, and only there those patterns
are tried that begin with that letter. What is not understood of a pattern may begin with anything,
so nothing is ever missed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

_LETTERS = 6  # of a beginning that are looked at
_MANY = 20_000  # beginnings; with more a pattern is tried everywhere
_DIGIT = "\0"  # stands for every digit
_QUANTIFIER = re.compile(r"(?:[?*+]|\{(\d*),?\d*\})[?+]?")
_BRACKET = re.compile(r"\(\?(?:(<?[=!])|P<\w+>|-?i?:)")  # the first kind takes no room
_CLASS = re.compile(r"\[(\^?)(\]?(?:\\.|[^\]\\])*)\]")
# Long s and the Turkish letters i, which lower() leaves or, the one of them, makes longer.
_LOWER = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s"})

# A beginning, and whether what follows it is known, too.
_Starts = frozenset[tuple[str, bool]]
_NOTHING: _Starts = frozenset({("", True)})
_ANYTHING: _Starts = frozenset({("", False)})


def lower(text: str) -> str:
    """In lower case, letter for letter."""
    if text.isascii() or not any(letter in text for letter in "\u0130\u0131\u017f"):
        return text.lower()
    return text.translate(_LOWER).lower()


@dataclass(frozen=True, slots=True)
class Edges:
    """What stands around a match: it begins with a letter, a digit or one of ``signs``, behind
    nothing of a word or of ``joins``, and no word goes on behind it."""

    joins: str = ""
    signs: str = ""
    after: str = r"(?!\w)"

    @property
    def before(self) -> str:
        return rf"(?<![\w{self.joins}])(?=[\w{self.signs}])"

    def skip(self, beginning: str) -> str:
        """A pattern for all that stands before the first *beginning*, word by word."""
        rest = rf"[\w{self.joins}]*+"
        between = rf"[^\w{self.signs}{self.joins}]*+"
        one = rf"(?!{beginning})(?:\w{rest}{f'|[{self.signs}]' if self.signs else ''})"
        joined = f"|[{self.joins}]{rest}" if self.joins else ""
        return rf"(?:(?<=[\w{self.joins}]){rest})?+{between}(?:(?:{one}{joined}){between})*+"


@dataclass(frozen=True, slots=True)
class Choice:
    """A pattern, the named group that it belongs to, and the letters with which it may begin; an
    empty one: with anything."""

    group: str
    pattern: str
    letters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Guarded:
    """Choices that ignore case, looked for where ``guard`` ends in the text in lower case: it takes
    what can't begin one. There only those are tried that may begin with the letter there."""

    edges: Edges
    choices: tuple[Choice, ...]
    guard: re.Pattern[str]
    letters: frozenset[str]
    compiled: dict[str, re.Pattern[str]] = field(default_factory=dict, compare=False)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """What ``of("")`` of all choices finds."""
        low, place, end = lower(text), 0, len(text)
        while (skipped := self.guard.match(low, place)) and (start := skipped.end()) < end:
            found = self._beginning(low[start]).match(text, start)
            if found is not None:
                yield found
            place = max(found.end() if found else 0, start + 1)

    def search(self, text: str) -> re.Match[str] | None:
        return next(self.finditer(text), None)

    def _beginning(self, letter: str) -> re.Pattern[str]:
        """The choices that may begin with that letter, compiled when it is met."""
        key = _DIGIT if letter.isdigit() else letter
        key = key if key in self.letters else ""
        found = self.compiled.get(key)
        if found is None:
            able = [one for one in self.choices if not one.letters or key in one.letters]
            found = self.compiled[key] = self.pattern(able)
        return found

    def pattern(self, choices: Iterable[Choice]) -> re.Pattern[str]:
        """One for all of *choices*; the first that matches is taken."""
        groups = groupby(choices, key=lambda one: one.group)
        whole = "|".join(
            f"(?{f'P<{name}>' if name else ':'}{'|'.join(one.pattern for one in group)})"
            for name, group in groups
        )
        return re.compile(
            f"{self.edges.before}(?:{whole or '(?!)'}){self.edges.after}", re.IGNORECASE
        )


def guarded(groups: Iterable[tuple[str, Iterable[str]]], edges: Edges) -> Guarded:
    """The patterns of all *groups*, in their order; a group of no name may have several."""
    known: set[str] = set()
    others: list[str] = []
    choices = []
    for name, patterns in groups:
        for pattern in patterns:
            starts = {text for text, _ in _Reader(pattern).whole()}
            if "" in starts:
                others.append(f"(?i:{re.sub(r'[?]P<[^>]*>', '?:', pattern)})")
                choices.append(Choice(name, pattern, frozenset()))
            else:
                known |= starts
                choices.append(Choice(name, pattern, frozenset(text[0] for text in starts)))
    beginning = "|".join([*([_tree(known)] if known else []), *others])
    letters = frozenset(text[0] for text in known)
    return Guarded(edges, tuple(choices), re.compile(edges.skip(beginning)), letters)


def _tree(words: set[str]) -> str:
    """A pattern for one of *words*, letter by letter; what goes on after a word is left out."""
    branches: dict[str, set[str]] = {}
    for word in words:
        branches.setdefault(word[0], set()).add(word[1:])
    parts = []
    for first, rest in sorted(branches.items()):
        letter = r"\d" if first == _DIGIT else re.escape(first)
        behind = "" if "" in rest else _tree(rest)
        parts.append(f"{letter}(?:{behind})" if "|" in behind else letter + behind)
    return "|".join(parts)


@dataclass(slots=True)
class _Reader:
    """Reads a pattern from left to right."""

    pattern: str
    place: int = 0
    lost: bool = False

    def whole(self) -> _Starts:
        found = self._choice()
        understood = self.place == len(self.pattern) and not self.lost
        return found if understood else _ANYTHING

    def _choice(self) -> _Starts:
        found = self._sequence()
        while self.pattern.startswith("|", self.place):
            self.place += 1
            found |= self._sequence()
        return found if len(found) <= _MANY else _ANYTHING

    def _sequence(self) -> _Starts:
        found = _NOTHING
        while self.place < len(self.pattern) and self.pattern[self.place] not in "|)":
            found = _joined(found, self._repeated(self._one()))
        return found

    def _repeated(self, one: _Starts) -> _Starts:
        quantifier = _QUANTIFIER.match(self.pattern, self.place)
        if quantifier is None:
            return one
        self.place = quantifier.end()
        if quantifier[0][0] == "?":
            return one | _NOTHING
        once = frozenset((text, False) for text, _ in one)
        least = quantifier[1] if quantifier[0][0] == "{" else str(int(quantifier[0][0] == "+"))
        return once if int(least or "0") else once | _NOTHING

    def _one(self) -> _Starts:
        if bracket := _BRACKET.match(self.pattern, self.place):
            self.place = bracket.end()
            inner = self._choice()
            self.place += 1  # its end
            return _NOTHING if bracket[1] else inner
        if members := _CLASS.match(self.pattern, self.place):
            self.place = members.end()
            return _members(members[1], members[2])
        letter = self.pattern[self.place]
        self.place += 1
        if letter == "\\":
            self.place += 1
            return _escaped(self.pattern[self.place - 1])
        self.lost = self.lost or letter == "("  # a bracket of a kind that is not read
        return _ANYTHING if letter == "." else _letters(letter)


def _joined(first: _Starts, then: _Starts) -> _Starts:
    found = set()
    for text, is_open in first:
        if not is_open:
            found.add((text, False))
            continue
        for more, goes_on in then:
            whole = (text + more)[:_LETTERS]
            found.add((whole, goes_on and len(whole) < _LETTERS))
    return frozenset(found)


def _letters(letters: str) -> _Starts:
    return frozenset((lower(one) if not one.isdigit() else _DIGIT, True) for one in letters)


def _escaped(letter: str) -> _Starts:
    if letter == "d":
        return frozenset({(_DIGIT, True)})
    if letter == "b":
        return _NOTHING
    return _ANYTHING if letter.isalnum() else _letters(letter)


def _members(negated: str, members: str) -> _Starts:
    """Of a class of characters: those that it lists, or all digits for a span of them."""
    if negated or "\\" in members:
        return _ANYTHING
    if re.fullmatch(r"\d-\d|\d+", members):
        return frozenset({(_DIGIT, True)})
    return _letters(members) if "-" not in members[1:-1] else _ANYTHING
