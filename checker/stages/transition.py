"""A change of verdict is told; a state is not.

What people know of an article is a value, ``Told``, that lies beside its verdict. A check makes a
step from it: perhaps an event, and what people know then. Becoming undetermined is told to nobody,
so an outage between two verdicts of the same kind goes by in silence.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from checker.model import (
    AlertEvent,
    EditorsWord,
    Rule,
    Severity,
    Status,
    Timing,
    Told,
    Verdict,
)
from checker.stages.subscription import adoption_alerts, alerts

__all__ = [
    "Step",
    "acknowledge",
    "adoption_alerts",
    "alerts",
    "is_in_text",
    "rebase",
    "remind_at",
    "step",
    "told_of",
]

# How much worse one reason is than another: told again when a graver one comes up.
_GRAVITY = {
    Rule.SOURCE_RETRACTED: 4,
    Rule.SOURCE_GONE: 3,
    Rule.SOURCE_REPLACED: 3,
    Rule.SOURCE_CORRECTED: 2,
    Rule.SOURCE_CHANGED: 1,
}
_OF_TEXT = frozenset({Rule.SOURCE_RETRACTED, Rule.SOURCE_CORRECTED, Rule.SOURCE_CHANGED})
_MOST_DOUBLINGS = 6


@dataclass(frozen=True, slots=True)
class Step:
    """What people know after a check, and what they are to be told, if anything."""

    told: Told
    event: AlertEvent | None = None


def told_of(verdict: Verdict) -> Told:
    """What is taken for known without anybody having been told: at adoption."""
    status = Status.OUTDATED if verdict.status is Status.OUTDATED else Status.CURRENT
    reasons = _rules(verdict, Severity.OUTDATED)
    return Told(status, reasons, _rules(verdict, Severity.WARNING))


def rebase(told: Told | None, before: Verdict, after: Verdict) -> Told:
    """What people know where *before* was judged again as *after* from the same facts.

    A new rule or extractor is no news (trap 4). What waited for confirmation goes on waiting.
    """
    if told is None:
        return told_of(after)
    known = told_of(after)
    if before.status is not Status.UNDETERMINED and before.status is not told.status:
        return replace(told, warnings=known.warnings)
    return replace(told, status=known.status, reasons=known.reasons, warnings=known.warnings)


def acknowledge(told: Told, verdict: Verdict) -> Told:
    """What people know once an editor's word made it *verdict*: the editor needs no mail of that.

    A word that sets the flag aside is no flapping either: what is flagged after it is news at once.
    """
    known = told_of(verdict)
    return replace(known, told_at=told.told_at, reminders=told.reminders)


def is_in_text(known: Told | None, verdict: Verdict) -> bool:
    """Whether nothing but the source's text makes *verdict* other than what people know."""
    old = frozenset(known.reasons) if known is not None else frozenset()
    return old ^ frozenset(_rules(verdict, Severity.OUTDATED)) <= _OF_TEXT


def step(
    told: Told | None,
    verdict: Verdict,
    now: datetime,
    timing: Timing,
    reviews: Iterable[EditorsWord] = (),
) -> Step:
    """What of *verdict* is news to those who know *told* (None: nothing of this article).

    Where something has just vanished that was told, the next news waits until as many checks in
    a row agree as ``timing.confirmations`` says: a flapping article makes no mail.
    """
    if told is None:
        first = told_of(verdict)
        if verdict.status is not Status.OUTDATED:
            return Step(first)
        event = _outdated(frozenset(), frozenset(first.reasons), known=False)
        return Step(replace(first, told_at=now), event)
    event = _news(told, verdict)
    if event is None:
        return _nothing_new(told, verdict, now, timing, tuple(reviews))
    seen = told.seen + 1 if told.waiting is event else 1
    if _flaps(told, now, timing) and seen < timing.confirmations:
        return Step(replace(told, waiting=event, seen=seen))
    return Step(_after(told, event, verdict, now), event)


def _news(told: Told, verdict: Verdict) -> AlertEvent | None:
    old, new = frozenset(told.reasons), frozenset(_rules(verdict, Severity.OUTDATED))
    event = None
    if verdict.status is Status.OUTDATED:
        event = _outdated(old, new, known=told.status is Status.OUTDATED)
    elif verdict.status is Status.CURRENT and told.status is Status.OUTDATED:
        back = Rule.SOURCE_GONE in old
        event = AlertEvent.SOURCE_BACK if back else AlertEvent.BECAME_CURRENT
    if event is None and frozenset(_rules(verdict, Severity.WARNING)) - frozenset(told.warnings):
        event = AlertEvent.WARNED
    return event


def _outdated(old: frozenset[Rule], new: frozenset[Rule], *, known: bool) -> AlertEvent | None:
    if Rule.SOURCE_GONE in new - old:
        return AlertEvent.SOURCE_GONE
    if Rule.SOURCE_GONE in old - new:
        return AlertEvent.SOURCE_BACK
    if not known:
        return AlertEvent.BECAME_OUTDATED
    worst_new = max((_GRAVITY.get(rule, 0) for rule in new - old), default=-1)
    worst_vanished = max((_GRAVITY.get(rule, 0) for rule in old - new), default=-1)
    return AlertEvent.GOT_WORSE if worst_new > worst_vanished else None


def _flaps(told: Told, now: datetime, timing: Timing) -> bool:
    turned = told.turned_back_at
    return turned is not None and now - turned < timing.flapping_within


def _after(told: Told, event: AlertEvent, verdict: Verdict, now: datetime) -> Told:
    known = told_of(verdict)
    turned = event in {AlertEvent.BECAME_CURRENT, AlertEvent.SOURCE_BACK}
    if event is AlertEvent.WARNED:  # says nothing of the rest
        return replace(told, warnings=_joined(told.warnings, known.warnings), waiting=None, seen=0)
    return Told(
        known.status,
        known.reasons,
        _joined(told.warnings, known.warnings),
        told_at=now,
        turned_back_at=now if turned else told.turned_back_at,
    )


def _nothing_new(
    told: Told, verdict: Verdict, now: datetime, timing: Timing, reviews: tuple[EditorsWord, ...]
) -> Step:
    """Reasons that vanish beside others go unsaid, but are news again if they come back."""
    if verdict.status is Status.UNDETERMINED:  # neither confirms nor denies what waits
        return Step(told)
    known = told_of(verdict)
    fewer = bool(set(told.reasons) - set(known.reasons))
    old = told.told_at is None or now - told.told_at >= timing.flapping_within
    warnings = known.warnings if old else _joined(told.warnings, known.warnings)
    after = replace(
        told,
        reasons=known.reasons,
        warnings=warnings,
        turned_back_at=now if fewer else told.turned_back_at,
        waiting=None,
        seen=0,
    )
    due = remind_at(after, timing, reviews)
    if due is None or now < due:
        return Step(after)
    reminded = replace(after, reminders=after.reminders + 1, reminded_at=now)
    return Step(reminded, AlertEvent.REMINDER)


def remind_at(told: Told | None, timing: Timing, reviews: Iterable[EditorsWord]) -> datetime | None:
    """When to tell again of what nobody has reviewed since it was told; each time twice as long
    after. None if never: it is current, was never told, or somebody looked at it."""
    if told is None or told.told_at is None or told.status is not Status.OUTDATED:
        return None
    if timing.remind_after is None or any(one.at >= told.told_at for one in reviews):
        return None
    wait: timedelta = timing.remind_after * (1 << min(told.reminders, _MOST_DOUBLINGS))
    return (told.reminded_at or told.told_at) + wait


def _rules(verdict: Verdict, severity: Severity) -> tuple[Rule, ...]:
    return _ordered({one.rule for one in verdict.findings if one.severity is severity})


def _joined(one: tuple[Rule, ...], other: tuple[Rule, ...]) -> tuple[Rule, ...]:
    return _ordered({*one, *other})


def _ordered(found: set[Rule]) -> tuple[Rule, ...]:
    return tuple(found) if len(found) < 2 else tuple(rule for rule in Rule if rule in found)
