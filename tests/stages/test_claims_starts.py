"""A guarded pattern finds what the pattern finds, and is asked for far less."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.data import names
from checker.stages.claims import language
from checker.stages.claims.starts import Edges, Guarded, guarded, lower


def made(*patterns: str) -> Guarded:
    return guarded([("", patterns)], Edges())


def plain(one: Guarded) -> re.Pattern[str]:
    """The pattern that the guard spares."""
    return one.pattern(one.choices)


def may_begin(one: Guarded, text: str) -> bool:
    skipped = one.guard.match(text)
    return skipped is not None and skipped.end() == 0


@pytest.mark.parametrize(
    ("pattern", "guard"),
    [
        ("may", "may"),
        ("May|june", "may|june"),
        ("(?:in |by )?may", r"in\ may|by\ may|may"),
        ("(?P<month>march)[ -]?(?:1|2)", r"march|march\ |march\-"),
        ("(?<=by )may", "may"),
        ("(?!might)m", "m"),
        (r"\d{1,2} days", r"\d"),
        ("[1-4]th", r"\dth"),
        (r"a\.m\.", r"a\.m\."),
        ("a{1,3}b", "a"),
        ("(?:x|y)*z", "x|y|z"),
        ("(?-i:May)", "may"),
        ("extraordinarily", "extrao"),
    ],
)
def test_the_guard_is_made_of_beginnings(pattern: str, guard: str) -> None:
    allowed = re.compile(guard)
    for text in ("may", "june", "in may", "by may", "march 2", "march-1", "m", "31 days", "4th",
                 "a.m.", "aab", "aaab", "xyz", "z", "extraordinary", "other", "3"):  # fmt: skip
        assert may_begin(made(pattern), text) == (allowed.match(text) is not None), text


@pytest.mark.parametrize("pattern", [r"\w{3} days", ".x", "[^a]b", r"[\w-]x", "(?>a)b", "(a)|b"])
def test_what_is_not_understood_may_begin_with_anything(pattern: str) -> None:
    if pattern.startswith("(?>"):
        re.compile(pattern)
    found = made(pattern, "known")
    assert [one.letters for one in found.choices] == [frozenset(), frozenset("k")]
    for text in ("two days", "ox", "bb", "-x", "ab", "b", "known"):
        assert spans(found.finditer(text)) == spans(plain(found).finditer(text))


def spans(found: object) -> list[tuple[int, int, str | None]]:
    assert hasattr(found, "__iter__")
    return [(*one.span(), one.lastgroup) for one in found]


@pytest.mark.parametrize("tag", names("claims"))
def test_every_table_is_understood(tag: str) -> None:
    """Hardly anything of it may begin with anything, or a guard would be of no use."""
    table = language.known(tag)
    assert table is not None
    lost = [sum(not one.letters for one in kind.choices) for kind in (table.when, table.marks)]
    assert lost[0] <= (tag == "fr")  # "\w{2,12} dernier"
    assert lost[1] <= 3


WORDS = {
    tag: sorted({*re.findall(r"[^\W\d_]+", plain(table.when).pattern + plain(table.marks).pattern)})
    for tag in names("claims")
    if (table := language.known(tag)) is not None
}  # fmt: skip
ODD = st.sampled_from(["2027", "31", "1st", "-", ",", ".", "'s", "’", "ſ", "İ", "ı", "K", "©", ":"])


@given(st.data())
def test_it_finds_what_the_pattern_finds(data: st.DataObject) -> None:
    tag = data.draw(st.sampled_from(sorted(WORDS)))
    word = st.sampled_from(WORDS[tag])
    pieces = data.draw(
        st.lists(word | word.map(str.title) | word.map(str.upper) | ODD | st.text(max_size=3),
                 max_size=12)
    )  # fmt: skip
    text = data.draw(st.sampled_from([" ", "", "-", " the "])).join(pieces)
    table = language.known(tag)
    assert table is not None
    for one in (table.when, table.marks, *([table.promise] if table.promise else [])):
        whole = plain(one)
        assert spans(one.finditer(text)) == spans(whole.finditer(text))
        found, first = one.search(text), whole.search(text)
        assert (found and found.span()) == (first and first.span())


def test_only_what_may_begin_with_the_letter_is_compiled_and_tried() -> None:
    found = made("may", "june", r"\d days", r"\w{3}x")
    assert [one[0] for one in found.finditer("june, may, ä and 3 days, 4 days, abcx")] == [
        "june", "may", "3 days", "4 days", "abcx",
    ]  # fmt: skip
    assert len(found.compiled) <= len(found.letters) + 1  # whatever letters a text has
    assert not list(made("may").finditer("dismay, mayor"))


@given(st.text())
def test_lower_keeps_places(text: str) -> None:
    assert len(lower(text)) == len(text)


def test_letters_that_ignoring_case_takes_for_others_are_folded() -> None:
    assert lower("İıſK") == "iisk"
