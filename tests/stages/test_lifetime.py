"""For how long an answer says that it is fresh (RFC 9111 §4.2)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.stages.lifetime import fresh_for

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
DATE = ("Date", "Mon, 02 Mar 2026 08:00:00 GMT")
LATER = ("Expires", "Mon, 02 Mar 2026 09:00:00 GMT")


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ([], 0),
        ([("Cache-Control", "max-age=600")], 600),
        ([("cache-control", "public, MAX-AGE = 600 , x")], 600),
        ([("Cache-Control", 'max-age="600"')], 600),
        ([("Cache-Control", "public"), ("Cache-Control", "max-age=5, max-age=9")], 5),
        ([("Cache-Control", "max-age=600"), ("Age", "500")], 100),
        ([("Cache-Control", "max-age=600"), ("Age", "900")], 0),
        ([("Cache-Control", "max-age=600, no-cache")], 0),
        ([("Cache-Control", "no-store"), LATER, DATE], 0),
        ([("Pragma", "no-cache"), LATER, DATE], 0),
        ([LATER, DATE], 3600),
        ([LATER], 3600),  # without Date it was made when it came
        ([("Cache-Control", "max-age=60"), LATER, DATE], 60),  # max-age outranks Expires
        ([("Cache-Control", "max-age=x"), LATER, DATE], 0),  # §4.2.1: stale where it is broken
        ([("Expires", "0")], 0),
        ([("Expires", "Mon, 02 Mar 2020 09:00:00 GMT"), DATE], 0),
        ([("Cache-Control", "max-age=-1")], 0),
        ([("Cache-Control", "max-age=99999999999999999999")], 10**9),
    ],
)
def test_the_lifetime_is_what_the_fields_say(fields, seconds):
    assert fresh_for(tuple(fields), NOW) == timedelta(seconds=seconds)


@given(st.lists(st.tuples(st.sampled_from(["Cache-Control", "Expires", "Date", "Age"]), st.text())))
def test_nothing_that_a_server_says_breaks_it(fields):
    assert fresh_for(tuple(fields), NOW) >= timedelta(0)
