"""The verdict, and the laws that hold over any case."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import (
    BlockKind,
    Bounds,
    Change,
    DateKind,
    Direction,
    Edit,
    Notice,
    NoticeKind,
    Origin,
    OriginKind,
    Precision,
    RelativeDate,
    ReplacedKind,
    Review,
    Rule,
    Severity,
    StampMove,
    Status,
    Verdict,
)
from checker.stages.judge import RULES, VERSION, judge
from checker.stages.judge.verdict import settle
from tests.helpers_judge import (
    COPY,
    DAY,
    IDENTICAL,
    NEWS,
    NOW,
    OLD,
    REPLACED,
    RETRACTION,
    SINCE,
    SUBSTANTIVE,
    UNDATED,
    YOUNG,
    case,
    comparison,
    dated,
    dates,
    instant,
    moved,
    notice,
    odd,
    only,
    reading,
)

# ── the whole verdict ─────────────────────────────────────────────────────────────────────────


def test_a_young_article_that_nobody_compared_is_current():
    assert judge(case(), NOW) == Verdict(
        Status.CURRENT,
        (),
        NOW,
        outdated_since=None,
        policy="news",
        version=VERSION,
        policy_line=NEWS.matched_by,
    )


def test_every_rule_is_explained_and_no_other():
    assert set(RULES) == set(Rule)
    for rule, info in RULES.items():
        assert info.rule is rule
        assert rule.value in info.configure or rule is Rule.AGE_EXCEEDED
        assert info.default is not Severity.OFF


def test_defaults_are_those_of_the_design():
    outdated = {
        Rule.SOURCE_CHANGED, Rule.SOURCE_CORRECTED, Rule.SOURCE_RETRACTED, Rule.SOURCE_REPLACED,
        Rule.SOURCE_GONE, Rule.AGE_EXCEEDED, Rule.EXPIRED, Rule.LAPSED_CLAIM,
    }  # fmt: skip
    info = {Rule.SOURCE_MOVED, Rule.RELATIVE_DATE, Rule.UNDATED_PROMISE, Rule.HAS_NOTICE}
    for rule in Rule:
        expected = Severity.WARNING
        if rule in outdated:
            expected = Severity.OUTDATED
        elif rule in info:
            expected = Severity.INFO
        assert RULES[rule].default is expected, rule


REVIEW = Review("ed", instant("2026-11-01"), date(2026, 12, 1))


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (case(), Status.CURRENT),
        (case(UNDATED), Status.UNDETERMINED),
        (case(UNDATED, words=(REVIEW,)), Status.CURRENT),
        (case(UNDATED, compared=True, comparison=IDENTICAL), Status.CURRENT),
        (case(UNDATED, compared=True, comparison=comparison(Change.MINOR)), Status.CURRENT),
        (case(compared=True, comparison=IDENTICAL), Status.CURRENT),
        (case(compared=True), Status.UNDETERMINED),
        (case(compared=True, comparison=IDENTICAL, blocked=("403", SINCE)), Status.UNDETERMINED),
        (case(compared=True, comparison=IDENTICAL, unreachable=("x", SINCE)), Status.UNDETERMINED),
        (case(compared=True, comparison=REPLACED), Status.UNDETERMINED),  # not confirmed
        (case(compared=True, comparison=SUBSTANTIVE), Status.OUTDATED),
        (case(OLD), Status.OUTDATED),
        (case(OLD, compared=True), Status.OUTDATED),
        (case(reading(dated("2099-01-01"))), Status.UNDETERMINED),
        (case(replace(YOUNG, problem="no text")), Status.UNDETERMINED),
        (case(replace(YOUNG, problem="x"), compared=True, comparison=IDENTICAL), Status.UNDETERMINED),
    ],
)  # fmt: skip
def test_status(one, status):
    assert judge(one, NOW).status is status


def test_what_a_policy_demotes_is_current_only_if_a_date_says_so():
    mild = replace(NEWS, severities=((Rule.SOURCE_CHANGED, Severity.WARNING),))
    asked = {"compared": True, "comparison": SUBSTANTIVE}
    assert judge(case(YOUNG, mild, **asked), NOW).status is Status.CURRENT
    assert judge(case(UNDATED, mild, **asked), NOW).status is Status.UNDETERMINED


def test_a_demoted_replacement_was_compared():
    mild = replace(NEWS, severities=((Rule.SOURCE_REPLACED, Severity.INFO),))
    one = case(YOUNG, mild, compared=True, comparison=REPLACED, replaced_since=SINCE)
    assert judge(one, NOW).status is Status.CURRENT


def test_nothing_is_invented_of_a_copy_that_was_not_read():
    unread = replace(UNDATED, problem="a PDF", notices=(notice(NoticeKind.ARCHIVED),))
    one = case(unread, gone=(404, SINCE), moved_to="https://b.test/", comparison=SUBSTANTIVE)
    verdict = judge(one, NOW)
    assert verdict.status is Status.UNDETERMINED
    assert [(finding.rule, finding.severity) for finding in verdict.findings] == [
        (Rule.SOURCE_GONE, Severity.WARNING),
        (Rule.SOURCE_MOVED, Severity.INFO),
    ]


def test_outdated_since_is_carried_until_it_breaks():
    first = judge(case(OLD), NOW - 5 * DAY)
    assert first.outdated_since == NOW - 5 * DAY
    later = judge(case(OLD, previous=first), NOW)
    assert (later.judged_at, later.outdated_since) == (NOW, NOW - 5 * DAY)
    current = judge(case(YOUNG, previous=later), NOW)
    assert current.outdated_since is None
    assert judge(case(OLD, previous=current), NOW).outdated_since == NOW
    bare = replace(first, outdated_since=None)
    assert judge(case(OLD, previous=bare), NOW).outdated_since == NOW
    odd_one = replace(first, status=Status.UNDETERMINED)
    assert judge(case(OLD, previous=odd_one), NOW).outdated_since == NOW


def test_findings_come_most_serious_first_then_in_the_order_of_rules():
    copy = replace(OLD, notices=(notice(NoticeKind.ARCHIVED),))
    stamps = moved("2020-01-01", "2020-01-01", moved=False)
    one = case(
        copy,
        comparison=replace(SUBSTANTIVE, stamps=stamps),
        gone=(410, SINCE),
        moved_to="https://b.test/",
        blocked=("robots.txt", SINCE),
    )
    assert [(finding.severity.value, finding.rule.value) for finding in judge(one, NOW).findings] == [
        ("outdated", "source-changed"),
        ("outdated", "source-gone"),
        ("outdated", "age-exceeded"),
        ("warning", "source-blocked"),
        ("warning", "stealth-edit"),
        ("info", "source-moved"),
        ("info", "has-notice"),
    ]  # fmt: skip


def test_policies_raise_lower_and_switch_off():
    severities = (
        (Rule.AGE_EXCEEDED, Severity.OFF),
        (Rule.SOURCE_GONE, Severity.INFO),
        (Rule.HAS_NOTICE, Severity.OUTDATED),
    )
    copy = replace(OLD, notices=(notice(NoticeKind.ARCHIVED),))
    verdict = judge(case(copy, replace(NEWS, severities=severities), gone=(404, SINCE)), NOW)
    assert [(finding.rule, finding.severity) for finding in verdict.findings] == [
        (Rule.HAS_NOTICE, Severity.OUTDATED),
        (Rule.SOURCE_GONE, Severity.INFO),
    ]
    assert verdict.status is Status.OUTDATED


def test_a_page_may_exempt_itself_by_rule():
    copy = replace(OLD, ignored_rules=("age-exceeded", "no-such-rule"))
    assert judge(case(copy, gone=(404, SINCE)), NOW).findings == (
        only(case(OLD, gone=(404, SINCE)), Rule.SOURCE_GONE),
    )


# ── laws ──────────────────────────────────────────────────────────────────────────────────────

INSTANTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23), timezones=st.just(UTC))
PRECISIONS = st.sampled_from(Precision)
STAMPS = st.builds(
    lambda kind, early, days, precision, origin, quote, weak: dated(
        "2017",
        kind,
        earliest=early,
        latest=max(early, min(early, datetime(9990, 1, 1, tzinfo=UTC)) + days * DAY),
        precision=precision,
        origin=Origin(origin, quote),
        quote=quote,
        weak=weak,
    ),
    st.sampled_from(DateKind),
    INSTANTS,
    st.integers(0, 366),
    PRECISIONS,
    st.sampled_from(OriginKind),
    st.text(max_size=20),
    st.booleans(),
)
NOTICES = st.builds(
    Notice, st.sampled_from(NoticeKind), st.text(max_size=20), st.just("en"), st.none() | STAMPS
)
DATES = st.lists(STAMPS, max_size=4).flatmap(
    lambda found: st.builds(
        lambda bounds: dates(*found, bounds=bounds),
        st.builds(Bounds, st.none() | STAMPS, st.none() | STAMPS),
    )
)
READINGS = st.builds(
    lambda found, notices, relative, ignored: reading(
        dates=found, notices=tuple(notices), relative_dates=tuple(relative), ignored_rules=ignored
    ),
    DATES,
    st.lists(NOTICES, max_size=2),
    st.lists(st.builds(RelativeDate, st.text(max_size=9), st.text(max_size=20)), max_size=3),
    st.sampled_from([(), ("age-exceeded",), ("nonsense",)]),
)
EDITS = st.builds(
    Edit,
    st.sampled_from(BlockKind),
    st.text(max_size=20),
    st.text(max_size=20),
    st.tuples(st.text(max_size=9)),
    st.tuples(st.text(max_size=9)),
    st.sampled_from(["", "number"]),
)
COMPARISONS = st.builds(
    lambda change, edits, stamps, replacement, found: comparison(
        change, edits=tuple(edits), stamps=stamps, replacement=replacement, notice=found
    ),
    st.sampled_from(Change),
    st.lists(EDITS, max_size=3),
    st.builds(StampMove, st.none() | STAMPS, st.none() | STAMPS, st.booleans()),
    st.none() | st.builds(odd, st.sampled_from(ReplacedKind), st.sampled_from(Direction)),
    st.none() | NOTICES,
)
POLICIES = st.builds(
    lambda days, severities: replace(
        NEWS,
        lifetime=None if days is None else timedelta(days=days),
        severities=tuple(severities),
    ),
    st.none() | st.integers(1, 36_500),
    st.lists(st.tuples(st.sampled_from(Rule), st.sampled_from(Severity)), max_size=3),
)
REVIEWS = st.builds(Review, st.just("ed"), INSTANTS, st.dates())
TROUBLES = st.none() | st.tuples(st.text(max_size=20), INSTANTS)
CASES = st.builds(
    case,
    READINGS,
    POLICIES,
    copy_memento=st.sampled_from([None, COPY]),
    source=st.none() | READINGS,
    comparison=st.none() | COMPARISONS,
    compared=st.booleans(),
    gone=st.none() | st.tuples(st.sampled_from([404, 410]), INSTANTS),
    replaced_since=st.none() | INSTANTS,
    blocked=TROUBLES,
    unreachable=TROUBLES,
    moved_to=st.none() | st.text(max_size=20),
    compared_at=st.none() | INSTANTS,
    words=st.lists(REVIEWS, max_size=2).map(tuple),
)


@given(CASES, INSTANTS)
def test_every_case_has_a_verdict_and_its_status_follows_from_its_findings(one, now):
    verdict = judge(one, now)
    serious = any(finding.severity is Severity.OUTDATED for finding in verdict.findings)
    assert (verdict.status is Status.OUTDATED) == serious
    assert (verdict.outdated_since == now) == serious
    for finding in verdict.findings:
        assert finding.message.endswith((".", ".”", "!”", "?”", "…”"))
        assert "\n" not in finding.message
        assert len(finding.message) < 900
        assert finding.severity is not Severity.OFF
        assert finding.rule.value not in one.copy.ignored_rules


@given(CASES, INSTANTS, st.timedeltas(timedelta(0), timedelta(days=36_500)))
def test_nothing_becomes_younger_by_waiting(one, now, passing):
    one = replace(one, words=())
    try:
        later = now + passing
    except OverflowError:
        later = datetime.max.replace(tzinfo=UTC)
    aging = {Rule.AGE_EXCEEDED, Rule.EXPIRED, Rule.REVIEW_OVERDUE}
    before = {finding.rule for finding in judge(one, now).findings}
    after = {finding.rule for finding in judge(one, later).findings}
    assert before & aging <= after & aging


@given(CASES, INSTANTS, st.randoms(use_true_random=False))
def test_the_verdict_does_not_depend_on_the_order_of_rules(one, now, chance: random.Random):
    findings = list(judge(one, now).findings)
    per_rule = [[f for f in findings if f.rule is rule] for rule in {f.rule for f in findings}]
    chance.shuffle(per_rule)
    mixed = [finding for group in per_rule for finding in group]
    assert settle(mixed, replace(one, policy=replace(one.policy, severities=()))) == settle(
        findings, replace(one, policy=replace(one.policy, severities=()))
    )


@given(CASES, INSTANTS)
def test_no_further_evidence_lowers_a_retraction(one, now):
    retracted = comparison(Change.RETRACTED, notice=RETRACTION)
    one = replace(
        one,
        policy=NEWS,
        copy=replace(one.copy, ignored_rules=()),
        comparison=retracted,
    )
    verdict = judge(one, now)
    assert verdict.status is Status.OUTDATED
    assert verdict.findings[0].rule is Rule.SOURCE_RETRACTED
