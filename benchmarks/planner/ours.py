"""The product's own planning stage, driven by the simulation."""

from benchmarks.planner.rivals import Uniform
from benchmarks.planner.worlds import World
from checker.model import Fleet, Track
from checker.stages.plan import rate as rates


class Ours(Uniform):
    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.tracks = [Track()] * len(world.pages)
        self.shares = [0.0] * len(world.pages)
        self.total = 0.0

    def first(self, number: int, now: float) -> float:
        return now + self._next(number, self.age(number, now))

    def interval(self, number: int, now: float, gap: float, *, changed: bool) -> float:
        age = self.age(number, now)
        self.tracks[number] = rates.observe(self.tracks[number], age, gap, edited=changed)
        return self._next(number, age)

    def _next(self, number: int, age: float) -> float:
        share = rates.share(rates.rate(self.tracks[number], age), self.pages[number].weight)
        self.total += share - self.shares[number]
        self.shares[number] = share
        return rates.interval(share, Fleet(self.total, self.budget))
