"""Texts shown in turn: what is remembered, and when it is called a variation."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Form
from checker.stages.variants import COPY, MEMORY, MOST, SETTLED, noted, renamed, variation
from tests.helpers_watch import DAY, START


def shown(*prints: str, every: timedelta = DAY) -> tuple[Form, ...]:
    """The memory after the address has shown these, one after another."""
    forms: tuple[Form, ...] = ()
    for number, one in enumerate(prints):
        forms = noted(forms, one, START + number * every, before=START - DAY)
    return forms


def turns(*prints: str, every: timedelta = DAY) -> int:
    found = variation(shown(*prints, every=every), START + (len(prints) - 1) * every)
    return found.texts if found is not None else 0


@pytest.mark.parametrize(
    ("prints", "texts"),
    [
        ((), 0),
        ((COPY, COPY, COPY), 0),
        ((COPY, "b"), 0),
        ((COPY, "b", COPY), 0),  # may be an edit taken back
        ((COPY, "b", "b", COPY, COPY), 0),
        ((COPY, "b", COPY, "b"), 2),
        ((COPY, "b", COPY, "b", COPY), 2),
        ((COPY, "b", COPY, "b", "c"), 0),  # news
        ((COPY, "b", COPY, "b", "c", COPY), 0),  # the one before is new
        ((COPY, "b", COPY, "b", "c", COPY, "b"), 2),
        ((COPY, "b", "c", COPY, "b", "c"), 3),
        (("b", "c", "b", "c"), 2),
        (("b", "c", "d", "e"), 0),
    ],
)
def test_a_variation_needs_two_returns(prints: tuple[str, ...], texts: int) -> None:
    assert turns(*prints) == texts


def test_nothing_is_remembered_of_an_article_that_never_changes() -> None:
    assert shown(COPY, COPY) == ()


def test_it_is_known_whether_the_copy_is_one_of_the_texts() -> None:
    now = START + 3 * DAY
    with_copy, without = (variation(shown(*one), now) for one in ((COPY, "b") * 2, ("b", "c") * 2))
    assert with_copy is not None
    assert without is not None
    assert with_copy.has_copy
    assert not without.has_copy
    assert with_copy.since == START + 2 * DAY


def test_a_text_that_stays_is_the_page_s_text() -> None:
    forms = shown(COPY, "b", COPY, "b")
    last = forms[-1].since
    assert variation(forms, last + SETTLED) is not None
    assert variation(forms, last + SETTLED + DAY) is None
    again = noted(forms, COPY, last + SETTLED + DAY)
    assert [one.returns for one in again] == [0, 1]  # counted anew


def test_turns_far_apart_are_edits() -> None:
    assert turns(COPY, "b", COPY, "b", every=MEMORY) == 0


def test_the_memory_is_bounded() -> None:
    forms = shown(*(str(number) for number in range(3 * MOST)))
    assert len(forms) == MOST
    assert forms[-1].print == str(3 * MOST - 1)


def test_new_prints_leave_the_rest() -> None:
    forms = shown(COPY, "b", COPY, "b")
    assert renamed(forms, (COPY, "B")) == (forms[0], Form("B", forms[1].since, forms[1].returns))


@given(st.lists(st.sampled_from([COPY, "b", "c", "d"]), max_size=40))
def test_each_text_stands_once_and_the_present_one_last(prints: list[str]) -> None:
    forms = shown(*prints)
    names = [one.print for one in forms]
    assert len(names) == len(set(names))
    if forms:
        assert names[-1] == prints[-1]
        assert [one.since for one in forms] == sorted(one.since for one in forms)
