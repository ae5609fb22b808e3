"""From a standing to its verdict: the policy, the facts of the case, the judge."""

from dataclasses import replace
from datetime import datetime, timedelta

from checker.model import (
    Case,
    Dates,
    Policy,
    PolicySet,
    Reading,
    Source,
    Standing,
    Streak,
    Timing,
    Verdict,
)
from checker.pipeline.reading import Tools
from checker.stages import ask, freshness, judge, variants


def policy_for(standing: Standing, source: Source, policies: PolicySet) -> Policy:
    """The source's own policy by name, else the first line of ``policies.toml`` that matches."""
    if source.policy is not None:
        policy = freshness.named_policy(policies, source.policy)
        return replace(policy, matched_by=f"[[source]] {source.name}: policy")
    reading = standing.copy_reading
    return freshness.choose_policy(
        policies,
        uri=standing.article.uri,
        source=source.name,
        section=(reading and reading.section) or standing.article.section or source.section,
        genre=reading.genre if reading else None,
        tags=reading.tags if reading else (),
    )


def judge_standing(standing: Standing, source: Source, tools: Tools, now: datetime) -> Verdict:
    """Judge an article from what is known of it; no question is asked."""
    policy = policy_for(standing, source, tools.policies)
    return judge.judge(case_of(standing, policy, tools.timing, now), now)


def case_of(standing: Standing, policy: Policy, timing: Timing, now: datetime) -> Case:
    """The facts that the judge looks at; troubles count only once they are confirmed."""
    away = standing.absences
    gone = away.gone if ask.gone_confirmed(away, timing) else None
    replaced = away.replaced if ask.replaced_confirmed(away, timing) else None
    return Case(
        uri=standing.article.uri,
        policy=policy,
        copy=standing.copy_reading or _no_copy(),
        copy_memento=standing.copy,
        source=standing.newest_reading,
        comparison=standing.comparison,
        compared=True,
        gone=(gone.status or 404, gone.since) if gone else None,
        replaced_since=replaced.since if replaced else None,
        blocked=_lasting(away.blocked, timing.blocked_after, now),
        unreachable=_lasting(away.unreachable, timing.unreachable_after, now),
        moved_to=standing.moved_to,
        varies=variants.variation(standing.forms, now),
        compared_at=standing.last_compared_at,
        words=standing.words,
        previous=standing.verdict,
    )


def _lasting(streak: Streak | None, after: timedelta, now: datetime) -> tuple[str, datetime] | None:
    if streak is None or now - streak.since < after:
        return None
    return streak.detail, streak.since


def _no_copy() -> Reading:
    return Reading(
        "", "", None, Dates(), (), (), "", "", 0, problem="no copy has been captured yet"
    )
