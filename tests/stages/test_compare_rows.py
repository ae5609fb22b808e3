"""Both texts side by side: nothing of either is lost, and what differs is marked."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Block, BlockKind, Text
from checker.stages.compare import Mark, Rows, rows, segments
from checker.stages.compare.rows import MAX_BLOCKS, MAX_PIECES
from tests.growth import linear
from tests.helpers_compare import BODY, text

SAME, REMOVED, ADDED = Mark.SAME, Mark.REMOVED, Mark.ADDED


def marked(before: str, after: str) -> str:
    forms = {SAME: "{}", REMOVED: "[-{}-]", ADDED: "{{+{}+}}"}
    return "".join(forms[one.mark].format(one.text) for one in segments(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("The toll is 12 dollars.", "The toll is 14 dollars.", "The toll is [-12-]{+14+} dollars."),
        ("Same.", "Same.", "Same."),
        ("", "New.", "{+New.+}"),
        ("Old.", "", "[-Old.-]"),
        ("", "", ""),
        ("one, two; three", "nine, ten; three", "[-one, two-]{+nine, ten+}; three"),
        ("12h30 today", "12 h 30 today", "[-12h30-]{+12 h 30+} today"),
        ("3,5%", "3,5 %", "3,5 %"),
        ("価格は12円です。", "価格は14円です。", "価格は[-12-]{+14+}円です。"),
        ("ราคา 12 บาท", "ราคา 14 บาท", "ราคา [-12-]{+14+} บาท"),
    ],
)
def test_words_not_syllables_are_marked(before: str, after: str, expected: str) -> None:
    assert marked(before, after) == expected


def plain(found: Rows, side: str) -> list[str]:
    texts = ["".join(part.text for part in getattr(row, side)) for row in found.rows]
    return [one for one in texts if one]


def test_blocks_stand_beside_what_became_of_them() -> None:
    old = text(*BODY)
    new = text(BODY[0], BODY[1].replace("4 million", "5 million"), "A new one here.", *BODY[2:-1])
    found = rows(old, new)
    assert [row.changed for row in found.rows] == [False, False, True, True, False, False, True]
    assert plain(found, "before") == [old.title, *BODY]
    assert plain(found, "after") == [new.title, *(block.text for block in new.blocks)]
    assert not any(row.moved for row in found.rows)


def test_a_block_that_stands_elsewhere_is_called_moved() -> None:
    found = rows(text(*BODY), text(BODY[-1], *BODY[:-1]))
    assert [row.moved for row in found.rows if row.changed] == [True, True]


def test_the_headline_is_shown_once_wherever_a_template_puts_it() -> None:
    title = "Old bridge closes for repairs"
    inside = Text(title, (Block(BlockKind.HEADING, title), *text(*BODY).blocks), "en", "", (), "")
    found = rows(inside, text(*BODY))
    assert plain(found, "before") == plain(found, "after") == [title, *BODY]
    assert not any(row.changed for row in found.rows)
    assert rows(Text("", (), None, ""), Text("", (), None, "")).rows == ()


def test_what_is_too_long_is_cut_and_said() -> None:
    many = text(*(f"Line {number} of many." for number in range(MAX_BLOCKS + 1)))
    found = rows(many, many)
    assert found.cut
    assert len(found.rows) == MAX_BLOCKS + 1  # with the headline
    assert not rows(text(*BODY), text(*BODY)).cut
    long = "word " * (MAX_PIECES // 2)
    assert marked(long, long) == long
    assert marked(long, f"{long}more") == f"[-{long}-]{{+{long}more+}}"


def test_hostile_texts_are_laid_out_in_time_that_grows_with_them() -> None:
    def same(size: int) -> partial[object]:
        return partial(rows, text(*["a b " * 500] * size), text(*["b a " * 500] * size))

    def other(size: int) -> partial[object]:
        old, new = (text(*(f"{one}{n}" for n in range(size))) for one in "xy")
        return partial(rows, old, new)

    linear(same, 400)
    linear(other, 3000)


words = st.text(st.sampled_from("ab ,.é日"), max_size=12)


@given(st.lists(words, max_size=6), st.lists(words, max_size=6))
def test_law_nothing_of_either_text_is_lost(old: list[str], new: list[str]) -> None:
    found = rows(text(*old, title=""), text(*new, title=""))
    for side, whole in (("before", old), ("after", new)):
        shown = "".join(plain(found, side))
        assert "".join(shown.split()) == "".join("".join(whole).split())
    assert any(row.changed for row in found.rows) or "".join("".join(old).split()) == "".join(
        "".join(new).split()
    )
