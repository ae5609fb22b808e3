"""What is told of a change of verdict, to whom, and the report at adoption."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import (
    AlertEvent,
    Article,
    Finding,
    Recipient,
    Rule,
    Severity,
    Status,
    Verdict,
)
from checker.stages.transition import adoption_alerts, adoption_summary, alerts, transition
from tests.helpers_judge import DAY, NOW, YOUNG, standing

OUT, CUR, UND = Status.OUTDATED, Status.CURRENT, Status.UNDETERMINED


def verdict(*rules: Rule, status: Status | None = None, **changes) -> Verdict:
    findings = tuple(Finding(rule, Severity.OUTDATED, f"{rule}.") for rule in rules)
    status = status or (OUT if rules else CUR)
    since = NOW - 3 * DAY if status is OUT else None
    return replace(Verdict(status, findings, NOW, since, "news", "judge-1"), **changes)


AGE, CHANGED = verdict(Rule.AGE_EXCEEDED), verdict(Rule.SOURCE_CHANGED)
CURRENT, UNDETERMINED = verdict(), verdict(status=UND)
BECAME, WORSE, AGAIN = AlertEvent.BECAME_OUTDATED, AlertEvent.GOT_WORSE, AlertEvent.BECAME_CURRENT


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [
        (None, CURRENT, None),
        (None, UNDETERMINED, None),
        (None, AGE, None),
        (CURRENT, AGE, BECAME),
        (UNDETERMINED, AGE, BECAME),
        (AGE, CURRENT, AGAIN),
        (AGE, UNDETERMINED, None),
        (UNDETERMINED, CURRENT, None),
        (CURRENT, UNDETERMINED, None),
        (CURRENT, CURRENT, None),
        (UNDETERMINED, UNDETERMINED, None),
        (AGE, AGE, None),
    ],
)
def test_transitions_are_told_and_states_are_not(before, after, event):
    assert transition(before, after) is event


R = Rule


@pytest.mark.parametrize(
    ("old", "new", "worse"),
    [
        ({R.AGE_EXCEEDED}, {R.SOURCE_CHANGED}, True),
        ({R.AGE_EXCEEDED}, {R.AGE_EXCEEDED, R.EXPIRED}, True),
        ({R.SOURCE_CHANGED}, {R.SOURCE_CHANGED, R.AGE_EXCEEDED}, True),
        ({R.AGE_EXCEEDED}, {R.EXPIRED}, False),
        ({R.SOURCE_CHANGED}, {R.SOURCE_CORRECTED}, True),
        ({R.SOURCE_CORRECTED}, {R.SOURCE_CHANGED}, False),
        ({R.SOURCE_CHANGED}, {R.SOURCE_REPLACED}, True),
        ({R.SOURCE_REPLACED}, {R.SOURCE_GONE}, False),
        ({R.SOURCE_GONE}, {R.SOURCE_REPLACED}, False),
        ({R.SOURCE_CORRECTED}, {R.SOURCE_GONE}, True),
        ({R.SOURCE_GONE}, {R.SOURCE_RETRACTED}, True),
        ({R.SOURCE_RETRACTED}, {R.SOURCE_CHANGED, R.EXPIRED}, False),
        ({R.SOURCE_CHANGED, R.AGE_EXCEEDED}, {R.SOURCE_CHANGED}, False),
        ({R.AGE_EXCEEDED, R.EXPIRED}, {R.AGE_EXCEEDED, R.STAMP_BUMP}, False),
    ],
)
def test_worse_is_a_reason_graver_than_each_that_vanished(old, new, worse):
    event = transition(verdict(*old), verdict(*new))
    assert event is (WORSE if worse else None)


def test_warnings_make_nothing_worse():
    warned = replace(
        AGE, findings=(*AGE.findings, Finding(R.SOURCE_GONE, Severity.WARNING, "Gone."))
    )
    assert transition(AGE, warned) is None


def test_a_step_between_versions_of_the_rules_is_never_told():
    for before, after in ((CURRENT, AGE), (AGE, CURRENT), (AGE, CHANGED)):
        assert transition(before, after) is not None
        assert transition(replace(before, version="judge-0"), after) is None


@given(*[st.sets(st.sampled_from(Rule)) for _ in range(2)])
def test_no_step_is_told_in_both_directions_as_getting_worse(old, new):
    there = transition(verdict(*old), verdict(*new))
    back = transition(verdict(*new), verdict(*old))
    assert not (there is WORSE and back is WORSE)
    assert (there is BECAME) == (back is AGAIN)


# ── alerts ────────────────────────────────────────────────────────────────────────────────────

ARTICLE = Article(7, "https://news.example/a", "daily", "A title", "world")
ED = Recipient("ed@news.example")


def told(event=BECAME, after=AGE, recipients=(ED,), article=ARTICLE, now=NOW):
    return alerts(article, event, after, recipients, now)


def test_an_alert_says_what_it_is_about():
    (one,) = told()
    assert one.key.startswith(f"7/became-outdated/age-exceeded/{NOW.isoformat()}/")
    assert "ed@" not in one.key
    assert (one.recipient, one.event, one.uri, one.title) == (
        "ed@news.example",
        BECAME,
        "https://news.example/a",
        "A title",
    )
    assert (one.verdict, one.created_at, one.source, one.summary) == (AGE, NOW, "daily", "")


@pytest.mark.parametrize(
    ("recipient", "interested"),
    [
        (Recipient("x@y", sources=("daily", "other")), True),
        (Recipient("x@y", sources=("other",)), False),
        (Recipient("x@y", minimum=Severity.INFO), True),
        (Recipient("x@y", minimum=Severity.WARNING), True),
        (Recipient("x@y", minimum=Severity.OFF), False),
    ],
)
def test_only_those_who_asked_are_told(recipient, interested):
    assert [one.recipient for one in told(recipients=(recipient,))] == ["x@y"] * interested
    assert len(adoption_alerts("daily", "text", (recipient,), NOW)) == interested


def test_each_address_is_told_once():
    both = (ED, Recipient("b@news.example"), replace(ED, name="Ed", sources=("daily",)))
    assert [one.recipient for one in told(recipients=both)] == ["ed@news.example", "b@news.example"]


def test_the_same_news_has_the_same_key_and_other_news_another():
    base = told()[0].key
    assert told(now=NOW + DAY)[0].key == base  # one check, recorded again
    others = {
        told(event=WORSE)[0].key,
        told(after=CHANGED)[0].key,
        told(after=verdict(R.SOURCE_CHANGED, R.AGE_EXCEEDED))[0].key,
        told(article=replace(ARTICLE, id=8))[0].key,
        told(recipients=(Recipient("b@news.example"),))[0].key,
        told(after=replace(AGE, judged_at=NOW + DAY / 24))[0].key,
    }
    assert len(others | {base}) == 7
    mixed = told(after=verdict(R.AGE_EXCEEDED, R.SOURCE_CHANGED))[0].key
    assert mixed == told(after=verdict(R.SOURCE_CHANGED, R.AGE_EXCEEDED))[0].key


def test_becoming_current_is_keyed_by_its_instant():
    (one,) = told(event=AGAIN, after=CURRENT)
    assert one.key.startswith(f"7/became-current//{NOW.isoformat()}/")


def test_an_address_in_another_case_is_the_same_person():
    (one,) = told(recipients=(Recipient("ED@news.example"),))
    assert one.key == told()[0].key


def test_adoption_is_one_report_per_address():
    (one,) = adoption_alerts("daily", "4 of 5", (ED, ED), NOW)
    assert one.key.startswith("adoption/daily/2026-11-24/")
    assert (one.recipient, one.event, one.verdict, one.uri) == (
        "ed@news.example",
        AlertEvent.ADOPTION,
        None,
        "",
    )
    assert (one.title, one.source, one.summary, one.created_at) == ("daily", "daily", "4 of 5", NOW)
    assert adoption_alerts("weekly", "4 of 5", (ED,), NOW)[0].key != one.key


# ── the adoption report ───────────────────────────────────────────────────────────────────────


def judged(found: Verdict | None, section: str | None = "world"):
    one = standing(verdict=found)
    return replace(one, article=replace(one.article, section=section))


def test_the_report_counts_by_rule_and_section():
    crowd = [judged(AGE)] * 1200 + [judged(CURRENT)] * 3000
    crowd += [judged(verdict(R.SOURCE_CHANGED, R.AGE_EXCEEDED), "sport")] * 2
    crowd += [judged(UNDETERMINED, "culture")] * 5 + [judged(None, None)] * 1001
    assert adoption_summary(iter(crowd)) == (
        "1,202 of 5,208 articles are outdated.\n"
        "\n"
        "section  articles  outdated  source-changed  age-exceeded\n"
        "world       4,200     1,200               0         1,200\n"
        "sport           2         2               2             2\n"
        "all         5,208     1,202               2         1,202\n"
        "\n"
        "5 could not be determined.\n"
        "\n"
        "1,001 have not been checked yet.\n"
    )


def test_nothing_to_flag_is_said_plainly():
    assert adoption_summary([]) == "0 of 0 articles are outdated.\n"
    assert adoption_summary([judged(CURRENT)]) == "0 of 1 articles are outdated.\n"


@pytest.mark.parametrize(
    ("section", "of_page", "shown"),
    [
        ("world", "page", "world"),
        (None, "page", "page"),
        (None, None, "(no section)"),
        (" \x1b\u202e ", None, "(no section)"),
        ("a\nb", None, "a b"),
        ("x" * 24, None, "x" * 24),
        ("x" * 25, None, "x" * 23 + "…"),
    ],
)
def test_a_section_is_the_articles_or_its_pages_made_harmless(section, of_page, shown):
    one = judged(AGE, section)
    one = replace(one, copy_reading=replace(YOUNG, section=of_page))
    line = adoption_summary([one]).splitlines()[3]
    assert line.split("  ")[0] == shown


def test_a_standing_without_a_reading_has_no_section():
    one = replace(judged(AGE, None), copy_reading=None)
    assert "(no section)" in adoption_summary([one])


def test_many_sections_are_cut_and_counted():
    crowd = [judged(AGE, f"section {number:02}") for number in range(43)]
    lines = adoption_summary(crowd).splitlines()
    assert lines[3].startswith("section 00")
    assert lines[42].startswith("section 39")
    assert lines[43] == "(3 more sections)"
    assert lines[44].split() == ["all", "43", "43", "43"]
