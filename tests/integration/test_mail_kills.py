"""The sender dies at any instant: nothing is lost, and what comes twice was under way."""

import pytest

from tests.kill_mail import Tally, run


@pytest.mark.slow
def test_kill_9_over_the_sender_loses_nothing(tmp_path):
    tally = run(tmp_path, 4)  # `make kill-mail` kills it 60 times
    assert tally.faults() == []
    assert tally.lost == set()
    assert tally.twice, "the window between a server's 250 and our commit was never met"
    assert set(tally.twice) <= set(tally.in_flight)


def test_the_tally_sees_each_fault():
    tally = Tally(told={"a", "b"}, covered={"a"})
    tally.arrived.update({"<1@x>": 3, "<2@x>": 1})
    tally.in_flight["<1@x>"] = 1
    tally.bodies = {"<2@x>": {b"one", b"two"}}
    tally.states["pending"] = 1
    assert [fault.split(" ")[0] for fault in tally.faults()] == ["lost:", "<1@x>", "<2@x>", "a"]
