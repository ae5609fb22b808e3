"""A real daemon whose clock jumps (libfaketime): days ahead, hours back, to before it was made.

Durations stay those of the monotonic clock, as on a real machine; only the time of day moves.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests import many_hosts
from tests.installation import ROOT, configure, wait_for

HOSTS = 5
PLACES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib")
HOURLY = 'check_every = "1h"\ncheck_min = "1h"\ncheck_max = "1h"'
# Housekeeping comes each second instead of each few. And time.sleep is what it was before Python
# 3.11: libfaketime 0.9.10 knows no clock_nanosleep until an instant of a clock that it leaves alone.
QUICK = """
import sys
import threading
import time
time.sleep = threading.Event().wait
from datetime import timedelta
from checker.entry import daemon
daemon.HOUSEKEEPING = timedelta(seconds=1)
from checker.entry.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def library() -> str | None:
    found = (path for one in PLACES for path in Path(one).rglob("libfaketimeMT.so.1"))
    return next((str(path) for path in found), None)


FAKETIME = library()
pytestmark = pytest.mark.skipif(
    FAKETIME is None, reason="no libfaketime here (Debian: faketime): no clock jumps are tried"
)


class Site:
    """A daemon, its hosts, and its clock."""

    def __init__(self, folder: Path, site: many_hosts.Site) -> None:
        self.folder, self.site = folder, site
        self.clock = folder / "clock"
        self.jump("+0")
        configure(folder, site, HOSTS, delay=1, timing=HOURLY)

    def jump(self, to: str) -> None:
        """The time of day is *to* away from the real one from now on."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(f"{to}\n")
        fresh.replace(self.clock)

    def start(self) -> subprocess.Popen[bytes]:
        assert FAKETIME is not None
        env = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "LD_PRELOAD": FAKETIME,
            "FAKETIME_TIMESTAMP_FILE": str(self.clock),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }
        words = [sys.executable, "-c", QUICK, "run", "--config", str(self.folder / "checker.toml")]
        with (self.folder / "run.log").open("ab") as told:
            return subprocess.Popen(words, stdout=told, stderr=told, env=env)

    def checks(self) -> Counter[int]:
        """How many articles were checked how often."""
        place = self.folder / "data" / "checker.db"
        if not place.exists():
            return Counter()
        with closing(sqlite3.connect(place, timeout=30)) as store:
            try:
                counted = Counter(n for (n,) in store.execute("SELECT checks FROM articles"))
                kept = store.execute("SELECT count(*) FROM checks").fetchone()[0]
            except sqlite3.OperationalError:
                return Counter()
        assert kept <= sum(n * articles for n, articles in counted.items())
        return counted

    def wait_for_checks(self, number: int) -> None:
        wait_for(lambda: self.checks() == {number: HOSTS}, 40, self.folder)

    def stays(self, number: int, seconds: float = 4) -> None:
        """Nothing is checked once more."""
        time.sleep(seconds)
        assert self.checks() == {number: HOSTS}, (self.folder / "run.log").read_text()


@pytest.fixture
def daemon(tmp_path):
    with many_hosts.serving(tmp_path / "requests", 0) as serving:
        site = Site(tmp_path, serving)
        running = site.start()
        try:
            site.wait_for_checks(1)
            yield site, running
            assert running.poll() is None, (tmp_path / "run.log").read_text()
            assert "Traceback" not in (tmp_path / "run.log").read_text()
            assert serving.shortest_pause() >= 0.98
            running.send_signal(signal.SIGTERM)
            assert running.wait(30) == 0
        finally:
            running.kill()
            running.wait()


@pytest.mark.slow
def test_ten_years_ahead_and_back_cost_one_check_each_and_planning_goes_on(daemon):
    site, _ = daemon
    site.jump("+3650d")
    site.wait_for_checks(2)
    site.stays(2)
    site.jump("+0")
    site.stays(2)  # planned anew, within their interval and not at once
    site.jump("+3h")
    site.wait_for_checks(3)
    site.stays(3)


@pytest.mark.slow
def test_two_hours_back_neither_check_again_nor_hold_the_daemon_up(daemon):
    site, _ = daemon
    site.jump("-2h")
    site.stays(1)
    site.jump("-30m")  # an hour and a half later by its own clock, and half an hour to go
    site.stays(1)
    site.jump("+70m")
    site.wait_for_checks(2)
    site.stays(2)


@pytest.mark.slow
def test_a_clock_of_long_ago_plans_nothing_until_it_is_set(daemon):
    site, _ = daemon
    site.jump("-20000d")
    log = site.folder / "run.log"
    wait_for(lambda: "which can't be: nothing is planned by it" in log.read_text(), 40, site.folder)
    site.stays(1)
    site.jump("+70m")
    site.wait_for_checks(2)
    site.stays(2)
