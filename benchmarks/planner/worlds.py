"""Worlds to plan in: real change histories, and synthetic ones with known rates.

A world is a list of pages. Hours are floats since an arbitrary zero; ``edits`` are the instants at
which a page was really edited, ``noise`` those at which it changed without an edit, ``hints`` those
at which its site said "changed", rightly or not. ``rate(age)`` is the known rate of edits an hour.
Everything is drawn from seeds: two runs see the same worlds. The parameters were fixed before any
planner was tuned; they follow what is measured of news: 4.6 edits a day in the first 3 hours,
.038 on days 2–4, .0008 after three months.
"""

import json
import math
import random
from bisect import bisect_right
from copy import copy
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path


class Rate:
    """Edits an hour by age, piecewise constant, times a page's own factor."""

    def __init__(self, ages: list[float], rates: list[float], factor: float) -> None:
        self.ages, self.rates, self.factor = ages, rates, factor
        self.sums = [0.0]
        for low, high, rate in zip(ages, ages[1:], rates, strict=False):
            self.sums.append(self.sums[-1] + rate * (high - low))

    def times(self, factor: float) -> "Rate":
        other = copy(self)
        other.factor = self.factor * factor
        return other

    def __call__(self, age: float) -> float:
        return self.factor * self.rates[bisect_right(self.ages, max(age, 0.0)) - 1]

    def total(self, age: float) -> float:
        """Edits expected up to *age*."""
        age = max(age, 0.0)
        place = bisect_right(self.ages, age) - 1
        return self.factor * (self.sums[place] + self.rates[place] * (age - self.ages[place]))


@dataclass(slots=True)
class Page:
    born: float
    end: float
    edits: list[float]
    rate: Rate
    host: str = "one"
    weight: float = 1.0
    noise: list[float] = field(default_factory=list)
    hints: list[float] = field(default_factory=list)


@dataclass(slots=True)
class World:
    name: str
    pages: list[Page]
    start: float  # of the time that counts; before it nothing is checked
    end: float
    outages: tuple[tuple[float, float], ...] = ()
    host_delay: float = 0.0  # hours between two checks of one host
    hinted: bool = False


def _news_rate() -> Rate:
    """Through the three measured points, by straight lines in log-log."""
    points = [(1.5, 4.6 / 24), (72.0, 0.038 / 24), (2200.0, 0.0008 / 24)]

    def rate(age: float) -> float:
        age = max(age, 1.0)
        (x0, y0), (x1, y1) = points[:2] if age < points[1][0] else points[1:]
        slope = math.log(y1 / y0) / math.log(x1 / x0)
        return y0 * (age / x0) ** slope

    ages = [0.0] + [1.2**power for power in range(65)]
    return Rate(ages, [rate((a + b) / 2) for a, b in pairwise([*ages, ages[-1] * 1.2])], 1.0)


NEWS = _news_rate()
CONSTANT = Rate([0.0], [1.0], 1.0)


def _draw(chance: random.Random, rate: Rate, born: float, end: float, floor: float) -> list[float]:
    """A Poisson process with *rate*, by thinning in steps over which the rate hardly falls."""
    edits, now = [], max(born, floor)
    while now < end:
        step = max(0.25, (now - born) / 8)
        most = max(rate(now - born), rate(now + step - born))
        wait = chance.expovariate(most) if most > 0 else math.inf
        if wait > step:
            now += step
            continue
        now += wait
        if now < end and chance.random() * most < rate(now - born):
            edits.append(now)
    return edits


def news(pages: int = 1500, days: int = 120, seed: int = 1) -> World:
    """A newsroom: stories come all the time, half of them in the last third."""
    chance = random.Random(f"news {seed}")
    end = days * 24.0
    made = []
    for number in range(pages):
        born = chance.uniform(-end, end - 24)
        rate = NEWS.times(chance.gammavariate(0.6, 1 / 0.6))
        edits = _draw(chance, rate, born, end, 0.0)
        made.append(Page(born, end, edits, rate, f"h{number % 8}"))
    return World("news", made, 0.0, end)


def mixed(pages: int = 1500, days: int = 120, seed: int = 2, *, noisy: bool = False) -> World:
    """Old archive, living pages (policies, guides) and fresh news in one installation."""
    chance = random.Random(f"mixed {seed}")
    end = days * 24.0
    made = []
    for number in range(pages):
        kind = chance.random()
        if kind < 0.30:
            born = chance.uniform(0, end - 24)
            rate = NEWS.times(chance.gammavariate(0.6, 1 / 0.6))
        else:
            born = -chance.uniform(24 * 365, 24 * 365 * 10)
            constant = math.exp(chance.gauss(-8.5, 1.2) if kind < 0.80 else chance.gauss(-4.5, 1.2))
            rate = CONSTANT.times(constant)
        page = Page(born, end, _draw(chance, rate, born, end, 0.0), rate, f"h{number % 8}")
        if noisy and chance.random() < 0.3:
            page.noise = _draw(chance, CONSTANT.times(1 / 72), born, end, 0.0)
        made.append(page)
    return World("noisy" if noisy else "mixed", made, 0.0, end)


def with_hints(world: World, recall: float, precision: float, seed: int = 3) -> World:
    """Sites tell of a share *recall* of their edits; of what they tell, *precision* is true."""
    chance = random.Random(f"hints {seed}")
    for page in world.pages:
        told = [edit for edit in page.edits if chance.random() < recall]
        false = _draw(
            chance,
            CONSTANT.times(len(told) * (1 / precision - 1) / max(page.end - world.start, 1.0)),
            max(page.born, world.start),
            page.end,
            world.start,
        )
        page.hints = sorted(told + false)
    world.hinted = True
    world.name += f", hints {recall:.0%} of edits, {precision:.0%} true"
    return world


def with_outages(world: World, days: float = 3.0) -> World:
    """Twice nothing can be fetched for *days*."""
    span = world.end - world.start
    starts = (world.start + span / 3, world.start + span * 2 / 3)
    world.outages = tuple((start, start + days * 24) for start in starts)
    world.name += f", two outages of {days:g} d"
    return world


def with_host_cap(world: World, checks_per_day: float) -> World:
    """No host may be asked more often than this."""
    world.host_delay = 24 / checks_per_day
    world.name += f", {checks_per_day:g} a host and day"
    return world


def replay(path: Path, name: str) -> World:
    """Real histories. The known rate is hindsight: what all pages did at that age, times how much
    more or less than expected this page did."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    profile = _profile(rows)
    pages = []
    for row in rows:
        changes = sorted(change for change in row["changes"] if change > row["pub"])
        factor = (len(changes) + 0.25) / (profile.total(row["end"] - row["pub"]) + 0.25)
        page = Page(row["pub"], row["end"], changes, profile.times(factor), row["host"])
        page.hints = sorted(row["fake"])
        pages.append(page)
    start = min(page.born for page in pages)
    return World(name, pages, start, max(page.end for page in pages))


def _profile(rows: list[dict]) -> Rate:
    """What all pages did at each age: piecewise constant between powers of 4."""
    ages = [0.0] + [4.0**power for power in range(9)]
    rates = []
    for low, high in pairwise([*ages, math.inf]):
        exposure = sum(max(0.0, min(high, row["end"] - row["pub"]) - low) for row in rows)
        count = sum(low < change - row["pub"] <= high for row in rows for change in row["changes"])
        rates.append((count + 0.5) / (exposure + 1.0))
    return Rate(ages, rates, 1.0)
