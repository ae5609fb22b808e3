"""How long a reading stays the same, as ``now`` moves on.

``now`` marks dates that lie in its future, and bounds a lost time stamp from above; nothing else of
a reading depends on it. So that of a page with a date and none to come is good for ever.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from checker.model import DateKind, Reading
from checker.stages.dates import MAX_EVIDENCE

_DAY = timedelta(days=1)
_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_STAMPS = frozenset({DateKind.PUBLISHED, DateKind.MODIFIED})
_CYCLE = 2020  # from here on every day of a year has fallen on every weekday before


Span = tuple[datetime, datetime | None]  # from the first up to the second, None: without end


def lasting(reading: Reading, now: datetime) -> Span | None:
    """When the same bytes would be read the same, as far as ``read`` at *now* shows; None: only
    then."""
    dates = reading.dates
    edges = list(_edges(reading))
    if len(dates.evidence) >= MAX_EVIDENCE:  # there may be more than are shown
        return None
    to_come = any(edge > now for edge in edges)
    if not to_come and dates.published is not None and not dates.bounds.limits:
        return max(edges, default=_EPOCH), None
    if not to_come and not dates.bounds.limits and now.year >= _CYCLE:
        return now, None
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if any(midnight <= edge < midnight + _DAY for edge in edges):
        return None
    return midnight, midnight + _DAY


def _edges(reading: Reading) -> Iterator[datetime]:
    """The instants at which something may change: a date is no longer to come (a day earlier, as it
    may have begun elsewhere), a bound is past."""
    for one in reading.dates.evidence:
        if one.kind not in _STAMPS:
            continue
        yield one.earliest
        if one.earliest - _EPOCH > _DAY:
            yield one.earliest - _DAY
    for limit in reading.dates.bounds.limits:
        if limit.not_after is not None:
            yield limit.not_after.latest
