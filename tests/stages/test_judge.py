"""Judging: each rule by table, the verdict, and the laws that hold over any case."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

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
    Evidence,
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
from checker.stages.judge.calendar import add_months, age, age_words, lapse, length_words
from checker.stages.judge.text_rules import MAX_FINDINGS
from checker.stages.judge.verdict import settle
from checker.stages.judge.words import clean, date_words, quoted
from tests.helpers_judge import (
    COPY,
    DAY,
    FOREVER,
    NEWS,
    NOW,
    OLD,
    UNDATED,
    YOUNG,
    case,
    comparison,
    dated,
    dates,
    instant,
    notice,
    odd,
    reading,
)

SINCE = instant("2026-03-03T10:00:00")


def said(one, now=NOW) -> dict[Rule, str]:
    """Rule → message; two findings of one rule would hide one, so that fails."""
    findings = judge(one, now).findings
    assert len({finding.rule for finding in findings}) == len(findings)
    return {finding.rule: finding.message for finding in findings}


def only(one, rule: Rule, now=NOW):
    return next(finding for finding in judge(one, now).findings if finding.rule is rule)


def moved(before: str, after: str, *, moved: bool) -> StampMove:
    return StampMove(dated(before), dated(after), moved=moved)


# ── the whole verdict ─────────────────────────────────────────────────────────────────────────


def test_a_young_article_that_nobody_compared_is_current():
    assert judge(case(), NOW) == Verdict(
        Status.CURRENT, (), NOW, outdated_since=None, policy="news", version=VERSION
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
        Rule.SOURCE_GONE, Rule.AGE_EXCEEDED, Rule.EXPIRED,
    }  # fmt: skip
    info = {Rule.SOURCE_MOVED, Rule.RELATIVE_DATE, Rule.HAS_NOTICE}
    for rule in Rule:
        expected = Severity.WARNING
        if rule in outdated:
            expected = Severity.OUTDATED
        elif rule in info:
            expected = Severity.INFO
        assert RULES[rule].default is expected, rule


IDENTICAL = comparison()
SUBSTANTIVE = comparison(Change.SUBSTANTIVE)
REPLACED = comparison(Change.REPLACED, replacement=odd())
REVIEW = Review("ed", instant("2026-11-01"), date(2026, 12, 1))


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (case(), Status.CURRENT),
        (case(UNDATED), Status.UNDETERMINED),
        (case(UNDATED, reviews=(REVIEW,)), Status.CURRENT),
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


# ── the source's words ────────────────────────────────────────────────────────────────────────

CORRECTION = notice(NoticeKind.CORRECTION)
RETRACTION = notice(NoticeKind.RETRACTION, "This article has been retracted.")
WITHDRAWAL = notice(NoticeKind.WITHDRAWAL, "Withdrawn.")
RECOVERED = comparison(Change.REPLACED, replacement=odd(ReplacedKind.SOFT_404, Direction.RECOVERED))
FAMILY = {Rule.SOURCE_RETRACTED, Rule.SOURCE_CORRECTED, Rule.SOURCE_CHANGED, Rule.SOURCE_REPLACED}


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"comparison": comparison(Change.IDENTICAL)}, None),
        ({"comparison": comparison(Change.COSMETIC)}, None),
        ({"comparison": comparison(Change.MINOR)}, None),
        ({"comparison": comparison(Change.MINOR, notice=CORRECTION)}, None),
        ({"comparison": SUBSTANTIVE}, Rule.SOURCE_CHANGED),
        ({"comparison": replace(SUBSTANTIVE, notice=notice(NoticeKind.UPDATE))}, Rule.SOURCE_CHANGED),
        ({"comparison": replace(SUBSTANTIVE, notice=CORRECTION)}, Rule.SOURCE_CORRECTED),
        ({"comparison": replace(SUBSTANTIVE, notice=notice(NoticeKind.CLARIFICATION))}, Rule.SOURCE_CORRECTED),
        ({"comparison": comparison(Change.CORRECTED)}, Rule.SOURCE_CORRECTED),
        ({"comparison": comparison(Change.CORRECTED, notice=CORRECTION)}, Rule.SOURCE_CORRECTED),
        ({"comparison": comparison(Change.CORRECTED, notice=RETRACTION)}, Rule.SOURCE_RETRACTED),
        ({"comparison": comparison(Change.RETRACTED)}, Rule.SOURCE_RETRACTED),
        ({"comparison": comparison(Change.RETRACTED, notice=RETRACTION)}, Rule.SOURCE_RETRACTED),
        ({"comparison": comparison(Change.MINOR, notice=WITHDRAWAL)}, Rule.SOURCE_RETRACTED),
        ({"comparison": REPLACED}, None),
        ({"comparison": REPLACED, "replaced_since": SINCE}, Rule.SOURCE_REPLACED),
        ({"comparison": replace(REPLACED, notice=RETRACTION)}, None),
        ({"comparison": RECOVERED}, Rule.SOURCE_CHANGED),
        ({"comparison": comparison(Change.REPLACED)}, None),
        ({"source": replace(YOUNG, notices=(RETRACTION,)), "comparison": IDENTICAL}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_each_edit_is_told_once_by_the_rule_that_fits(facts, rule):
    assert FAMILY & set(said(case(**facts))) == ({rule} if rule else set())


NUMBER = Edit(
    BlockKind.PARAGRAPH, "There were 12 cats.", "There were 21 cats.", ("12",), ("21",), "number"
)
GONE_LINE = Edit(BlockKind.PARAGRAPH, "A line.", "", why="paragraph")
NEW_LINE = Edit(BlockKind.HEADING, "", "A line.", why="paragraph")
WORDING = Edit(BlockKind.PARAGRAPH, "Nice day.", "Fine day.", ("Nice",), ("Fine",))
LONG = Edit(BlockKind.PARAGRAPH, "old", "new", ("o" * 61,), ("n",), "name")
HEAD = "The source was changed in substance since this copy of 10 November 2026: "  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "title_changed", "tail"),
    [
        ((NUMBER,), False, "“12” became “21” in “There were 21 cats.”"),
        ((GONE_LINE,), False, "it no longer says “A line.”"),
        ((NEW_LINE,), False, "it now also says “A line.”"),
        ((WORDING, NUMBER), False, "“12” became “21” in “There were 21 cats.” (and 1 more edit)."),
        ((WORDING, WORDING, WORDING), False, "“Nice” became “Fine” in “Fine day.” (and 2 more edits)."),
        ((LONG,), False, "“old” became “new”."),
        ((replace(LONG, removed=("o" * 60,)),), False, f"“{'o' * 60}” became “n” in “new”."),
        ((replace(NUMBER, removed=()),), False, "“There were 12 cats.” became “There were 21 cats.”"),
        ((replace(NUMBER, added=()),), False, "“There were 12 cats.” became “There were 21 cats.”"),
        ((), True, "its headline is another."),
        ((), False, "its text is another."),
    ],
)  # fmt: skip
def test_a_change_quotes_what_changed(edits, title_changed, tail):
    changed = replace(SUBSTANTIVE, edits=edits, title_changed=title_changed)
    assert said(case(comparison=changed)) == {Rule.SOURCE_CHANGED: HEAD + tail}


def test_a_change_says_since_when_only_if_that_is_known():
    message = said(case(comparison=SUBSTANTIVE, copy_memento=None))[Rule.SOURCE_CHANGED]
    assert message.startswith("The source was changed in substance since this copy was captured: ")


def test_a_change_gives_its_evidence():
    changed = replace(SUBSTANTIVE, edits=(NUMBER,), similarity=0.98765)
    assert only(
        case(comparison=changed, compared_at=NOW), Rule.SOURCE_CHANGED
    ).evidence == Evidence(
        "There were 21 cats.",
        "paragraph",
        (
            ("change", "substantive"),
            ("similarity", "0.988"),
            ("compared_at", "2026-11-24T06:30:00+00:00"),
            ("before", "There were 12 cats."),
            ("after", "There were 21 cats."),
        ),
    )
    deleted = replace(SUBSTANTIVE, edits=(GONE_LINE,))
    assert only(case(comparison=deleted), Rule.SOURCE_CHANGED).evidence.quote == "A line."
    bare = only(case(comparison=SUBSTANTIVE), Rule.SOURCE_CHANGED).evidence
    assert bare == Evidence(values=(("change", "substantive"), ("similarity", "0.970")))


def test_a_copy_of_an_error_page_is_told_apart():
    found = only(case(comparison=RECOVERED), Rule.SOURCE_CHANGED)
    assert (
        found.message
        == "The archived copy shows another page, and the source now shows the article."
    )
    assert (found.evidence.quote, found.evidence.place) == ("Page not found", "copy")


def test_a_correction_is_quoted_with_its_date():
    dated_one = replace(CORRECTION, date=dated("2026-11-03"))
    found = only(
        case(comparison=comparison(Change.CORRECTED, notice=dated_one)), Rule.SOURCE_CORRECTED
    )
    assert found.message == (
        "The source now bears a correction that this copy lacks: "
        "“Correction: it was 12, not 21.” (dated 3 November 2026)."
    )
    assert found.evidence == Evidence(
        "Correction: it was 12, not 21.",
        "source",
        (
            ("notice", "correction"),
            ("stated", "2026-11-03T00:00:00+00:00"),
            ("change", "corrected"),
            ("similarity", "0.970"),
        ),
    )
    vague = replace(CORRECTION, date=dated("2026-11"))
    found = only(case(comparison=comparison(Change.CORRECTED, notice=vague)), Rule.SOURCE_CORRECTED)
    assert found.message.endswith("(dated November 2026).")
    assert "stated" not in dict(found.evidence.values)


def test_a_correction_without_a_notice_is_still_told():
    found = only(case(comparison=comparison(Change.CORRECTED)), Rule.SOURCE_CORRECTED)
    assert found.message == "The source has been corrected since this copy was captured."
    assert dict(found.evidence.values)["change"] == "corrected"


def test_a_retraction_quotes_the_comparisons_notice_or_the_newest_readings():
    retracted = comparison(Change.RETRACTED)
    quote = "The source has been retracted or withdrawn: “{}”"
    newest = replace(YOUNG, notices=(CORRECTION, WITHDRAWAL))
    one = case(comparison=replace(retracted, notice=RETRACTION), source=newest)
    assert said(one)[Rule.SOURCE_RETRACTED] == quote.format("This article has been retracted.")
    one = case(comparison=retracted, source=newest)
    assert said(one)[Rule.SOURCE_RETRACTED] == quote.format("Withdrawn.")
    found = only(case(comparison=retracted), Rule.SOURCE_RETRACTED)
    assert (
        found.message == "The source has been retracted or withdrawn since this copy was captured."
    )
    assert dict(found.evidence.values)["change"] == "retracted"
    assert only(one, Rule.SOURCE_RETRACTED).evidence.quote == "Withdrawn."


STILL = moved("2020-01-01", "2020-01-01", moved=False)
BUMP = moved("2020-01-01", "2026-11-20", moved=True)
STEALTH = "The source was changed in substance, but its own date is still 1 January 2020."
BUMPED = "The source's own date moved from 1 January 2020 to 20 November 2026, but its content did not change."  # fmt: skip


@pytest.mark.parametrize(
    ("change", "stamps", "changes", "expected"),
    [
        (Change.SUBSTANTIVE, STILL, {}, Rule.STEALTH_EDIT),
        (Change.CORRECTED, STILL, {}, Rule.STEALTH_EDIT),
        (Change.CORRECTED, STILL, {"notice": CORRECTION}, None),
        (Change.MINOR, STILL, {}, None),
        (Change.RETRACTED, STILL, {}, None),
        (Change.REPLACED, STILL, {}, None),
        (Change.SUBSTANTIVE, BUMP, {}, None),
        (Change.SUBSTANTIVE, replace(STILL, before=None), {}, None),
        (Change.SUBSTANTIVE, replace(STILL, after=None), {}, None),
        (Change.IDENTICAL, BUMP, {}, Rule.STAMP_BUMP),
        (Change.COSMETIC, BUMP, {}, Rule.STAMP_BUMP),
        (Change.MINOR, BUMP, {}, None),
        (Change.IDENTICAL, STILL, {}, None),
        (Change.IDENTICAL, replace(BUMP, before=None), {}, None),
        (Change.IDENTICAL, replace(BUMP, after=None), {}, None),
    ],
)
def test_stamps_and_content_belong_together(change, stamps, changes, expected):
    found = said(case(comparison=comparison(change, stamps=stamps, **changes)))
    messages = {Rule.STEALTH_EDIT: STEALTH, Rule.STAMP_BUMP: BUMPED}
    assert {rule: found[rule] for rule in messages if rule in found} == (
        {expected: messages[expected]} if expected else {}
    )


def test_stamps_are_evidence():
    one = case(comparison=comparison(Change.IDENTICAL, stamps=BUMP))
    assert only(one, Rule.STAMP_BUMP).evidence == Evidence(
        "2026-11-20",
        "source",
        (("before", "2020-01-01T00:00:00+00:00"), ("after", "2026-11-20T00:00:00+00:00")),
    )
    one = case(comparison=comparison(Change.SUBSTANTIVE, stamps=STILL))
    found = only(one, Rule.STEALTH_EDIT).evidence
    assert (found.quote, found.place, dict(found.values)["change"]) == (
        "2020-01-01", "source", "substantive",
    )  # fmt: skip


# ── the source's address ──────────────────────────────────────────────────────────────────────

ISO = "2026-03-03T10:00:00+00:00"


@pytest.mark.parametrize(
    ("facts", "rule", "message", "evidence"),
    [
        (
            {"gone": (404, SINCE)},
            Rule.SOURCE_GONE,
            "The source is gone: its address has answered HTTP 404 since 3 March 2026.",
            Evidence("HTTP 404", "source", (("status", "404"), ("since", ISO))),
        ),
        (
            {"comparison": REPLACED, "replaced_since": SINCE},
            Rule.SOURCE_REPLACED,
            "Another page answers at the source's address since 3 March 2026 (soft-404: “Page not found”).",
            Evidence("Page not found", "source", (("since", ISO),)),
        ),
        (
            {"replaced_since": SINCE, "comparison": IDENTICAL},
            Rule.SOURCE_REPLACED,
            "Another page answers at the source's address since 3 March 2026.",
            Evidence("", "source", (("since", ISO),)),
        ),
        (
            {"replaced_since": SINCE},
            Rule.SOURCE_REPLACED,
            "Another page answers at the source's address since 3 March 2026.",
            Evidence("", "source", (("since", ISO),)),
        ),
        (
            {"moved_to": "https://b.test/\x1bx"},
            Rule.SOURCE_MOVED,
            "The source has moved permanently to https://b.test/ x.",
            Evidence("https://b.test/ x", "source", (("moved_to", "https://b.test/ x"),)),
        ),
        (
            {"blocked": ("HTTP 403 Forbidden", SINCE)},
            Rule.SOURCE_BLOCKED,
            "The source is refused to us, so the copy could not be compared since 3 March 2026: HTTP 403 Forbidden.",
            Evidence("HTTP 403 Forbidden", "source", (("since", ISO),)),
        ),
        (
            {"unreachable": ("", SINCE)},
            Rule.SOURCE_UNREACHABLE,
            "The source can't be reached, so the copy could not be compared since 3 March 2026: no reason was given.",
            Evidence("", "source", (("since", ISO),)),
        ),
    ],
)  # fmt: skip
def test_what_answers_at_the_address(facts, rule, message, evidence):
    found = only(case(**facts), rule)
    assert (found.message, found.evidence) == (message, evidence)
    assert set(said(case(**facts))) == {rule}


@pytest.mark.parametrize("facts", [{"comparison": REPLACED}, {"replaced_since": SINCE}])
def test_another_page_is_no_move(facts):
    assert Rule.SOURCE_MOVED not in said(case(moved_to="https://b.test/", **facts))


def test_a_recovered_page_may_have_moved():
    assert Rule.SOURCE_MOVED in said(case(moved_to="https://b.test/", comparison=RECOVERED))


# ── time ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("stamp", "last_good"),
    [
        ("2017", "2019-12-31T23:59:59"),
        ("2017-03", "2019-03-31T23:59:59"),
        ("2017-03-31", "2019-03-31T23:59:59"),
        ("2017-03-31T10:20:30", "2019-03-31T10:20:30"),
        ("2016-02-29", "2018-02-28T23:59:59"),
        ("2018-02-28", "2020-02-28T23:59:59"),
    ],
)
def test_age_counts_from_the_end_of_what_the_date_may_mean(stamp, last_good):
    one = case(reading(dated(stamp)))
    assert Rule.AGE_EXCEEDED not in said(one, instant(last_good))
    assert Rule.AGE_EXCEEDED in said(one, instant(last_good) + timedelta(microseconds=1))


def test_age_is_told_with_date_age_policy_and_evidence():
    found = only(case(OLD), Rule.AGE_EXCEEDED)
    assert found.message == (
        "The newest date of this article is 31 March 2017, 9 years ago; "
        "the policy “news” trusts such articles for 2 years."
    )
    assert found.evidence == Evidence(
        "2017-03-31",
        "meta article:published_time",
        (
            ("earliest", "2017-03-31T00:00:00+00:00"),
            ("latest", "2017-03-31T23:59:59+00:00"),
            ("due", "2019-03-31T23:59:59+00:00"),
            ("policy", "news"),
            ("matched_by", "policies.toml [[match]] 2"),
        ),
    )


@pytest.mark.parametrize(
    ("copy", "policy", "fires"),
    [
        (OLD, FOREVER, False),
        (UNDATED, NEWS, False),
        (reading(dated("2017"), dated("2026-01", DateKind.MODIFIED)), NEWS, False),
        (reading(dated("2017"), dated("2026-01", DateKind.MODIFIED, weak=True)), NEWS, True),
        (reading(dated("2017"), dated("2026-01", DateKind.REVIEWED)), NEWS, False),
        (reading(dated("2017"), dated("2026-01", DateKind.REVIEWED, weak=True)), NEWS, True),
        (reading(dated("2026-01"), dated("2017", DateKind.REVIEWED)), NEWS, False),
        (reading(dated("2017", DateKind.REVIEWED)), NEWS, True),
        (reading(dated("2017", DateKind.MENTIONED)), NEWS, False),
        (reading(dates=dates(published=dated("2017", weak=True))), NEWS, False),
    ],
)
def test_the_newest_trustworthy_date_decides(copy, policy, fires):
    assert (Rule.AGE_EXCEEDED in said(case(copy, policy))) == fires


UNTIL = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("reviews", "holds"),
    [
        ((Review("ed", NOW - DAY, UNTIL),), True),  # its last day is included
        ((Review("ed", NOW - DAY, UNTIL - DAY),), False),
        ((Review("ed", NOW, UNTIL),), True),
        ((Review("ed", NOW + DAY, UNTIL + 9 * DAY),), False),  # not given yet
        ((Review("ed", NOW - 9 * DAY, UNTIL - DAY), Review("ed", NOW - DAY, UNTIL)), True),
        ((), False),
    ],
)
def test_a_review_outranks_age_and_overdue_reviews_while_it_holds(reviews, holds):
    copy = reading(dated("2017"), dated("2018", DateKind.REVIEW_DUE))
    found = set(said(case(copy, reviews=reviews)))
    assert found == (set() if holds else {Rule.AGE_EXCEEDED, Rule.REVIEW_OVERDUE})


def test_a_review_never_outranks_the_source():
    one = case(OLD, reviews=(Review("ed", NOW, UNTIL),), comparison=SUBSTANTIVE, gone=(404, SINCE))
    assert set(said(one)) == {Rule.SOURCE_CHANGED, Rule.SOURCE_GONE}


ENDED = reading(dated("2026-10-01"), dated("2026-11-20", DateKind.EXPIRES))


@pytest.mark.parametrize(
    ("review", "outranks"),
    [
        (Review("ed", instant("2026-11-21"), UNTIL), True),  # the editor knew that it was over
        (Review("ed", instant("2026-11-20T23:59:59"), UNTIL), False),
        (Review("ed", instant("2026-11-19"), UNTIL), False),
        (Review("ed", instant("2026-11-21"), UNTIL - DAY), False),
    ],
)
def test_a_review_outranks_only_an_end_that_it_knew(review, outranks):
    assert (Rule.EXPIRED not in said(case(ENDED, reviews=(review,)))) == outranks


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        ([dated("2026-11-23", DateKind.EXPIRES)], "23 November 2026 (meta expires)"),
        ([dated("2026-11-24", DateKind.EXPIRES)], None),  # the day is not over
        ([dated("2026", DateKind.EXPIRES)], None),
        ([dated("2026-11-23", DateKind.EXPIRES, weak=True)], None),
        ([dated("2030", DateKind.EXPIRES), dated("2020", DateKind.EXPIRES)], None),  # best first
        ([dated("2020", DateKind.EVENT_END), dated("2030", DateKind.EVENT_END)], None),
        ([dated("2021", DateKind.EVENT_END), dated("2020", DateKind.EVENT_END)], "2021 (meta endDate)"),
        ([dated("2030", DateKind.EVENT_END), dated("2020", DateKind.EXPIRES)], "2020 (meta expires)"),
        ([dated("2020", DateKind.EVENT_START)], None),
    ],
)  # fmt: skip
def test_a_declared_end(evidence, message):
    found = said(case(reading(dated("2026-10-01"), *evidence)))
    expected = {Rule.EXPIRED: f"The page itself says that it held until {message}."}
    assert found == (expected if message else {})


def test_an_end_states_its_day_if_it_names_one():
    values = dict(only(case(ENDED), Rule.EXPIRED).evidence.values)
    assert (values["kind"], values["stated"]) == ("expires", "2026-11-20T00:00:00+00:00")
    yearly = reading(dated("2026-10-01"), dated("2020", DateKind.EXPIRES))
    assert "stated" not in dict(only(case(yearly), Rule.EXPIRED).evidence.values)


@pytest.mark.parametrize(
    ("due", "changes", "fires"),
    [
        ("2026-11-23", {}, True),
        ("2026-11-24", {}, False),
        ("2026-11", {}, False),
        ("2026-11-23", {"weak": True}, False),
    ],
)
def test_a_declared_review_date(due, changes, fires):
    found = said(case(reading(dated("2026-10-01"), dated(due, DateKind.REVIEW_DUE, **changes))))
    message = "The page was to be reviewed by 23 November 2026, and that day has passed."
    assert found == ({Rule.REVIEW_OVERDUE: message} if fires else {})


CAPTION = dated(
    "2015-10-14",
    DateKind.MENTIONED,
    origin=Origin(OriginKind.CAPTION, "p 3"),
    quote="on Oct. 14, 2015,\nin Los Angeles",
)
CAPTURE = dated(
    "2026-11-24T06:00:00",
    DateKind.CAPTURED,
    origin=Origin(OriginKind.CAPTURE, "file"),
    quote="",
)
YEARLY = replace(CAPTION, precision=Precision.YEAR)


@pytest.mark.parametrize(
    ("bounds", "tail"),
    [
        (Bounds(), ", and nothing bounds it."),
        (
            Bounds(CAPTION),
            "; it was written on or after 14 October 2015 (caption: on Oct. 14, 2015, in Los Angeles).",
        ),
        (Bounds(None, CAPTURE), "; it was written no later than 24 November 2026 (capture)."),
        (
            Bounds(YEARLY, CAPTURE),
            (
                "; it was written in or after 2015 (caption: on Oct. 14, 2015, in Los Angeles)"
                " and no later than 24 November 2026 (capture)."
            ),
        ),
    ],
)
def test_a_lost_time_stamp_is_told_with_its_bounds(bounds, tail):
    found = said(case(reading(dates=dates(bounds=bounds)), copy_memento=None))
    assert found == {Rule.NO_TIMESTAMP: "The date of this article is not known" + tail}


def test_bounds_are_evidence():
    def of(bounds):
        return only(case(reading(dates=dates(bounds=bounds))), Rule.NO_TIMESTAMP).evidence

    low = (("not_before", "2015-10-14T00:00:00+00:00"), ("not_before_place", "caption p 3"))
    high = (("not_after", "2026-11-24T06:00:00+00:00"), ("not_after_place", "capture file"))
    quote = "on Oct. 14, 2015, in Los Angeles"
    assert of(Bounds()) == Evidence()
    assert of(Bounds(CAPTION)) == Evidence(quote, "caption p 3", low)
    assert of(Bounds(CAPTION, CAPTURE)) == Evidence(quote, "caption p 3", low + high)
    assert of(Bounds(None, CAPTURE)) == Evidence("", "capture file", high)


@pytest.mark.parametrize("stamp", ["2026-11-25T06:30:00", "2026-11-25"])
def test_a_date_within_a_day_of_now_is_trusted(stamp):
    assert said(case(reading(dated(stamp)), copy_memento=None)) == {}


def test_a_date_in_the_future_is_told_and_not_trusted():
    late = reading(dated("2026-11-25T06:30:01"))
    found = said(case(late, copy_memento=None))
    assert set(found) == {Rule.NO_TIMESTAMP, Rule.TIMESTAMP_IN_FUTURE}
    assert found[Rule.TIMESTAMP_IN_FUTURE] == (
        "The page is dated 25 November 2026 (meta article:published_time), which is after now."
    )
    limit = only(case(late, copy_memento=None), Rule.TIMESTAMP_IN_FUTURE).evidence.values[2]
    assert limit == ("limit", "2026-11-24T06:30:00+00:00")


@pytest.mark.parametrize(
    ("evidence", "fires"),
    [
        (dated("2020-05-05T12:00:00"), True),
        (dated("2020-05-04T12:00:00"), False),  # a day after the capture: a clock or a zone
        (dated("2020-05-05T12:00:00", DateKind.MODIFIED), True),
        (dated("2020-05-05T12:00:00", weak=True), True),  # distrusted for that very reason
        (dated("2020-05-05T12:00:00", DateKind.EXPIRES), False),
        (dated("2020-05-05T12:00:00", origin=Origin(OriginKind.HTTP_HEADER, "Last-Modified")), False),
        (dated("2020-05-05T12:00:00", origin=Origin(OriginKind.SITEMAP, "lastmod")), False),
    ],
)  # fmt: skip
def test_no_page_is_dated_after_its_capture(evidence, fires):
    captured = replace(COPY, memento_datetime=instant("2020-05-03T12:00:00"))
    one = case(reading(dated("2020-05-01"), evidence), FOREVER, copy_memento=captured)
    found = said(one)
    assert (Rule.TIMESTAMP_IN_FUTURE in found) == fires
    if fires:
        assert found[Rule.TIMESTAMP_IN_FUTURE].endswith(
            "which is after the capture of this copy on 3 May 2020."
        )


@pytest.mark.parametrize(
    ("copy", "tail"),
    [
        (reading(dated("2026-10-03"), dated("2026-10-01", DateKind.MODIFIED)),
         "says that it was modified on 1 October 2026, before it was published on 3 October 2026."),
        (reading(dated("2026-10-02"), dated("2026-10-01", DateKind.MODIFIED)), None),
        (reading(dated("2026-10-02T00:00:00"), dated("2026-09-30T23:59:59", DateKind.MODIFIED)),
         "says that it was modified on 30 September 2026, before it was published on 2 October 2026."),
        (reading(dated("2026-10-02T00:00:00"), dated("2026-10-01T00:00:00", DateKind.MODIFIED)), None),
        (reading(dated("2026-10-01"), dated("2026-10-03")),
         ("gives two dates of publication: 1 October 2026 (meta article:published_time)"
         " and 3 October 2026 (meta article:published_time).")),
        (reading(dated("2026-10-03"), dated("2026-10-01")),
         ("gives two dates of publication: 3 October 2026 (meta article:published_time)"
         " and 1 October 2026 (meta article:published_time).")),
        (reading(dated("2026-10-01"), dated("2026-10-02")), None),
        (reading(dated("2026-10-01"), dated("2026")), None),
        (reading(dated("2026-10-01"), dated("2025", weak=True)), None),
        (reading(dated("2026-10-01"), dated("2025", DateKind.MENTIONED)), None),
        (reading(dated("2026-10-01"), dated("2025", origin=Origin(OriginKind.BYLINE, "x"))), None),
        (reading(dated("2026-10-01"), dated("2025", origin=Origin(OriginKind.TIME_ELEMENT, "x"))), None),
        (reading(dated("2026-10-01"), dated("2025", origin=Origin(OriginKind.URL, "path"))),
         ("gives two dates of publication: 1 October 2026 (meta article:published_time)"
         " and 2025 (url path).")),
        (reading(dated("2026-10-01"), dated("2025", origin=Origin(OriginKind.FEED, "x"))), None),
        (reading(dated("2026-10-01", DateKind.MODIFIED)), None),
    ],
)  # fmt: skip
def test_dates_that_contradict_each_other(copy, tail):
    found = said(case(copy, copy_memento=None))
    assert found == ({Rule.TIMESTAMP_CONFLICT: f"The page {tail}"} if tail else {})


def test_a_conflict_shows_both():
    found = only(
        case(reading(dated("2026-10-01"), dated("2026-10-03")), copy_memento=None),
        Rule.TIMESTAMP_CONFLICT,
    ).evidence
    assert found.quote == "2026-10-01"
    assert found.values[2:] == (
        ("other", "2026-10-03T00:00:00+00:00"),
        ("other_quote", "2026-10-03"),
    )


# ── words ─────────────────────────────────────────────────────────────────────────────────────

WEEK = RelativeDate("this week", "They said this week that it would rain.")


@pytest.mark.parametrize(
    ("stamps", "fires"),
    [
        ((), True),
        ((dated("2026-10"),), True),  # a month does not tell the week
        ((dated("2026-10-01"),), False),
        ((dated("2099-10-01"),), True),
        ((dated("2026-10-01T10:00:00"),), False),
    ],
)
def test_relative_dates_without_an_anchor(stamps, fires):
    found = said(case(reading(*stamps, relative_dates=(WEEK,))))
    message = (
        "Nothing tells which time “this week” means in “They said this week that it would rain.”"
    )
    assert found.get(Rule.RELATIVE_DATE) == (message if fires else None)


def test_relative_dates_come_once_per_sentence_in_order_and_bounded():
    many = tuple(RelativeDate("today", f"Sentence {number} of today.") for number in range(50))
    copy = reading(relative_dates=(WEEK, replace(WEEK, words="that"), WEEK, *many))
    found = [one for one in judge(case(copy), NOW).findings if one.rule is Rule.RELATIVE_DATE]
    assert len(found) == MAX_FINDINGS
    assert found[0].evidence == Evidence(WEEK.sentence, "text", (("words", "this week"),))
    assert [one.evidence.quote for one in found[1:3]] == [one.sentence for one in many[:2]]


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_a_warning_that_the_text_already_bears(kind):
    found = said(case(replace(YOUNG, notices=(notice(kind, "This is an archived article."),))))
    warns = kind.value in {"archived", "outdated", "retraction", "withdrawal"}
    message = "The text bears its publisher's own notice: “This is an archived article.”"
    assert found == ({Rule.HAS_NOTICE: message} if warns else {})


def test_notices_are_evidence_and_bounded():
    many = (notice(NoticeKind.UPDATE), *[notice(NoticeKind.ARCHIVED, "Old.")] * 50)
    found = judge(case(replace(YOUNG, notices=many)), NOW).findings
    assert len(found) == MAX_FINDINGS
    values = (("notice", "archived"), ("language", "en"))
    assert found[0].evidence == Evidence("Old.", "text", values)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  a\n b\t", "a b"),
        ("\x1b[31mred\u202e\u2066x", "[31mred x"),
        ("a\ud800b", "a b"),
        ("x" * 300, "x" * 300),
        ("x" * 301, "x" * 299 + "…"),
        ("y" * 298 + " zz", "y" * 298 + "…"),
        ("", ""),
    ],
)
def test_text_from_outside_is_cut_and_made_harmless(text, shown):
    assert clean(text) == shown


def test_a_quote_in_a_message_is_short():
    assert quoted("x" * 121) == "“" + "x" * 119 + "…”"
    assert quoted("x" * 120) == "“" + "x" * 120 + "”"


@pytest.mark.parametrize(
    ("stamp", "words"),
    [("2017", "2017"), ("2017-03", "March 2017"), ("2017-12-31", "31 December 2017")],
)
def test_dates_are_as_exact_as_known(stamp, words):
    assert date_words(dated(stamp)) == words


# ── the calendar ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2017-01-31", 1, "2017-02-28"),
        ("2016-01-31", 1, "2016-02-29"),
        ("2016-02-29", 12, "2017-02-28"),
        ("2016-02-29", 48, "2020-02-29"),
        ("2017-11-30", 2, "2018-01-30"),
        ("2017-12-15T10:11:12", 0, "2017-12-15T10:11:12"),
    ],
)
def test_months_are_added_by_the_calendar(start, months, end):
    assert add_months(instant(start), months) == instant(end)


def test_the_calendar_ends_without_an_error():
    last = datetime.max.replace(tzinfo=UTC)
    assert add_months(instant("9999-12-01"), 1) == last
    assert add_months(instant("9998-12-01"), 12) == instant("9999-12-01")
    assert lapse(instant("9999-12-31"), timedelta(days=30)) == last
    assert lapse(instant("9999-12-01"), timedelta(days=730)) == last
    assert lapse(instant("2024-02-01"), timedelta(days=30)) == instant("2024-03-02")
    assert lapse(instant("2024-02-01"), timedelta(days=365)) == instant("2025-02-01")
    assert lapse(instant("2024-02-01"), timedelta(days=366)) == instant("2025-02-01")


@pytest.mark.parametrize(
    ("then", "now", "found", "words"),
    [
        ("2017-03-31", "2026-11-24", (9, 7, 24), "9 years"),
        ("2024-11-24", "2026-11-24", (2, 0, 0), "2 years"),
        ("2025-08-24", "2026-11-24", (1, 3, 0), "1 year and 3 months"),
        ("2025-10-24", "2026-11-24", (1, 1, 0), "1 year and 1 month"),
        ("2025-11-01", "2026-11-24", (1, 0, 23), "1 year"),
        ("2025-11-25", "2026-11-24", (0, 11, 30), "11 months"),
        ("2026-10-24", "2026-11-24", (0, 1, 0), "1 month"),
        ("2026-10-25", "2026-11-24", (0, 0, 30), "30 days"),
        ("2026-11-23", "2026-11-24", (0, 0, 1), "1 day"),
        ("2026-11-23T00:00:01", "2026-11-24", (0, 0, 0), "less than a day"),
        ("2026-11-24", "2026-11-24", (0, 0, 0), "less than a day"),
        ("2027-11-24", "2026-11-24", (0, 0, 0), "less than a day"),
    ],
)
def test_ages(then, now, found, words):
    assert age(instant(then), instant(now)) == found
    assert age_words(instant(then), instant(now)) == words


@pytest.mark.parametrize("start", ["2000-01-31", "2004-02-29", "2001-06-15"])
def test_no_day_of_forty_years_falls_into_a_gap(start):
    then = instant(start)
    ages = [age(then, then + day * DAY) for day in range(40 * 366)]
    assert ages == sorted(ages)
    for earlier, later in pairwise(ages):
        steps = (
            (earlier[0], earlier[1], earlier[2] + 1),
            (earlier[0], earlier[1] + 1, 0),
            (earlier[0] + 1, 0, 0),
        )
        assert later in steps
    assert ages[365 * 2][0] in {1, 2}


@pytest.mark.parametrize("lifetime", [timedelta(days=30), timedelta(days=365), timedelta(days=730)])
def test_every_day_of_forty_years_is_within_a_lifetime_or_beyond_it(lifetime):
    """Once it fires it fires on every later day (no gap as between "30 days" and "1 month")."""
    one = case(reading(dated("2000-01-31")), replace(NEWS, lifetime=lifetime), copy_memento=None)
    start = instant("2000-01-31")
    fires = [Rule.AGE_EXCEEDED in said(one, start + day * DAY) for day in range(40 * 366)]
    assert fires == sorted(fires)
    assert fires.count(False) == (lapse(start + DAY, lifetime) - start).days


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=365), "1 year"),
        (timedelta(days=730), "2 years"),
        (timedelta(days=364), "364 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=90), "90 seconds"),
        (timedelta(seconds=1), "1 second"),
    ],
)
def test_lifetimes_in_words(length, words):
    assert length_words(length) == words


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
    reviews=st.lists(REVIEWS, max_size=2).map(tuple),
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
    one = replace(one, reviews=())
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
