"""Hosts that take a connection and never say a word, among many that answer: bounded, and fair.

python -m tests.integration.test_hanging [HOSTS]
"""

import contextlib
import signal
import sqlite3
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests import many_hosts
from tests.installation import configure, process, wait_for

THREADS, TIMEOUT, DELAY = 32, 2, 1
FETCH = f"""\
read_timeout = "{TIMEOUT}s"
deadline = "{TIMEOUT}s"
concurrency = {THREADS}
"""


@contextmanager
def watching(folder, hosts, hanging):
    """A daemon over so many hosts, of which some hang: the site and the process."""
    with many_hosts.serving(folder / "log", 0.05, hanging) as site:
        configure(folder, site, hosts, delay=DELAY, fetch=FETCH, daemon='lease = "20s"')
        with process(folder, "run") as daemon:
            yield site, daemon


def outcomes(folder):
    """How many articles' last check came to each outcome."""
    with contextlib.suppress(sqlite3.OperationalError):
        path = f"file:{folder}/data/checker.db?mode=ro"
        with closing(sqlite3.connect(path, uri=True)) as connection:
            last = "SELECT outcome, max(started_at) FROM checks GROUP BY article_id"
            ask = f"SELECT outcome, count(*) FROM ({last}) GROUP BY outcome"
            return dict(connection.execute(ask))
    return {}


def wait_until(folder, condition, seconds):
    wait_for(lambda: condition(outcomes(folder)), seconds, folder)


def seen_through(folder, hosts, hanging):
    """Seconds until every host was seen or given up, and how many that answer were not seen at the
    first try: a machine that is busy may keep a host waiting for longer than the timeout."""
    most = 60 + hosts / 10 + 2 * hanging * TIMEOUT / THREADS
    start = time.monotonic()
    with watching(folder, hosts, hanging) as (site, _):
        wait_until(folder, lambda got: sum(got.values()) >= hosts, most)
        took = time.monotonic() - start
        got = outcomes(folder)
        unseen = hosts - hanging - got.pop("adopted")
        assert sum(got.values()) == hanging + unseen, got
        assert set(got) <= {"unreachable", "blocked", "no-network"}, got
        pages = [host for host, path in site.articles() if path == "/0"]
        assert len(pages) >= hosts - hanging - unseen
        assert site.shortest_pause() >= DELAY
    return took, unseen


@pytest.mark.slow
def test_hosts_that_hang_hold_up_nobody_for_long(tmp_path):
    _, unseen = seen_through(tmp_path, 120, 12)
    assert unseen == 0


@pytest.mark.slow
def test_a_daemon_that_was_suspended_goes_on_where_it_was(tmp_path):
    with watching(tmp_path, 60, 0) as (site, daemon):
        wait_until(tmp_path, lambda got: got.get("adopted", 0) >= 1, 60)
        daemon.send_signal(signal.SIGSTOP)
        time.sleep(4)
        daemon.send_signal(signal.SIGCONT)
        wait_until(tmp_path, lambda got: sum(got.values()) == 60, 60)
        # What was on its way was suspended beyond its time limit, and may say so.
        assert outcomes(tmp_path)["adopted"] >= 60 - THREADS
        assert site.shortest_pause() >= DELAY
        assert {n for (_, path), n in site.articles().items() if path == "/0"} == {1}
        daemon.terminate()
        assert daemon.wait(30) == 0


@pytest.mark.slow
def test_a_database_that_another_process_locks_is_waited_for(tmp_path):
    with watching(tmp_path, 60, 0) as (site, daemon):
        wait_until(tmp_path, lambda got: got.get("adopted", 0) >= 1, 60)
        path = tmp_path / "data" / "checker.db"
        with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(5)
            other.execute("ROLLBACK")
        wait_until(tmp_path, lambda got: got.get("adopted", 0) == 60, 90)
        assert max(n for (_, path), n in site.articles().items() if path == "/0") <= 2
        assert daemon.poll() is None
    assert "Traceback" not in (tmp_path / "run.log").read_text()


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        seconds, late = seen_through(Path(name), number, number // 10)
    print(
        f"{number:,} hosts, {number // 10:,} of them hang for good: all seen or given up after "
        f"{seconds:.0f} s with {THREADS} threads and a timeout of {TIMEOUT} s, none asked before its "
        f"pause of {DELAY} s was over; {late} that answer were too late at the first try"
    )
