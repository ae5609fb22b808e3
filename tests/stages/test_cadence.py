"""When mail goes out: two changes of the clock, quiet hours, odd zones."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Cadence, Pace
from checker.stages.cadence import PAUSE, due_at, is_quiet, next_slot, spoken

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN = "Europe/Berlin"
DAILY = Cadence(Pace.DAILY, time(8), zone=BERLIN)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def slots(cadence: Cadence, start: datetime, end: datetime) -> list[datetime]:
    found = []
    while (start := next_slot(cadence, start)) < end:
        found.append(start)
    return found


@pytest.mark.parametrize(
    ("after", "slot"),
    [
        (utc(2026, 11, 24, 6, 59), utc(2026, 11, 24, 7)),
        (utc(2026, 11, 24, 7), utc(2026, 11, 25, 7)),  # that very slot has sent
        (utc(2026, 3, 28, 7, 30), utc(2026, 3, 29, 6)),  # the clock goes forward that night
        (utc(2026, 10, 24, 6, 30), utc(2026, 10, 25, 7)),  # and back
    ],
)
def test_daily_is_a_time_on_the_wall(after, slot):
    assert next_slot(DAILY, after) == slot


@pytest.mark.parametrize("at", [time(8), time(0), time(2), time(2, 30), time(2, 59), time(3)])
@pytest.mark.parametrize(
    ("zone", "year"),
    [
        (BERLIN, 2026), ("America/New_York", 2027), ("Australia/Lord_Howe", 2026),
        ("America/Sao_Paulo", 2018), ("Asia/Kathmandu", 2026), ("UTC", 2026),
    ],
)  # fmt: skip
def test_daily_comes_once_on_each_day_of_a_year_with_both_changes(zone, year, at):
    cadence = Cadence(Pace.DAILY, at, zone=zone)
    here = ZoneInfo(zone)
    start = datetime(year, 1, 1, tzinfo=here) - timedelta(seconds=1)
    found = slots(cadence, start.astimezone(UTC), datetime(year + 1, 1, 1, tzinfo=here))
    days = [slot.astimezone(here).date() for slot in found]
    assert days == [date(year, 1, 1) + n * DAY for n in range(len(days))]
    assert len(days) == 365
    off = [slot for slot in found if slot.astimezone(here).time() != at]
    assert len(off) <= 1  # only where the clock is put over it, and then by no more than an hour
    assert all(slot.astimezone(here).time() < time(at.hour + 1, at.minute, 1) for slot in off)


@pytest.mark.parametrize(
    ("after", "slot"),
    [
        (utc(2026, 3, 29, 0, 10), utc(2026, 3, 29, 1)),
        (utc(2026, 3, 29, 1), utc(2026, 3, 29, 2)),
        (utc(2026, 10, 25, 0, 0, 1), utc(2026, 10, 25, 1)),  # 02:00 comes twice, both are hours
        (utc(2026, 10, 25, 1), utc(2026, 10, 25, 2)),
    ],
)
def test_hourly_counts_hours_that_pass(after, slot):
    assert next_slot(Cadence(Pace.HOURLY, zone=BERLIN), after) == slot


def test_hourly_is_at_the_full_hour_of_the_zone():
    odd = Cadence(Pace.HOURLY, zone="Asia/Kathmandu")  # UTC+5:45
    assert next_slot(odd, utc(2026, 1, 1, 12)) == utc(2026, 1, 1, 12, 15)


def test_weekly_over_both_changes():
    weekly = Cadence(Pace.WEEKLY, time(2, 30), weekday=6, zone=BERLIN)
    found = slots(weekly, utc(2026, 1, 1), utc(2027, 1, 1))
    assert len(found) == 52
    local = [slot.astimezone(ZoneInfo(BERLIN)) for slot in found]
    assert {one.weekday() for one in local} == {6}
    assert [one.time() for one in local if one.time() != time(2, 30)] == [time(3, 30)]  # 29 March
    assert next_slot(weekly, found[0]) - found[0] == 7 * DAY


def test_a_day_that_a_zone_left_out_sends_no_second_mail():
    samoa = Cadence(Pace.DAILY, time(8), zone="Pacific/Apia")
    found = slots(samoa, utc(2011, 12, 28), utc(2012, 1, 2, 18))
    assert len(found) == len(set(found))
    days = [slot.astimezone(ZoneInfo("Pacific/Apia")).day for slot in found]
    assert days == [28, 29, 31, 1, 2]


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([BERLIN, "America/St_Johns", "Pacific/Apia", "Africa/Casablanca", "UTC"]),
    st.times(),
    st.sampled_from([Pace.HOURLY, Pace.DAILY, Pace.WEEKLY]),
    st.integers(0, 6),
)
def test_slots_only_go_forward_and_never_far(after, zone, at, pace, weekday):
    cadence = Cadence(pace, at, weekday, zone)
    slot = next_slot(cadence, after)
    longest = {Pace.HOURLY: HOUR, Pace.DAILY: DAY + 3 * HOUR, Pace.WEEKLY: 7 * DAY + 3 * HOUR}[pace]
    left_out = DAY if zone == "Pacific/Apia" else timedelta()
    assert after < slot <= after + longest + left_out
    assert next_slot(cadence, slot) > slot
    between = after + (slot - after) / 2  # asking again before it comes changes nothing
    assert next_slot(cadence, between) == slot


@pytest.mark.parametrize("change", [utc(2026, 3, 29, 1), utc(2026, 10, 25, 1)])
def test_a_fake_clock_over_a_change_sends_each_day_one_mail(change):
    """What the daemon does: every minute ask whether the mail is due; alerts come all the time."""
    last, pending, sent = None, [], []
    now = change - 3 * DAY
    while now < change + 3 * DAY:
        pending.append(now)
        if due_at(DAILY, pending[0], last) <= now:
            sent.append(now)
            last, pending = now, []
        now += timedelta(minutes=1)
    assert [f"{one.astimezone(ZoneInfo(BERLIN)):%H:%M}" for one in sent] == ["08:00"] * 6


def test_immediately_is_at_once_and_then_after_a_pause():
    now = Cadence()
    noon = utc(2026, 1, 1, 12)
    assert due_at(now, noon, None) == noon
    assert due_at(now, noon, noon - DAY) == noon
    assert due_at(now, noon, noon - timedelta(minutes=1)) == noon - timedelta(minutes=1) + PAUSE
    assert due_at(now, noon, noon, pause=timedelta()) == noon
    assert next_slot(now, noon) == noon


def test_a_storm_is_a_few_mails():
    last, sent, now, waiting = None, 0, utc(2026, 1, 1), None
    for _ in range(8 * 60):  # alerts every minute for eight hours
        waiting = waiting or now
        if due_at(Cadence(), waiting, last) <= now:
            sent, last, waiting = sent + 1, now, None
        now += timedelta(minutes=1)
    assert sent == 32


QUIET = Cadence(zone=BERLIN, quiet=(time(22), time(7)))
NOON_QUIET = Cadence(zone=BERLIN, quiet=(time(12), time(13, 30)))


@pytest.mark.parametrize(
    ("cadence", "raised", "due"),
    [
        (QUIET, utc(2026, 1, 1, 20, 59), utc(2026, 1, 1, 20, 59)),
        (QUIET, utc(2026, 1, 1, 21), utc(2026, 1, 2, 6)),
        (QUIET, utc(2026, 1, 2, 2), utc(2026, 1, 2, 6)),
        (QUIET, utc(2026, 1, 2, 6), utc(2026, 1, 2, 6)),
        (QUIET, utc(2026, 3, 28, 22), utc(2026, 3, 29, 5)),  # a shorter night
        (QUIET, utc(2026, 10, 24, 21), utc(2026, 10, 25, 6)),  # a longer one
        (NOON_QUIET, utc(2026, 1, 1, 11, 30), utc(2026, 1, 1, 12, 30)),
        (NOON_QUIET, utc(2026, 1, 1, 12, 30), utc(2026, 1, 1, 12, 30)),
    ],
)
def test_nothing_goes_out_in_hours_of_quiet(cadence, raised, due):
    assert due_at(cadence, raised, None) == due
    assert not is_quiet(cadence, due)


def test_a_slot_in_hours_of_quiet_waits_for_their_end():
    early = Cadence(Pace.DAILY, time(5), zone=BERLIN, quiet=(time(22), time(7)))
    assert due_at(early, utc(2026, 1, 1, 12), None) == utc(2026, 1, 2, 6)


def test_quiet_that_ends_in_the_hour_that_comes_twice_ends_once():
    cadence = Cadence(zone=BERLIN, quiet=(time(22), time(2, 30)))
    second = utc(2026, 10, 25, 1, 10)  # 02:10 for the second time
    assert is_quiet(cadence, second)
    assert due_at(cadence, second, None) == second


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        (Cadence(), "immediately"),
        (Cadence(Pace.HOURLY), "hourly"),
        (DAILY, "daily at 08:00"),
        (Cadence(Pace.WEEKLY, time(17, 5), 4), "weekly on Friday at 17:05"),
    ],
)
def test_a_cadence_is_spoken_as_it_is_written(cadence, words):
    from checker.settings.cadences import read_cadence

    assert spoken(cadence) == words
    assert read_cadence(words, cadence.zone) == cadence
