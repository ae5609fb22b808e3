"""The planners that others use, as their documentation or source describes them, and a reference
that knows the rates. All share the queue, the budget and the shortest interval of ``simulate``.
"""

import math

from benchmarks.planner.simulate import SHORTEST
from benchmarks.planner.worlds import World

DAY = 24.0
LONGEST = 1e5


class Uniform:
    """Every page as often as every other."""

    def __init__(self, world: World) -> None:
        self.pages = world.pages
        self.budget, self.alive = 1.0, 0

    def checks_an_hour(self, budget: float) -> None:
        self.budget = budget

    def first(self, number: int, now: float) -> float:
        self.alive += 1
        return now + self.alive / self.budget * (0.5 + (number * 0.6180339887) % 1 / 2)

    def after(self, number: int, now: float, gap: float, *, changed: bool) -> float:
        return now + self.interval(number, now, gap, changed=changed)

    def interval(self, number: int, now: float, gap: float, *, changed: bool) -> float:
        return len(self.pages) / self.budget

    def hinted(self, number: int, now: float) -> float | None:
        return None

    def age(self, number: int, now: float) -> float:
        return max(now - self.pages[number].born, 0.0)


class AgeTiers(Uniform):
    """What many installations do by hand: hourly on the first day, then ever more rarely."""

    def interval(self, number: int, now: float, gap: float, *, changed: bool) -> float:
        age = self.age(number, now)
        for limit, wait in ((DAY, 1.0), (7 * DAY, 6.0), (30 * DAY, DAY), (365 * DAY, 7 * DAY)):
            if age < limit:
                return wait
        return 30 * DAY


class Factor(Uniform):
    """An interval that shrinks with a change and grows without one."""

    shrink, grow = 0.5, 1.5
    shortest, longest, start = 1.0, 90 * DAY, DAY

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.intervals = [self.start] * len(world.pages)

    def first(self, number: int, now: float) -> float:
        return now + self.start

    def interval(self, number: int, now: float, gap: float, *, changed: bool) -> float:
        factor = self.shrink if changed else self.grow
        wait = min(max(self.intervals[number] * factor, self.shortest), self.longest)
        self.intervals[number] = wait
        return wait


class Nutch(Factor):
    """Apache Nutch, AdaptiveFetchSchedule: ``inc_rate`` 0.4, ``dec_rate`` 0.2, first 30 days."""

    shrink, grow, start, longest = 0.8, 1.4, 30 * DAY, 365 * DAY


class StormCrawler(Factor):
    """StormCrawler, AdaptiveScheduler: rates 0.5 and 0.5, first interval one day."""

    shrink, grow = 0.5, 1.5


class Miniflux(Uniform):
    """miniflux, entry_frequency: a week divided by the changes of the last week, 5 min … 1 day."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.seen: list[list[float]] = [[] for _ in world.pages]

    def interval(self, number: int, now: float, gap: float, *, changed: bool) -> float:
        if changed:
            self.seen[number].append(now)
        week = sum(now - at <= 7 * DAY for at in self.seen[number])
        return min(7 * DAY / week, DAY) if week else DAY


class Lambda(Uniform):
    """LambdaCrawl's way (Kolobov et al. 2019): rates from all checks so far, allocation by the
    square root of weight times rate (harmonic loss), solved anew once a day; periodic checks."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.changes = [0] * len(world.pages)
        self.changed_gaps = [0.0] * len(world.pages)
        self.quiet_hours = [0.0] * len(world.pages)
        self.shares = [0.0] * len(world.pages)
        self.total, self.solved = 0.0, -math.inf

    def first(self, number: int, now: float) -> float:
        self.shares[number] = math.sqrt(self._rate(number) * self.pages[number].weight)
        self.total += self.shares[number]
        return now + self._interval(number)

    def interval(self, number: int, now: float, gap: float, *, changed: bool) -> float:
        self.changes[number] += changed
        (self.changed_gaps if changed else self.quiet_hours)[number] += gap
        if now - self.solved > DAY:
            self._solve(now)
        return self._interval(number)

    def _interval(self, number: int) -> float:
        return self.total / (self.budget * max(self.shares[number], 1e-9))

    def _solve(self, now: float) -> None:
        self.solved = now
        for number, page in enumerate(self.pages):
            alive = page.born <= now < page.end
            self.shares[number] = math.sqrt(self._rate(number) * page.weight) if alive else 0.0
        self.total = sum(self.shares)

    def _rate(self, number: int) -> float:
        """Their estimator, smoothed by half a day with and half a day without a change; gaps that
        saw a change enter by their mean."""
        changes = self.changes[number]
        gap = self.changed_gaps[number] / changes / DAY if changes else 1.0
        quiet = self.quiet_hours[number] / DAY + 0.5
        low, high = 1e-6, 1e3
        for _ in range(24):
            rate = math.sqrt(low * high)
            told = 0.5 / math.expm1(0.5 * rate)
            if changes:
                told += changes * gap / math.expm1(min(rate * gap, 500.0))
            low, high = (rate, high) if told > quiet else (low, rate)
        return low / DAY


class Known(Uniform):
    """The reference: the true rates, and the best periodic allocation for time spent stale.

    The marginal gain of a further look, ``w (1 - e^-x (1 + x)) / rate`` with ``x = rate * wait``,
    is made equal for all pages (Cho & Garcia-Molina 2003; Azar et al. 2018).
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.level, self.solved = 1.0, -math.inf

    def first(self, number: int, now: float) -> float:
        self.alive += 1
        return now + self._wait(number, now)

    def interval(self, number: int, now: float, gap: float, *, changed: bool) -> float:
        if now - self.solved > DAY:
            self._solve(now)
        return self._wait(number, now)

    def _wait(self, number: int, now: float) -> float:
        """The first of ever longer waits over which, at the mean rate until then, it pays."""
        page = self.pages[number]
        age = self.age(number, now)
        begun, wait = page.rate.total(age), SHORTEST
        while wait < LONGEST:
            edits = page.rate.total(age + wait) - begun
            if page.weight * _gain(edits) * wait >= self.level * edits:
                break
            wait *= 1.25
        return wait

    def _solve(self, now: float) -> None:
        self.solved = now
        rates = [
            (page.rate(now - page.born), page.weight)
            for page in self.pages
            if page.born <= now < page.end
        ]
        low, high = 1e-12, 1e12
        for _ in range(50):
            level = math.sqrt(low * high)
            wanted = sum(1 / _wait(rate, weight, level) for rate, weight in rates)
            low, high = (level, high) if wanted > self.budget else (low, level)
        self.level = high


class KnownRoot(Known):
    """The same knowledge under the square-root rule, which is best where edits pile up."""

    def _wait(self, number: int, now: float) -> float:
        page = self.pages[number]
        share = math.sqrt(page.rate(self.age(number, now)) * page.weight)
        return self.level / max(share, 1e-9)

    def _solve(self, now: float) -> None:
        self.solved = now
        alive = [page for page in self.pages if page.born <= now < page.end]
        total = sum(math.sqrt(page.rate(now - page.born) * page.weight) for page in alive)
        self.level = total / self.budget


def _gain(edits: float) -> float:
    return -math.expm1(-edits) - edits * math.exp(-edits)


_STEPS = [2.0 ** (power / 8) for power in range(-96, 48)]
_GAINS = [_gain(edits) for edits in _STEPS]


def _wait(rate: float, weight: float, level: float) -> float:
    """The wait at which the marginal gain reaches *level*; long where it never does."""
    if rate <= 0:
        return LONGEST
    wanted = level * rate / weight
    if wanted >= _GAINS[-1]:
        return LONGEST
    if wanted <= _GAINS[0]:
        return min(math.sqrt(2 * wanted) / rate, LONGEST)
    low, high = 0, len(_GAINS) - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _GAINS[middle] > wanted else (middle, high)
    part = (wanted - _GAINS[low]) / (_GAINS[high] - _GAINS[low])
    return min((_STEPS[low] + part * (_STEPS[high] - _STEPS[low])) / rate, LONGEST)


RIVALS = {
    "uniform": Uniform,
    "age tiers": AgeTiers,
    "Nutch": Nutch,
    "StormCrawler": StormCrawler,
    "miniflux": Miniflux,
    "LambdaCrawl-like": Lambda,
}
REFERENCES = (Known, KnownRoot)
