"""The codec's law: what goes through JSON comes back equal, whatever the value."""

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker import codec, model
from checker.model import (
    Blocked,
    BlockKindHttp,
    Bounds,
    DateEvidence,
    Dates,
    FailureKind,
    FetchFailure,
    Limit,
    Locator,
    Memento,
    NotModified,
    Observation,
    Policy,
    PolicySet,
    Report,
    Review,
    Status,
    Timing,
    Verdict,
)

INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 1),
    max_value=datetime(2200, 1, 1),
    timezones=st.just(UTC),
)
DURATIONS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=36_500))

st.register_type_strategy(datetime, INSTANTS)
st.register_type_strategy(timedelta, DURATIONS)
st.register_type_strategy(float, st.floats(0, 1))
# A report nests deep: a limit or none is enough to see that limits come back.
DATED = st.none() | st.from_type(DateEvidence)
LIMITS = st.lists(st.from_type(Limit), max_size=1).map(tuple)
st.register_type_strategy(Bounds, st.builds(Bounds, DATED, DATED, LIMITS))

VALUES = sorted(
    (
        thing
        for name in model.__all__
        if is_dataclass(thing := getattr(model, name)) and isinstance(thing, type)
    ),
    key=lambda thing: thing.__name__,
)


@pytest.mark.parametrize("cls", VALUES, ids=lambda cls: cls.__name__)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
@given(data=st.data())
def test_every_model_value_survives_json(cls, data):
    value = data.draw(st.from_type(cls))
    assert codec.from_plain(cls, json.loads(json.dumps(codec.to_plain(value)))) == value
    assert codec.loads(cls, codec.dumps(value)) == value


@settings(max_examples=60, deadline=None)
@given(value=st.from_type(Observation))
def test_an_observation_comes_back_as_the_class_it_was(value):
    plain = codec.to_plain(value)
    assert plain["_type"] == type(value).__name__
    back = codec.from_plain(Observation, json.loads(json.dumps(plain)))
    assert back == value
    assert type(back) is type(value)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=40))
def test_hostile_text_survives_and_is_valid_utf8(text):
    # NUL, lone surrogates of file names that are no UTF-8, quotes, line separators
    locator = Locator(text + '\0\udc80\ud800\u2028"\\')
    written = codec.dumps(locator)
    written.encode("utf-8")
    assert "\0" not in written
    assert codec.loads(Locator, written) == locator


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (timedelta(days=1), 86_400),
        (timedelta(milliseconds=1500), 1.5),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05+00:00"),
        (
            datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))),
            "2026-01-02T01:00:00+00:00",
        ),
        (date(2026, 1, 2), "2026-01-02"),
        (Status.OUTDATED, "outdated"),
        (b"\x00\xff", "AP8="),
        ((("a", "b"),), [["a", "b"]]),
    ],
)
def test_plain_forms(value, plain):
    assert json.loads(json.dumps(codec.to_plain(value))) == plain


def test_a_missing_field_takes_its_default_and_an_unknown_one_is_left_alone():
    assert codec.from_plain(Dates, {"from_a_later_version": 1}) == Dates()
    assert codec.from_plain(Timing, {"check_every": 60}).check_every == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("cls", "data", "why"),
    [
        (Review, {"by": "x"}, "Review"),
        (Review, None, "Review"),
        (Verdict, {"status": "odd", "findings": [], "judged_at": "2026-01-01T00:00:00Z"}, "odd"),
        (
            Verdict,
            {"status": "current", "findings": [], "judged_at": "2026-01-01T00:00:00"},
            "no UTC offset",
        ),
        (Observation, {"_type": "Nothing"}, "Nothing"),
    ],
)
def test_foreign_data_is_refused_with_the_cause(cls, data, why):
    with pytest.raises(ValueError, match=why):
        codec.from_plain(cls, data)


def test_naive_instants_are_refused():
    with pytest.raises(ValueError, match="naive"):
        codec.to_plain(datetime(2026, 1, 1))


def test_the_tables_of_this_test_cover_the_model():
    assert {Memento, PolicySet, Policy, Report, FetchFailure, Blocked, NotModified} <= set(VALUES)
    assert set(get_args(Observation)) <= set(VALUES)
    assert issubclass(FailureKind, Enum)
    assert issubclass(BlockKindHttp, Enum)
    assert all(fields(cls) for cls in VALUES)
