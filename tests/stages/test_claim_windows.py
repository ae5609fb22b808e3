"""Statements about times to come: when they fire, and what their words mean."""

from datetime import UTC, date, datetime

import pytest

from checker import data, find_claims
from checker.model import ClaimRule, Strength
from checker.stages.claims import language
from tests.growth import linear_in

FRIDAY = date(2017, 3, 31)


def windows(text: str, anchor: date | None = FRIDAY, tag: str = "en") -> list[tuple[str, str, str]]:
    return [
        (one.words, f"{one.earliest:%Y-%m-%d}", f"{one.latest:%Y-%m-%d}")
        for one in find_claims(text, anchor, tag)
        if one.rule is ClaimRule.LAPSED and one.earliest and one.latest
    ]


@pytest.mark.parametrize(
    ("text", "words", "first", "last"),
    [
        ("The council will vote on Friday.", "Friday", "2017-03-31", "2017-03-31"),
        ("The council will vote next Tuesday.", "next Tuesday", "2017-04-04", "2017-04-04"),
        ("The council will vote tomorrow.", "tomorrow", "2017-04-01", "2017-04-01"),
        ("The council will vote next month.", "next month", "2017-04-01", "2017-04-30"),
        ("The council will vote this weekend.", "this weekend", "2017-04-01", "2017-04-02"),
        ("The council will vote next week.", "next week", "2017-04-03", "2017-04-09"),
        ("The show runs through May 3.", "May 3", "2017-05-03", "2017-05-03"),
        ("The show runs from June 2 to 5.", "June 2 to 5", "2017-06-02", "2017-06-05"),
        ("It opens on 12 May 2018.", "12 May 2018", "2018-05-12", "2018-05-12"),
        ("It is set to open in early June.", "early June", "2017-06-01", "2017-06-10"),
        ("Applications are due by April 7.", "April 7", "2017-04-07", "2017-04-07"),
        ("Through Dec. 31 at Navy Pier.", "Dec. 31", "", ""),
        ("It is scheduled for Jan. 5, 2018.", "Jan. 5, 2018", "2018-01-05", "2018-01-05"),
        ("It will be done within three weeks.", "within three weeks", "2017-03-31", "2017-04-21"),
        ("On Monday, the museum will reopen.", "Monday", "2017-04-03", "2017-04-03"),
        ("Monday will be colder, he said Friday.", "Monday", "2017-04-03", "2017-04-03"),
        ("It will close by the end of 2019.", "the end of 2019", "2019-09-01", "2019-12-31"),
        ("It will start in the second quarter of 2018.", "the second quarter of 2018", "2018-04-01", "2018-06-30"),
        ("The tour will start this summer.", "this summer", "2017-06-02", "2017-09-30"),
    ],
)  # fmt: skip
def test_what_the_words_mean(text: str, words: str, first: str, last: str) -> None:
    if not first:  # nine months ahead without a year: rather the one past
        assert windows(text) == []
        return
    assert windows(text) == [(words, first, last)]


@pytest.mark.parametrize(
    "text",
    [
        "He said Friday that it was over.",
        "The council voted on Friday.",
        "The vote was scheduled for Friday.",
        "The vote was originally set for May 3.",
        "It would open in June.",
        "It has been closed on Friday.",
        "Will it open on Friday?",
        "If it opens on Friday, it will be full.",
        "They meet on Fridays and will stay.",
        "Last Friday will be remembered.",
        "It will be as it was since May 3.",
        "The letter, released Friday but sent Wednesday, was a response.",
        "Every Friday the shop is closed and will be.",
        "It will close on 12 May 2016.",
        "It will be on February 30.",
        "The bill, passed Friday, was signed.",
        "Police arrested him Friday.",
    ],
)
def test_what_is_no_claim(text: str) -> None:
    assert windows(text) == []


@pytest.mark.parametrize(
    ("tag", "text", "last"),
    [
        ("de", "Der Rat wird am Montag entscheiden.", "2017-04-03"),
        ("de", "Die Ausstellung läuft bis zum 5. Mai.", "2017-05-05"),
        ("de", "Im Oktober 2017 soll die Brücke eröffnet werden.", "2017-10-31"),
        ("de", "Der Rat sagte am Montag, das sei alles.", ""),
        ("de", "Die Eröffnung war ursprünglich für den 5. Mai geplant.", ""),
        ("es", "El presidente viajará el martes a Chile.", "2017-04-04"),
        ("es", "La feria se celebra el 5 de mayo.", "2017-05-05"),
        ("es", "El presidente viajó el martes a Chile.", ""),
        ("fr", "Le conseil votera mardi.", "2017-04-04"),
        ("fr", "La foire aura lieu le 5 mai 2017.", "2017-05-05"),
        ("fr", "Le conseil a voté mardi.", ""),
    ],
)
def test_other_languages_on_the_same_code(tag: str, text: str, last: str) -> None:
    assert [one[2] for one in windows(text, tag=tag)] == ([last] if last else [])


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("It will open on Monday.", Strength.STRONG),
        ("It will open in May 2017.", Strength.STRONG),
        ("It may open on Monday.", Strength.WEAK),
        ("It might open on Monday.", Strength.WEAK),
        ("It will open in 2018.", Strength.WEAK),
        ("It is currently set to open on Monday.", Strength.WEAK),
        ("It will probably open on Monday.", Strength.WEAK),
        ("It will open in the coming weeks.", Strength.WEAK),
        ("The shop opens on Monday.", Strength.WEAK),
        ("The shop opens on May 3.", Strength.STRONG),
        ("It will be decided later today.", Strength.WEAK),
        ("It will be decided tomorrow.", Strength.STRONG),
        ("The fee applies from May 3.", Strength.STRONG),
        ("Open to all from May.", Strength.WEAK),
    ],
)
def test_the_two_tiers(text: str, strength: Strength) -> None:
    assert [one.strength for one in find_claims(text, FRIDAY)] == [strength]


@pytest.mark.parametrize(
    ("as_of", "lapsed"),
    [("2017-04-29", False), ("2017-04-30", False), ("2017-05-01", True)],
)
def test_next_month_has_lapsed_on_the_first_of_the_month_after(as_of: str, lapsed: bool) -> None:
    now = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    assert bool(find_claims("It will open next month.", FRIDAY, as_of=now)) is lapsed


def test_without_an_anchor_what_names_its_year_is_resolved_and_the_rest_is_quoted() -> None:
    found = find_claims("It will open on 3 May 2018. It will close next week.", None)
    assert [(one.rule, one.words) for one in found] == [
        (ClaimRule.LAPSED, "3 May 2018"),
        (ClaimRule.RELATIVE, "next week"),
    ]
    assert found[0].anchor is None
    assert found[1].quote == "It will close next week."


@pytest.mark.parametrize(
    "text",
    [
        "Agents will continue to make arrests at courthouses.",
        "They said Friday that agents will continue to make arrests.",
    ],
)
def test_a_promise_without_a_time_of_its_own_never_lapses(text: str) -> None:
    (found,) = find_claims(text, FRIDAY)
    assert (found.rule, found.latest, found.strength) == (ClaimRule.PROMISE, None, None)


def test_a_claim_says_what_it_was_counted_from() -> None:
    (found,) = find_claims("It will open on Monday.", datetime(2017, 3, 31, 12, tzinfo=UTC))
    assert found.anchor == datetime(2017, 3, 31, tzinfo=UTC)
    assert (found.anchor_origin, found.cue) == ("given", "will")


def test_a_language_without_a_table_has_no_claims() -> None:
    assert find_claims("Rada se sejde v pátek 5. května 2017.", FRIDAY, "cs") == []


HOSTILE = [
    "a" * 100_000,
    "will " * 20_000,
    "1" * 100_000,
    "Monday " * 14_000,
    "May 3, " * 14_000,
    " " * 100_000,
    "the end of " * 9_000,
    "-" * 100_000,
    "12. 12. " * 12_000,
    "was not also " * 7_500,
    "é" * 100_000,
    "in the next " * 8_000,
]


@pytest.mark.parametrize("tag", data.names("claims"))
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_time_grows_with_hostile_text_and_no_faster(tag: str, text: str) -> None:
    """25 and 100 KB without an end of a sentence; every pattern of the language is run."""
    assert language.known(tag)
    linear_in(text, lambda cut: find_claims(cut, FRIDAY, tag))
