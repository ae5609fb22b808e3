"""Two workers at one PostgreSQL against one: checks a second, and whether hosts were left in peace.

    python -m benchmarks.workers [HOSTS]

Every host answers after LATENCY and is asked at most every DELAY seconds, so that a worker mostly
waits, as it does out there: what a second one brings is threads that wait for other hosts. The
server's own log tells the rate, from the first page asked for to the last, and the shortest pause
at any host. CPU is that of the checker's processes; it bounds how far workers on one machine go.
"""

import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests import many_hosts, postgres
from tests.installation import CHECKED, ask, configure, process

PAGES, LATENCY, DELAY, THREADS = 4, 0.3, 1, 12
GOAL = 1.8


def main(hosts: int) -> None:
    server = postgres.server()
    if server is None:
        sys.exit(postgres.WHY_NOT)
    print(f"{hosts} hosts with {PAGES} pages each, {LATENCY} s until an answer, {DELAY} s between")
    print(f"two requests to a host, {THREADS} threads a worker, {os.cpu_count()} cores for all")
    print("workers  checks/s  shortest pause  CPU ms/check")
    rates = [measured(server, hosts, workers) for workers in (1, 2)]
    print(f"two against one: {rates[1] / rates[0]:.2f} x (goal: {GOAL} x)")


def measured(server: postgres.Server, hosts: int, workers: int) -> float:
    """The rate with so many *workers*; prints the line."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder, url = Path(name), server.create()
        site = running.enter_context(many_hosts.serving(folder / "log", LATENCY))
        fetch = f"concurrency = {THREADS}"
        configure(folder, site, hosts, PAGES, delay=DELAY, store=url, fetch=fetch)
        before = os.times()
        with ExitStack() as processes:
            for _ in range(workers - 1):  # the leader comes last: nobody starts before the others
                processes.enter_context(process(folder, "worker"))
            wait_until_up(url, workers - 1)
            processes.enter_context(process(folder, "run"))
            wait_until_done(url, hosts * PAGES)
        after = os.times()  # children count once they are waited for; the site still runs
        cpu = after.children_user + after.children_system
        cpu -= before.children_user + before.children_system
        asked = [when for when, _, path in site.requests() if path != "/robots.txt"]
        assert set(site.articles().values()) == {1}
        rate, pause = len(asked) / (asked[-1] - asked[0]), site.shortest_pause()
    said = f"{pause:.3f} s" if pause >= DELAY else f"{pause:.3f} s: TOO SHORT"
    print(f"{workers:7}  {rate:8.1f}  {said:>14}  {1000 * cpu / len(asked):12.1f}", flush=True)
    return rate


def wait_until_up(url: str, workers: int) -> None:
    while workers and ask(url, "SELECT count(*) FROM procrastinate_workers") < workers:
        time.sleep(0.1)


def wait_until_done(url: str, checks: int) -> None:
    while ask(url, CHECKED) < checks:
        time.sleep(0.2)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 240)
