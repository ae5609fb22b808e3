"""The table of where records lie gives what a dictionary gives, in a tenth of its memory."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from checker.adapters.warc import places
from checker.adapters.warc.places import Places

NAMES = st.one_of(st.text(max_size=4), st.sampled_from(["id <urn:uuid:1>", "last \udc80", ""]))
PLACES = st.tuples(st.sampled_from(["a.warc", "b.warc.gz"]), st.integers(0, 2**50))
STEPS = st.lists(st.tuples(NAMES, PLACES, st.booleans()), max_size=60)


@given(STEPS, st.integers(0, 20))
def test_it_is_a_dictionary_with_so_many_names_at_most(steps, most):
    table, known = Places(most), {}
    for name, place, again in steps:
        table.put(name, place, again=again)
        if (name not in known and len(known) < most) or (name in known and again):
            known[name] = place
        assert len(table) == len(known) <= most
    assert {name: table.get(name) for name, _, _ in steps} == {
        name: known.get(name) for name, _, _ in steps
    }


def test_names_with_one_place_go_on_to_the_next(monkeypatch):
    monkeypatch.setattr(places, "_short", lambda name: 1024 * (len(name) + 1))
    table = Places(100)
    for length in range(5):
        table.put("x" * length, ("a", length))
    assert [table.get("x" * length) for length in range(6)] == [("a", n) for n in range(5)] + [None]


def test_many_names_take_twenty_bytes_for_each_place_of_a_table_that_doubles():
    table, count = Places(50_000), 40_000
    for number in range(count):
        table.put(f"id <urn:uuid:{number:036}>", ("a.warc.gz", 1000 * number))
    assert table.get("id <urn:uuid:" + f"{777:036}>") == ("a.warc.gz", 777_000)
    assert table.files == ["a.warc.gz"]
    held = sum(map(sys.getsizeof, (table._names, table._offsets, table._files)))
    assert held < 40 * count
