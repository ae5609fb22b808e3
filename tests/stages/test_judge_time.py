"""Rules about time and the calendar they count by."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from checker.model import (
    Bounds,
    DateConflict,
    DateKind,
    Evidence,
    Origin,
    OriginKind,
    Precision,
    Review,
    Rule,
)
from checker.stages.judge.calendar import add_months, age, age_words, lapse, length_words
from tests.helpers_judge import (
    COPY,
    DAY,
    FOREVER,
    NEWS,
    NOW,
    OLD,
    SINCE,
    SUBSTANTIVE,
    UNDATED,
    case,
    dated,
    dates,
    instant,
    only,
    reading,
    said,
)
from tests.repeats import repeats

# ── time ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("stamp", "last_good"),
    [
        ("2017", "2019-12-31T23:59:59"),
        ("2017-03", "2019-03-31T23:59:59"),
        ("2017-03-31", "2019-03-31T23:59:59"),
        ("2017-03-31T10:20:30", "2019-03-31T10:20:30"),
        ("2016-02-29", "2018-02-28T23:59:59"),
        ("2018-02-28", "2020-02-28T23:59:59"),
    ],
)
def test_age_counts_from_the_end_of_what_the_date_may_mean(stamp, last_good):
    one = case(reading(dated(stamp)))
    assert Rule.AGE_EXCEEDED not in said(one, instant(last_good))
    assert Rule.AGE_EXCEEDED in said(one, instant(last_good) + timedelta(microseconds=1))


def test_age_is_told_with_date_age_policy_and_evidence():
    found = only(case(OLD), Rule.AGE_EXCEEDED)
    assert found.message == (
        "The newest date of this article is 31 March 2017, 9 years ago; "
        "the policy “news” trusts such articles for 2 years."
    )
    assert found.evidence == Evidence(
        "2017-03-31",
        "meta article:published_time",
        (
            ("earliest", "2017-03-31T00:00:00+00:00"),
            ("latest", "2017-03-31T23:59:59+00:00"),
            ("due", "2019-03-31T23:59:59+00:00"),
            ("policy", "news"),
            ("matched_by", "policies.toml [[match]] 2"),
        ),
    )


@pytest.mark.parametrize(
    ("copy", "policy", "fires"),
    [
        (OLD, FOREVER, False),
        (UNDATED, NEWS, False),
        (reading(dated("2017"), dated("2026-01", DateKind.MODIFIED)), NEWS, False),
        (reading(dated("2017"), dated("2026-01", DateKind.MODIFIED, weak=True)), NEWS, True),
        (reading(dated("2017"), dated("2026-01", DateKind.REVIEWED)), NEWS, False),
        (reading(dated("2017"), dated("2026-01", DateKind.REVIEWED, weak=True)), NEWS, True),
        (reading(dated("2026-01"), dated("2017", DateKind.REVIEWED)), NEWS, False),
        (reading(dated("2017", DateKind.REVIEWED)), NEWS, True),
        (reading(dated("2017", DateKind.MENTIONED)), NEWS, False),
        (reading(dates=dates(published=dated("2017", weak=True))), NEWS, False),
    ],
)
def test_the_newest_trustworthy_date_decides(copy, policy, fires):
    assert (Rule.AGE_EXCEEDED in said(case(copy, policy))) == fires


UNTIL = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("reviews", "holds"),
    [
        ((Review("ed", NOW - DAY, UNTIL),), True),  # its last day is included
        ((Review("ed", NOW - DAY, UNTIL - DAY),), False),
        ((Review("ed", NOW, UNTIL),), True),
        ((Review("ed", NOW + DAY, UNTIL + 9 * DAY),), False),  # not given yet
        ((Review("ed", NOW - 9 * DAY, UNTIL - DAY), Review("ed", NOW - DAY, UNTIL)), True),
        ((), False),
    ],
)
def test_a_review_outranks_age_and_overdue_reviews_while_it_holds(reviews, holds):
    copy = reading(dated("2017"), dated("2018", DateKind.REVIEW_DUE))
    found = set(said(case(copy, words=reviews)))
    assert found == (set() if holds else {Rule.AGE_EXCEEDED, Rule.REVIEW_OVERDUE})


def test_a_review_never_outranks_the_source():
    one = case(OLD, words=(Review("ed", NOW, UNTIL),), comparison=SUBSTANTIVE, gone=(404, SINCE))
    assert set(said(one)) == {Rule.SOURCE_CHANGED, Rule.SOURCE_GONE}


ENDED = reading(dated("2026-10-01"), dated("2026-11-20", DateKind.EXPIRES))


@pytest.mark.parametrize(
    ("review", "outranks"),
    [
        (Review("ed", instant("2026-11-21"), UNTIL), True),  # the editor knew that it was over
        (Review("ed", instant("2026-11-20T23:59:59"), UNTIL), False),
        (Review("ed", instant("2026-11-19"), UNTIL), False),
        (Review("ed", instant("2026-11-21"), UNTIL - DAY), False),
    ],
)
def test_a_review_outranks_only_an_end_that_it_knew(review, outranks):
    assert (Rule.EXPIRED not in said(case(ENDED, words=(review,)))) == outranks


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        ([dated("2026-11-23", DateKind.EXPIRES)], "23 November 2026 (meta expires)"),
        ([dated("2026-11-24", DateKind.EXPIRES)], None),  # the day is not over
        ([dated("2026", DateKind.EXPIRES)], None),
        ([dated("2026-11-23", DateKind.EXPIRES, weak=True)], None),
        ([dated("2030", DateKind.EXPIRES), dated("2020", DateKind.EXPIRES)], None),  # best first
        ([dated("2020", DateKind.EVENT_END), dated("2030", DateKind.EVENT_END)], None),
        ([dated("2021", DateKind.EVENT_END), dated("2020", DateKind.EVENT_END)], "2021 (meta endDate)"),
        ([dated("2030", DateKind.EVENT_END), dated("2020", DateKind.EXPIRES)], "2020 (meta expires)"),
        ([dated("2020", DateKind.EVENT_START)], None),
    ],
)  # fmt: skip
def test_a_declared_end(evidence, message):
    found = said(case(reading(dated("2026-10-01"), *evidence)))
    expected = {Rule.EXPIRED: f"The page itself says that it held until {message}."}
    assert found == (expected if message else {})


@pytest.mark.parametrize(
    ("kind", "rule"),
    [(DateKind.EXPIRES, Rule.EXPIRED), (DateKind.REVIEW_DUE, Rule.REVIEW_OVERDUE)],
)
def test_the_last_moment_still_belongs_to_it(kind, rule):
    one = case(reading(dated("2026-10-01"), dated("2026-11-20T10:00:00", kind)))
    assert rule not in said(one, instant("2026-11-20T10:00:00"))
    assert rule in said(one, instant("2026-11-20T10:00:01"))


def test_of_several_reviews_one_that_knew_the_end_is_enough():
    knew, guessed = (
        Review("ed", instant("2026-11-21"), UNTIL),
        Review("b", instant("2026-11-01"), UNTIL + 9 * DAY),
    )
    for reviews in ((knew, guessed), (guessed, knew)):
        assert Rule.EXPIRED not in said(case(ENDED, words=reviews))


def test_dates_a_day_apart_are_no_conflict_and_a_second_more_is():
    def of(other: str):
        both = reading(dated("2026-10-01T00:00:00"), dated(other))
        return Rule.TIMESTAMP_CONFLICT in said(case(both))

    assert [of("2026-10-02T00:00:00"), of("2026-10-02T00:00:01")] == [False, True]
    assert [of("2026-09-30T00:00:00"), of("2026-09-29T23:59:59")] == [False, True]


def test_a_modification_before_publication_shows_both():
    early = reading(dated("2026-10-03"), dated("2026-10-01", DateKind.MODIFIED))
    found = only(case(early), Rule.TIMESTAMP_CONFLICT).evidence
    assert (found.quote, found.values[-1]) == ("2026-10-03", ("other_quote", "2026-10-01"))


def test_an_end_states_its_day_if_it_names_one():
    values = dict(only(case(ENDED), Rule.EXPIRED).evidence.values)
    assert (values["kind"], values["stated"]) == ("expires", "2026-11-20T00:00:00+00:00")
    yearly = reading(dated("2026-10-01"), dated("2020", DateKind.EXPIRES))
    assert "stated" not in dict(only(case(yearly), Rule.EXPIRED).evidence.values)


@pytest.mark.parametrize(
    ("due", "changes", "fires"),
    [
        ("2026-11-23", {}, True),
        ("2026-11-24", {}, False),
        ("2026-11", {}, False),
        ("2026-11-23", {"weak": True}, False),
    ],
)
def test_a_declared_review_date(due, changes, fires):
    found = said(case(reading(dated("2026-10-01"), dated(due, DateKind.REVIEW_DUE, **changes))))
    message = "The page was to be reviewed by 23 November 2026, and that day has passed."
    assert found == ({Rule.REVIEW_OVERDUE: message} if fires else {})


CAPTION = dated(
    "2015-10-14",
    DateKind.MENTIONED,
    origin=Origin(OriginKind.CAPTION, "p 3"),
    quote="on Oct. 14, 2015,\nin Los Angeles",
)
CAPTURE = dated(
    "2026-11-24T06:00:00",
    DateKind.CAPTURED,
    origin=Origin(OriginKind.CAPTURE, "file"),
    quote="",
)
YEARLY = replace(CAPTION, precision=Precision.YEAR)


@pytest.mark.parametrize(
    ("bounds", "tail"),
    [
        (Bounds(), ", and nothing bounds it."),
        (
            Bounds(CAPTION),
            "; it was written on or after 14 October 2015 (caption: on Oct. 14, 2015, in Los Angeles).",
        ),
        (Bounds(None, CAPTURE), "; it was written no later than 24 November 2026 (capture)."),
        (
            Bounds(YEARLY, CAPTURE),
            (
                "; it was written in or after 2015 (caption: on Oct. 14, 2015, in Los Angeles)"
                " and no later than 24 November 2026 (capture)."
            ),
        ),
    ],
)
def test_a_lost_time_stamp_is_told_with_its_bounds(bounds, tail):
    found = said(case(reading(dates=dates(bounds=bounds)), copy_memento=None))
    assert found == {Rule.NO_TIMESTAMP: "The date of this article is not known" + tail}


def test_bounds_are_evidence():
    def of(bounds):
        return only(case(reading(dates=dates(bounds=bounds))), Rule.NO_TIMESTAMP).evidence

    low = (("not_before", "2015-10-14T00:00:00+00:00"), ("not_before_place", "caption p 3"))
    high = (("not_after", "2026-11-24T06:00:00+00:00"), ("not_after_place", "capture file"))
    quote = "on Oct. 14, 2015, in Los Angeles"
    assert of(Bounds()) == Evidence()
    assert of(Bounds(CAPTION)) == Evidence(quote, "caption p 3", low)
    assert of(Bounds(CAPTION, CAPTURE)) == Evidence(quote, "caption p 3", low + high)
    assert of(Bounds(None, CAPTURE)) == Evidence("", "capture file", high)


@pytest.mark.parametrize("stamp", ["2026-11-25T06:30:00", "2026-11-25"])
def test_a_date_within_a_day_of_now_is_trusted(stamp):
    assert said(case(reading(dated(stamp)), copy_memento=None)) == {}


def test_a_date_in_the_future_is_told_and_not_trusted():
    late = reading(dated("2026-11-25T06:30:01"))
    found = said(case(late, copy_memento=None))
    assert set(found) == {Rule.NO_TIMESTAMP, Rule.TIMESTAMP_IN_FUTURE}
    assert found[Rule.TIMESTAMP_IN_FUTURE] == (
        "The page is dated 25 November 2026 (meta article:published_time), which is after now."
    )
    limit = only(case(late, copy_memento=None), Rule.TIMESTAMP_IN_FUTURE).evidence.values[2]
    assert limit == ("limit", "2026-11-24T06:30:00+00:00")


@pytest.mark.parametrize(
    ("evidence", "fires"),
    [
        (dated("2020-05-05T12:00:00"), True),
        (dated("2020-05-04T12:00:00"), False),  # a day after the capture: a clock or a zone
        (dated("2020-05-05T12:00:00", DateKind.MODIFIED), True),
        (dated("2020-05-05T12:00:00", weak=True), True),  # distrusted for that very reason
        (dated("2020-05-05T12:00:00", DateKind.EXPIRES), False),
        (dated("2020-05-05T12:00:00", origin=Origin(OriginKind.HTTP_HEADER, "Last-Modified")), False),
        (dated("2020-05-05T12:00:00", origin=Origin(OriginKind.SITEMAP, "lastmod")), False),
    ],
)  # fmt: skip
def test_no_page_is_dated_after_its_capture(evidence, fires):
    captured = replace(COPY, memento_datetime=instant("2020-05-03T12:00:00"))
    one = case(reading(dated("2020-05-01"), evidence), FOREVER, copy_memento=captured)
    found = said(one)
    assert (Rule.TIMESTAMP_IN_FUTURE in found) == fires
    if fires:
        assert found[Rule.TIMESTAMP_IN_FUTURE].endswith(
            "which is after the capture of this copy on 3 May 2020."
        )


@pytest.mark.parametrize(
    ("copy", "tail"),
    [
        (reading(dated("2026-10-03"), dated("2026-10-01", DateKind.MODIFIED)),
         "says that it was modified on 1 October 2026, before it was published on 3 October 2026."),
        (reading(dated("2026-10-02"), dated("2026-10-01", DateKind.MODIFIED)), None),
        (reading(dated("2026-10-02T00:00:00"), dated("2026-09-30T23:59:59", DateKind.MODIFIED)),
         "says that it was modified on 30 September 2026, before it was published on 2 October 2026."),
        (reading(dated("2026-10-02T00:00:00"), dated("2026-10-01T00:00:00", DateKind.MODIFIED)), None),
        (reading(dated("2026-10-01"), dated("2026-10-03")),
         ("gives two dates of publication: 1 October 2026 (meta article:published_time)"
         " and 3 October 2026 (meta article:published_time).")),
        (reading(dated("2026-10-03"), dated("2026-10-01")),
         ("gives two dates of publication: 3 October 2026 (meta article:published_time)"
         " and 1 October 2026 (meta article:published_time).")),
        (reading(dated("2026-10-01"), dated("2026-10-02")), None),
        (reading(dated("2026-10-01"), dated("2026")), None),
        (reading(dated("2026-10-01"), dated("2025", weak=True)), None),
        (reading(dated("2026-10-01"), dated("2025", DateKind.MENTIONED)), None),
        (reading(dated("2026-10-01"), dated("2025", origin=Origin(OriginKind.BYLINE, "x"))), None),
        (reading(dated("2026-10-01"), dated("2025", origin=Origin(OriginKind.TIME_ELEMENT, "x"))), None),
        (reading(dated("2026-10-01"), dated("2025", origin=Origin(OriginKind.URL, "path"))),
         ("gives two dates of publication: 1 October 2026 (meta article:published_time)"
         " and 2025 (url path).")),
        (reading(dated("2026-10-01"), dated("2025", origin=Origin(OriginKind.FEED, "x"))), None),
        (reading(dated("2026-10-01", DateKind.MODIFIED)), None),
    ],
)  # fmt: skip
def test_dates_that_contradict_each_other(copy, tail):
    found = said(case(copy, copy_memento=None))
    assert found == ({Rule.TIMESTAMP_CONFLICT: f"The page {tail}"} if tail else {})


def test_a_conflict_shows_both():
    found = only(
        case(reading(dated("2026-10-01"), dated("2026-10-03")), copy_memento=None),
        Rule.TIMESTAMP_CONFLICT,
    ).evidence
    assert found.quote == "2026-10-01"
    assert found.values[2:] == (
        ("other", "2026-10-03T00:00:00+00:00"),
        ("other_quote", "2026-10-03"),
    )


# ── the calendar ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2017-01-31", 1, "2017-02-28"),
        ("2016-01-31", 1, "2016-02-29"),
        ("2016-02-29", 12, "2017-02-28"),
        ("2016-02-29", 48, "2020-02-29"),
        ("2017-11-30", 2, "2018-01-30"),
        ("2017-12-15T10:11:12", 0, "2017-12-15T10:11:12"),
    ],
)
def test_months_are_added_by_the_calendar(start, months, end):
    assert add_months(instant(start), months) == instant(end)


def test_the_calendar_ends_without_an_error():
    last = datetime.max.replace(tzinfo=UTC)
    assert add_months(instant("9999-12-01"), 1) == last
    assert add_months(instant("9998-12-01"), 12) == instant("9999-12-01")
    assert lapse(instant("9999-12-31"), timedelta(days=30)) == last
    assert lapse(instant("9999-12-01"), timedelta(days=730)) == last
    assert lapse(instant("2024-02-01"), timedelta(days=30)) == instant("2024-03-02")
    assert lapse(instant("2024-02-01"), timedelta(days=365)) == instant("2025-02-01")
    assert lapse(instant("2024-02-01"), timedelta(days=366)) == instant("2025-02-01")


@pytest.mark.parametrize(
    ("then", "now", "found", "words"),
    [
        ("2017-03-31", "2026-11-24", (9, 7, 24), "9 years"),
        ("2024-11-24", "2026-11-24", (2, 0, 0), "2 years"),
        ("2025-08-24", "2026-11-24", (1, 3, 0), "1 year and 3 months"),
        ("2025-10-24", "2026-11-24", (1, 1, 0), "1 year and 1 month"),
        ("2025-11-01", "2026-11-24", (1, 0, 23), "1 year"),
        ("2025-11-25", "2026-11-24", (0, 11, 30), "11 months"),
        ("2026-10-24", "2026-11-24", (0, 1, 0), "1 month"),
        ("2026-10-25", "2026-11-24", (0, 0, 30), "30 days"),
        ("2026-11-23", "2026-11-24", (0, 0, 1), "1 day"),
        ("2026-11-23T00:00:01", "2026-11-24", (0, 0, 0), "less than a day"),
        ("2026-11-24", "2026-11-24", (0, 0, 0), "less than a day"),
        ("2027-11-24", "2026-11-24", (0, 0, 0), "less than a day"),
    ],
)
def test_ages(then, now, found, words):
    assert age(instant(then), instant(now)) == found
    assert age_words(instant(then), instant(now)) == words


@pytest.mark.parametrize("start", ["2000-01-31", "2004-02-29", "2001-06-15"])
def test_no_day_of_forty_years_falls_into_a_gap(start):
    then = instant(start)
    ages = [age(then, then + day * DAY) for day in range(40 * 366)]
    assert ages == sorted(ages)
    for earlier, later in pairwise(ages):
        steps = (
            (earlier[0], earlier[1], earlier[2] + 1),
            (earlier[0], earlier[1] + 1, 0),
            (earlier[0] + 1, 0, 0),
        )
        assert later in steps
    assert ages[365 * 2][0] in {1, 2}


@pytest.mark.parametrize("lifetime", [timedelta(days=30), timedelta(days=365), timedelta(days=730)])
def test_every_day_of_forty_years_is_within_a_lifetime_or_beyond_it(lifetime):
    """Once it fires it fires on every later day (no gap as between "30 days" and "1 month")."""
    one = case(reading(dated("2000-01-31")), replace(NEWS, lifetime=lifetime), copy_memento=None)
    start = instant("2000-01-31")
    # Each day around the lifetimes, then as many as there is time for.
    days = (*range(3 * 366), *range(3 * 366, 40 * 366, repeats(13, 1)))
    fires = [Rule.AGE_EXCEEDED in said(one, start + day * DAY) for day in days]
    assert fires == sorted(fires)
    assert fires.count(False) == (lapse(start + DAY, lifetime) - start).days


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=365), "1 year"),
        (timedelta(days=730), "2 years"),
        (timedelta(days=364), "364 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=90), "90 seconds"),
        (timedelta(seconds=1), "1 second"),
    ],
)
def test_lifetimes_in_words(length, words):
    assert length_words(length) == words


@pytest.mark.parametrize(
    ("why", "kind", "said_of_it"),
    [
        ("shown and declared differ: published", DateKind.PUBLISHED, "was published on 1 October"),
        ("shown and declared differ: modified", DateKind.MODIFIED, "was modified on 1 October"),
        ("two declared dates: modified", DateKind.MODIFIED, None),
    ],
)
def test_a_shown_date_that_is_not_the_declared_one(why, kind, said_of_it):
    believed = dated("2026-10-01", kind)
    shown = dated("2026-10-09", kind, origin=Origin(OriginKind.BYLINE, "labelled"))
    known = reading(believed)
    known = replace(
        known, dates=replace(known.dates, conflicts=(DateConflict(why, believed, shown),) * 2)
    )
    found = said(case(known)).get(Rule.TIMESTAMP_CONFLICT)
    if said_of_it is None:
        assert found is None
    else:
        assert found is not None
        assert said_of_it in found
        assert found.endswith("2026 (byline labelled): what it declares and what it shows differ.")
        evidence = only(case(known), Rule.TIMESTAMP_CONFLICT).evidence
        assert dict(evidence.values)["other_quote"] == "2026-10-09"
