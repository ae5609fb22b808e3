"""Evidence on its way to the decision: with a rank, and the day as the page states it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from checker.model import DateEvidence, DateKind, Origin, Precision
from checker.stages.dates import grammar
from checker.stages.dates.customs import UNKNOWN, Customs
from checker.stages.dates.moment import Moment

MAX_QUOTE = 200


@dataclass(frozen=True, slots=True)
class Ranked:
    """Lower ``rank`` is more trustworthy; ``day`` is the calendar day as the page states it."""

    rank: int
    date: DateEvidence
    day: dt.date


def ranked(
    kind: DateKind,
    origin: Origin,
    quote: str,
    rank: int,
    *,
    customs: Customs = UNKNOWN,
    weak: bool = False,
    note: str = "",
) -> Iterator[Ranked]:
    """The readings of *quote* as evidence: none if it is no date."""
    for found in grammar.read(quote, customs):
        yield from_moment(kind, origin, quote, rank, found, weak=weak, note=note)


def from_moment(
    kind: DateKind,
    origin: Origin,
    quote: str,
    rank: int,
    found: Moment,
    *,
    weak: bool = False,
    note: str = "",
) -> Ranked:
    """*found* as evidence; a reading that was doubtful stays weak."""
    notes = "; ".join(part for part in (found.note, note) if part)
    doubt = weak or found.weak
    exact = (found.earliest, found.latest, found.precision, found.zone)
    day = found.day if found.precision >= Precision.DAY else None
    seen = DateEvidence(kind, *exact, origin, quote.strip()[:MAX_QUOTE], doubt, notes, day)
    return Ranked(rank, seen, found.day)
