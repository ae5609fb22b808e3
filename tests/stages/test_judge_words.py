"""Rules about the copy's own words, and how findings speak."""

from dataclasses import replace

import pytest

from checker.model import (
    Evidence,
    NoticeKind,
    RelativeDate,
    Rule,
)
from checker.stages.judge import judge
from checker.stages.judge.text_rules import MAX_FINDINGS
from checker.stages.judge.words import clean, date_words, quoted
from tests.helpers_judge import (
    NOW,
    YOUNG,
    case,
    dated,
    notice,
    reading,
    said,
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
        (" " * 2399 + "yz", "y"),  # a bound on the work as well as on the result
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
