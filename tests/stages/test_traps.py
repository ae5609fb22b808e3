"""The traps of the design, each by its number, as far as stages decide them.

Traps 4 (a new version re-judges quietly) and 6 (one failure never stops the batch) are the
pipeline's: tests/test_pipeline.py.
"""

from dataclasses import replace

import pytest

from checker.model import (
    Absences,
    AlertEvent,
    Basis,
    Blocked,
    BlockKindHttp,
    Change,
    DateKind,
    FailureKind,
    FetchFailure,
    Gone,
    Hint,
    NotModified,
    Origin,
    OriginKind,
    Outcome,
    Precision,
    ReplacedKind,
    Response,
    Rule,
    Status,
    Timing,
    Unreachable,
    Validators,
    header,
)
from checker.stages import ask
from checker.stages.judge import judge
from checker.stages.plan import next_check
from checker.stages.transition import step, told_of
from tests.helpers_judge import (
    COPY,
    DAY,
    NEWEST,
    NOW,
    YOUNG,
    case,
    comparison,
    dated,
    instant,
    odd,
    reading,
    standing,
)

TIMING = Timing()
URI = "https://news.example/a"


def answer(status: int, *headers: tuple[str, str]) -> Response:
    return Response(URI, status, "", headers, b"", b"body", NOW, NOW)


# ── 1 ─────────────────────────────────────────────────────────────────────────────────────────


def test_trap_1_a_304_answers_the_question_that_was_asked():
    """Before a difference was seen it means "as the copy"; after one, "still different"."""
    before = ask.question(standing(), TIMING)
    after = ask.question(standing(newest=NEWEST), TIMING)
    assert header(before.request.headers, "if-none-match") == COPY.validators.etag
    assert header(after.request.headers, "if-none-match") == NEWEST.validators.etag
    said = [ask.observe(question, answer(304)) for question in (before, after)]
    assert [one.basis for one in said if isinstance(one, NotModified)] == [
        Basis.COPY,
        Basis.NEWEST,
    ]


def test_trap_1_a_304_that_nobody_asked_for_proves_nothing():
    seen = ask.observe(ask.first_question(URI, "daily"), answer(304))
    assert isinstance(seen, Unreachable)
    assert seen.kind is FailureKind.PROTOCOL


# ── 2 ─────────────────────────────────────────────────────────────────────────────────────────

TROUBLES = {
    "outage": FetchFailure(URI, FailureKind.CONNECT, "refused"),
    "server error": answer(503),
    "too many requests": answer(429),
    "forbidden": answer(403),
    "robots": FetchFailure(URI, FailureKind.ROBOTS, "disallowed"),
    "login wall": answer(200),
}


def after_trouble(before: Absences, trouble: str, days: int) -> Absences:
    """A month of one trouble, once a day."""
    question = ask.question(standing(), TIMING)
    wall = odd(ReplacedKind.LOGIN) if trouble == "login wall" else None
    seen = before
    for day in range(days):
        observed = ask.observe(question, TROUBLES[trouble])
        seen = ask.absences(seen, observed, NOW + day * DAY, replaced=wall)
    return seen


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trap_2_trouble_never_sets_a_flag(trouble):
    away = after_trouble(Absences(), trouble, 40)
    assert not ask.gone_confirmed(away, TIMING)
    assert not ask.replaced_confirmed(away, TIMING)
    blocked = away.blocked and (away.blocked.detail, away.blocked.since)
    unreachable = away.unreachable and (away.unreachable.detail, away.unreachable.since)
    assert (blocked is None) != (unreachable is None)
    one = case(compared=True, comparison=comparison(), blocked=blocked, unreachable=unreachable)
    assert judge(one, NOW + 40 * DAY).status is Status.UNDETERMINED


# for those alone who asked for warnings
ONLY_A_WARNING = {None, AlertEvent.WARNED}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trap_2_trouble_never_clears_a_flag(trouble):
    confirmed = ask.absences(Absences(), Gone(410, URI, NOW), NOW)
    away = after_trouble(confirmed, trouble, 40)
    assert ask.gone_confirmed(away, TIMING)
    assert away.gone == confirmed.gone
    changed = comparison(Change.SUBSTANTIVE)
    first = judge(case(compared=True, comparison=changed), NOW)
    later = judge(
        case(compared=True, comparison=changed, unreachable=("away", NOW), previous=first),
        NOW + 40 * DAY,
    )
    assert (first.status, later.status) == (Status.OUTDATED, Status.OUTDATED)
    assert later.outdated_since == first.outdated_since
    assert step(told_of(first), later, NOW, Timing()).event in ONLY_A_WARNING


def test_trap_2_an_outage_that_ends_is_told_to_nobody():
    current = judge(case(compared=True, comparison=comparison()), NOW)
    away = judge(case(compared=True, comparison=comparison(), unreachable=("x", NOW)), NOW)
    assert [verdict.status for verdict in (current, away)] == [
        Status.CURRENT,
        Status.UNDETERMINED,
    ]
    assert step(told_of(current), away, NOW, Timing()).event in ONLY_A_WARNING
    assert step(told_of(away), current, NOW, Timing()).event is None


def test_trap_2_gone_needs_three_checks_over_fourteen_days_whatever_lies_between():
    seen, believed = Absences(), []
    gone, block = Gone(404, URI, NOW), Blocked(BlockKindHttp.STATUS, 403, "")
    for day, observation in ((0, gone), (5, block), (7, gone), (13, block), (14, gone)):
        seen = ask.absences(seen, observation, NOW + day * DAY)
        believed.append(ask.gone_confirmed(seen, TIMING))
    assert believed == [False, False, False, False, True]


def test_trap_2_a_410_needs_one():
    seen = ask.absences(Absences(), Gone(410, URI, NOW), NOW)
    assert ask.gone_confirmed(seen, TIMING)


# ── 3 ─────────────────────────────────────────────────────────────────────────────────────────


def test_trap_3_on_a_304_without_validators_the_stored_ones_stay():
    seen = ask.observe(ask.question(standing(), TIMING), answer(304))
    assert isinstance(seen, NotModified)
    assert seen.validators == COPY.validators


def test_trap_3_on_a_304_with_one_validator_the_other_stays():
    seen = ask.observe(ask.question(standing(), TIMING), answer(304, ("ETag", '"v1.1"')))
    assert isinstance(seen, NotModified)
    assert seen.validators == Validators('"v1.1"', COPY.validators.last_modified)


def test_trap_3_a_new_copy_resets_the_question():
    accepted = standing(copy=NEWEST, newest=None)
    asked = ask.question(accepted, TIMING)
    assert asked.if_not_modified is Basis.COPY
    assert header(asked.request.headers, "if-none-match") == NEWEST.validators.etag


# ── 5 ─────────────────────────────────────────────────────────────────────────────────────────

LAST_MODIFIED = dated(
    "2001-01-01T00:00:00",
    DateKind.MODIFIED,
    origin=Origin(OriginKind.HTTP_HEADER, "Last-Modified"),
    weak=True,
)


@pytest.mark.parametrize("year", ["2001", "2026-11-23"])
def test_trap_5_last_modified_alone_dates_nothing(year):
    weak = replace(dated(year, DateKind.MODIFIED), origin=LAST_MODIFIED.origin, weak=True)
    verdict = judge(case(reading(weak)), NOW)
    assert verdict.status is Status.UNDETERMINED
    assert {finding.rule for finding in verdict.findings} == {Rule.NO_TIMESTAMP}


def test_trap_5_a_young_last_modified_does_not_rejuvenate():
    young = replace(LAST_MODIFIED, earliest=NOW, latest=NOW)
    verdict = judge(case(reading(dated("2001"), young)), NOW)
    assert verdict.has(Rule.AGE_EXCEEDED)


def test_trap_5_a_sitemaps_lastmod_is_a_reason_to_look_and_no_proof():
    hint = Hint(dated("2026-11-23T00:00:00", DateKind.MODIFIED, weak=True), NOW)
    before = NOW - 10 * DAY
    known = standing(last_checked_at=before, last_compared_at=before)
    due = next_check(known, Outcome.NOT_MODIFIED, NOW, TIMING)
    hinted = next_check(replace(known, hints=(hint,)), Outcome.NOT_MODIFIED, NOW, TIMING)
    assert hinted == NOW + TIMING.check_min < due
    lastmod = replace(hint.date, origin=Origin(OriginKind.SITEMAP, "lastmod"))
    told = judge(case(reading(dated("2026-10-01"), lastmod)), NOW)
    assert told == judge(case(YOUNG), NOW)


# ── 7 ─────────────────────────────────────────────────────────────────────────────────────────


def test_trap_7_a_days_precision_is_part_of_it():
    """Written "2024-11-24", read as a day: it may mean any second of it, in favour of youth."""
    day = case(reading(dated("2024-11-24")))
    second = case(reading(dated("2024-11-24T00:00:00")))
    morning = instant("2026-11-24T06:30:00")
    assert not judge(day, morning).has(Rule.AGE_EXCEEDED)
    assert judge(second, morning).has(Rule.AGE_EXCEEDED)
    assert judge(day, morning + DAY).has(Rule.AGE_EXCEEDED)


def test_trap_7_precision_decides_what_contradicts_what():
    year = dated("2026", precision=Precision.YEAR)
    assert judge(case(reading(dated("2026-10-01"), year)), NOW).findings == ()
