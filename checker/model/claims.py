"""What a text says of times to come, and how exactly."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ClaimRule(StrEnum):
    """The rule that a claim falls under; each is the ``Rule`` of the same value."""

    LAPSED = "lapsed-claim"
    PROMISE = "undated-promise"
    RELATIVE = "relative-date"


class Strength(StrEnum):
    """STRONG: stated plainly, exact to a month or better; WEAK: hedged, or no more than a year."""

    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement about what was to come: the sentence, the words that date it, and their window.

    ``earliest`` and ``latest`` bound that window (closed, UTC); it has lapsed when ``latest`` is
    past. Both are None for a promise without a time (``undated-promise``), and for words that
    nothing anchors (``relative-date``). ``anchor`` is the day that the words were counted from,
    ``anchor_origin`` where it came from; both are empty where the words name their year themselves.
    ``cue`` is the word that says that it was to come.
    """

    rule: ClaimRule
    quote: str
    words: str
    earliest: datetime | None = None
    latest: datetime | None = None
    strength: Strength | None = None
    anchor: datetime | None = None
    anchor_origin: str = ""
    cue: str = ""
