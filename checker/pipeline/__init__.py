"""One article from question to record. READ FIRST.

The data's way::

    discover → plan(due) → ask ─ Http ─→ observation → page → dates, text, notices, claims
            → compare(with the memento) → judge(policy, reviews, now) → verdict
            → record (one transaction: check, verdict, next_check_at, outbox) → banner → alert

``check`` walks it from ``ask`` to the record. It decides nothing itself: stages decide, ports act,
and what it returns is all that the store has to write. The traps that the order of these steps
must avoid are numbered in ``docs/reference/traps.md`` and in ``tests/stages/test_traps.py``.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from checker.model import (
    Alert,
    AlertEvent,
    Blocked,
    Captured,
    Case,
    CheckRecord,
    Comparison,
    FetchFailure,
    Form,
    Gone,
    Hours,
    NotModified,
    Observation,
    Outcome,
    Reading,
    Recipient,
    Response,
    Source,
    Standing,
    Unreachable,
)
from checker.pipeline.answer import Seen, absent, captured, not_modified
from checker.pipeline.judging import case_of, judge_standing, policy_for
from checker.pipeline.lasting import lasting
from checker.pipeline.probing import Prober
from checker.pipeline.reading import (
    READER_VERSION,
    Probes,
    Tools,
    opened,
    read,
    read_memento,
    source_of,
)
from checker.pipeline.siblings import Siblings
from checker.stages import ask, compare, judge, lifetime, outage, plan, transition, variants
from checker.stages.addresses import host_of
from checker.stages.plan import window

__all__ = [
    "READER_VERSION",
    "Prober",
    "Probes",
    "Siblings",
    "Tools",
    "check",
    "failed",
    "judge_standing",
    "lasting",
    "no_network",
    "opened",
    "policy_for",
    "read",
    "refresh",
    "source_of",
]

SOON = timedelta(minutes=15)  # after trouble of ours, which all articles share


_FRESH = frozenset({200, 304})  # answers whose lifetime is that of the article
_TURNS = (AlertEvent.BECAME_OUTDATED, AlertEvent.GOT_WORSE, AlertEvent.BECAME_CURRENT)


def check(
    standing: Standing, source: Source, recipients: tuple[Recipient, ...], tools: Tools
) -> CheckRecord:
    """Ask the source about one article, compare, judge; return what is to be recorded."""
    started = tools.clock.now()
    known = refresh(standing, source, tools, started)
    question = ask.question(known, tools.timing)
    answer = tools.http.fetch(question.request)
    observation = ask.observe(question, answer)
    now = tools.clock.now()
    seen = _seen(known, observation, tools, now)
    after, case = _judged(known, seen.standing, source, tools, now)
    after, alerts = _told(known, after, recipients, tools, now)
    after = _scheduled(after, seen, answer, case, tools)
    return CheckRecord(
        standing=after,
        outcome=seen.outcome,
        detail=seen.detail,
        started_at=started,
        finished_at=now,
        status=seen.status,
        capture=seen.capture,
        level=seen.level,
        alerts=alerts,
        told=plan.told(known, after, now),
        tellers=plan.tellers(known, after, now),
        edited=plan.edited(known, after, now),
        unanswered=outage.is_silence(observation),
        before=standing,
    )


def _seen(known: Standing, observation: Observation, tools: Tools, now: datetime) -> Seen:
    match observation:
        case Captured():
            return captured(known, observation, tools, now)
        case NotModified():
            return not_modified(known, observation, now)
        case Gone() | Blocked() | Unreachable():
            return absent(known, observation, now)
        case _:
            assert_never(observation)


def _judged(
    known: Standing, after: Standing, source: Source, tools: Tools, now: datetime
) -> tuple[Standing, Case]:
    """*after* with its verdict and its share of the requests, and what was judged."""
    policy = policy_for(after, source, tools.policies)
    case = case_of(after, policy, tools.timing, now)
    trust = tools.trust(host_of(after.article.uri))
    track, share = plan.tracked(known, after, now, weight=policy.weight, trust=trust)
    verdict = judge.judge(case, now)
    checks = known.checks + 1
    judged = replace(
        after, track=track, share=share, checks=checks, last_checked_at=now, verdict=verdict
    )
    return judged, case


def _scheduled(
    after: Standing, seen: Seen, answer: Response | FetchFailure, case: Case, tools: Tools
) -> Standing:
    """*after* with when to look again: as planned, or earlier if the clock alone may change the
    verdict; within the policy's hours."""
    now, policy = after.last_checked_at or tools.clock.now(), case.policy
    timing = plan.timing_of(policy, tools.timing)
    fresh = timedelta(0)
    if isinstance(answer, Response) and answer.status in _FRESH:
        fresh = lifetime.fresh_for(answer.headers, answer.received_at)
    due = plan.next_check(
        *(after, seen.outcome, now, timing, tools.fleet),
        retry_after=seen.retry_after,
        fresh_for=fresh,
    )
    lapses = min((one for one in judge.deadlines(case) if one > now), default=None)
    if lapses is not None:
        due = min(due, max(lapses + timedelta(seconds=1), now + timing.check_min))
    remind = transition.remind_at(after.told, timing, after.words)
    if remind is not None:
        due = min(due, max(remind, now + timing.check_min))
    return replace(
        after,
        next_check_at=due if policy.hours is None else _in_hours(policy.hours, due, after),
        not_before=now + plan.asked_for(seen.retry_after, fresh, timing),
    )


def _in_hours(hours: Hours, due: datetime, after: Standing) -> datetime:
    return window.within(hours, due, plan.place(after.article.id))


def failed(
    standing: Standing, started: datetime, now: datetime, why: str, *, soon: bool = False
) -> CheckRecord:
    """The record of a check that broke for a reason of ours: nothing changes but the schedule.

    Trap 6: one article's failure never stops the batch and is itself recorded. *soon*: it was not
    the article's fault, and all checks wait until it is mended.
    """
    after = replace(
        standing,
        checks=standing.checks + 1,
        last_checked_at=now,
        next_check_at=now + (SOON if soon else timedelta(hours=6)),
    )
    return CheckRecord(after, Outcome.FAILED, why[:500], started, now, before=standing)


def no_network(standing: Standing, record: CheckRecord) -> CheckRecord:
    """What is left of an unanswered check when it is our network that is away: the wish to check
    again soon. No streak grows, no verdict changes, nobody is told."""
    again = record.finished_at + SOON
    after = replace(standing, next_check_at=again)
    started, finished = record.started_at, record.finished_at
    return CheckRecord(after, Outcome.NO_NETWORK, record.detail, started, finished, before=standing)


def refresh(
    standing: Standing, source: Source, tools: Tools, now: datetime, *, everything: bool = False
) -> Standing:
    """Derive again what an older version of this program derived, without a word (trap 4).

    The verdict that transitions are measured against is judged again from the same facts, so a
    new extractor or rule changes verdicts but alerts nobody. *everything*: whatever derived it.
    """
    known = standing
    copy, newest = known.copy, known.newest
    if copy is not None and (everything or _is_old(known.copy_reading)):
        reading, old = read_memento(copy, known, tools, now)
        known = replace(known, copy_reading=reading)
        if newest is not None:
            newest_reading, new = read_memento(newest, known, tools, now)
            known = replace(
                known, newest_reading=newest_reading, comparison=compare.compare(old, new)
            )
        known = replace(known, forms=_printed_anew(known, tools, now))
    elif copy is not None and newest is not None and _comparison_is_old(known.comparison):
        _, old = read_memento(copy, known, tools, now)
        _, new = read_memento(newest, known, tools, now)
        known = replace(known, comparison=compare.compare(old, new))
        known = replace(known, forms=_printed_anew(known, tools, now))
    stale = known.verdict is not None and known.verdict.version != judge.VERSION
    if known.verdict is not None and (everything or stale or known != standing):
        verdict = judge_standing(known, source, tools, known.verdict.judged_at)
        told = known.told and transition.rebase(known.told, known.verdict, verdict)
        known = replace(known, verdict=verdict, told=told)
    return known


def _printed_anew(known: Standing, tools: Tools, now: datetime) -> tuple[Form, ...]:
    """The texts that the address has shown, as this version tells them apart."""
    prints = (
        one.print
        if one.capture is None
        else compare.article_print(read_memento(one.capture, known, tools, now)[1].text)
        for one in known.forms
    )
    return variants.renamed(known.forms, prints)


def _is_old(reading: Reading | None) -> bool:
    return reading is None or reading.version != READER_VERSION


def _comparison_is_old(comparison: Comparison | None) -> bool:
    return comparison is None or comparison.version != compare.VERSION


def _told(
    before: Standing,
    after: Standing,
    recipients: tuple[Recipient, ...],
    tools: Tools,
    now: datetime,
) -> tuple[Standing, tuple[Alert, ...]]:
    """A change of verdict, once the source is adopted, is told; a state is not.

    What a source brings after its adoption stood in no adoption report: if such an article is
    outdated at its first check, that is news.
    """
    assert after.verdict is not None, "it has just been judged"
    if not before.adopted:
        return replace(after, told=transition.told_of(after.verdict)), ()
    known = before.told
    if known is None and before.verdict is not None:
        known = transition.told_of(before.verdict)
    step = transition.step(known, after.verdict, now, tools.timing, after.words)
    in_turn = variants.variation(after.forms, now) is not None
    if in_turn and step.event in _TURNS and transition.is_in_text(known, after.verdict):
        return replace(after, told=known), ()  # a text that was told when it was first seen
    if step.told != after.told:
        after = replace(after, told=step.told)
    if step.event is None:
        return after, ()
    return after, transition.alerts(after, step.event, recipients, now, known)
