"""Hosts that take a connection and never say a word, among many that answer: bounded, and fair.

python -m tests.integration.test_hanging [HOSTS]
"""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests import many_hosts

ROOT = Path(__file__).parents[2]
THREADS, TIMEOUT, DELAY = 32, 2, 1
CONFIG = """\
data_dir = "data"
[[source]]
name = "many"
list = "urls.txt"
allow = {allow}
[timing]
check_every = "30d"
check_min = "30d"
[fetch]
delay = "{delay}s"
read_timeout = "{timeout}s"
deadline = "{timeout}s"
concurrency = {threads}
[daemon]
discover = "1h"
check = "1s"
lease = "20s"
"""


@contextmanager
def watching(folder, hosts, hanging):
    """A daemon over so many hosts, of which some hang: the site and the process."""
    with many_hosts.serving(folder / "log", 0.05, hanging) as site:
        (folder / "urls.txt").write_text("\n".join(site.url(n, "1") for n in range(hosts)))
        text = CONFIG.format(allow=site.names(hosts), delay=DELAY, timeout=TIMEOUT, threads=THREADS)
        (folder / "checker.toml").write_text(text)
        words = [sys.executable, "-m", "checker", "run", "--config", str(folder / "checker.toml")]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        with (
            (folder / "told").open("wb") as told,
            subprocess.Popen(words, stdout=told, stderr=told, env=env) as daemon,
        ):
            try:
                yield site, daemon
            finally:
                daemon.kill()


def outcomes(folder):
    """How many articles had a check of each outcome."""
    with contextlib.suppress(sqlite3.OperationalError):
        path = f"file:{folder}/data/checker.db?mode=ro"
        with closing(sqlite3.connect(path, uri=True)) as connection:
            ask = "SELECT outcome, count(DISTINCT article_id) FROM checks GROUP BY outcome"
            return dict(connection.execute(ask))
    return {}


def wait_for(folder, condition, seconds):
    end = time.monotonic() + seconds
    while not condition(outcomes(folder)):
        said = (folder / "told").read_text()[-2_000:]
        assert time.monotonic() < end, f"{outcomes(folder)} after {seconds} s\n{said}"
        time.sleep(0.2)


def seen_through(folder, hosts, hanging):
    """Seconds until every host that answers was seen, and every other given up."""
    most = 60 + hosts / 15 + 2 * hanging * TIMEOUT / THREADS
    start = time.monotonic()
    with watching(folder, hosts, hanging) as (site, _):
        wait_for(folder, lambda got: sum(got.values()) >= hosts, most)
        took = time.monotonic() - start
        got = outcomes(folder)
        assert got.pop("adopted") == hosts - hanging
        assert sum(got.values()) == hanging
        assert set(got) <= {"unreachable", "blocked", "no-network"}
        pages = [host for host, path in site.articles() if path == "/1"]
        assert len(pages) >= hosts - hanging
        assert site.shortest_pause() >= DELAY
    return took


@pytest.mark.slow
def test_hosts_that_hang_hold_up_nobody_for_long(tmp_path):
    seen_through(tmp_path, 120, 12)


@pytest.mark.slow
def test_a_daemon_that_was_suspended_goes_on_where_it_was(tmp_path):
    with watching(tmp_path, 60, 0) as (site, daemon):
        wait_for(tmp_path, lambda got: got.get("adopted", 0) >= 1, 60)
        daemon.send_signal(signal.SIGSTOP)
        time.sleep(4)
        daemon.send_signal(signal.SIGCONT)
        wait_for(tmp_path, lambda got: got.get("adopted", 0) == 60, 60)
        assert site.shortest_pause() >= DELAY
        assert {n for (_, path), n in site.articles().items() if path == "/1"} == {1}
        daemon.terminate()
        assert daemon.wait(30) == 0


@pytest.mark.slow
def test_a_database_that_another_process_locks_is_waited_for(tmp_path):
    with watching(tmp_path, 60, 0) as (site, daemon):
        wait_for(tmp_path, lambda got: got.get("adopted", 0) >= 1, 60)
        path = tmp_path / "data" / "checker.db"
        with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(5)
            other.execute("ROLLBACK")
        wait_for(tmp_path, lambda got: got.get("adopted", 0) == 60, 90)
        assert max(n for (_, path), n in site.articles().items() if path == "/1") <= 2
        assert daemon.poll() is None
    assert "Traceback" not in (tmp_path / "told").read_text()


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        seconds = seen_through(Path(name), number, number // 10)
    print(
        f"{number:,} hosts, {number // 10:,} of them hang for good: all seen or given up after "
        f"{seconds:.0f} s with {THREADS} threads and a timeout of {TIMEOUT} s"
    )
