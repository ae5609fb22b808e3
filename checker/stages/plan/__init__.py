"""When to look again."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from checker.model import (
    Change,
    Fleet,
    Outcome,
    Ping,
    Policy,
    Standing,
    Streak,
    Timing,
    Track,
    Trust,
)
from checker.stages.ask import gone_confirmed, replaced_confirmed
from checker.stages.plan import rate, window

_HOUR = timedelta(hours=1)
_JITTER = 0.1
_TROUBLES = frozenset({Outcome.BLOCKED, Outcome.UNREACHABLE, Outcome.UNREADABLE, Outcome.FAILED})
_MAX_DOUBLINGS = 32


def next_check(
    standing: Standing,
    outcome: Outcome,
    now: datetime,
    timing: Timing,
    fleet: Fleet | None = None,
    *,
    retry_after: timedelta | None = None,
    fresh_for: timedelta = timedelta(0),
) -> datetime:
    """When to check an article whose new standing is *standing*.

    Within ``check_min`` … ``check_max`` of *now*, spread by ±10 % that depend on the article's id
    alone, so that articles found together don't stay together (faults F3, F4). Never before
    *retry_after* or the end of what is *fresh_for* so long by its host's word, and never "never":
    trouble is asked about ever more rarely, without end.
    """
    wait = _wait(standing, outcome, now, timing, fleet) * _spread(standing.article.id)
    wait = min(max(wait, timing.check_min), timing.check_max)
    return _after(now, max(wait, asked_for(retry_after, fresh_for, timing)))


def asked_for(retry_after: timedelta | None, fresh_for: timedelta, timing: Timing) -> timedelta:
    """How long a host asks to be left alone with an article. That a page is fresh for years is
    believed for ``check_every``: what is read for years is edited all the same."""
    return max(retry_after or timedelta(0), min(fresh_for, timing.check_every))


def timing_of(policy: Policy, timing: Timing) -> Timing:
    """*timing* within the bounds of *policy*."""
    if policy.check_min is policy.check_max is None and (
        timing.check_min <= timing.check_every <= timing.check_max
    ):
        return timing
    least = policy.check_min or timing.check_min
    most = max(policy.check_max or timing.check_max, least)
    usual = min(max(timing.check_every, least), most)
    return replace(timing, check_min=least, check_every=usual, check_max=most)


def place(article_id: int) -> float:
    """0 … 1, the same for the same article in every process."""
    digest = hashlib.sha256(str(article_id).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def _wait(
    standing: Standing, outcome: Outcome, now: datetime, timing: Timing, fleet: Fleet | None
) -> timedelta:
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
    return _quiet(standing, timing, fleet)


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


def _quiet(standing: Standing, timing: Timing, fleet: Fleet | None) -> timedelta:
    """The article's part of the requests, by the rate of its edits (``rate``)."""
    if fleet is None or fleet.shares <= 0 or standing.share <= 0:
        return timing.check_every
    hours = rate.interval(standing.share, fleet)
    return timedelta(hours=min(hours, timing.check_max / _HOUR))


def told(before: Standing, after: Standing, now: datetime) -> bool:
    """Whether a check that saw the article answered a hint of its feed or sitemap."""
    return after.last_compared_at == now and _listed(before, now)


def tellers(before: Standing, after: Standing, now: datetime) -> tuple[str, ...]:
    """The senders whose hints a check that saw the article answered."""
    if after.last_compared_at != now:
        return ()
    return tuple(ping.by for ping in before.pings if _unanswered(ping, before))


def edited(before: Standing, after: Standing, now: datetime) -> bool:
    """Whether a check saw the article edited. Only edits count: noise taken for edits costs a
    twentieth of what planning gains."""
    if after.last_compared_at != now or after.changes <= before.changes:
        return False
    return after.comparison is None or after.comparison.change is not Change.COSMETIC


def hint_due(
    last: datetime | None,
    now: datetime,
    fleet: Fleet,
    trust: Trust,
    timing: Timing,
    *,
    weight: float = 1.0,
) -> datetime:
    """When to look at an article of which its host, or a sender, has just told something."""
    if last is None or fleet.shares <= 0:
        return now
    hours = rate.hint_wait(fleet, weight, trust)
    wait = min(timedelta(hours=min(hours, timing.check_every / _HOUR)), timing.check_every)
    return max(now, last + max(wait, timing.check_min))


def tracked(
    before: Standing, after: Standing, now: datetime, *, weight: float, trust: Trust
) -> tuple[Track, float]:
    """What a check that saw the article says of its edit rate, and its share of the requests.

    The first check of a dated copy tells of all the time since that copy was made.
    """
    track = before.track
    age = _age(after, now)
    since = _seen_before(before)
    if after.last_compared_at == now and since is not None:
        gap = max(now - since, timedelta(0)) / _HOUR
        track = rate.observe(track, age, gap, edited=edited(before, after, now))
    unannounced = rate.rate(track, age) * (1 - rate.recall(trust))
    return track, rate.share(unannounced, weight)


def explain(standing: Standing, policy: Policy, now: datetime) -> str:
    """Why an article is checked as often as it is, in words: what was seen, age, policy."""
    age = _age(standing, now)
    years = int(age / (365.25 * 24))
    old = f"{years} {_s('year', years)} old" if years else f"{round(age / 24)} days old"
    seen = f"changed {_times(standing.changes)} in {standing.checks:,} "
    expected = 1 / rate.rate(standing.track, age)
    often = "an edit expected every " + (
        f"{round(expected)} hours" if expected < 48 else f"{round(expected / 24):,} days"
    )
    words = [seen + _s("check", standing.checks), old, f"policy {policy.name}", often]
    if policy.weight != 1:
        words.append(f"weight {policy.weight:g}")
    if policy.hours is not None:
        words.append(window.spoken(policy.hours))
    return ", ".join(words)


def _times(number: int) -> str:
    return {0: "never", 1: "once"}.get(number, f"{number:,} times")


def _s(noun: str, number: int) -> str:
    return noun if number == 1 else noun + "s"


def _seen_before(before: Standing) -> datetime | None:
    if before.last_compared_at is not None:
        return before.last_compared_at
    copy = before.copy
    return copy.memento_datetime if copy is not None and copy.dated else None


def _age(standing: Standing, now: datetime) -> float:
    """Hours since the article was published, or else since its oldest capture known."""
    readings = (standing.copy_reading, standing.newest_reading)
    told = [one.dates.published.earliest for one in readings if one and one.dates.published]
    copied = [standing.copy.memento_datetime] if standing.copy is not None else []
    born = min(told or copied, default=now)
    return max(now - born, timedelta(0)) / _HOUR


def _hinted(standing: Standing, now: datetime) -> bool:
    """Somebody tells of something newer than our last look."""
    return _listed(standing, now) or any(_unanswered(ping, standing) for ping in standing.pings)


def _unanswered(ping: Ping, standing: Standing) -> bool:
    return standing.last_compared_at is None or ping.at > standing.last_compared_at


def _listed(standing: Standing, now: datetime) -> bool:
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
    return 1 + _JITTER * (2 * place(article_id) - 1)


def _after(now: datetime, wait: timedelta) -> datetime:
    try:
        return now + wait
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
