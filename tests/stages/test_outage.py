"""Whose trouble it is when hosts are silent."""

from datetime import timedelta

import pytest

from checker.model import Blocked, BlockKindHttp, FailureKind, Gone, Unreachable
from checker.stages.outage import WINDOW, Sighting, is_ours, is_silence, notice
from tests.helpers_judge import NOW

SECOND = timedelta(seconds=1)


def seen(silent: int, spoke: int, ago: timedelta = SECOND) -> list[Sighting]:
    return [Sighting(NOW - ago, at < silent) for at in range(silent + spoke)]


@pytest.mark.parametrize(
    ("sightings", "ours"),
    [
        ([], False),
        (seen(2, 0), False),  # too few to tell
        (seen(3, 0), True),
        (seen(3, 1), False),  # 75 %
        (seen(4, 1), True),  # 80 %
        (seen(79, 21), False),
        (seen(80, 20), True),
        (seen(3, 0, WINDOW), True),
        (seen(3, 0, WINDOW + SECOND), False),  # not at once
        (seen(4, 0) + seen(0, 9, WINDOW + SECOND), True),
    ],
)
def test_four_of_five_hosts_at_once(sightings, ours):
    assert is_ours(sightings, NOW) is ours


def test_what_is_known_already_lasts_until_hosts_answer():
    assert is_ours(seen(1, 0), NOW, already=True)
    assert not is_ours(seen(1, 1), NOW, already=True)
    assert not is_ours([], NOW, already=True)


@pytest.mark.parametrize(
    ("kind", "silent"),
    [(kind, kind.value in {"dns", "connect", "timeout", "tls"}) for kind in FailureKind],
)
def test_silence_is_no_word_from_the_host(kind, silent):
    assert is_silence(Unreachable(kind, None, "x")) is silent
    assert not is_silence(Unreachable(kind, 503, "x"))


def test_refusals_and_404_are_words():
    assert not is_silence(Gone(404, "https://a.test/", NOW))
    assert not is_silence(Blocked(BlockKindHttp.ROBOTS, None, "x"))


def test_the_mail_is_one_a_day():
    one = notice("a@b.test", NOW, 7, "Checker <c@paper.test>")
    assert (
        one.message_id == notice("a@b.test", NOW + timedelta(hours=5), 9, "c@paper.test").message_id
    )
    assert one.message_id != notice("x@b.test", NOW, 7, "c@paper.test").message_id
    assert (
        one.message_id != notice("a@b.test", NOW + timedelta(days=1), 7, "c@paper.test").message_id
    )
    assert one.message_id.endswith("@paper.test>")
    assert "none of 7 hosts" in one.text
    assert "none of 7 hosts" in one.html
