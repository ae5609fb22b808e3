"""Times in which all evidence holds, or most of it where it contradicts itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from checker.model import DateEvidence

Span = tuple[date, date]  # both days included
OPEN = (date.min, date.max)


@dataclass(frozen=True, slots=True)
class Clue:
    """One piece of evidence: the text was written within one of ``spans``, if it is to be believed.

    ``weight`` is how far; ``seen`` where it stands: ``fixed`` if that is the date itself, else the
    ends of the span in question are.
    """

    why: str
    spans: tuple[Span, ...]
    weight: int
    seen: DateEvidence
    fixed: bool = True

    def holds(self, day: date) -> bool:
        return any(start <= day <= end for start, end in self.spans)


@dataclass(frozen=True, slots=True)
class Agreement:
    """``first`` and ``last`` day of the times in which most evidence agrees, and whose it is."""

    first: date
    last: date
    believed: tuple[Clue, ...]
    dropped: tuple[Clue, ...]


def agree(clues: Sequence[Clue]) -> Agreement:
    """The times that satisfy the most weight: all of it, where nothing contradicts.

    Of equal ones the latest: a text tells of what is past, and not of what is to come. Times that
    satisfy the very same evidence (two terms of one president) count as one from first to last.
    """
    if not clues:
        return Agreement(*OPEN, (), ())
    edges = sorted(set(_edges(clues)))
    best = [(sum(clue.weight for clue in clues if clue.holds(edge)), edge) for edge in edges]
    most, latest = max(best)
    holding = tuple(clue for clue in clues if clue.holds(latest))
    dropped = tuple(clue for clue in clues if clue not in holding)
    same = [
        edge
        for weight, edge in best
        if weight == most and all(clue.holds(edge) for clue in holding)
    ]
    first = max(_around(clue, same[0])[0] for clue in holding)
    last = min(_around(clue, latest)[1] for clue in holding)
    return Agreement(first, last, holding, dropped)


def _edges(clues: Iterable[Clue]) -> Iterable[date]:
    """Where the weight may change: it is the same from one of these days to the next but one."""
    for clue in clues:
        for start, end in clue.spans:
            yield start
            yield end


def _around(clue: Clue, day: date) -> Span:
    return next(span for span in clue.spans if span[0] <= day <= span[1])
