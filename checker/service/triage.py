"""What editors say of an article: reviews, dismissals, snoozes, and taking them back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from checker.errors import TargetError
from checker.model import Dismissal, EditorsWord, Finding, Rule, Severity, Snooze, Standing
from checker.pipeline import judge_standing
from checker.service.context import Context
from checker.stages import transition


@dataclass(frozen=True, slots=True)
class Saying:
    """Who says it, when and why."""

    by: str
    at: datetime
    note: str = ""


def dismissal(standing: Standing, rule: Rule, saying: Saying) -> Dismissal:
    """The word that sets aside what *rule* finds now. Raises TargetError if it finds nothing."""
    marks = _marks(one for one in _found(standing) if one.rule is rule)
    if not marks:
        found = sorted({one.rule.value for one in _found(standing)})
        raise TargetError(
            f"article {standing.article.uri!r}",
            f"no finding of {rule.value} to dismiss (it has: {', '.join(found) or 'none'})",
            "Name one of its rules; `checker article show` lists them.",
        )
    return Dismissal(saying.by, saying.at, rule, marks, saying.note)


def snooze(standing: Standing, until: date, saying: Saying) -> Snooze:
    """The word that lets everything found now wait. Raises TargetError if there is nothing."""
    marks = _marks(one for one in _found(standing) if one.severity is not Severity.INFO)
    if not marks:
        raise TargetError(
            f"article {standing.article.uri!r}",
            "nothing was found that could wait",
            "`checker article list --status outdated` shows where something was.",
        )
    return Snooze(saying.by, saying.at, until, marks, saying.note)


def _found(standing: Standing) -> tuple[Finding, ...]:
    verdict = standing.verdict
    return (*verdict.findings, *verdict.set_aside) if verdict is not None else ()


def _marks(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.fingerprint for one in findings))


def tell(context: Context, standing: Standing, word: EditorsWord) -> Standing:
    """Keep *word* for good and judge the article anew from what is known; no source is asked.

    The editor knows what the word does, so nobody is mailed. An article that is being checked
    just now is judged again by the check that this makes due.
    """
    store, clock = context.ports.store, context.ports.clock
    number, now, lease = standing.article.id, clock.now(), context.operation.lease
    store.add_word(number, word)
    source = context.configured(standing.article.source)
    claimed = store.claim([number], now, lease) if source else ()
    try:
        for known in claimed:
            if source is not None and known.verdict is not None:
                verdict = judge_standing(known, source, context.tools, clock.now())
                told = known.told and transition.acknowledge(known.told, verdict)
                store.put_rederived([replace(known, verdict=verdict, told=told)])
    finally:
        store.release([one.article.id for one in claimed], now + lease)
    return store.standing(number)
