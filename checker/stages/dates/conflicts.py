"""Statements of one page that can't both be true; both pieces of evidence are kept."""

from collections.abc import Iterator
from datetime import timedelta

from checker.model import OWN_PLACES, DateConflict, DateEvidence, OriginKind, Precision

_TOLERANCE = timedelta(hours=26)  # zones reach from -12:00 to +14:00
_DECLARED = frozenset(
    {OriginKind.JSON_LD, OriginKind.MICRODATA, OriginKind.META, OriginKind.FRONT_MATTER}
)
SHOWN = "shown and declared differ"
_MAX = 8


def conflicts(
    published: DateEvidence | None,
    modified: DateEvidence | None,
    evidence: tuple[DateEvidence, ...],
) -> tuple[DateConflict, ...]:
    """Modified before published; two declared dates, or a shown and a declared one, a day apart.

    Precision and unknown zones are given the benefit of the doubt.
    """
    return tuple(_found(published, modified, evidence))[:_MAX]


def _found(
    published: DateEvidence | None,
    modified: DateEvidence | None,
    evidence: tuple[DateEvidence, ...],
) -> Iterator[DateConflict]:
    if published and modified and published.earliest - modified.latest > _TOLERANCE:
        yield DateConflict("modified before published", published, modified)
    for decided in (published, modified):
        if decided is None:
            continue
        for other in evidence:
            if other.weak or other.kind is not decided.kind or not _are_apart(decided, other):
                continue
            if why := _why(decided, other):
                yield DateConflict(why, decided, other)


def _why(decided: DateEvidence, other: DateEvidence) -> str:
    kinds = {decided.origin.kind, other.origin.kind}
    if kinds <= _DECLARED:
        return f"two declared dates: {decided.kind.value}"
    if kinds & _DECLARED and {decided.origin.place, other.origin.place} & OWN_PLACES:
        return f"{SHOWN}: {decided.kind.value}"
    return ""


def _are_apart(one: DateEvidence, other: DateEvidence) -> bool:
    if min(one.precision, other.precision) < Precision.DAY:
        return False
    return max(one.earliest - other.latest, other.earliest - one.latest) > _TOLERANCE
