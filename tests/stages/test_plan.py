"""When to look again: bounds, back-off, confirmation, hints."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import (
    Absences,
    Change,
    CheckRecord,
    DateKind,
    FailureKind,
    Fleet,
    Gone,
    Hint,
    Outcome,
    Ping,
    Streak,
    Timing,
    Track,
    Trust,
    Unreachable,
    trusted_as,
)
from checker.stages import ask
from checker.stages.plan import hint_due, next_check, rate, tellers, told, tracked
from tests.helpers_judge import COPY, DAY, NOW, comparison, dated, odd, reading, standing

TIMING = Timing()
NEAR = 0.1000001  # the jitter
TROUBLES = [Outcome.BLOCKED, Outcome.UNREACHABLE, Outcome.UNREADABLE, Outcome.FAILED]


def known(**changes):
    """A standing as it is right after a check that compared."""
    fresh = {"last_checked_at": NOW, "last_compared_at": NOW, "checks": 1}
    return standing(**{**fresh, "copy": replace(COPY, memento_datetime=NOW), **changes})


def wait(one=None, outcome=Outcome.COMPARED, timing=TIMING, **options) -> timedelta:
    return next_check(one or known(), outcome, NOW, timing, **options) - NOW


def near(found: timedelta, expected: timedelta) -> bool:
    return abs(found - expected) <= expected * NEAR


def streak(checks: int, since: datetime = NOW, status: int | None = 404) -> Streak:
    return Streak(since, NOW, checks, status, "why")


@pytest.mark.parametrize("outcome", [Outcome.ADOPTED, Outcome.NOT_MODIFIED, Outcome.SAME_TEXT])
def test_a_new_article_is_looked_at_after_the_usual_time(outcome):
    assert near(wait(outcome=outcome), TIMING.check_every)


FLEET = Fleet(shares=100.0, checks_an_hour=50.0)


def planned(one, fleet=FLEET):
    return next_check(one, Outcome.COMPARED, NOW, TIMING, fleet) - NOW


@pytest.mark.parametrize(
    ("share", "hours"), [(1.0, 2.0), (0.1, 20.0), (0.001, 2000.0), (100.0, 0.25), (1e-9, 90 * 24)]
)
def test_an_article_gets_its_share_of_the_requests_within_the_bounds(share, hours):
    assert near(planned(known(share=share)), timedelta(hours=hours))


@pytest.mark.parametrize(
    ("one", "fleet"),
    [(known(share=1.0), None), (known(share=0.0), FLEET), (known(share=1.0), Fleet(0.0, 5.0))],
)
def test_before_anything_is_planned_the_usual_interval_holds(one, fleet):
    assert near(planned(one, fleet), TIMING.check_every)


def test_without_a_copy_the_usual_interval_holds():
    assert near(wait(known(copy=None)), TIMING.check_every)


def observed(before, after, now, trust=Trust()):  # noqa: B008 - a frozen value
    track, share = tracked(before, after, now, weight=1.0, trust=trust)
    return replace(after, track=track, share=share)


def seen(before, *, changes=0, change=None, now=NOW, compared=True):
    """What planning makes of a check now that saw the article (or not)."""
    compared_as = None if change is None else comparison(change)
    after = replace(
        before,
        changes=before.changes + changes,
        comparison=compared_as,
        last_compared_at=now if compared else before.last_compared_at,
    )
    return observed(before, after, now)


def test_the_first_check_of_a_dated_copy_tells_of_all_the_time_since_it_was_made():
    copy = replace(COPY, memento_datetime=NOW - 10 * DAY)
    after = seen(known(copy=copy, last_compared_at=None))
    assert 0 < after.track.hours <= 240
    assert after.track.edits == 0
    undated = seen(known(copy=replace(copy, dated=False), last_compared_at=None))
    assert undated.track == Track()
    assert undated.share > after.share > 0


@pytest.mark.parametrize(
    ("changes", "change", "edits"),
    [(0, None, 0), (1, Change.SUBSTANTIVE, 1), (1, Change.MINOR, 1), (1, Change.COSMETIC, 0)],
)
def test_only_edits_raise_the_share(changes, change, edits):
    before = known(last_compared_at=NOW - DAY)
    after = seen(before, changes=changes, change=change)
    assert after.track.edits == edits
    quiet = seen(before)
    assert (after.share > quiet.share) == bool(edits)


def test_a_check_that_did_not_see_the_article_says_nothing_of_its_edits():
    before = known(last_compared_at=NOW - DAY, track=Track(1.5, 70.0))
    assert seen(before, compared=False).track == before.track


def test_age_is_that_of_the_text_not_of_the_copy():
    old = reading(dated("2006-11-24"))
    young = reading(dated("2026-11-23"))
    before = known(last_compared_at=NOW - DAY)
    shares = [seen(replace(before, copy_reading=one)).share for one in (old, young)]
    assert shares[0] < shares[1]


@given(st.floats(0, 1e6), st.floats(0, 1e5), st.floats(0, 50), st.floats(0, 1e6), st.booleans())
def test_rates_stay_sane_and_an_edit_never_lowers_one(age, gap, edits, hours, edited):
    track = Track(edits, hours)
    after = rate.observe(track, age, gap, edited=edited)
    assert 0 <= after.edits <= edits + 1
    assert 0 <= after.hours <= hours + gap
    found = rate.rate(after, age)
    assert 0 < found < 1e5
    assert rate.rate(rate.observe(track, age, gap, edited=True), age) >= found
    assert rate.prior(age) >= rate.prior(age + 1) > 1 / 8761


def test_what_happened_when_it_was_young_counts_for_little_later():
    busy = Track()
    for hour in range(1, 7):
        busy = rate.observe(busy, hour, 1, edited=True)
    assert rate.rate(busy, 6) > 0.2
    for day in range(2, 100):
        busy = rate.observe(busy, day * 24, 24, edited=False)
    assert rate.rate(busy, 100 * 24) < 1 / 24 / 30


@pytest.mark.parametrize("outcome", TROUBLES)
def test_trouble_backs_off_doubling_up_to_the_longest_wait_and_never_stops(outcome):
    waits = []
    for checks in range(1, 60):
        away = Absences(unreachable=streak(checks), blocked=streak(1))
        waits.append(wait(known(absences=away), outcome))
    assert near(waits[0], TIMING.check_every / 8)
    for earlier, later in pairwise(waits):
        assert near(later, earlier * 2) or later >= TIMING.check_max * 0.9
    assert waits[-1] >= TIMING.check_max * 0.9


def test_trouble_without_a_streak_starts_at_the_first_step():
    assert near(wait(known(), Outcome.FAILED), TIMING.check_every / 8)


def test_the_first_step_is_never_shorter_than_the_least_wait():
    timing = Timing(check_every=timedelta(minutes=20), check_min=timedelta(minutes=15))
    assert wait(known(), Outcome.UNREACHABLE, timing) >= timing.check_min


def confirm(step, confirmed, outcome, timing=TIMING, article=7) -> timedelta:
    """Follow the plan through the same trouble until it is believed."""
    one, now = known(), NOW
    one = replace(one, article=replace(one.article, id=article))
    for _ in range(200):
        away = step(one.absences, now)
        one = replace(one, absences=away, last_checked_at=now)
        if confirmed(away, timing):
            return now - NOW
        now = next_check(one, outcome, now, timing)
    raise AssertionError("never confirmed")


@pytest.mark.parametrize("every", [timedelta(hours=6), DAY, 30 * DAY])
@pytest.mark.parametrize("article", range(5))
def test_a_404_is_confirmed_soon_after_the_days_it_needs(every, article):
    took = confirm(
        lambda away, now: ask.absences(away, Gone(404, "u", now), now),
        ask.gone_confirmed,
        Outcome.GONE,
        Timing(check_every=every),
        article,
    )
    assert timedelta(days=14) <= took <= timedelta(days=17)


@pytest.mark.parametrize("article", range(5))
def test_a_replacement_is_confirmed_soon_after_the_time_it_needs(article):
    same = ask.observe(
        ask.question(standing(), TIMING),
        # a 304 that says the other page still stands
        _response_304(),
    )
    took = confirm(
        lambda away, now: ask.absences(away, same, now, replaced=odd()),
        ask.replaced_confirmed,
        Outcome.COMPARED,
        article=article,
    )
    assert timedelta(days=1) <= took <= timedelta(days=1.5)


def _response_304():
    from checker.model import Response

    return Response("https://news.example/a", 304, "", (), b"", b"", NOW, NOW)


@pytest.mark.parametrize(
    ("outcome", "kind"), [(Outcome.GONE, "gone"), (Outcome.COMPARED, "replaced")]
)
@pytest.mark.parametrize(("days", "expected"), [(14, 3.5), (80, 20), (4000, 90), (2, 1)])
def test_believed_trouble_is_looked_at_ever_more_rarely(outcome, kind, days, expected):
    lasting = Absences(**{kind: streak(9, NOW - days * DAY, 410)})
    assert near(wait(known(absences=lasting), outcome), timedelta(days=expected))


def test_gone_without_a_streak_is_looked_at_again():
    assert near(wait(known(), Outcome.GONE), TIMING.check_every)


def test_one_check_that_confirms_needs_no_division():
    timing = Timing(gone_checks=1, gone_after=2 * DAY)
    away = Absences(gone=streak(1))
    assert near(wait(known(absences=away), Outcome.GONE, timing), timing.check_every)


@pytest.mark.parametrize(
    ("retry", "expected"),
    [(timedelta(hours=20), timedelta(hours=20)), (timedelta(minutes=1), timedelta(hours=3))],
)
def test_retry_after_is_a_lower_bound(retry, expected):
    found = wait(known(), Outcome.UNREACHABLE, retry_after=retry)
    assert near(found, expected)
    assert found >= retry


# ── hints ─────────────────────────────────────────────────────────────────────────────────────

LAST = NOW - 10 * DAY


def hinted(date: str, seen_at: datetime = LAST, **changes):
    hint = Hint(dated(date, DateKind.MODIFIED, weak=True), seen_at)
    before = {"last_checked_at": LAST, "last_compared_at": LAST, "hints": (hint,)}
    return known(**{**before, **changes})


@pytest.mark.parametrize(
    ("one", "pulls"),
    [
        (hinted("2026-11-20T00:00:00"), True),
        (hinted("2026-11-24T06:30:00"), True),
        (hinted("2026-11-14T06:30:00"), False),  # as old as our last look
        (hinted("2026-11-01"), False),
        (hinted("2099-01-01"), False),  # a site that stamps the future
        (hinted("2026-11-14"), False),
        (hinted("2026-11-14", seen_at=NOW), True),  # the day of our look, heard of since
        (hinted("2026-11-13", seen_at=NOW), False),
        (hinted("2026-11-01", last_compared_at=None), True),
        (hinted("2026-11-01", last_checked_at=None), True),
        (known(last_compared_at=None, hints=()), False),
    ],
)
def test_only_news_since_the_last_look_pulls_forward(one, pulls):
    assert (wait(one) == TIMING.check_min) == pulls


def test_who_sent_a_hint_is_known_by_the_check_that_answers_it():
    before = known(
        last_compared_at=NOW - DAY,
        pings=(Ping("cms", NOW - DAY / 2), Ping("late", NOW - 2 * DAY)),
    )
    assert tellers(before, known(), NOW) == ("cms",)
    assert not told(before, known(), NOW)  # its feed said nothing
    assert tellers(before, replace(known(), last_compared_at=NOW - DAY), NOW) == ()
    never = replace(before, last_compared_at=None)
    assert tellers(never, known(), NOW) == ("cms", "late")


@pytest.mark.parametrize(
    ("told", "tellers", "edited", "lessons"),
    [
        (False, (), False, (("h", False, False),)),
        (True, ("cms",), True, (("h", True, True), (trusted_as("cms"), True, True))),
        (False, ("cms",), True, (("h", True, True), (trusted_as("cms"), True, True))),
        (False, ("cms",), False, (("h", False, False), (trusted_as("cms"), True, False))),
    ],
)
def test_a_false_hint_is_the_fault_of_who_gave_it(told, tellers, edited, lessons):
    record = CheckRecord(
        known(), Outcome.COMPARED, "", NOW, NOW, told=told, tellers=tellers, edited=edited
    )
    assert record.lessons("h") == lessons


def test_a_hint_never_makes_trouble_more_pressing_than_the_usual():
    away = Absences(unreachable=streak(9))
    one = replace(hinted("2026-11-20T00:00:00"), absences=away)
    assert near(wait(one, Outcome.UNREACHABLE), TIMING.check_every)
    assert wait(replace(one, hints=()), Outcome.UNREACHABLE) > 30 * DAY


@pytest.mark.parametrize(
    ("trust", "last", "expected"),
    [
        (Trust(9, 0), NOW - DAY, NOW),  # overdue by now
        (Trust(9, 0), NOW, NOW + timedelta(hours=4 / 2 / (10 / 11))),
        (Trust(0, 9), NOW, NOW + timedelta(hours=4 / 2 / (1 / 11))),  # it cried wolf
        (Trust(0, 900), NOW, NOW + TIMING.check_every),
        (Trust(0, 9), None, NOW),
    ],
)
def test_a_hint_pulls_as_hard_as_its_host_is_trusted(trust, last, expected):
    found = hint_due(last, NOW, Fleet(100.0, 50.0), trust, TIMING)
    assert abs(found - expected) < timedelta(seconds=1)


def test_a_hint_on_an_unplanned_fleet_is_followed_at_once():
    assert hint_due(NOW, NOW, Fleet(0.0, 5.0), Trust(), TIMING) == NOW


def test_what_a_host_tells_of_need_not_be_looked_for():
    before = known(last_compared_at=NOW - DAY)
    after = replace(before, last_compared_at=NOW)
    deaf, telling = (observed(before, after, NOW, trust=one) for one in (Trust(), Trust(8, 1, 0)))
    assert telling.share < deaf.share
    assert observed(before, after, NOW, trust=Trust(0, 0, 9)).share == deaf.share


@pytest.mark.parametrize(
    ("told", "edited", "expected"),
    [
        (True, True, Trust(2, 1, 1)),
        (True, False, Trust(1, 2, 1)),
        (False, True, Trust(1, 1, 2)),
        (False, False, Trust(1, 1, 1)),
    ],
)
def test_trust_is_learnt_from_what_a_check_found(told, edited, expected):
    assert rate.learnt(Trust(1, 1, 1), told=told, edited=edited) == expected
    assert 0 < rate.recall(expected) < 1
    assert 0 < rate.precision(expected) < 1


# ── spread ────────────────────────────────────────────────────────────────────────────────────


def test_articles_spread_over_a_tenth_either_way_and_the_same_every_time():
    def of(article: int) -> float:
        one = known()
        return wait(replace(one, article=replace(one.article, id=article))) / TIMING.check_every

    found = [of(article) for article in range(500)]
    assert found == [of(article) for article in range(500)]
    assert 0.9 <= min(found) < 0.91
    assert 1.09 < max(found) <= 1.1
    assert len(set(found)) == 500


def test_the_end_of_the_calendar_is_the_last_date():
    end = datetime.max.replace(tzinfo=UTC)
    assert next_check(known(copy=None), Outcome.FAILED, end - DAY / 100, TIMING) == end


@given(
    outcome=st.sampled_from(Outcome),
    checks=st.integers(0, 10_000),
    changes=st.integers(0, 10_000),
    age=st.integers(-3_000, 600_000),
    every=st.integers(1, 366 * 86_400),
    retry=st.none() | st.integers(60, 86_400),
    now=st.datetimes(datetime(1990, 1, 1), datetime(9999, 12, 31)),
)
def test_the_next_check_is_within_bounds_whatever_happened(
    *, outcome, checks, changes, age, every, retry, now
):
    now = now.replace(tzinfo=UTC)
    start = max(now - timedelta(days=min(age, (now - datetime(1, 1, 2, tzinfo=UTC)).days)), NOW)
    timing = Timing(check_every=timedelta(seconds=every))
    away = ask.absences(Absences(), Unreachable(FailureKind.DNS, None, ""), start)
    away = replace(away, gone=Streak(start, start, max(checks, 1), 404, ""))
    one = known(changes=changes, absences=away, copy=replace(COPY, memento_datetime=start))
    retry_after = None if retry is None else timedelta(seconds=retry)
    due = next_check(one, outcome, now, timing, retry_after=retry_after)
    least = max(timing.check_min, retry_after or timedelta(0))
    most = max(timing.check_max, retry_after or timedelta(0))
    end = datetime.max.replace(tzinfo=UTC)
    assert min(due - now, end - due) >= timedelta(0)
    assert due == end or least <= due - now <= most
