"""A correction is linked with the sentence that it corrects, or with none."""

import pytest

from checker.model import Change, Corrected, Notice, NoticeKind
from checker.stages.compare import compare
from tests.helpers_compare import BODY, version


def said(quote: str, kind: NoticeKind = NoticeKind.CORRECTION) -> tuple[Notice, ...]:
    return (Notice(kind, quote, "en"),)


def linked(quote: str, *after: str, kind: NoticeKind = NoticeKind.CORRECTION) -> Corrected | None:
    paragraphs = after or BODY
    found = compare(version(*BODY), version(*paragraphs, quote, notices=said(quote, kind)))
    assert found.notice is not None
    return found.corrected


def test_the_edit_whose_words_the_notice_repeats() -> None:
    new = BODY[1].replace("4 million", "5 million")
    quote = "Correction: An earlier version gave the cost as 4 million euros. It is 5 million."
    other = BODY[4].replace("fear", "think")
    assert linked(quote, BODY[0], new, *BODY[2:4], other) == Corrected(BODY[1], new)


def test_a_sentence_that_stayed_and_that_the_notice_retells() -> None:
    quote = "Correction: Engineers found cracks in three of the pillars, not in two of them."
    first = "Engineers found cracks in two of the pillars, and the work is said to cost 4 million euros."
    assert linked(quote) == Corrected(first, first)


@pytest.mark.parametrize(
    "quote",
    [
        "Correction: An earlier version of this article misspelled a name.",
        "Correction: A photograph was credited to the wrong agency.",
    ],
)
def test_no_sentence_is_better_than_a_wrong_one(quote: str) -> None:
    assert linked(quote) is None


def test_the_notice_itself_is_not_what_it_corrects() -> None:
    old = "Correction: The mayor is called Anna Keller, not Anna Kessler."
    new = "Correction: The mayor is called Anna Keller, not Anne Kessler."
    found = compare(version(*BODY, old, notices=said(old)), version(*BODY, new, notices=said(new)))
    assert found.change is Change.CORRECTED
    assert found.corrected is None or found.corrected.before != old


def test_a_retraction_corrects_no_single_sentence() -> None:
    quote = "Retraction: Engineers found cracks in two of the pillars; this report is withdrawn."
    assert linked(quote, kind=NoticeKind.RETRACTION) is None


def test_scripts_without_spaces() -> None:
    old = (
        "橋の修理には四百万ユーロかかると市議会が月曜日に発表した。",
        "店主らは客が減ると心配している。",
    )
    quote = "訂正：橋の修理には五百万ユーロかかると市議会が発表しました。"
    new = (old[0].replace("四百万", "五百万"), old[1])
    found = compare(
        version(*old, language="ja"), version(*new, quote, language="ja", notices=said(quote))
    )
    assert found.corrected == Corrected(old[0], new[0])
