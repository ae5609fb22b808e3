"""Which of the articles that are due may be asked about now: by their policies' hours and the budget."""

from collections.abc import Sequence
from datetime import datetime

from checker.model import Standing
from checker.pipeline import policy_for
from checker.service.context import Context
from checker.stages import plan
from checker.stages.plan import window


def allowance(context: Context, wanted: int) -> int:
    """How many of *wanted* checks the budget has left; all of them where none is set."""
    budget = context.operation.timing.budget
    if budget is None:
        return wanted
    now = context.ports.clock.now()
    return min(wanted, context.ports.store.budget_left(now, budget))


def admitted(context: Context, claimed: Sequence[Standing]) -> list[Standing]:
    """Those of *claimed* whose policy lets them be asked about now, counted against the budget; the
    others are put off until it does. However an article became due, this is where it passes."""
    now = context.ports.clock.now()
    put_off = _put_off(context, claimed, now)
    if put_off:
        context.ports.store.postpone(put_off)
    found = [one for one in claimed if one.article.id not in put_off]
    budget = context.operation.timing.budget
    if budget is not None and found:
        context.ports.store.spend(len(found), now, budget)
    return found


def _put_off(context: Context, claimed: Sequence[Standing], now: datetime) -> dict[int, datetime]:
    policies = context.operation.policies
    if all(policy.hours is None for policy in policies.policies):
        return {}
    found: dict[int, datetime] = {}
    for one in claimed:
        source = context.configured(one.article.source)
        if source is None:
            continue
        hours = policy_for(one, source, policies).hours
        opens = window.within(hours, now, plan.place(one.article.id))
        if opens > now:
            found[one.article.id] = opens
    return found
