"""What is told of a change of verdict, to whom, and the report at adoption."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import (
    AlertEvent,
    Article,
    BlockKind,
    Edit,
    Finding,
    Recipient,
    Review,
    Rule,
    Severity,
    Status,
    Subscription,
    Timing,
    Verdict,
)
from checker.stages import adoption
from checker.stages.subscription import adoption_alerts, alerts, effective
from checker.stages.transition import acknowledge, rebase, remind_at, step, told_of
from tests.helpers_judge import DAY, NOW, YOUNG, standing

OUT, CUR, UND = Status.OUTDATED, Status.CURRENT, Status.UNDETERMINED
TIMING = Timing()
R, E = Rule, AlertEvent


def verdict(*rules: Rule, status: Status | None = None, warn: tuple[Rule, ...] = (), **changes):
    findings = tuple(Finding(rule, Severity.OUTDATED, f"{rule}.") for rule in rules)
    findings += tuple(Finding(rule, Severity.WARNING, f"{rule}.") for rule in warn)
    status = status or (OUT if rules else CUR)
    since = NOW - 3 * DAY if status is OUT else None
    return replace(Verdict(status, findings, NOW, since, "news", "judge-1"), **changes)


AGE, CHANGED = verdict(R.AGE_EXCEEDED), verdict(R.SOURCE_CHANGED)
CURRENT, UNDETERMINED = verdict(), verdict(status=UND)
GONE = verdict(R.SOURCE_GONE)
BECAME, WORSE, AGAIN = E.BECAME_OUTDATED, E.GOT_WORSE, E.BECAME_CURRENT


def event(before, after):
    return step(None if before is None else told_of(before), after, NOW, TIMING).event


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, CURRENT, None),
        (None, UNDETERMINED, None),
        (None, AGE, BECAME),  # found after adoption: it stood in no report
        (None, GONE, E.SOURCE_GONE),
        (CURRENT, AGE, BECAME),
        (UNDETERMINED, AGE, BECAME),
        (AGE, CURRENT, AGAIN),
        (AGE, UNDETERMINED, None),
        (UNDETERMINED, CURRENT, None),
        (CURRENT, UNDETERMINED, None),
        (CURRENT, CURRENT, None),
        (AGE, AGE, None),
        (CURRENT, GONE, E.SOURCE_GONE),
        (AGE, verdict(R.AGE_EXCEEDED, R.SOURCE_GONE), E.SOURCE_GONE),
        (GONE, CURRENT, E.SOURCE_BACK),
        (GONE, AGE, E.SOURCE_BACK),
        (GONE, UNDETERMINED, None),
        (CURRENT, verdict(warn=(R.STEALTH_EDIT,)), E.WARNED),
        (verdict(warn=(R.STEALTH_EDIT,)), CURRENT, None),
        (AGE, verdict(warn=(R.STAMP_BUMP,)), AGAIN),
        (UNDETERMINED, verdict(status=UND, warn=(R.SOURCE_BLOCKED,)), E.WARNED),
    ],
)
def test_transitions_are_told_and_states_are_not(before, after, told):
    assert event(before, after) is told


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
        ({R.SOURCE_CHANGED}, {R.SOURCE_RETRACTED}, True),
        ({R.SOURCE_RETRACTED}, {R.SOURCE_CHANGED, R.EXPIRED}, False),
        ({R.SOURCE_CHANGED, R.AGE_EXCEEDED}, {R.SOURCE_CHANGED}, False),
    ],
)
def test_worse_is_a_reason_graver_than_each_that_vanished(old, new, worse):
    assert event(verdict(*old), verdict(*new)) is (WORSE if worse else None)


@given(*[st.sets(st.sampled_from(Rule)) for _ in range(2)])
def test_no_step_is_told_in_both_directions_as_getting_worse(old, new):
    there, back = event(verdict(*old), verdict(*new)), event(verdict(*new), verdict(*old))
    assert not (there is WORSE and back is WORSE)
    assert (there is E.SOURCE_GONE) == (back is E.SOURCE_BACK)


@given(st.lists(st.sets(st.sampled_from(Rule), max_size=3), max_size=6))
def test_the_same_verdict_again_is_never_news(history):
    told, now = None, NOW
    for rules in history:
        now += 30 * DAY
        never = replace(TIMING, remind_after=None)
        told = step(told, verdict(*rules), now, never).told
        again = step(told, verdict(*rules), now, never)
        assert again.event is None
        assert again.told == told


# ── a walk: what a row of checks tells ────────────────────────────────────────────────────────


def walk(*verdicts, every=DAY, told=told_of(CURRENT), timing=TIMING, words=()):  # noqa: B008
    """The events of a row of checks."""
    events, now = [], NOW
    for one in verdicts:
        now += every
        made = step(told, one, now, timing, words)
        events.append(made.event)
        told = made.told
    return events


def test_an_outage_between_two_verdicts_goes_by_in_silence():
    assert walk(AGE, UNDETERMINED, AGE) == [BECAME, None, None]
    assert walk(AGE, UNDETERMINED, CURRENT) == [BECAME, None, AGAIN]


def test_a_flapping_article_is_told_of_once_and_then_after_three_that_agree():
    flaps = [CHANGED, CURRENT] * 20
    events = walk(*flaps)
    assert events[:2] == [BECAME, AGAIN]
    assert set(events[2:8]) == {None}
    assert sum(one is not None for one in events) <= 2 + 2 * 40 // 7
    assert walk(CHANGED, CURRENT, CHANGED, CHANGED, CHANGED) == [BECAME, AGAIN, None, None, BECAME]
    assert walk(CHANGED, CURRENT, CHANGED, UNDETERMINED, CHANGED, CHANGED)[-1] is BECAME


def test_what_comes_back_after_a_week_does_not_flap():
    assert walk(CHANGED, CURRENT, CHANGED, every=8 * DAY) == [BECAME, AGAIN, BECAME]


def test_confirmations_can_be_configured():
    once = replace(TIMING, confirmations=1)
    assert walk(CHANGED, CURRENT, CHANGED, timing=once) == [BECAME, AGAIN, BECAME]
    five = replace(TIMING, confirmations=5)
    steps = [CHANGED, CURRENT, *[CHANGED] * 5]
    assert walk(*steps, every=DAY / 4, timing=five)[2:] == [None] * 4 + [BECAME]


def test_a_reason_that_comes_and_goes_beside_another_flaps_too():
    both = verdict(R.AGE_EXCEEDED, R.SOURCE_CHANGED)
    assert walk(AGE, both, AGE, both, AGE, both) == [BECAME, WORSE, None, None, None, None]
    assert walk(AGE, both, AGE, both, both, both)[-1] is WORSE


def test_a_warning_is_told_once_a_week_at_most():
    warned = verdict(warn=(R.STEALTH_EDIT,))
    assert walk(warned, CURRENT, warned)[0] is E.WARNED
    events = walk(*[AGE, warned, CURRENT] * 4)
    assert events.count(E.WARNED) <= 1


def test_nobody_reviewed_it_so_it_is_told_again_twice_as_late_each_time():
    events = walk(*[AGE] * 230)
    assert [day for day, one in enumerate(events) if one is E.REMINDER] == [30, 90, 210]
    assert E.REMINDER not in walk(*[AGE] * 230, timing=replace(TIMING, remind_after=None))


def test_what_was_reviewed_or_never_told_is_no_reminder():
    review = Review("ed", NOW + 2 * DAY, (NOW + 400 * DAY).date())
    assert E.REMINDER not in walk(*[AGE] * 60, words=(review,))
    before = replace(review, at=NOW - DAY)
    assert E.REMINDER in walk(*[AGE] * 60, words=(before,))
    assert E.REMINDER not in walk(*[AGE] * 60, told=told_of(AGE))  # it stood in the adoption report


def test_when_to_remind_is_known_beforehand():
    told = step(told_of(CURRENT), AGE, NOW, TIMING).told
    assert remind_at(told, TIMING, ()) == NOW + 30 * DAY
    assert remind_at(told_of(AGE), TIMING, ()) is None
    assert remind_at(None, TIMING, ()) is None


def test_an_editor_s_word_is_no_news_to_the_editor_and_no_flapping():
    told = step(None, CHANGED, NOW, TIMING).told
    aside = acknowledge(told, CURRENT)
    assert step(aside, CURRENT, NOW + DAY, TIMING).event is None
    again = step(aside, CHANGED, NOW + 2 * DAY, TIMING)
    assert (again.event, again.told.reasons) == (BECAME, (R.SOURCE_CHANGED,))
    opened = acknowledge(aside, CHANGED)
    assert (opened.status, opened.told_at) == (OUT, NOW)
    assert step(opened, CHANGED, NOW + DAY, TIMING).event is None


def test_a_step_between_versions_of_the_rules_is_never_told():
    """Trap 4: the old facts, judged again by the new rules, are what is known from then on."""
    told = told_of(CURRENT)
    after = rebase(told, CURRENT, AGE)
    assert step(after, AGE, NOW, TIMING).event is None
    assert step(after, CURRENT, NOW, TIMING).event is AGAIN
    assert rebase(None, CURRENT, AGE) == told_of(AGE)


def test_what_waits_for_confirmation_goes_on_waiting_over_an_upgrade():
    known = replace(told_of(CURRENT), turned_back_at=NOW)
    waits = step(known, CHANGED, NOW + DAY, TIMING).told
    assert (waits.waiting, waits.seen) == (BECAME, 1)
    after = rebase(waits, CHANGED, verdict(R.SOURCE_CORRECTED))
    assert (after.status, after.waiting, after.seen) == (CUR, BECAME, 1)


# ── alerts ────────────────────────────────────────────────────────────────────────────────────

ARTICLE = Article(7, "https://news.example/politics/a", "daily", "A title", "world")
ED = Recipient("ed@news.example")


def told(
    event=BECAME, after=AGE, recipients=(ED,), *, article=ARTICLE, now=NOW, before=None, **more
):
    about = replace(standing(verdict=after), article=article, **more)
    return alerts(about, event, recipients, now, before)


def test_an_alert_says_what_it_is_about():
    (one,) = told()
    assert one.key.startswith(f"7/became-outdated/age-exceeded/{NOW.isoformat()}/")
    assert "ed@" not in one.key
    assert (one.recipient, one.event, one.uri, one.title) == (
        "ed@news.example",
        BECAME,
        "https://news.example/politics/a",
        "A title",
    )
    assert (one.verdict, one.created_at, one.source, one.summary) == (AGE, NOW, "daily", "")
    assert (one.article_id, one.section) == (7, "world")


OWNED = replace(YOUNG, owners=("Jane Doe", "x@y"))


@pytest.mark.parametrize(
    ("recipient", "interested"),
    [
        (Recipient("x@y", sources=("daily", "other")), True),
        (Recipient("x@y", sources=("other",)), False),
        (Recipient("x@y", minimum=Severity.INFO), True),
        (Recipient("x@y", minimum=Severity.WARNING), True),
        (Recipient("x@y", minimum=Severity.OFF), False),
        (Recipient("x@y", sections=("World", "sport")), True),
        (Recipient("x@y", sections=("sport",)), False),
        (Recipient("x@y", paths=("/politics/**",)), True),
        (Recipient("x@y", paths=("/sport/*",)), False),
        (Recipient("x@y", rules=(R.AGE_EXCEEDED,)), True),
        (Recipient("x@y", rules=(R.SOURCE_GONE,)), False),
        (Recipient("x@y", sources=("daily",), sections=("sport",)), False),
        (Recipient("x@y", owns=("somebody",)), False),
        (Recipient("x@y", owns=("somebody",), sources=("daily",)), True),
    ],
)
def test_only_those_who_asked_are_told(recipient, interested):
    assert [one.recipient for one in told(recipients=(recipient,))] == ["x@y"] * interested


@pytest.mark.parametrize(
    ("recipient", "interested"),
    [
        (Recipient("a@b", owns=("jane doe",)), True),
        (Recipient("a@b", owns=("jane",)), False),
        (Recipient("X@Y", sources=("other",)), True),  # the page names the address itself
        (Recipient("a@b", owns=("jane doe",), sources=("other",)), True),
        (Recipient("a@b", owns=("jane doe",), rules=(R.SOURCE_GONE,)), False),
        (Recipient("a@b", owns=("jane doe",), minimum=Severity.OFF), False),
    ],
)
def test_owners_are_told_of_their_articles(recipient, interested):
    found = told(recipients=(recipient,), copy_reading=OWNED)
    assert len(found) == interested


def test_a_page_can_name_nobody_who_is_not_configured():
    assert told(recipients=(), copy_reading=OWNED) == ()
    assert {one.recipient for one in told(copy_reading=OWNED)} == {"ed@news.example"}


def test_warnings_are_for_those_who_asked_for_them():
    warned = verdict(warn=(R.STEALTH_EDIT,))
    asked = Recipient("x@y", minimum=Severity.WARNING)
    found = told(E.WARNED, warned, recipients=(ED, asked))
    assert [one.recipient for one in found] == ["x@y"]


def test_who_asked_for_a_rule_is_told_when_it_no_longer_holds():
    asked = Recipient("x@y", rules=(R.SOURCE_GONE,))
    assert told(E.SOURCE_BACK, CURRENT, (asked,), before=told_of(GONE))
    assert not told(E.SOURCE_BACK, CURRENT, (asked,), before=told_of(AGE))


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


def test_an_address_in_another_case_is_the_same_person():
    (one,) = told(recipients=(Recipient("ED@news.example"), ED))
    assert one.key == told()[0].key


def test_edits_are_shortened_around_what_differs():
    same = "the same words again and again " * 40
    edit = Edit(
        BlockKind.PARAGRAPH, f"{same}toll of 4.50 euros", f"{same}toll of 5.40 euros", why="number"
    )
    plain = Edit(BlockKind.PARAGRAPH, "a", "b")
    base = standing(verdict=CHANGED)
    from tests.store_fixture import comparison

    compared = replace(comparison(), edits=(plain, edit, plain, plain))
    (one,) = told(after=CHANGED, comparison=compared)
    assert len(one.edits) == 3
    assert "4.50" in one.edits[0].before
    assert "5.40" in one.edits[0].after
    assert max(len(one.edits[0].before), len(one.edits[0].after)) <= 402
    assert told(after=AGE, comparison=compared)[0].edits == ()  # age is no matter of words
    assert base.comparison is None


def test_the_store_s_word_outranks_the_configuration_s():
    other = Recipient("b@news.example")
    words = (
        Subscription("ED@news.example", None, NOW),
        Subscription("c@news.example", Recipient("c@news.example", sources=("daily",)), NOW),
    )
    assert effective((ED, other), words) == (other, words[1].recipient)
    assert effective((ED, other), ()) == (ED, other)


def test_adoption_is_one_report_per_address():
    (one,) = adoption_alerts("daily", "4 of 5", (ED, ED, Recipient("o@b", owns=("me",))), NOW)
    assert one.key.startswith("adoption/daily/2026-11-24/")
    assert (one.recipient, one.event, one.verdict, one.uri) == (
        "ed@news.example",
        AlertEvent.ADOPTION,
        None,
        "",
    )
    assert (one.title, one.source, one.summary, one.created_at) == ("daily", "daily", "4 of 5", NOW)
    assert adoption_alerts("weekly", "4 of 5", (ED,), NOW)[0].key != one.key
    assert adoption_alerts("daily", "4", (Recipient("x@y", sources=("other",)),), NOW) == ()
    assert adoption_alerts("daily", "4", (Recipient("x@y", minimum=Severity.OFF),), NOW) == ()


# ── the adoption report ───────────────────────────────────────────────────────────────────────


def judged(found: Verdict | None, section: str | None = "world"):
    one = standing(verdict=found)
    return replace(one, article=replace(one.article, section=section))


def test_the_report_counts_by_rule_and_section():
    crowd = [judged(AGE)] * 1200 + [judged(CURRENT)] * 3000
    crowd += [judged(verdict(R.SOURCE_CHANGED, R.AGE_EXCEEDED), "sport")] * 2
    crowd += [judged(UNDETERMINED, "culture")] * 5 + [judged(None, None)] * 1001
    assert adoption.count(iter(crowd)).summary() == (
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


def test_in_mail_the_report_fits_a_telephone():
    crowd = [judged(AGE)] * 1200 + [judged(CURRENT)] * 3000
    crowd += [judged(verdict(R.SOURCE_CHANGED, R.AGE_EXCEEDED), "x" * 40)] * 2
    crowd += [judged(AGE, f"section {number:02}") for number in range(43)]
    told = adoption.count(crowd).summary(narrow=True)
    assert told.startswith("1,245 of 4,245 articles are outdated.\n\nrule            outdated\n")
    assert "source-changed         2\nage-exceeded       1,245\n\nsection" in told
    assert "(5 more sections)" in told
    assert max(map(len, told.splitlines())) <= 46
    assert adoption.count([]).summary(narrow=True) == "0 of 0 articles are outdated.\n"


def test_nothing_to_flag_is_said_plainly():
    assert adoption.count([]).summary() == "0 of 0 articles are outdated.\n"
    assert adoption.count([judged(CURRENT)]).summary() == "0 of 1 articles are outdated.\n"


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
    line = adoption.count([one]).summary().splitlines()[3]
    assert line.split("  ")[0] == shown


def test_a_standing_without_a_reading_has_no_section():
    one = replace(judged(AGE, None), copy_reading=None)
    assert "(no section)" in adoption.count([one]).summary()


def test_many_sections_are_cut_and_counted():
    crowd = [judged(AGE, f"section {number:02}") for number in range(43)]
    lines = adoption.count(crowd).summary().splitlines()
    assert lines[3].startswith("section 00")
    assert lines[42].startswith("section 39")
    assert lines[43] == "(3 more sections)"
    assert lines[44].split() == ["all", "43", "43", "43"]
