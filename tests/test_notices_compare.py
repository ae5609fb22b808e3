"""A correction that only the source bears is told, even if nothing else on the page changed."""

import pytest

import checker
from checker.model import Change, NoticeKind
from tests.stages.test_notices import BEARS

TOLD = {
    NoticeKind.CORRECTION: Change.CORRECTED,
    NoticeKind.AMENDMENT: Change.CORRECTED,
    NoticeKind.CLARIFICATION: Change.CORRECTED,
    NoticeKind.RETRACTION: Change.RETRACTED,
    NoticeKind.WITHDRAWAL: Change.RETRACTED,
}
STORY = (
    "<p>The town council voted on Tuesday evening to raise the toll on the harbour bridge to 4.50 "
    "for cars, the first increase in eleven years.</p><p>Fourteen of the 23 members voted in "
    "favour. The money is meant for the steel deck, which needs repair after a long winter.</p>"
)


def article(language: str, above: str = "", below: str = "") -> str:
    return (
        f'<html lang="{language}"><head><title>Bridge toll</title></head><body><article>'
        f"{above}<h1>Bridge toll</h1>{STORY}{below}</article></body></html>"
    )


@pytest.mark.parametrize(("kind", "language", "line"), BEARS)
def test_only_the_notice_differs(kind, language, line):
    old = article(language)
    for new in (
        article(language, above=f"<p><em>{line}</em></p>"),
        article(language, below=f"<p>{line}</p>"),
    ):
        made = checker.compare(old, new)
        expected = {TOLD[kind]} if kind in TOLD else set(Change) - set(TOLD.values())
        assert made.change in expected
        assert (made.notice is not None) == (kind in TOLD)
        assert checker.compare(new, new).change is Change.IDENTICAL  # the copy bears it, too
