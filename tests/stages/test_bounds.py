"""Between what a text was written that has lost its time stamp, and by what evidence."""

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker import extract_dates
from checker.data import table
from checker.model import Bounds, Dates, Holder, Office, OriginKind
from checker.stages import bounds, dates, page, text
from checker.stages.bounds import weekdays
from checker.stages.bounds.agree import Clue, agree
from checker.stages.bounds.register import SHIPPED, register
from checker.stages.bounds.words import split
from tests.growth import linear

GOLDEN = Path(__file__).parents[1] / "golden" / "lost_stamps.toml"
TEXTS = tomllib.loads(GOLDEN.read_text(encoding="utf-8"))["text"]
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def of(*paragraphs: str, language: str = "en", now: datetime | None = NOW, **seen) -> Bounds:
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    html = f'<html lang="{language}"><body><article>{body}</article></body></html>'
    return extract_dates(html, now=now, **seen).bounds


def shown(found: Bounds) -> tuple[str, str]:
    low, high = found.not_before, found.not_after
    return (
        low.earliest.date().isoformat() if low else "",
        high.latest.date().isoformat() if high else "",
    )


@pytest.mark.parametrize("one", TEXTS, ids=lambda one: one["name"])
def test_the_window_holds_the_day_of_writing(one) -> None:
    found = of(*one["paragraphs"], language=one["language"])
    low, high = shown(found)
    written = one["written"].isoformat()
    assert (low or written) <= written <= (high or written)
    assert (low, high) == (one["after"], one["before"])


def test_the_texts_are_of_several_languages_and_times() -> None:
    assert len({one["language"] for one in TEXTS}) >= 4
    assert len({one["written"].year for one in TEXTS}) >= 12
    assert min(one["written"].year for one in TEXTS) <= 1991


SAID = "President Barack Obama said on Friday that the bridge is safe."


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (SAID, ("2009-01-20", "2017-01-20")),
        ("President Obama told reporters that the bridge is safe.", ("2009-01-20", "2017-01-20")),
        ("“The bridge is safe,” said U.S. President Barack H. Obama.", ("2009-01-20", "2017-01-20")),
        ("Barack Obama, the American president, said it is safe.", ("2009-01-20", "2017-01-20")),
        ("Former President Barack Obama said that the bridge is safe.", ("2017-01-20", "")),
        ("Ex-President Obama said that the bridge is safe.", ("2017-01-20", "")),
        ("Barack Obama, the former president, said that it is safe.", ("2017-01-20", "")),
        ("Then-President Barack Obama said that the bridge was safe.", ("", "")),
        ("President-elect Barack Obama said that the bridge is safe.", ("", "")),
        ("Presidential hopeful Barack Obama said that it is safe.", ("", "")),
        ("He was appointed by President Barack Obama.", ("2009-01-20", "")),
        ("The rule dates from 2011, when President Barack Obama said it was safe.", ("2009-01-20", "")),
        ("Vice President Joe Biden said that the bridge is safe.", ("2009-01-20", "2017-01-20")),
        ("A former aide to President Barack Obama said it is safe.", ("2009-01-20", "2017-01-20")),
        ("Michelle Obama said that the president is well.", ("", "")),
        ("Mr. Obama said that the bridge is safe.", ("", "")),
        ("Obama said that the bridge is safe.", ("", "")),
        ("Trade Secretary Liz Truss said that it is safe.", ("", "")),
        ("Governor Jerry Brown lives in the hills.", ("2011-01-03", "")),
        ("President Donald Trump said it is safe.", ("2017-01-20", "")),
        ("Der damalige Präsident Barack Obama sagte, die Brücke sei sicher.", ("", "")),
        ("Ex-Präsident Barack Obama sagte, die Brücke sei sicher.", ("2017-01-20", "")),
        ("US-Präsident Barack Obama sagte, sie sei sicher.", ("2009-01-20", "2017-01-20")),
        ("L’ancien président Barack Obama a déclaré que le pont est sûr.", ("2017-01-20", "")),
        ("Le président Barack Obama a déclaré que le pont est sûr.", ("2009-01-20", "2017-01-20")),
        ("El expresidente Barack Obama dijo que el puente es seguro.", ("", "")),
        ("El presidente Barack Obama dijo que es seguro.", ("2009-01-20", "2017-01-20")),
    ],
)  # fmt: skip
def test_how_a_text_speaks_of_a_president(sentence, expected) -> None:
    assert shown(of(sentence)) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The council voted on 3 May 2016 and the mayor was content.", ("2016-05-03", "")),
        ("In May 2016 the council voted, and the mayor was content.", ("2016-05-01", "")),
        ("The school, which was built in 2016, stands on the hill.", ("2016-01-01", "")),
        ("The school has stood empty since 2016, its neighbours say.", ("2016-01-01", "")),
        ("The council will vote on 3 May 2016, as the mayor hopes.", ("", "2016-05-03")),
        ("The offer is valid until 3 May 2016, said the company.", ("", "")),
        ("They were told to move out by the end of May 2016.", ("", "")),
        ("Voting was moved to 3 May 2016.", ("", "")),
        ("3 May 2016", ("", "")),
        ("Der Rat hat am 3. Mai 2016 lange beraten und war zufrieden.", ("2016-05-03", "")),
        ("Der Rat wird am 3. Mai 2016 darüber beraten und abstimmen.", ("", "2016-05-03")),
        ("Le conseil a été élu le 3 mai 2016 et la maire est contente.", ("2016-05-03", "")),
        ("El pleno fue elegido el 3 de mayo de 2016 y nadie protesta.", ("2016-05-03", "")),
        ("It fell on 3 March 2040, said the men from the future.", ("", "")),
    ],
)
def test_what_is_past_bounds_from_below_and_what_is_to_come_from_above(sentence, expected) -> None:
    more = "The hall was full, and everybody in it had something to say about the matter at hand."
    assert shown(of(sentence, more)) == expected


def test_a_caption_needs_no_verb() -> None:
    caption = "Agents at work, Oct. 14, 2015, in Los Angeles. (Credit: Jane Roe/Some Images)"
    found = of("Nobody knows when this was written, and nobody in the town will tell.", caption)
    assert shown(found) == ("2015-10-14", "")
    assert found.not_before is not None
    assert found.not_before.origin.kind is OriginKind.CAPTION
    assert found.not_before.quote == caption


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("on Tuesday, March 14, the council", "en", (1, 3, 14)),
        ("on Tue. the 14th of March the council", "en", (1, 3, 14)),
        ("am Dienstag, dem 14. März, tagt", "de", (1, 3, 14)),
        ("le mardi 14 mars, le conseil", "fr", (1, 3, 14)),
        ("el martes, 14 de marzo, el pleno", "es", (1, 3, 14)),
        ("on Tuesday, March 14, 2017, the council", "en", None),
        ("on Tuesday. March 14 was", "en", None),
        ("on Tuesday in March 14 men", "en", None),
        ("on Tuesday", "en", None),
    ],
)
def test_a_day_of_a_month_beside_its_weekday(words, language, expected) -> None:
    found = [(one.weekday, one.month, one.day) for one in weekdays.days(split(words), language)]
    assert found == ([expected] if expected else [])


def test_weekdays_choose_the_years_and_need_a_clock() -> None:
    told = ("In 2015 it was closed for repairs.", "The council meets on Tuesday, March 14.")
    low, high = shown(of(*told, now=datetime(2019, 6, 1, tzinfo=UTC)))
    assert (low, high) == ("2016-04-18", "2018-02-07")  # 330 days around 14 March 2017
    assert shown(of(*told, now=None)) == ("2015-01-01", "")


def test_contradictions_are_told() -> None:
    """The later of two presidents wins: a text can't know of him before he is in office."""
    older = "President Bill Clinton told a crowd that the road is long."
    found = of(SAID, older)
    assert shown(found) == ("2009-01-20", "2017-01-20")
    dropped = [one for one in found.limits if one.dropped]
    assert [one.not_after.day for one in dropped if one.not_after] == [date(2001, 1, 20)]
    assert "Barack Obama was President of the United States" in dropped[0].dropped


def test_what_is_outside_the_text() -> None:
    told = "The council has nothing to say about it, and the mayor is away."
    capture = datetime(2018, 1, 1, tzinfo=UTC)
    assert shown(of(told, captured_at=capture)) == ("", "2018-01-01")
    headers = {
        "Memento-Datetime": "Sat, 06 May 2017 01:02:03 GMT",
        "Last-Modified": "Mon, 01 May 2017 01:02:03 GMT",
    }
    found = of(told, captured_at=capture, http_headers=headers)
    assert shown(found) == ("", "2017-05-01")
    assert [one.why for one in found.limits] == [
        "It was captured on 1 January 2018.",
        "It was captured on 6 May 2017.",
        "The server says when it last changed.",
    ]
    assert shown(of(told, url="https://www.example.com/2017/04/road")) == (
        "2017-04-01",
        "2017-04-30",
    )
    assert shown(of(told, http_headers={"Memento-Datetime": "never"})) == ("", "")
    late = {"Last-Modified": "Mon, 01 May 2006 01:02:03 GMT"}
    found = of(SAID, http_headers=late)
    assert shown(found) == ("2009-01-20", "2017-01-20")
    assert any(one.dropped for one in found.limits)


def test_a_date_of_change_is_an_end() -> None:
    html = (
        '<meta property="article:modified_time" content="2016-05-04T10:00:00Z">'
        "<p>President Barack Obama said that it is safe, and nobody has asked him since.</p>"
    )
    assert shown(extract_dates(html, now=NOW).bounds) == ("2009-01-20", "2016-05-04")


def test_bounds_are_looked_for_only_where_the_stamp_is_lost() -> None:
    html = f'<meta property="article:published_time" content="2016-05-04T10:00:00Z"><p>{SAID}</p>'
    assert extract_dates(html, now=NOW).bounds == Bounds()
    early = datetime(2016, 1, 1, tzinfo=UTC)  # the stamp is yet to come: it can't be believed
    assert shown(extract_dates(html, now=early).bounds)[0] == "2009-01-20"


def test_the_user_adds_offices_and_corrects_terms() -> None:
    mayor = Holder(("Jane Roe",), ("Roe",), date(2014, 5, 1), date(2019, 4, 30))
    obama = Holder(("Barack Obama",), ("Obama",), date(2010, 1, 1), date(2016, 1, 1))
    added = (
        Office("Mayor of Oberbach", ("mayor",), (mayor,)),
        Office("President of the United States", ("commander",), (obama,)),
    )
    assert len(register(added).offices) == len(SHIPPED) + 1
    read = page.parse(f"<p>Mayor Jane Roe said that the new bridge is safe.</p><p>{SAID}</p>")
    assert isinstance(read, page.Page)
    found = bounds.find(Dates(), read, text.extract(read), now=NOW, offices=added)
    assert shown(found) == ("2014-05-01", "2016-01-01")


def test_the_shipped_table_is_sound() -> None:
    terms = [(office, one) for office in SHIPPED for one in office.holders]
    assert len(SHIPPED) >= 150
    assert len({office.name for office in SHIPPED}) == len(SHIPPED)
    for office, one in terms:
        assert one.fact, (office.name, one.names)
        assert one.until is None or one.since <= one.until
        assert one.since <= date(2025, 12, 31)
    groups = set(bounds.title_groups())
    used = {title for one in table("offices.toml")["office"] for title in one["titles"]}
    assert groups <= used | {"us-president"}
    for office in SHIPPED:  # of one person in one office no two terms at a time
        by_name: dict[str, list[Holder]] = {}
        for one in office.holders:
            by_name.setdefault(one.names[0], []).append(one)
        for some in by_name.values():
            for earlier, later in pairwise(some):
                assert earlier.until is not None, earlier
                assert earlier.until <= later.since, (earlier, later)


DAYS = st.dates(date(1990, 1, 1), date(2025, 1, 1))


@given(st.lists(st.tuples(DAYS, DAYS, st.integers(1, 6)), min_size=1, max_size=12))
def test_the_window_lies_within_everything_that_is_believed(given_spans) -> None:
    seen = replace(extract_dates("<p>x", captured_at=NOW).evidence[0])
    clues = [
        Clue(str(n), ((min(a, b), max(a, b)),), weight, seen)
        for n, (a, b, weight) in enumerate(given_spans)
    ]
    found = agree(clues)
    assert found.first <= found.last
    assert {*found.believed, *found.dropped} == set(clues)
    assert all(one.holds(found.first) and one.holds(found.last) for one in found.believed)
    most = max(sum(c.weight for c in clues if c.holds(d)) for c in clues for d in c.spans[0])
    assert sum(one.weight for one in found.believed) == most


@given(st.text(max_size=400), st.sampled_from([None, NOW]))
def test_nothing_raises(words, now) -> None:
    for told in (words, f"President Obama {words} Tuesday, March 14 {words} in 2015"):
        low, high = shown(of(told, now=now))
        assert not (low and high) or low <= high


@given(st.binary(max_size=300))
def test_any_bytes(body) -> None:
    assert isinstance(extract_dates(body, now=NOW).bounds, Bounds)


@pytest.mark.parametrize(
    "unit",
    [
        "President Barack Obama said so. ",
        "Tuesday, March 14 ",
        "in 2015 it was ",
        "former former president ",
        "Obama ",
        "a.b.c. ",
        "“«(¿",
        "3 May 2016 was ",
        "....!!!! A",
        "President ",
        "Barack B. ",
    ],
)
def test_time_grows_with_the_text_and_no_faster(unit) -> None:
    """Four times the text takes about four times as long; sixteen would be a square."""
    linear(partial(finding, unit), 200_000)


def finding(unit: str, size: int) -> partial[Bounds]:
    """Bounds are looked for in a paragraph of *size*; what else reading does is not measured."""
    read = page.parse(f"<article><p>{unit * (size // len(unit))}</p></article>")
    assert isinstance(read, page.Page)
    words, found = text.extract(read), dates.extract(read)
    return partial(bounds.find, found, read, words, now=NOW)


def test_what_is_too_long_is_read_up_to_a_point() -> None:
    far = "The council has nothing to say about it. " * 6_000
    found = of("In 2015 it was closed for repairs, said the mayor.", far, f"{far} {SAID}", SAID)
    assert shown(found) == ("2015-01-01", "")


def test_a_stage_that_is_asked_for_a_known_stamp_answers_with_nothing() -> None:
    stamp = '<meta property="article:published_time" content="2016-05-04T10:00:00Z">'
    read = page.parse(f"{stamp}<p>{SAID}</p>")
    assert isinstance(read, page.Page)
    known = dates.extract(read)
    assert bounds.find(known, read, text.extract(read), now=NOW) == Bounds()


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("President of the United States. Barack Obama said nothing.", ("", "")),
        (
            "The former head of the bank told President Barack Obama no.",
            ("2009-01-20", "2017-01-20"),
        ),
        ("“It is so,” said Angela Merkel (the German chancellor).", ("2005-11-22", "2021-12-08")),
        ("Angela Merkel, who has been German chancellor, said no.", ("2005-11-22", "")),
        ("Angela Merkel, then German chancellor, said that it was so.", ("", "")),
        (
            "Secretary John Kelly told reporters, and Secretary Kelly laughed.",
            ("2017-01-20", "2017-07-31"),
        ),
        ("DHS Secretary John Kelly spoke. Secretary Kelly said no.", ("2017-01-20", "2017-07-31")),
        ("Former Gov. Jerry Brown said no to the bill that he had asked for.", ("2019-01-07", "")),
        (
            "Gov. Jerry Brown said no to the bill that he had asked for.",
            ("2011-01-03", "2019-01-07"),
        ),
    ],
)
def test_where_a_title_may_stand(sentence, expected) -> None:
    assert shown(of(sentence)) == expected
