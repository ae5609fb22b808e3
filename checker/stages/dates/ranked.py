"""Evidence on its way to the decision: with a rank, and with what a page says of its own customs."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from checker.model import DateEvidence, DateKind, Origin
from checker.stages.dates import grammar
from checker.stages.dates.moment import Moment
from checker.stages.page import Page

MAX_QUOTE = 200
_REGION = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z]{4})?(?:[-_]([A-Za-z]{2}))?(?![A-Za-z])")
_MONTH_FIRST = frozenset({"us", "ph", "gov", "mil", "edu"})
_DAY_FIRST = frozenset(
    [
        "uk",
        "au",
        "nz",
        "ie",
        "in",
        "za",
        "ng",
        "ke",
        "gh",
        "sg",
        "my",
        "pk",
        "eu",
        "de",
        "at",
        "ch",
        "fr",
        "it",
        "es",
        "pt",
        "nl",
        "be",
    ]
)


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
    day_first: bool | None = None,
    weak: bool = False,
    note: str = "",
) -> Iterator[Ranked]:
    """The readings of *quote* as evidence: none if it is no date."""
    for found in grammar.read(quote, day_first=day_first):
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
    seen = DateEvidence(kind, *exact, origin, quote.strip()[:MAX_QUOTE], doubt, notes)
    return Ranked(rank, seen, found.day)


def day_first(page: Page) -> bool | None:
    """Whether 03/04 is the 3rd of April on this page; None when nothing tells.

    Only the United States (and the Philippines) put the month first; English alone says nothing.
    """
    root = page.tree.root
    stated = (root.attributes.get("lang") or "") if root is not None else ""
    for value in (stated, page.meta("og:locale") or "", page.meta("content-language") or ""):
        if found := _REGION.match(value.strip()):
            language, region = found[1].lower(), (found[2] or "").lower()
            if region in _MONTH_FIRST:
                return False
            if region or language != "en":
                return True
    top = _host(page.uri).rpartition(".")[2]
    if top in _MONTH_FIRST:
        return False
    return True if top in _DAY_FIRST else None


def _host(uri: str | None) -> str:
    try:
        return (urlsplit(uri or "").hostname or "").lower()
    except ValueError:
        return ""
