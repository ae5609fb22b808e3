"""Two workers at one PostgreSQL against one: checks a second, and whether hosts were left in peace.

    python -m benchmarks.workers [HOSTS]

Every host answers after LATENCY and is asked at most every DELAY seconds, so that a worker mostly
waits, as it does out there: what a second one brings is threads that wait for other hosts. The
server's own log tells the rate, from the first page asked for to the last, and the shortest pause
at any host. CPU is that of the checker's processes; it bounds how far workers on one machine go.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from tests import many_hosts, postgres

PAGES, LATENCY, DELAY, THREADS = 4, 0.3, 1, 12
GOAL = 1.8
CONFIG = """\
data_dir = "data"
[store]
url = "{url}"
[[source]]
name = "many"
list = "urls.txt"
allow = {allow}
adoption = "automatic"
[timing]
check_every = "30d"
check_min = "30d"
[fetch]
delay = "{delay}s"
concurrency = {threads}
[daemon]
discover = "1h"
check = "1s"
banners = "1h"
alerts = "1h"
"""


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
        pages = (site.url(host, str(page)) for host in range(hosts) for page in range(PAGES))
        (folder / "urls.txt").write_text("\n".join(pages))
        text = CONFIG.format(url=url, allow=site.names(hosts), delay=DELAY, threads=THREADS)
        (folder / "checker.toml").write_text(text)
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


@contextmanager
def process(folder: Path, command: str) -> Iterator[None]:
    words = [sys.executable, "-m", "checker", command, "--config", str(folder / "checker.toml")]
    with (
        (folder / f"{command}.log").open("ab") as log,
        subprocess.Popen(words, stdout=log, stderr=log) as running,
    ):
        yield
        running.terminate()


def wait_until_up(url: str, workers: int) -> None:
    while workers and asked(url, "SELECT count(*) FROM procrastinate_workers") < workers:
        time.sleep(0.1)


def wait_until_done(url: str, checks: int) -> None:
    while asked(url, "SELECT count(*) FROM articles WHERE checks > 0") < checks:
        time.sleep(0.2)


def asked(url: str, query: str) -> int:
    with psycopg.connect(url) as connection:
        try:
            row = connection.execute(query).fetchone()
        except psycopg.errors.UndefinedTable:
            return 0
    return row[0] if row else 0


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 240)
