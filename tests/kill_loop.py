"""kill -9 at random moments, again and again: of the daemon, of workers, of the database server.

    python -m tests.kill_loop [KILLS]

Sources are due every few seconds, so that something is always on its way. After the last kill all
must go on by itself; then it is counted: nothing that was recorded is gone, each article's history
is as long as its count, every capture is read back, each request beyond the recorded checks was on
its way at a kill, and the server's own log says that no host was asked before its pause was over.
"""

import contextlib
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from checker import codec
from checker.adapters.warc import WarcArchive
from checker.model import Memento
from checker.store import SqlStore
from checker.wiring import SystemClock
from tests import many_hosts, postgres
from tests.installation import configure, start, wait_for

HOSTS, PAGES, DELAY, THREADS = 24, 2, 1, 4
RECOVERY = 120.0  # seconds within which every article is checked again after the last kill
TIMING = 'check_every = "6s"\ncheck_min = "2s"\ncheck_max = "9s"'
HISTORY = "SELECT article_id, started_at, outcome, capture FROM checks"


@dataclass
class Installation:
    """Its processes, as an operator's supervisor keeps them: what dies is started anew."""

    folder: Path
    url: str
    commands: tuple[str, ...]
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, place: int) -> None:
        log = self.folder / f"{place}.log"
        self.running[place] = start(self.folder, self.commands[place], log)

    def kill(self, place: int) -> None:
        self.running[place].kill()
        self.running[place].wait()

    def close(self) -> None:
        for place in self.running:
            self.kill(place)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with closing(SqlStore.open(self.url)) as store, store._database.read() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]


@dataclass(frozen=True)
class Counted:
    """What a loop of kills came to."""

    kills: int
    checks: int
    repeated: int  # requests for pages beyond the checks that were recorded
    pause: float  # the shortest at any host
    longest: float  # silence after a kill, seconds until the next request
    recovery: float  # seconds from the last kill until every article was checked again

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.checks:,} checks recorded, none of them lost or recorded "
            f"twice; {self.repeated} pages asked once more for a kill; shortest pause at a host "
            f"{self.pause:.2f} s (its delay: {DELAY} s); after a kill the next request came within "
            f"{self.longest:.1f} s, after the last all were checked again within "
            f"{self.recovery:.0f} s"
        )


@contextlib.contextmanager
def installed(
    folder: Path, url: str, commands: tuple[str, ...]
) -> Iterator[tuple[Installation, many_hosts.Site]]:
    with many_hosts.serving(folder / "log", 0.05) as site:
        fetch, lease = f"concurrency = {THREADS}", 'lease = "3s"'
        configure(
            folder,
            site,
            HOSTS,
            PAGES,
            delay=DELAY,
            store=url,
            timing=TIMING,
            fetch=fetch,
            daemon=lease,
        )
        made = Installation(folder, url, commands)
        try:
            for place in range(len(commands)):
                made.start(place)
            yield made, site
        finally:
            made.close()


def alone(kills: int, chance: random.Random, folder: Path) -> Counted:
    """One daemon on SQLite."""
    url = f"sqlite:///{folder}/checker.db"
    with installed(folder, url, ("run",)) as (made, site):
        return loop(made, site, kills, chance, [])


def shared(kills: int, chance: random.Random, folder: Path) -> Counted:
    """A leader and two workers at one PostgreSQL, which is killed as well."""
    server = postgres.server()
    assert server is not None, postgres.WHY_NOT

    def outage() -> None:
        server.kill()
        time.sleep(chance.uniform(0, 1))
        server.start()

    with installed(folder, server.create(), ("run", "worker", "worker")) as (made, site):
        return loop(made, site, kills, chance, [outage])


def loop(
    made: Installation,
    site: many_hosts.Site,
    kills: int,
    chance: random.Random,
    others: list[Callable[[], None]],
) -> Counted:
    wait_for(lambda: len(site.articles()) >= HOSTS * PAGES, RECOVERY, made.folder)
    seen: set[tuple[Any, ...]] = set()
    moments = []
    for kill in range(kills):
        # Killed once it is at work again, not over and over while it starts.
        before = len(site.requests())
        wait_for(partial(more_than, site, before), RECOVERY, made.folder)
        time.sleep(chance.uniform(0, 2))
        if kill % 5 == 0:
            seen |= set(made.ask(HISTORY))
        moments.append(time.monotonic())
        victim = chance.randrange(len(made.commands) + len(others))
        if victim < len(made.commands):
            made.kill(victim)
            made.start(victim)
        else:
            others[victim - len(made.commands)]()
    last = int(time.time() * 1e6)
    behind = (
        f"SELECT count(*) FROM articles WHERE last_checked_at IS NULL OR last_checked_at < {last}"
    )
    wait_for(lambda: made.ask(behind) == [(0,)], RECOVERY, made.folder)
    recovery = time.time() - last / 1e6
    made.close()
    return counted(made, site, seen, moments, recovery)


def counted(
    made: Installation,
    site: many_hosts.Site,
    seen: set[tuple[Any, ...]],
    moments: list[float],
    recovery: float,
) -> Counted:
    """Count, and raise AssertionError for what must not be."""
    history = made.ask(HISTORY)
    assert seen <= set(history), "a check that was recorded is gone"
    differing = made.ask(
        "SELECT a.id, a.checks, count(c.article_id) FROM articles a LEFT JOIN checks c"
        " ON c.article_id = a.id GROUP BY a.id, a.checks HAVING a.checks <> count(c.article_id)"
    )
    assert not differing, f"counts and histories differ: {differing}"
    with closing(SqlStore.open(made.url)) as store:
        assert store.check() == []
    with WarcArchive(made.folder / "data" / "archive", SystemClock()) as archive:
        captures = [row[3] for row in history if row[3] is not None]
        assert len(captures) >= HOSTS * PAGES
        for one in captures:
            archive.load(
                codec.from_plain(Memento, one)
                if isinstance(one, dict)
                else codec.loads(Memento, one)
            )
    asked = site.requests()
    ours = {f"/{page}" for page in range(PAGES)}  # not robots.txt, nor what soft 404s are known by
    repeated = sum(path in ours for _, _, path in asked) - len(history)
    most = (len(moments) + 1) * THREADS * len(made.commands)
    assert repeated <= most, (
        f"{repeated} pages were asked once more, at most {most} were on their way"
    )
    pause = site.shortest_pause()
    assert pause >= DELAY, f"a host was asked after {pause} s"
    times = [when for when, _, _ in asked]
    after = (min((when for when in times if when > kill), default=kill) - kill for kill in moments)
    longest = max(after, default=0.0)
    return Counted(len(moments), len(history), repeated, pause, longest, recovery)


def more_than(site: many_hosts.Site, requests: int) -> bool:
    return len(site.requests()) > requests


def main(kills: int) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    chance = random.Random(seed)
    loops = [("one daemon on SQLite", alone)]
    if postgres.server() is None:
        print(postgres.WHY_NOT)
    else:
        loops.append(("a leader and two workers at one PostgreSQL", shared))
    for name, run in loops:
        with tempfile.TemporaryDirectory() as folder, ExitStack():
            print(f"{name}: {run(kills, chance, Path(folder))}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
