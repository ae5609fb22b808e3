"""Thinning out a history of checks: what goes, and laws on what never does."""

from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import PastCheck, Retention
from checker.stages.retention import superfluous

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
RULE = Retention(whole=100 * DAY, every=10 * DAY)


def past(day: int, kind: str = "same", capture: str | None = None, *, alerted=False) -> PastCheck:
    return PastCheck(1, "news", NOW - 400 * DAY + day * DAY, kind, capture, alerted=alerted)


def kept_days(history: list[PastCheck], rule: Retention = RULE) -> list[int]:
    gone = superfluous(history, rule, NOW)
    return [(one.started_at - NOW).days + 400 for one in history if one not in gone]


def test_of_checks_that_say_the_same_one_in_a_while_stays():
    assert kept_days([past(day) for day in range(35)]) == [0, 10, 20, 30, 34]


def test_what_is_younger_stays_whole():
    assert kept_days([past(day) for day in range(290, 310)]) == [290, *range(300, 310)]


@pytest.mark.parametrize(
    "odd",
    [past(5, "changed"), past(5, capture="sha256:new"), past(5, alerted=True)],
    ids=["says something else", "brought a capture", "raised an alert"],
)
def test_what_stands_out_stays(odd):
    days = kept_days([*(past(day) for day in range(5)), odd, *(past(day) for day in range(6, 10))])
    assert 5 in days
    assert 2 not in days
    assert 7 not in days


def test_the_same_capture_again_brings_nothing():
    first, again = past(1, capture="sha256:a"), past(4, capture="sha256:a")
    assert kept_days([past(0), first, past(2), again, past(5)]) == [0, 1, 5]


def test_the_edges_of_a_run_say_when_it_began_and_ended():
    history = [past(day, "gone" if 3 <= day < 7 else "same") for day in range(10)]
    assert kept_days(history) == [0, 2, 3, 6, 7, 9]


def test_an_empty_history_has_nothing_to_give():
    assert superfluous([], RULE, NOW) == []


CHECKS = st.lists(
    st.builds(
        past,
        st.integers(0, 400),
        st.sampled_from(["same", "changed", "gone"]),
        st.sampled_from([None, "sha256:a", "sha256:b"]),
        alerted=st.booleans(),
    ),
    unique_by=lambda one: one.started_at,
    max_size=60,
).map(lambda some: sorted(some, key=lambda one: one.started_at))
RULES = st.builds(Retention, st.integers(0, 400).map(timedelta), st.integers(1, 100).map(timedelta))


@given(CHECKS, RULES)
def test_nothing_that_says_something_is_lost(history, rule):
    gone = superfluous(history, rule, NOW)
    kept = [one for one in history if one not in gone]
    assert runs(kept) == runs(history)
    assert {one.capture for one in kept} == {one.capture for one in history}
    assert [one for one in kept if one.alerted] == [one for one in history if one.alerted]
    assert all(one.started_at < NOW - rule.whole for one in gone)
    assert kept[:1] == history[:1]
    assert kept[-1:] == history[-1:]


@given(CHECKS, RULES)
def test_thinning_twice_changes_nothing(history, rule):
    gone = superfluous(history, rule, NOW)
    assert superfluous([one for one in history if one not in gone], rule, NOW) == []


@given(CHECKS, RULES)
def test_no_gap_is_longer_than_asked_for_by_more_than_one_interval(history, rule):
    gone = superfluous(history, rule, NOW)
    kept = [one for one in history if one not in gone]
    longest = max((b.started_at - a.started_at for a, b in pairwise(history)), default=DAY)
    assert all(b.started_at - a.started_at <= rule.every + longest for a, b in pairwise(kept))


def runs(history: list[PastCheck]) -> list[str]:
    return [kind for kind, _ in groupby(one.kind for one in history)]
