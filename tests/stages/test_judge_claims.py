"""Lapsed claims and promises as findings: when, how serious, and in whose words."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from checker.model import Case, Claim, ClaimRule, Policy, Review, Rule, Severity, Status, Strength
from checker.stages import banner
from checker.stages.judge import deadlines, judge
from tests.helpers_judge import NOW, YOUNG, case, instant

END = instant("2026-11-20T23:59:59")
VOTE = Claim(
    ClaimRule.LAPSED,
    "The council will vote on Friday.",
    "Friday",
    instant("2026-11-20"),
    END,
    Strength.STRONG,
    instant("2026-11-18"),
    "json-ld datePublished",
    "will",
)
HEDGED = replace(VOTE, strength=Strength.WEAK)


def holding(*claims: Claim, **changes) -> Case:
    return case(replace(YOUNG, claims=claims), **changes)


def found(one: Case, now=NOW) -> list[tuple[Rule, Severity]]:
    rules = {Rule.LAPSED_CLAIM, Rule.UNDATED_PROMISE}
    return [(f.rule, f.severity) for f in judge(one, now).findings if f.rule in rules]


@pytest.mark.parametrize(
    ("now", "lapsed"),
    [
        ("2026-11-19T12:00:00", False),
        ("2026-11-20T23:59:59", False),
        ("2026-11-21", True),
        ("2030-01-01", True),
    ],
)
def test_it_lapses_when_the_last_day_of_its_window_has_passed(now: str, lapsed: bool) -> None:
    expected = [(Rule.LAPSED_CLAIM, Severity.OUTDATED)] if lapsed else []
    assert found(holding(VOTE), instant(now)) == expected


def test_a_weak_claim_only_warns_and_puts_up_no_banner() -> None:
    one = holding(HEDGED)
    verdict = judge(one, NOW)
    assert found(one) == [(Rule.LAPSED_CLAIM, Severity.WARNING)]
    assert verdict.status is Status.CURRENT
    assert banner.compose(verdict, one.copy, uri=None, now=NOW) is None


def test_a_strong_claim_reaches_the_banner() -> None:
    one = holding(VOTE)
    notice = banner.compose(judge(one, NOW), one.copy, uri=None, now=NOW)
    assert notice is not None
    assert notice.sentences == (
        "This article announces something for a time that has passed (checked 24 November 2026).",
    )


def test_one_finding_for_a_sentence_and_the_plainest_claim_speaks() -> None:
    assert found(holding(HEDGED, VOTE)) == [(Rule.LAPSED_CLAIM, Severity.OUTDATED)]
    assert found(holding(VOTE, HEDGED)) == [(Rule.LAPSED_CLAIM, Severity.OUTDATED)]


def test_the_finding_quotes_the_sentence_and_says_what_the_words_meant() -> None:
    finding = next(f for f in judge(holding(VOTE), NOW).findings if f.rule is Rule.LAPSED_CLAIM)
    assert finding.evidence.quote == "The council will vote on Friday."
    assert "“Friday” meant 20 November 2026" in finding.message
    assert "counted from 18 November 2026, json-ld datePublished" in finding.message
    assert dict(finding.evidence.values)["latest"] == END.isoformat()


def test_a_review_after_the_end_outranks_it_and_one_before_does_not() -> None:
    until = date(2027, 6, 30)
    later = Review("ana", END + timedelta(hours=1), until)
    earlier = Review("ana", END - timedelta(hours=1), until)
    assert found(holding(VOTE, words=(later,))) == []
    assert found(holding(VOTE, words=(earlier,))) == [(Rule.LAPSED_CLAIM, Severity.OUTDATED)]


def test_a_promise_is_told_on_request_and_never_lapses() -> None:
    promise = Claim(ClaimRule.PROMISE, "It will continue to run.", "will continue")
    one = holding(promise)
    assert found(one) == [(Rule.UNDATED_PROMISE, Severity.INFO)]
    assert found(one, instant("2090-01-01")) == [(Rule.UNDATED_PROMISE, Severity.INFO)]


def test_the_end_of_a_window_is_an_instant_to_look_again() -> None:
    assert END in set(deadlines(holding(VOTE)))


def test_a_policy_sets_its_severity() -> None:
    policy = Policy("old news", None, ((Rule.LAPSED_CLAIM, Severity.INFO),))
    assert found(holding(VOTE, policy=policy)) == [(Rule.LAPSED_CLAIM, Severity.INFO)]
