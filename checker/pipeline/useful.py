"""What a useful answer makes of an article's standing."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from checker.model import Captured, Change, Comparison, NotModified, StampMove, Standing
from checker.stages import ask, compare, variants


def unchanged(known: Standing, seen: Captured | NotModified, now: datetime) -> Standing:
    """What most checks find: the source still says what the copy says."""
    return answered(known, seen, now, identical(known), **as_copy(known, seen, now))


def as_copy(known: Standing, seen: Captured | NotModified, now: datetime) -> dict[str, Any]:
    """What changes of *known* where the source says what the copy says: its validators are the
    copy's, nothing newer is kept."""
    copy = known.copy
    if copy is not None and copy.validators != seen.validators:
        copy = replace(copy, validators=seen.validators)
    forms = variants.noted(known.forms, variants.COPY, now)
    return {"copy": copy, "newest": None, "newest_reading": None, "forms": forms}


def identical(known: Standing) -> Comparison:
    stamp = known.copy_reading.dates.newest if known.copy_reading else None
    unmoved = StampMove(stamp, stamp, moved=False)
    return Comparison(
        Change.IDENTICAL, 1.0, (), title_changed=False, stamps=unmoved, version=compare.VERSION
    )


def answered(
    after: Standing,
    seen: Captured | NotModified,
    now: datetime,
    comparison: Comparison,
    **more: Any,
) -> Standing:
    """*after* with *more*. A useful answer ends all troubles, but for a replacement that a 304 says
    still stands."""
    return replace(
        after,
        absences=ask.absences(after.absences, seen, now, replaced=comparison.replacement),
        comparison=comparison,
        moved_to=seen.moved_to if isinstance(seen, Captured) else after.moved_to,
        last_compared_at=now,
        **more,
    )
