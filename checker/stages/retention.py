"""Which checks of an article's history need not be kept.

A history is runs of checks that say the same. Kept are the first and the last of each run, so
that every change of outcome, change class, verdict or rules stays where it was; whatever first
brought a capture; whatever an alert rests on; and one in ``Retention.every`` between them, so that
a gap is never longer than that by more than one interval. Thinning twice changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from checker.model import PastCheck, Retention


def superfluous(
    history: Sequence[PastCheck], retention: Retention, now: datetime
) -> list[PastCheck]:
    """What can go of one article's *history*, which is in the order of time."""
    before = now - retention.whole
    seen: set[str | None] = {None}
    kept_at: datetime | None = None
    dropped = []
    for number, one in enumerate(history):
        recent = one.started_at >= before
        stands_out = _is_edge(history, number) or one.alerted or one.capture not in seen
        spaced = kept_at is None or one.started_at - kept_at >= retention.every
        if recent or stands_out or spaced:
            kept_at = one.started_at
            seen.add(one.capture)
        else:
            dropped.append(one)
    return dropped


def _is_edge(history: Sequence[PastCheck], number: int) -> bool:
    """Whether the check is the first or the last of a run."""
    neighbours = (number - 1, number + 1)
    inside = all(0 <= other < len(history) for other in neighbours)
    return not inside or any(history[other].kind != history[number].kind for other in neighbours)
