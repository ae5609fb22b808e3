"""Housekeeping: old checks that say nothing new are thinned out, a little at a time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from checker.model import PastCheck, Retention, Round
from checker.service.context import Context
from checker.stages import retention

EACH = timedelta(days=1)  # a new round begins this long after the last began
AT_ONCE = timedelta(seconds=20)  # of one call, so that other work is never far away


@dataclass(frozen=True, slots=True)
class Tidied:
    """What a call did: checks that were old enough to look at, and those that are gone."""

    looked_at: int = 0
    removed: int = 0
    done: bool = True  # the round is over


def tidy_whole(context: Context, stop: Callable[[], bool], *, dry_run: bool = False) -> Tidied:
    """A whole round, now."""
    began = Round(context.ports.clock.now())
    return _go_on(context, began, stop, dry_run=dry_run)


def tidy_some(context: Context, stop: Callable[[], bool]) -> Tidied:
    """Go on with the day's round, for a short while; nothing if it is over. What was done is
    remembered in the store, so that a daemon that starts anew goes on where it was."""
    clock = context.ports.clock
    now = clock.now()
    known = context.ports.store.tidied()
    # A round that began in the future is none: a clock has been put back.
    if known is None or now < known.began_at or (known.done and now - known.began_at >= EACH):
        known = Round(now)
    if known.done:
        return Tidied()
    return _go_on(context, known, lambda: stop() or clock.now() - now > AT_ONCE)


def _go_on(
    context: Context, step: Round, stop: Callable[[], bool], *, dry_run: bool = False
) -> Tidied:
    store, now = context.ports.store, context.ports.clock.now()
    rules = _rules(context)
    before = now - min(rule.whole for rule in rules.values())
    looked_at = removed = 0
    while not step.done and not stop():
        last, histories = store.past_checks(step.after, before)
        going = [one for some in histories for one in _going(context, rules, some, now)]
        looked_at += sum(map(len, histories))
        removed += len(going) if dry_run else store.forget_checks(going)
        step = replace(step, done=True) if last is None else replace(step, after=last)
        if not dry_run:
            store.note_tidied(step)
    return Tidied(looked_at, removed, step.done)


def _rules(context: Context) -> dict[str | None, Retention]:
    """By source; None: of sources that are not configured any more."""
    usual = context.operation.retention
    rules: dict[str | None, Retention] = {None: usual}
    for source in context.operation.sources:
        whole, every = source.keep_checks or usual.whole, source.thin_to or usual.every
        rules[source.name] = Retention(whole, every)
    return rules


def _going(
    context: Context,
    rules: dict[str | None, Retention],
    history: tuple[PastCheck, ...],
    now: datetime,
) -> list[PastCheck]:
    rule = rules.get(history[0].source, context.operation.retention)
    return retention.superfluous(history, rule, now)
