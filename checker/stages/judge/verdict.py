"""From findings to a verdict."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from checker.model import (
    SEVERITY_ORDER,
    Case,
    Change,
    Finding,
    Rule,
    Severity,
    Status,
    Verdict,
)
from checker.stages.judge import (
    address_rules,
    claim_rules,
    date_rules,
    holder_rules,
    source_rules,
    text_rules,
    triage,
)

# Raise it when the same case would be judged otherwise: stored verdicts are then judged again,
# quietly (trap 4).
VERSION = "judge-4"

CaseRule = Callable[[Case], Iterator[Finding]]
ClockRule = Callable[[Case, datetime], Iterator[Finding]]

# What can be said of an article whose copy could not be read.
_ABOUT_THE_ADDRESS: tuple[CaseRule, ...] = (
    address_rules.gone,
    address_rules.moved,
    address_rules.blocked,
    address_rules.unreachable,
)
_CASE_RULES: tuple[CaseRule, ...] = (
    source_rules.retracted,
    source_rules.changed,
    address_rules.replaced,
    address_rules.varies,
    *_ABOUT_THE_ADDRESS,
    source_rules.stealth,
    source_rules.bumped,
    date_rules.conflict,
    date_rules.shown_otherwise,
    text_rules.notices,
    claim_rules.promises,
)
_CLOCK_RULES: tuple[ClockRule, ...] = (
    date_rules.age_exceeded,
    date_rules.expired,
    date_rules.review_overdue,
    date_rules.no_timestamp,
    date_rules.in_future,
    claim_rules.lapsed,
    holder_rules.holders,
    text_rules.relative_dates,
)
_RULE_ORDER = tuple(Rule)


def judge(case: Case, now: datetime) -> Verdict:
    """Judge one article at *now* (aware UTC). Total: every case has a verdict.

    Findings come most serious first, then in the order of ``Rule``, then as they stand in the
    text. The policy sets severities; the page's own exemptions and rules that are off leave none.
    What somebody knows of already is set aside: it stays in the verdict, but decides nothing.
    """
    settled = settle(_found(case, now), case)
    set_aside = tuple(one for one in settled if triage.is_known(case, one, now))
    findings = tuple(one for one in settled if one not in set_aside)
    status = _status(case, findings, now)
    return Verdict(
        status,
        findings,
        judged_at=now,
        outdated_since=_since(case, status, now),
        policy=case.policy.name,
        version=VERSION,
        policy_line=case.policy.matched_by,
        set_aside=set_aside,
    )


def _found(case: Case, now: datetime) -> Iterator[Finding]:
    """Every rule's findings. Of a copy that was not read, only what its address tells."""
    if case.copy.problem:
        for rule in _ABOUT_THE_ADDRESS:
            yield from rule(case)
        return
    for rule in _CASE_RULES:
        yield from rule(case)
    for clock_rule in _CLOCK_RULES:
        yield from clock_rule(case, now)


def settle(found: Iterable[Finding], case: Case) -> tuple[Finding, ...]:
    """Severities as the policy sets them, exemptions taken out, in their final order.

    A copy that was not read can't be called outdated: what its address tells is a warning.
    """
    exempt = frozenset(case.copy.ignored_rules)
    most = Severity.WARNING if case.copy.problem else Severity.OUTDATED
    settled = (_settled(one, case, most) for one in found if one.rule.value not in exempt)
    kept = (one for one in settled if one.severity is not Severity.OFF)
    return tuple(sorted(kept, key=_order))


def _settled(one: Finding, case: Case, most: Severity) -> Finding:
    severity = min(case.policy.severity(one.rule, one.severity), most, key=_rank)
    return one if severity is one.severity else replace(one, severity=severity)


def _rank(severity: Severity) -> int:
    return SEVERITY_ORDER.index(severity)


def _order(finding: Finding) -> tuple[int, int]:
    return -_rank(finding.severity), _RULE_ORDER.index(finding.rule)


def _status(case: Case, findings: tuple[Finding, ...], now: datetime) -> Status:
    if any(one.severity is Severity.OUTDATED for one in findings):
        return Status.OUTDATED
    if case.copy.problem or (case.compared and not _comparable(case)):
        return Status.UNDETERMINED
    if _says_current(case) or date_rules.is_dated(case, now):
        return Status.CURRENT
    if triage.reviews_in_force(case, now):
        return Status.CURRENT  # somebody looked and said until when it holds
    return Status.UNDETERMINED


def _comparable(case: Case) -> bool:
    """Whether the source could be held against the copy, and lately."""
    return (
        case.comparison is not None
        and case.blocked is None
        and case.unreachable is None
        and (case.replaced_since is not None or not source_rules.hidden_by_replacement(case))
    )


def _says_current(case: Case) -> bool:
    if case.comparison is None:
        return False
    return source_rules.shown_in_turn(case) or source_rules.at_most(case.comparison, Change.MINOR)


def _since(case: Case, status: Status, now: datetime) -> datetime | None:
    """When the article was first judged outdated without a break."""
    if status is not Status.OUTDATED:
        return None
    before = case.previous
    if before is not None and before.status is Status.OUTDATED and before.outdated_since:
        return before.outdated_since
    return now
