"""The planning stage in small worlds with known rates: it must earn its keep."""

import pytest

from benchmarks.planner import worlds
from benchmarks.planner.ours import Ours
from benchmarks.planner.rivals import REFERENCES, RIVALS
from benchmarks.planner.simulate import play

SMALL = {"pages": 250, "days": 60}


def gain(world, kind, budget):
    score = play(world, kind(world), budget)
    return score.never - score.stale


@pytest.mark.parametrize(
    ("make", "budget", "floor"),
    [(worlds.news, 0.25, 0.97), (worlds.mixed, 0.25, 0.95), (worlds.mixed, 1.0, 0.975)],
)
def test_nearly_what_knowing_every_rate_would_give(make, budget, floor):
    world = make(**SMALL)
    best = max(gain(world, kind, budget) for kind in REFERENCES)
    ours = gain(world, Ours, budget)
    assert ours >= floor * best
    for name, kind in RIVALS.items():
        assert ours >= gain(world, kind, budget) - 0.01 * best, name


def test_two_runs_of_one_world_are_equal():
    scores = [
        play(world, Ours(world), 0.5) for world in (worlds.news(**SMALL), worlds.news(**SMALL))
    ]
    assert scores[0] == scores[1]
    assert scores[0].checks > 1000


def test_during_an_outage_nobody_is_asked_and_afterwards_it_goes_on():
    whole = worlds.mixed(**SMALL)
    calm = play(whole, Ours(whole), 0.5)
    cut = worlds.with_outages(worlds.mixed(**SMALL), 5)
    hit = play(cut, Ours(cut), 0.5)
    assert hit.checks < calm.checks
    assert calm.stale < hit.stale < hit.never


def test_a_host_is_not_asked_more_often_than_it_allows():
    world = worlds.with_host_cap(worlds.mixed(**SMALL), 10)
    score = play(world, Ours(world), 4.0)
    hosts = {page.host for page in world.pages}
    assert score.checks <= len(hosts) * (10 * SMALL["days"] + 1)
