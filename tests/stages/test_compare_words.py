"""Numbers in one notation: what mutants of ``stages/compare/words.py`` showed untested."""

import pytest

from checker.stages.compare.words import canonical, numbers


@pytest.mark.parametrize(
    ("group", "found"),
    [
        (["123", "456"], ["123456"]),  # a leading group of three digits counts, too
        (["1234", "567"], ["1234", "567"]),  # of four it is a number of its own
        (["36", "982,92"], ["36982.92"]),
        (["12", "and", "345"], ["12", "345"]),  # a word between ends the number
        (["a1", "234"], ["1", "234"]),  # what holds a letter begins no number
        (["12h30"], ["12", "30"]),
        ([], []),
    ],
)
def test_neighbouring_groups_are_one_number_where_they_may_be(
    group: list[str], found: list[str]
) -> None:
    assert numbers(group) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [("1,000.0", "1000"), ("100.00", "100"), ("1.000.000", "1000000"), ("007", "7"), ("0", "000")],
)
def test_one_number_in_two_notations_agrees(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


def test_a_number_is_never_written_with_an_exponent() -> None:
    assert canonical("1,000,000.0") == "1000000"
