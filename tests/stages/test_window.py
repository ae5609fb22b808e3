"""Hours in which sources may be asked: over midnight, over changes of the clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Hours
from checker.stages.plan.window import is_open, spoken, within

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Hours(time(22), time(6), "Europe/Berlin")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (berlin(2026, 5, 4, 12), berlin(2026, 5, 4, 22)),
        (berlin(2026, 5, 4, 22), berlin(2026, 5, 4, 22)),
        (berlin(2026, 5, 5, 5, 59), berlin(2026, 5, 5, 5, 59)),
        (berlin(2026, 5, 5, 6), berlin(2026, 5, 5, 22)),
        (berlin(2026, 3, 29, 4), berlin(2026, 3, 29, 4)),  # the night that is an hour shorter
        (berlin(2026, 10, 25, 7), berlin(2026, 10, 25, 22)),
    ],
)
def test_a_night_is_from_evening_to_morning_by_the_clock_on_the_wall(moment, opens):
    assert within(NIGHT, moment, 0) == opens


def test_a_window_whose_beginning_the_clock_leaps_over_opens_as_much_later():
    gap = Hours(time(2, 30), time(4), "Europe/Berlin")
    found = within(gap, berlin(2026, 3, 29, 0), 0)
    assert found == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert is_open(gap, found)


def test_what_waits_for_the_evening_is_spread_over_the_night():
    due = [within(NIGHT, berlin(2026, 5, 4, 12), place / 100) for place in range(101)]
    assert due == sorted(set(due))
    assert due[0] == berlin(2026, 5, 4, 22)
    assert due[-1] == berlin(2026, 5, 5, 4, 24)  # a fifth is left for what runs late


def test_without_hours_any_time_will_do_and_the_end_of_the_calendar_is_no_fault():
    assert within(None, berlin(2026, 5, 4, 12), 0.5) == berlin(2026, 5, 4, 12)
    last = datetime.max.replace(tzinfo=UTC) - timedelta(days=1, hours=9)
    assert within(NIGHT, last, 0) >= last
    assert spoken(NIGHT) == "between 22:00 and 06:00 Europe/Berlin"


@given(
    st.times(),
    st.times(),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)),
    st.floats(0, 1),
)
def test_laws_of_hours(starts, ends, zone, moment, place):
    hours = Hours(
        starts.replace(second=0, microsecond=0), ends.replace(second=0, microsecond=0), zone
    )
    if hours.starts == hours.ends:
        return
    now = moment.replace(tzinfo=UTC)
    found = within(hours, now, place)
    assert now <= found <= now + timedelta(days=3)
    assert within(hours, found, place) == found or not is_open(hours, found)
    if is_open(hours, now):
        assert found == now
