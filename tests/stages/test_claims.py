"""Relative dates and the sentences they stand in."""

import pytest

from checker.model import Block, BlockKind, Text
from checker.stages import claims
from tests.growth import linear_in


def said(words: str, language: str | None = "en") -> list[str]:
    text = Text("", (Block(BlockKind.PARAGRAPH, words),), language, "")
    return [found.words for found in claims.relative_dates(text)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("They said this week that agents will go on.", ["this week"]),
        ("The letter, released Friday but sent Wednesday, was", ["released Friday", "sent Wednesday"]),
        ("she wrote earlier this month. In recent weeks it rose", ["earlier this month", "In recent weeks"]),
        ("Two days ago he left; last Tuesday he came back", ["Two days ago", "last Tuesday"]),
        ("over the past few years, and today", ["over the past few years", "today"]),
        ("on Friday, but on Friday May 3 it was", ["on Friday"]),
        ("The Fridayness of thistles; a weekly todayish thing", []),
        ("On 3 May 2024 the court sat.", []),
    ],
)  # fmt: skip
def test_english(words: str, found: list[str]) -> None:
    assert said(words) == found


@pytest.mark.parametrize(
    ("language", "words", "found"),
    [
        ("de", "Die Polizei teilte gestern mit, dass diese Woche am Montag", ["gestern", "diese Woche", "am Montag"]),
        ("fr", "Il y a deux semaines, puis mardi dernier", ["Il y a deux semaines", "mardi dernier"]),
        ("es", "La semana pasada, y hoy", ["La semana pasada", "hoy"]),
        ("pt", "Nesta semana e ontem", ["Nesta semana", "ontem"]),
        ("it", "Tre giorni fa, oggi", ["Tre giorni fa", "oggi"]),
        ("nl", "Vorige week en gisteren", ["Vorige week", "gisteren"]),
        ("de-AT", "heute", ["heute"]),
        (None, "said this week", ["this week"]),
        ("xx", "this week", []),
    ],
)  # fmt: skip
def test_other_languages(language: str | None, words: str, found: list[str]) -> None:
    assert said(words, language) == found


def test_the_sentence_is_quoted_alone() -> None:
    words = (
        "On Oct. 14 Mr. Kelly came at 5 p.m. to speak. “It was sent last week.” He left! And so on."
    )
    text = Text("", (Block(BlockKind.PARAGRAPH, words),), "en", "")
    (found,) = claims.relative_dates(text)
    assert found.sentence == "“It was sent last week.”"
    assert list(claims.sentences("")) == []


def test_long_sentences_are_cut_around_the_words() -> None:
    text = Text(
        "", (Block(BlockKind.PARAGRAPH, "a " * 2_000 + "this week " + "b " * 2_000),), "en", ""
    )
    (found,) = claims.relative_dates(text)
    assert "this week" in found.sentence
    assert found.sentence.startswith("…")
    assert found.sentence.endswith("…")
    assert len(found.sentence) < 700


@pytest.mark.parametrize("shape", ["this week ", "a. ", "in ", "1 ", "last next ", "A.B. ", '. " '])
def test_hostile_text_costs_no_more_than_its_length_and_yields_a_bounded_number(shape: str) -> None:
    def find(words: str) -> None:
        block = Block(BlockKind.PARAGRAPH, words)
        found = claims.relative_dates(Text("", (block, block), "en", ""))
        assert len(found) <= claims.MAX_FOUND

    linear_in(shape * (150_000 // len(shape)), find)


@pytest.mark.parametrize(
    "words", ["THIS WEEK", "Thıs week", "THİS week", "thiſ weeK", "This\u00a0week"]
)
def test_letters_that_ignoring_case_makes_alike_are_found_alike(words: str) -> None:
    line = f"It was {words} that it rained."
    assert said(line) == ([] if "\u00a0" in words else [words])
