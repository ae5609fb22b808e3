"""Rows for a terminal: nothing is left out for want of room."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from checker.entry.render.columns import cut, fitted, print_facts, print_rows

HEADER = ("ID", "STATUS", "WHY", "ADDRESS")
ROWS = [
    ("1", "outdated", "source-changed, stealth-edit", "https://paper.example/news/2019/school-lunches.html"),
    ("2", "current", "", "https://paper.example/culture/the-museum-reopens-after-two-years.html"),
]  # fmt: skip


def printed(width, show, *words):
    out = io.StringIO()
    show(Console(file=out, width=width, color_system=None), *words)
    return out.getvalue()


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 400])
def test_whatever_the_width_each_row_can_be_told_from_the_others(width):
    told = printed(width, print_rows, HEADER, ROWS)
    assert all(cell_len(line.rstrip()) <= width for line in told.splitlines())
    for mark in ("1", "2", "outdated", "current", "lunches.html", "two-years.html"):
        assert mark in "".join(told.split()), told


def test_a_narrow_terminal_gets_a_block_a_row_with_every_word():
    told = printed(40, print_rows, HEADER, ROWS)
    for row in ROWS:
        for cell in row:
            assert "".join(cell.split()) in "".join(told.split())
    assert told.count("ADDRESS") == 2


def test_a_fact_that_is_longer_than_a_line_goes_on_below_its_beginning():
    told = printed(40, print_facts, [("number", "1"), ("last check", "word " * 20)])
    lines = [line.rstrip() for line in told.splitlines()]
    assert lines[0].startswith("  number      1")
    assert lines[1].startswith("  last check  word")
    assert all(line.startswith(" " * 14 + "word") for line in lines[2:])


@pytest.mark.parametrize(
    ("cell", "width", "expected"),
    [
        ("short", 5, "short"),
        ("longer words here", 8, "longer …"),
        ("https://a.example/b/c.html", 16, "https…b/c.html"[:5] + "…" + "ple/b/c.html"[-10:]),
        ("日本語の見出し", 6, "日本…"),
    ],
)
def test_of_an_address_the_end_is_kept(cell, width, expected):
    assert cut(cell, width) == expected


@given(st.text(st.sampled_from("ab/ é日\u0301"), max_size=60), st.integers(3, 30))
def test_nothing_is_wider_than_its_column(cell, width):
    assert cell_len(cut(cell, width)) <= width


@given(
    st.lists(st.lists(st.text(max_size=50), min_size=3, max_size=3), min_size=1),
    st.integers(1, 200),
)
def test_widths_fit_or_there_are_none(rows, width):
    found = fitted(rows, width)
    if found is not None:
        assert sum(found) + 2 * len(found) <= width


def test_an_instant_is_whole_in_eighty_columns():
    row = (
        "1",
        "outdated",
        "2026-11-25 00:34",
        "2026-11-26 00:35",
        "source-changed, x",
        "https://a.example/b/c",
    )
    told = printed(80, print_rows, ("ID", "STATUS", "CHECKED", "NEXT", "WHY", "ADDRESS"), [row])
    assert len(told.splitlines()) == 2
    assert "2026-11-25 00:34  2026-11-26 00:35" in told
