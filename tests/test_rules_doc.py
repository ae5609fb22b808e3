"""docs/reference/rules.md says of every rule what the code says, with an example that is run."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from checker.model import (
    BlockKind,
    Bounds,
    Case,
    Change,
    Claim,
    ClaimRule,
    DateKind,
    Edit,
    Holding,
    NoticeKind,
    Origin,
    OriginKind,
    RelativeDate,
    Rule,
    StampMove,
    Strength,
    Variation,
)
from checker.stages.judge import RULES, judge
from tests.helpers_judge import (
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

DOC = Path(__file__).parents[1] / "docs" / "reference" / "rules.md"
SINCE = instant("2026-11-03T10:00:00")
CAPTION = dated(
    "2015-10-14",
    DateKind.MENTIONED,
    origin=Origin(OriginKind.CAPTION, "p 3"),
    quote="on Oct. 14, 2015, in Los Angeles",
)
NUMBER = Edit(
    BlockKind.PARAGRAPH,
    "The fire destroyed 12 houses.",
    "The fire destroyed 21 houses.",
    ("12",),
    ("21",),
    "number",
)
UNMOVED = StampMove(dated("2026-10-01"), dated("2026-10-01"), moved=False)
BUMPED = StampMove(dated("2026-10-01"), dated("2026-11-20"), moved=True)
CORRECTION = notice(NoticeKind.CORRECTION, "Correction: 21 houses burned, not 12.")
RETRACTION = notice(NoticeKind.RETRACTION, "This article has been retracted.")
ARCHIVED = notice(NoticeKind.ARCHIVED, "This is an archived article.")
SUBSTANTIVE = comparison(Change.SUBSTANTIVE, edits=(NUMBER,))
WEEK = RelativeDate("this week", "The council meets this week.")

VOTE = Claim(
    ClaimRule.LAPSED,
    "The council will vote on Friday.",
    "Friday",
    instant("2026-10-02"),
    instant("2026-10-02T23:59:59"),
    Strength.STRONG,
    instant("2026-10-01"),
    "json-ld datePublished",
    "will",
)
PROMISE = Claim(
    ClaimRule.PROMISE,
    "The clinic will continue to see patients without an appointment.",
    "will continue",
    cue="will continue",
)

KELLY = Holding(
    "John Kelly",
    "US Secretary of Homeland Security",
    date(2017, 7, 31),
    "Sessions and DHS Secretary John Kelly saying",
)

EXAMPLES: dict[Rule, Case] = {
    Rule.SOURCE_RETRACTED: case(comparison=comparison(Change.RETRACTED, notice=RETRACTION)),
    Rule.SOURCE_CORRECTED: case(comparison=comparison(Change.CORRECTED, notice=CORRECTION)),
    Rule.SOURCE_CHANGED: case(comparison=SUBSTANTIVE),
    Rule.SOURCE_REPLACED: case(
        comparison=comparison(Change.REPLACED, replacement=odd()), replaced_since=SINCE
    ),
    Rule.SOURCE_GONE: case(gone=(404, SINCE)),
    Rule.SOURCE_MOVED: case(moved_to="https://news.example/fire"),
    Rule.SOURCE_VARIES: case(comparison=SUBSTANTIVE, varies=Variation(2, SINCE, has_copy=True)),
    Rule.SOURCE_BLOCKED: case(blocked=("HTTP 403 Forbidden", SINCE)),
    Rule.SOURCE_UNREACHABLE: case(unreachable=("the connection was refused", SINCE)),
    Rule.STEALTH_EDIT: case(comparison=replace(SUBSTANTIVE, stamps=UNMOVED)),
    Rule.STAMP_BUMP: case(comparison=comparison(stamps=BUMPED)),
    Rule.AGE_EXCEEDED: case(OLD),
    Rule.EXPIRED: case(reading(dated("2026-10-01"), dated("2026-11-20", DateKind.EXPIRES))),
    Rule.REVIEW_OVERDUE: case(
        reading(dated("2026-10-01"), dated("2026-11-01", DateKind.REVIEW_DUE))
    ),
    Rule.NO_TIMESTAMP: case(reading(dates=dates(bounds=Bounds(CAPTION)))),
    Rule.TIMESTAMP_CONFLICT: case(
        reading(dated("2026-10-03"), dated("2026-10-01", DateKind.MODIFIED))
    ),
    Rule.TIMESTAMP_IN_FUTURE: case(reading(dated("2027-03-01")), copy_memento=None),
    Rule.LAPSED_CLAIM: case(replace(YOUNG, claims=(VOTE,))),
    Rule.RELATIVE_DATE: case(replace(UNDATED, relative_dates=(WEEK,))),
    Rule.UNDATED_PROMISE: case(replace(YOUNG, claims=(PROMISE,))),
    Rule.OFFICE_HOLDER: case(replace(YOUNG, holders=(KELLY,))),
    Rule.HAS_NOTICE: case(replace(YOUNG, notices=(ARCHIVED,))),
}


def expected(rule: Rule) -> str:
    info = RULES[rule]
    found = next(one for one in judge(EXAMPLES[rule], NOW).findings if one.rule is rule)
    return (
        f"## {rule.value}\n\nDefault severity: **{info.default.value}**.\n\n"
        f"**Sees.** {info.sees}\n\n**Why it matters.** {info.why}\n\n"
        f"**Example.**\n\n> {found.message}\n\n**Configure.** {info.configure}\n"
    )


def sections() -> dict[str, str]:
    parts = re.split(r"(?m)^(?=## )", DOC.read_text(encoding="utf-8"))[1:]
    return {part.split("\n", 1)[0].removeprefix("## "): part.rstrip() + "\n" for part in parts}


@pytest.mark.parametrize("rule", Rule)
def test_the_document_says_what_the_code_says(rule):
    assert sections()[rule.value] == expected(rule)


def test_the_document_has_a_section_for_each_rule_in_order_and_no_other():
    assert list(sections()) == [rule.value for rule in Rule]


if __name__ == "__main__":
    head = DOC.read_text(encoding="utf-8").split("\n## ", 1)[0].rstrip()
    DOC.write_text("\n".join([head, "", *(expected(rule) for rule in Rule)]), encoding="utf-8")
