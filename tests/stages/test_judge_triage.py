"""What editors said: reviews, dismissals, snoozes, reopenings, and when each holds."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import (
    BlockKind,
    Change,
    Dismissal,
    Edit,
    Evidence,
    Finding,
    NoticeKind,
    Reopening,
    Review,
    Rule,
    Severity,
    Snooze,
    Status,
)
from checker.stages.judge import deadlines, judge
from checker.stages.judge.triage import in_force
from tests.helpers_judge import (
    DAY,
    IDENTICAL,
    NOW,
    OLD,
    RETRACTION,
    SINCE,
    SUBSTANTIVE,
    case,
    comparison,
    notice,
    said,
)

TODAY = NOW.date()
AGED = case(OLD)
EDIT = Edit(BlockKind.PARAGRAPH, "12 houses.", "21 houses.", ("12",), ("21",), "number")
CHANGED = replace(SUBSTANTIVE, edits=(EDIT,))
RETRACTED = comparison(Change.RETRACTED, notice=RETRACTION)
CORRECTED = comparison(Change.CORRECTED, notice=notice(NoticeKind.CORRECTION))


def marks(one, rule: Rule) -> tuple[str, ...]:
    return tuple(f.fingerprint for f in judge(one, NOW).findings if f.rule is rule)


def dismissed(one, rule: Rule, at: datetime = NOW):
    return replace(one, words=(*one.words, Dismissal("ed", at, rule, marks(one, rule))))


def snoozed(one, until: date = TODAY):
    found = tuple(f.fingerprint for f in judge(one, NOW).findings)
    return replace(one, words=(Snooze("ed", NOW, until, found),))


def test_a_dismissed_finding_is_set_aside_and_still_told():
    verdict = judge(dismissed(AGED, Rule.AGE_EXCEEDED), NOW)
    assert verdict.status is Status.CURRENT
    assert verdict.findings == ()
    assert [one.rule for one in verdict.set_aside] == [Rule.AGE_EXCEEDED]


def test_a_dismissal_holds_while_the_evidence_stays_whatever_the_day():
    one = dismissed(AGED, Rule.AGE_EXCEEDED)
    assert judge(one, NOW + 4000 * DAY).status is Status.CURRENT  # the message tells another age
    assert judge(one, NOW - DAY).status is Status.OUTDATED  # not given yet


def test_other_evidence_is_no_longer_dismissed():
    one = dismissed(case(comparison=CHANGED), Rule.SOURCE_CHANGED)
    assert Rule.SOURCE_CHANGED not in said(one)
    later = replace(one, compared_at=NOW + DAY, comparison=replace(CHANGED, similarity=0.5))
    assert Rule.SOURCE_CHANGED not in said(later)
    further = replace(CHANGED, edits=(EDIT, replace(EDIT, after="22 houses.")))
    assert Rule.SOURCE_CHANGED in said(replace(one, comparison=further))


def test_a_dismissal_is_of_one_rule():
    both = case(OLD, comparison=CHANGED)
    assert set(said(dismissed(both, Rule.AGE_EXCEEDED))) == {Rule.SOURCE_CHANGED}


@pytest.mark.parametrize(
    ("rule", "compared"),
    [(Rule.SOURCE_RETRACTED, RETRACTED), (Rule.SOURCE_CORRECTED, CORRECTED)],
)
def test_what_the_publisher_says_can_be_dismissed_by_name_but_neither_waits_nor_is_outranked(
    rule, compared
):
    one = case(OLD, comparison=compared)
    assert set(said(snoozed(one))) == {rule}
    assert set(said(replace(one, words=(Review("ed", NOW, TODAY),)))) == {rule}
    assert rule not in said(dismissed(one, rule))


def test_a_snooze_ends_after_its_last_day():
    one = snoozed(case(OLD, gone=(404, SINCE)))
    assert said(one) == {}
    assert said(one, NOW.replace(hour=23, minute=59)) == {}
    assert set(said(one, NOW + DAY)) == {Rule.AGE_EXCEEDED, Rule.SOURCE_GONE}
    end = NOW.replace(hour=23, minute=59, second=59, microsecond=999_999)
    assert end in set(deadlines(one))


def test_what_comes_up_during_a_snooze_does_not_wait():
    one = snoozed(AGED)
    assert set(said(replace(one, gone=(404, SINCE)))) == {Rule.SOURCE_GONE}


def test_reopening_takes_back_every_earlier_word_and_no_later_one():
    review = Review("ed", NOW - 2 * DAY, TODAY)
    again = replace(review, at=NOW)
    taken = Reopening("chief", NOW - DAY)
    assert in_force((review, taken), NOW) == ()
    assert in_force((review, taken), NOW - DAY - timedelta(seconds=1)) == (review,)
    assert in_force((review, taken, again), NOW) == (again,)
    one = dismissed(AGED, Rule.AGE_EXCEEDED, NOW - DAY)
    assert Rule.AGE_EXCEEDED in said(replace(one, words=(*one.words, Reopening("x", NOW))))


def test_what_a_baseline_knows_is_set_aside():
    verdict = judge(replace(AGED, known=marks(AGED, Rule.AGE_EXCEEDED)), NOW)
    assert (verdict.status, len(verdict.set_aside)) == (Status.CURRENT, 1)


def test_a_snooze_and_a_dismissal_of_nothing_change_nothing():
    words = (Snooze("ed", NOW, TODAY, ()), Dismissal("ed", NOW, Rule.EXPIRED, ()))
    assert judge(replace(AGED, words=words), NOW).findings == judge(AGED, NOW).findings


def fingerprint(quote="q", place="p", rule=Rule.EXPIRED, message="m", **values) -> str:
    evidence = Evidence(quote, place, tuple(values.items()))
    return Finding(rule, Severity.WARNING, message, evidence).fingerprint


def test_a_fingerprint_is_of_the_evidence_not_of_when_it_was_seen():
    plain = fingerprint(stated="2026")
    for name in ("compared_at", "due", "limit", "matched_by", "policy", "similarity", "since"):
        assert fingerprint(stated="2026", **{name: "x"}) == plain
    assert fingerprint(stated="2026", place="elsewhere", message="9 years ago") == plain
    assert IDENTICAL is not None
    others = {
        fingerprint(stated="2027"),
        fingerprint("Q", stated="2026"),
        fingerprint(rule=Rule.AGE_EXCEEDED, stated="2026"),
        fingerprint(),
    }
    assert plain not in others
    assert len(others) == 4


@given(st.text(), st.text())
def test_law_every_text_has_a_fingerprint(quote, value):
    assert len(fingerprint(quote, stated=value)) == 16
    assert fingerprint("\ud800", stated=value) != fingerprint("", stated=value)
