"""Whether the page's own newest date moved."""

from datetime import timedelta

from checker.model import DateEvidence, Dates, Precision, StampMove, Zone

# Zones lie at most 14 hours from UTC, in steps of a quarter of an hour.
_ZONE_REACH = timedelta(hours=14)
_ZONE_STEP = timedelta(minutes=15)


def stamp_move(old: Dates, new: Dates) -> StampMove:
    """Compare the newest dates. A date that only one side has did not move: ``moved`` is false
    and ``before`` or ``after`` is None."""
    before, after = old.newest, new.newest
    moved = before is not None and after is not None and _moved(before, after)
    return StampMove(before, after, moved)


def _moved(before: DateEvidence, after: DateEvidence) -> bool:
    if before.earliest <= after.latest and after.earliest <= before.latest:
        return False  # they may be the same instant, said with different precision
    return not _zone_explains(before, after)


def _zone_explains(before: DateEvidence, after: DateEvidence) -> bool:
    """A shift by whole quarters of an hour within a zone's reach, where a zone was not stated,
    or a day read from another place of the page than before."""
    shift = abs(after.earliest - before.earliest)
    if min(before.precision, after.precision) <= Precision.DAY:
        mixed = before.origin.kind is not after.origin.kind or before.precision != after.precision
        gap = max(before.earliest, after.earliest) - min(before.latest, after.latest)
        return mixed and gap <= _ZONE_REACH
    stated = before.zone is Zone.STATED and after.zone is Zone.STATED
    return not stated and shift <= _ZONE_REACH and shift % _ZONE_STEP == timedelta(0)
