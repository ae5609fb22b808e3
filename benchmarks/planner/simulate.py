"""Plays a world with a planner: one request whenever the budget has one, to who is due first."""

import heapq
import random
from bisect import bisect_right
from dataclasses import dataclass
from typing import Protocol

from benchmarks.planner.worlds import Page, World

SHORTEST = 0.25  # hours between two checks of a page, for every planner
MISTAKEN = 0.1  # so many changes that nobody edited are taken for edits


class Planner(Protocol):
    """Says when to look again; hours. It sees what a checker sees, never the rates."""

    def first(self, number: int, now: float) -> float:
        """When a page that was just met, and captured, is looked at again."""

    def after(self, number: int, now: float, gap: float, *, changed: bool) -> float:
        """The same after a check, *gap* hours after the one before."""

    def hinted(self, number: int, now: float) -> float | None:
        """A new time after the site said that the page changed; None: as it is."""

    def checks_an_hour(self, budget: float) -> None:
        """Told whenever pages come or go."""


@dataclass(slots=True)
class Score:
    stale: float  # page-hours, weighted, in which an edit was not known
    never: float  # the same if nobody had looked
    checks: int
    delays: list[float]


def play(world: World, planner: Planner, daily: float, seed: int = 0) -> Score:
    """*daily* is the budget: checks per page that exists and day."""
    return _Run(world, planner, daily, seed).go()


class _Run:
    def __init__(self, world: World, planner: Planner, daily: float, seed: int) -> None:
        self.world, self.planner, self.daily = world, planner, daily
        self.chance = random.Random(f"run {seed}")
        self.last = [max(page.born, world.start) for page in world.pages]
        self.queue: list[tuple[float, int, int]] = []
        self.versions = [0] * len(world.pages)  # what is in the queue under an older one is void
        self.host_free: dict[str, float] = {}
        self.score = Score(0.0, 0.0, 0, [])
        events = [(max(page.born, world.start), 0, n) for n, page in enumerate(world.pages)]
        events += [(page.end, 1, n) for n, page in enumerate(world.pages)]
        if world.hinted:
            events += [(hint, 2, n) for n, page in enumerate(world.pages) for hint in page.hints]
        self.events = sorted(events, reverse=True)
        self.alive = 0

    def go(self) -> Score:
        now, end = self.world.start, self.world.end
        while now < end:
            self._happen(now)
            if not self.alive:
                now = self.events[-1][0] if self.events else end
                continue
            if not any(low <= now < high for low, high in self.world.outages):
                self._spend(now)
            now += 24 / (self.daily * self.alive)
        self._happen(end + 1)
        return self.score

    def _happen(self, now: float) -> None:
        while self.events and self.events[-1][0] <= now:
            at, kind, number = self.events.pop()
            if kind == 0:
                self.alive += 1
                self.planner.checks_an_hour(self.daily * self.alive / 24)
                self._put(number, self.planner.first(number, at))
            elif kind == 1:
                self.alive -= 1
                self.versions[number] += 1
                self._close(self.world.pages[number], number)
                self.planner.checks_an_hour(self.daily * max(self.alive, 1) / 24)
            elif self.world.pages[number].end > at:
                due = self.planner.hinted(number, at)
                if due is not None:
                    self._put(number, due)

    def _put(self, number: int, due: float) -> None:
        self.versions[number] += 1
        heapq.heappush(self.queue, (due, number, self.versions[number]))

    def _spend(self, now: float) -> None:
        """Check who is due first; if nobody is yet, who will be."""
        held = []
        while self.queue:
            entry = heapq.heappop(self.queue)
            _, number, version = entry
            if version != self.versions[number]:
                continue
            page = self.world.pages[number]
            if now - self.last[number] < SHORTEST or self.host_free.get(page.host, 0.0) > now:
                held.append(entry)
                if len(held) > 20:
                    break
                continue
            self._check(page, number, now)
            break
        for entry in held:
            heapq.heappush(self.queue, entry)

    def _check(self, page: Page, number: int, now: float) -> None:
        last = self.last[number]
        edit = _first(page.edits, last, now)
        if edit is not None:
            self.score.stale += page.weight * (now - edit)
            self.score.delays.append(now - edit)
        noise = _first(page.noise, last, now)
        changed = edit is not None or (noise is not None and self.chance.random() < MISTAKEN)
        self.score.checks += 1
        self.last[number] = now
        if self.world.host_delay:
            self.host_free[page.host] = now + self.world.host_delay
        self._put(number, self.planner.after(number, now, now - last, changed=changed))

    def _close(self, page: Page, number: int) -> None:
        edit = _first(page.edits, self.last[number], page.end)
        if edit is not None:
            self.score.stale += page.weight * (page.end - edit)
        first = _first(page.edits, max(page.born, self.world.start), page.end)
        if first is not None:
            self.score.never += page.weight * (page.end - first)


def _first(instants: list[float], after: float, until: float) -> float | None:
    """The first of the sorted *instants* in ``(after, until]``."""
    place = bisect_right(instants, after)
    return instants[place] if place < len(instants) and instants[place] <= until else None
