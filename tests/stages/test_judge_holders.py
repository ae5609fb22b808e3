"""``office-holder``: the day in office, the day after, and who is not meant."""

from dataclasses import replace
from datetime import date

import pytest

from checker.model import Holder, Holding, Office, Review, Rule, Severity
from checker.stages import bounds, page, text
from checker.stages.judge import deadlines, judge
from tests.helpers_judge import case, dated, instant, reading

KELLY = Holding("John Kelly", "Secretary", date(2017, 7, 31), "Secretary John Kelly said")
YOUNG = replace(reading(dated("2017-07-30")), holders=(KELLY,))


def found(now: str, **changes):
    verdict = judge(case(YOUNG, copy_memento=None, **changes), instant(now))
    return [one for one in verdict.findings if one.rule is Rule.OFFICE_HOLDER]


@pytest.mark.parametrize(
    ("now", "count"),
    [("2017-07-31T12:00:00", 0), ("2017-07-31T23:59:59", 0), ("2017-08-01T00:00:00", 1)],
)
def test_from_the_day_after_the_last_in_office(now, count) -> None:
    assert len(found(now)) == count


def test_what_it_says() -> None:
    (one,) = found("2017-09-01")
    assert one.severity is Severity.WARNING
    assert one.message == (
        "The text names John Kelly as Secretary, who held that office until 31 July 2017: "
        "“Secretary John Kelly said”."
    )
    assert dict(one.evidence.values)["until"] == "2017-07-31"


def test_an_editor_who_looked_later_knew() -> None:
    early = Review("ed", instant("2017-07-01"), date(2018, 1, 1))
    late = Review("ed", instant("2017-08-15"), date(2018, 1, 1))
    assert found("2017-09-01", words=(early,))
    assert not found("2017-09-01", words=(late,))


def test_the_last_day_is_an_instant_to_look_again() -> None:
    assert instant("2017-07-31T23:59:59") in set(deadlines(case(YOUNG)))


def names(*paragraphs: str, offices: tuple[Office, ...] = ()) -> list[tuple[str, date]]:
    read = page.parse("".join(f"<p>{one}</p>" for one in paragraphs))
    assert isinstance(read, page.Page)
    return [(one.person, one.until) for one in bounds.holders(text.extract(read), offices)]


OBAMA = ("Barack Obama", date(2017, 1, 20))
MORE = "Nobody else in the town on the hill had anything to say about the new bridge."


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("President Barack Obama said that the bridge is safe.", [OBAMA]),
        ("President Obama will open the bridge on a Sunday.", [OBAMA]),
        ("President Obama and President Barack Obama are the same.", [OBAMA]),
        ("Former President Barack Obama said that the bridge is safe.", []),
        ("President Obama spoke. It was former President Obama's bridge.", []),
        ("In 2011 President Barack Obama said that the bridge is safe.", []),
        ("The judge was appointed by President Barack Obama.", []),
        ("President Bush said that the bridge over the river is safe.", []),
        ("President Emmanuel Macron said that the bridge is safe.", []),
        (
            "Theresa May, the prime minister, said that the bridge is safe.",
            [("Theresa May", date(2019, 7, 24))],
        ),
        ("Nobody said anything about the bridge over the river.", []),
    ],
)
def test_who_is_meant(sentence, expected) -> None:
    assert names(sentence, MORE) == expected


def test_the_users_offices_count() -> None:
    roe = Holder(("Jane Roe",), ("Roe",), date(2014, 5, 1), date(2019, 4, 30))
    oberbach = Office("Mayor of Oberbach", ("mayor",), (roe,))
    told = "Mayor Jane Roe said that the bridge over the river is safe."
    assert names(told, MORE, offices=(oberbach,)) == [("Jane Roe", date(2019, 4, 30))]
    assert names(told, MORE) == []
