"""Rules about the source, by table: what it says now and what answers at its address."""

from dataclasses import replace

import pytest

from checker.model import (
    BlockKind,
    Change,
    Edit,
    Evidence,
    NoticeKind,
    Rule,
)
from tests.helpers_judge import (
    IDENTICAL,
    NOW,
    RECOVERED,
    REPLACED,
    RETRACTION,
    SINCE,
    SUBSTANTIVE,
    YOUNG,
    case,
    comparison,
    dated,
    moved,
    notice,
    odd,
    only,
    said,
)

# ── the source's words ────────────────────────────────────────────────────────────────────────

CORRECTION = notice(NoticeKind.CORRECTION)
WITHDRAWAL = notice(NoticeKind.WITHDRAWAL, "Withdrawn.")
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
        (
            (replace(NUMBER, removed=("12", "cats"), added=("21", "dogs")),),
            False,
            "“12 cats” became “21 dogs” in “There were 21 cats.”",
        ),
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
            ("edits", "5c610f8cc25667be"),
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
    assert found.evidence == Evidence(
        "Page not found", "copy", (("change", "replaced"), ("similarity", "0.970"))
    )
    told = said(case(comparison=replace(SUBSTANTIVE, replacement=odd())))
    assert "another page" not in told[Rule.SOURCE_CHANGED]


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
        "20 November 2026",
        "source, meta article:published_time",
        (
            ("before", "2020-01-01T00:00:00+00:00"),
            ("after", "2026-11-20T00:00:00+00:00"),
            ("stamp", "2026-11-20"),
        ),
    )
    one = case(comparison=comparison(Change.SUBSTANTIVE, stamps=STILL))
    found = only(one, Rule.STEALTH_EDIT).evidence
    assert (found.quote, found.place, dict(found.values)["change"]) == (
        "1 January 2020", "source, meta article:published_time", "substantive",
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
