"""Which word of its clause governs a time: one of things to come, or one of things past.

The nearest verb to the left in the clause does; where there is none, the first to the right
("On Friday the council will vote"); where the clause has none at all, a future word before the
clause, or a deadline ("through Dec. 31 at Navy Pier").
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from checker.stages.claims.language import Language
from checker.stages.claims.named import Named

REACH = 300  # characters to either side that can govern
_STOPS = re.compile(r"[;—–“”«»()\[\]|•…]|:(?!\d)|(?<=\s)[-\"]|\"(?=\s)|,")
_NEAR = 70  # characters between a hedge and the time that it hedges
_OWN = re.compile(r"['’]s?(?=\s\w)")


class Sense(Enum):
    COMING = auto()
    PAST = auto()
    BLOCKED = auto()
    OPEN = auto()  # nothing in the clause says


class By(Enum):
    """What kind of word says that something is to come."""

    FUTURE = auto()
    WEAK = auto()
    PRESENT = auto()
    MODAL = auto()  # may, must, applies: of habits as often as of what is to come
    DEADLINE = auto()


@dataclass(frozen=True, slots=True)
class Mark:
    start: int
    end: int
    kind: str
    word: str


@dataclass(frozen=True, slots=True)
class Ruling:
    sense: Sense
    cue: str = ""
    weak: bool = False
    by: By | None = None


_SENSES = {
    "future": Sense.COMING,
    "weak": Sense.COMING,
    "present": Sense.COMING,
    "modal": Sense.COMING,
    "past": Sense.PAST,
    "block": Sense.BLOCKED,
}

_BY = {"future": By.FUTURE, "weak": By.WEAK, "present": By.PRESENT, "modal": By.MODAL}


def marks(language: Language, text: str, times: list[Named]) -> list[Mark]:
    """Every mark of *text* in order, what lies inside a named time left out; stops are marks too."""
    found = []
    for one in language.marks.finditer(text):
        kind = one.lastgroup or ""
        if not any(time.start < one.end() and one.start() < time.end for time in times):
            found.append(Mark(one.start(), one.end(), kind, one[0]))
    found += (
        Mark(one.start(), one.end(), "comma" if one[0] == "," else "stop", one[0])
        for one in _STOPS.finditer(text)
        if not any(time.start <= one.start() < time.end for time in times)
    )
    return _without_infinitives(sorted(found, key=lambda mark: (mark.start, mark.end)))


def _without_infinitives(found: list[Mark]) -> list[Mark]:
    """Without a verb that stands right after the word that governs it: "would open"."""
    kept: list[Mark] = []
    for one in found:
        before = kept[-1] if kept else None
        ruled = before is not None and before.kind in _SENSES and one.start - before.end <= 1
        if not (ruled and one.kind in {"present", "modal"}):
            kept.append(one)
    return kept


def ruling(language: Language, text: str, time: Named, found: list[Mark]) -> Ruling:
    """How the clause has it."""
    left = [one for one in found if time.start - REACH <= one.start and one.end <= time.start]
    right = [one for one in found if time.end <= one.start <= time.end + REACH]
    weak = _hedged(found, time)
    near = _subject_of(left, right, time) or _to_the_left(left)
    if near is None and not _owns(text, time):
        near = _to_the_right(right)
    if near is None:
        near = _before_the_clause(left)
    if near is not None:
        weak = weak or near.kind == "weak" or language.hedge.search(near.word) is not None
        return Ruling(_SENSES[near.kind], near.word, weak, _BY.get(near.kind))
    ahead = "" if _owns(text, time) else before(language, "deadline", text, time)
    return Ruling(Sense.COMING, ahead, weak, By.DEADLINE) if ahead else Ruling(Sense.OPEN)


def before(language: Language, what: str, text: str, time: Named) -> str:
    """The words of that kind that stand right before the time."""
    pattern = language.beside.get(what)
    found = pattern.search(text[max(0, time.start - 40) : time.start]) if pattern else None
    return found[0].strip() if found else ""


def _owns(text: str, time: Named) -> bool:
    """ "Friday's vote": the day names a thing."""
    return _OWN.match(text, time.end) is not None


def _hedged(found: list[Mark], time: Named) -> bool:
    """A hedge near the time, with nothing but words and commas between them."""
    for one in found:
        if one.kind != "hedge" or not time.start - _NEAR <= one.start < time.end + _NEAR:
            continue
        first, last = sorted((one.start, time.start))
        if not any(stop.kind == "stop" and first < stop.start < last for stop in found):
            return True
    return False


def _subject_of(left: list[Mark], right: list[Mark], time: Named) -> Mark | None:
    """ "Wednesday will be colder": the verb that follows at once, unless one stands before it in its clause."""
    if left and left[-1].kind in _SENSES:
        return None
    verb = right[0] if right else None
    at_once = verb is not None and verb.start - time.end <= 1 and verb.kind in {"future", "weak"}
    return verb if at_once else None


def _to_the_left(left: list[Mark]) -> Mark | None:
    """The nearest verb, up to where the clause begins."""
    for one in reversed(left):
        if one.kind in _SENSES:
            return one
        if one.kind in {"stop", "boundary"}:
            return None
    return None


def _to_the_right(right: list[Mark]) -> Mark | None:
    """The first verb after the time, in its clause; a time in front is set off by one comma."""
    commas = 0
    for one in right:
        if one.kind in _SENSES:
            return one
        commas += one.kind == "comma"
        if one.kind in {"stop", "boundary"} or commas > 2:
            return None
    return None


def _before_the_clause(left: list[Mark]) -> Mark | None:
    """A word of things to come that still holds: "will play in Boston, and on Friday in Rome"."""
    for one in reversed(left):
        if one.kind in {"future", "weak"}:
            return one
        if one.kind in _SENSES or (one.kind == "stop" and one.word in "()[]"):
            return None
    return None
