"""The product's own planning stage, driven by the simulation."""

from benchmarks.planner.rivals import Uniform
from benchmarks.planner.worlds import World
from checker.model import Fleet, Track, Trust
from checker.stages.plan import rate as rates


class Ours(Uniform):
    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.tracks = [Track()] * len(world.pages)
        self.shares = [0.0] * len(world.pages)
        self.last = [max(page.born, world.start) for page in world.pages]
        self.told: set[int] = set()
        self.trust: dict[str, Trust] = {}
        self.total = 0.0

    def first(self, number: int, now: float) -> float:
        return now + self._next(number, self.age(number, now))

    def interval(self, number: int, now: float, gap: float, *, changed: bool) -> float:
        age = self.age(number, now)
        self.tracks[number] = rates.observe(self.tracks[number], age, gap, edited=changed)
        self.last[number] = now
        host = self.pages[number].host
        told = number in self.told
        self.told.discard(number)
        self.trust[host] = rates.learnt(self._trust(number), told=told, edited=changed)
        return self._next(number, age)

    def hinted(self, number: int, now: float) -> float | None:
        self.told.add(number)
        fleet = Fleet(self.total, self.budget)
        wait = rates.hint_wait(fleet, self.pages[number].weight, self._trust(number))
        return min(max(now, self.last[number] + wait), self.last[number] + self._wait(number))

    def _trust(self, number: int) -> Trust:
        return self.trust.get(self.pages[number].host, Trust())

    def _next(self, number: int, age: float) -> float:
        expected = rates.rate(self.tracks[number], age)
        expected *= 1 - rates.recall(self._trust(number))
        share = rates.share(expected, self.pages[number].weight)
        self.total += share - self.shares[number]
        self.shares[number] = share
        return self._wait(number)

    def _wait(self, number: int) -> float:
        return rates.interval(self.shares[number], Fleet(self.total, self.budget))


class OursDeaf(Ours):
    """The same without an ear for hints."""

    def hinted(self, number: int, now: float) -> float | None:
        return None


class OursAtOnce(Ours):
    """The same, checking at once on every hint."""

    def hinted(self, number: int, now: float) -> float | None:
        super().hinted(number, now)
        return now
