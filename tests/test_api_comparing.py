"""``checker.compare`` end to end: bodies in, a comparison out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.api.comparing import compare
from checker.model import Change, Direction, ReplacedKind
from tests.helpers_compare import BODY


def _page(*paragraphs: str, title: str = "Old bridge closes", extra: str = "") -> str:
    body = "".join(f"<p>{line}</p>" for line in paragraphs)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body>"
        f"<nav><a href=/>Home</a> <a href=/news>News</a></nav>"
        f"<article><h1>{title}</h1>{body}</article><footer>{extra}</footer></body></html>"
    )


def test_the_same_bytes_and_str_are_identical():
    html = _page(*BODY)
    assert compare(html, html.encode(), "https://news.example/1").change is Change.IDENTICAL


def test_new_markup_around_the_same_words_is_no_change():
    old = _page(*BODY)
    new = old.replace("<p>", "<p class='x' nonce='8c1'>").replace("<article>", "<article id=a>")
    found = compare(old, new)
    assert (found.change, found.noise) == (Change.IDENTICAL, ("markup",))


def test_a_corrected_number_with_its_note():
    note = "Correction: An earlier version of this story gave a wrong sum."
    new = _page(BODY[0], BODY[1].replace("4 million", "14 million"), *BODY[2:], note)
    found = compare(_page(*BODY), new)
    assert found.change is Change.CORRECTED
    assert found.notice is not None
    assert found.notice.quote == note
    assert "number" in [edit.why for edit in found.edits]


def test_a_silent_change_of_a_number():
    found = compare(_page(*BODY), _page(BODY[0], BODY[1].replace("4 mil", "9 mil"), *BODY[2:]))
    assert found.change is Change.SUBSTANTIVE
    assert (found.edits[0].removed, found.edits[0].added) == (("4",), ("9",))


def test_a_soft_404():
    found = compare(_page(*BODY), _page("The page you requested is gone.", title="Page not found"))
    assert found.replacement is not None
    assert (found.replacement.kind, found.replacement.direction) == (
        ReplacedKind.SOFT_404,
        Direction.BAD,
    )


@pytest.mark.parametrize(
    ("body", "reason"), [(b"", "empty"), (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF")]
)
def test_a_body_without_text_is_blank_and_says_why(body, reason):
    for old, new, direction in (
        (_page(*BODY), body, Direction.BAD),
        (body, _page(*BODY), Direction.RECOVERED),
    ):
        odd = compare(old, new).replacement
        assert odd is not None
        assert (odd.kind, odd.direction) == (ReplacedKind.BLANK, direction)
        assert reason in odd.quote
    assert compare(body, body).change is Change.IDENTICAL
    both = compare(body, body + b" ").replacement
    assert both is not None
    assert (both.kind, both.direction) == (ReplacedKind.BLANK, Direction.BOTH_BAD)


def test_a_page_without_words_is_blank():
    odd = compare(_page(*BODY), "<html><body><script>x()</script></body></html>").replacement
    assert odd is not None
    assert (odd.kind, odd.quote) == (ReplacedKind.BLANK, "the page shows no words")


@given(st.binary(max_size=300), st.text(max_size=300))
@settings(max_examples=40, deadline=None)
def test_law_nothing_raises_on_any_bytes(some, other):
    there, back = compare(some, other), compare(other, some)
    assert (there.change is Change.REPLACED) == (back.change is Change.REPLACED)
    assert compare(some, some).change is Change.IDENTICAL
    assert compare(other, other).change is Change.IDENTICAL
