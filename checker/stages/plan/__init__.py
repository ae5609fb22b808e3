"""When to look again."""

import hashlib
from datetime import UTC, datetime, timedelta

from checker.model import Outcome, Standing, Streak, Timing
from checker.stages.ask import gone_confirmed, replaced_confirmed

# A check is worth its request when a change is about this likely to have come since the last.
_CHANGES_PER_CHECK = 0.1
_JITTER = 0.1
_TROUBLES = frozenset({Outcome.BLOCKED, Outcome.UNREACHABLE, Outcome.UNREADABLE, Outcome.FAILED})
_MAX_DOUBLINGS = 32


def next_check(
    standing: Standing,
    outcome: Outcome,
    now: datetime,
    timing: Timing,
    *,
    retry_after: timedelta | None = None,
) -> datetime:
    """When to check an article whose new standing is *standing*.

    Within ``check_min`` … ``check_max`` of *now*, spread by ±10 % that depend on the article's id
    alone, so that articles found together don't stay together (faults F3, F4). Never before
    *retry_after*, and never "never": trouble is asked about ever more rarely, without end.
    """
    wait = _wait(standing, outcome, now, timing) * _spread(standing.article.id)
    wait = min(max(wait, timing.check_min), timing.check_max)
    if retry_after is not None:
        wait = max(wait, retry_after)
    return _after(now, wait)


def _wait(standing: Standing, outcome: Outcome, now: datetime, timing: Timing) -> timedelta:
    absences = standing.absences
    if outcome in _TROUBLES:
        return _trouble(standing, now, timing)
    if outcome is Outcome.GONE:
        if gone_confirmed(absences, timing):
            return _settled(absences.gone, now, timing)
        return _unconfirmed(absences.gone, timing.gone_checks, timing.gone_after, now, timing)
    if absences.replaced is not None:
        if replaced_confirmed(absences, timing):
            return _settled(absences.replaced, now, timing)
        checks, after = timing.replaced_checks, timing.replaced_after
        return _unconfirmed(absences.replaced, checks, after, now, timing)
    if _hinted(standing, now):
        return timing.check_min
    return _quiet(standing, now, timing)


def _trouble(standing: Standing, now: datetime, timing: Timing) -> timedelta:
    """Doubles with every check of the longest running trouble; a hint shortens it to the usual."""
    streaks = (standing.absences.blocked, standing.absences.unreachable)
    checks = max((streak.checks for streak in streaks if streak is not None), default=1)
    first = max(timing.check_min, timing.check_every / 8)
    wait = _doubled(first, checks - 1, timing.check_max)
    return min(wait, timing.check_every) if _hinted(standing, now) else wait


def _doubled(first: timedelta, times: int, most: timedelta) -> timedelta:
    """Compares before multiplying: a timedelta that is too long raises."""
    factor: int = 2 ** min(max(times, 0), _MAX_DOUBLINGS)
    return most if first > most / factor else first * factor


def _unconfirmed(
    streak: Streak | None, checks: int, after: timedelta, now: datetime, timing: Timing
) -> timedelta:
    """Often enough that *checks* of them fit into *after*, and once more when that is over."""
    wait = min(timing.check_every, after / max(checks - 1, 1))
    if streak is None:
        return wait
    left = streak.since + after - now
    return min(wait, left) if left > timedelta(0) else wait


def _settled(streak: Streak | None, now: datetime, timing: Timing) -> timedelta:
    """Believed trouble: the longer it lasts, the rarer the look whether it is over."""
    lasted = now - streak.since if streak is not None else timedelta(0)
    return max(lasted / 4, timing.check_every)


def _quiet(standing: Standing, now: datetime, timing: Timing) -> timedelta:
    """From the rate of changes seen so far, with ten times ``check_every`` of doubt.

    An article first met just now is looked at again after ``check_every``; one whose copy of ten
    years ago is still word for word current can wait for ``check_max``.
    """
    start = standing.copy.memento_datetime if standing.copy is not None else now
    watched = max(now - start, timedelta(0)) + timing.check_every / _CHANGES_PER_CHECK
    wait = watched * _CHANGES_PER_CHECK / (standing.changes + 1)
    if standing.changed_at is None:
        return wait
    # Edits come in bursts: right after one the past is a poor guide.
    since_change = max(now - standing.changed_at, timedelta(0))
    return min(wait, max(timing.check_every, since_change))


def _hinted(standing: Standing, now: datetime) -> bool:
    """A feed or sitemap tells of something newer than our last look (trap 5: a reason to look).

    A date in the future is no such thing, or a site that stamps "tomorrow" would be asked
    without pause.
    """
    compared = standing.last_compared_at
    checked = standing.last_checked_at
    if compared is None or checked is None:
        return bool(standing.hints)
    return any(
        compared < hint.date.earliest <= now
        or (hint.seen_at > checked and hint.date.latest >= compared)
        for hint in standing.hints
    )


def _spread(article_id: int) -> float:
    """0.9 … 1.1, the same for the same article in every process."""
    digest = hashlib.sha256(str(article_id).encode()).digest()
    return 1 + _JITTER * (int.from_bytes(digest[:8]) / 2**63 - 1)


def _after(now: datetime, wait: timedelta) -> datetime:
    try:
        return now + wait
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
