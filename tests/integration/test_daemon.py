"""The daemon as a process: it watches, stops cleanly, refuses company and survives kill -9."""

import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checker.entry.demo.mailbox import Mailbox
from checker.entry.newsroom import Newsroom
from checker.stages import banner
from tests.repeats import repeats

ROOT = Path(__file__).parents[2]
KILLS = repeats(8, 30)
CONFIG = """\
data_dir = "data"

[[source]]
name = "courier"
feed = "{base}/feed.xml"
copies = "copies"
allow = ["127.0.0.1:{port}"]
adoption = "automatic"

[[recipient]]
address = "editor@tidewater.example"

[timing]
check_every = "1s"
check_min = "1s"
check_max = "2s"

[fetch]
delay = "0s"

[mail]
kind = "smtp"
host = "127.0.0.1"
port = {smtp_port}
security = "none"
sender = "checker@tidewater.example"
timeout = "2s"

[alerts]
pause = "0s"

[daemon]
discover = "1s"
check = "1s"
banners = "1s"
alerts = "1s"
lease = "2s"
"""


@contextmanager
def running(config: Path) -> Iterator[subprocess.Popen[str]]:
    """A daemon; whatever a test does, it does not outlive it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "checker", "run", "--config", str(config)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    """What the database holds now; nothing as long as there is none."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(path, timeout=30)) as database:
        try:
            return database.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []


def wait_for(condition: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"nothing within {seconds} s"
        time.sleep(0.1)


class Site:
    """A newsroom with an archive, a mailbox and a configuration that watches the one for it."""

    def __init__(self, folder: Path) -> None:
        def now() -> datetime:
            return datetime.now(UTC)

        self.folder = folder
        self.newsroom = Newsroom(now, now()).start()
        self.newsroom.write_copies(folder / "copies")
        self.mailbox = Mailbox(folder / "mail")
        self.config = folder / "checker.toml"
        self.config.write_text(
            CONFIG.format(
                base=self.newsroom.base, port=self.newsroom.port, smtp_port=self.mailbox.port
            )
        )
        self.database = folder / "data" / "checker.db"

    def start(self) -> AbstractContextManager[subprocess.Popen[str]]:
        return running(self.config)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        return rows(self.database, query)

    def wait(self, query: str, seconds: float = 30) -> None:
        """Until *query* finds a row that is true."""
        wait_for(lambda: any(row[0] for row in self.rows(query)), seconds)

    def close(self) -> None:
        self.newsroom.stop()
        self.mailbox.stop()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    running = Site(tmp_path)
    yield running
    running.close()


ADOPTED = "select count(*) from mails where state = 'sent'"


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_it_watches_flags_mails_and_stops_cleanly(site: Site, signum: int) -> None:
    site.newsroom.edit("rewrite")
    with site.start() as process:
        site.wait(ADOPTED)
        site.newsroom.edit("correct")
        site.wait("select count(*) > 1 from mails where state = 'sent'")
        process.send_signal(signum)
        _, log = process.communicate(timeout=20)
    assert process.returncode == 0, log
    assert "Traceback" not in log
    flagged = {path.stem for path in (site.folder / "data").rglob("*.html")}
    assert {"school-lunches", "harbour-bridge-toll", "storm-warning"} <= flagged
    assert len(site.mailbox.subjects) == 2
    (lock,) = site.rows("select count(*) from daemon")[0]
    assert lock == 0


def test_a_second_daemon_is_told_who_is_first(site: Site) -> None:
    with site.start() as first:
        site.wait("select count(*) from daemon")
        with site.start() as second:
            _, said = second.communicate(timeout=20)
        assert second.returncode == 2
        assert (
            f"another daemon works on it (host and process {os.uname().nodename} {first.pid})"
            in (" ".join(said.split()))
        )
        assert "Traceback" not in said
        first.terminate()
        _, log = first.communicate(timeout=20)
    assert first.returncode == 0, log


@pytest.mark.slow
def test_the_shipped_configuration_has_something_to_show_within_a_minute(tmp_path: Path) -> None:
    """Fetched, judged, flagged and mailed without a network; and it works on a second call."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shutil.copytree(ROOT / "config", tmp_path / "config")
    config = tmp_path / "config" / "checker.toml"
    config.write_text(config.read_text().replace("sample:8908", f"sample:{port}"))
    var = tmp_path / "var"
    for _ in range(2):  # the second start sends no second report
        with running(config) as process:
            wait_for(lambda: rows(var / "checker.db", "select 1 from daemon"), 60)
            wait_for(lambda: list((var / "mail").glob("*.eml")), 60)
            wait_for(lambda: list((var / "published").rglob("school-lunches.html")), 60)
            process.terminate()
            _, log = process.communicate(timeout=20)
        assert process.returncode == 0, log
        assert "Traceback" not in log
    reports = [
        path for path in (var / "mail").glob("*.eml") if b"First report" in path.read_bytes()
    ]
    assert len(reports) == 1
    original = (var / "sample" / "copies" / "news" / "school-lunches.html").read_bytes()
    published = (var / "published" / "newsroom" / "news" / "school-lunches.html").read_bytes()
    assert banner.strip(published) == original != published


@pytest.mark.slow
def test_kill_9_at_any_moment_loses_no_recorded_check_and_no_mail(site: Site) -> None:
    chance = random.Random(20261124)
    seen: set[object] = set()
    edits = iter(("rewrite", "correct", "remove", "soften", "typo", "restore", "bump"))
    for kill in range(KILLS):
        with site.start() as process:
            site.wait(
                f"select count(*) > {len(seen)} from checks"
            )  # it works again after each kill
            if kill % 4 == 1 and (edit := next(edits, None)) is not None:
                site.newsroom.edit(edit)
            time.sleep(chance.uniform(0, 0.6))
            seen |= set(site.rows("select article_id, started_at, outcome from checks"))
            process.kill()
            process.communicate()
        now = set(site.rows("select article_id, started_at, outcome from checks"))
        assert seen <= now, "a check that was there is gone"
        assert site.rows("pragma integrity_check") == [("ok",)]
        assert site.rows("pragma foreign_key_check") == []
    with site.start() as process:
        site.wait(
            "select (select count(*) from alerts) > 0"
            " and not exists (select 1 from alerts where mail_id is null)"
            " and not exists (select 1 from mails where state = 'pending')",
            # A mail whose sender was killed waits for its lease (20 s), one that was deferred then
            # for its next attempt (a minute).
            seconds=150,
        )
        process.terminate()
        process.communicate(timeout=20)
    _mail_is_complete(site)


def _mail_is_complete(site: Site) -> None:
    """Every mail was sent; one that came twice is the same mail, in the window that is named."""
    from email import message_from_bytes, policy

    arrived = [
        str(message_from_bytes(path.read_bytes(), policy=policy.default)["Message-ID"])
        for path in (site.folder / "mail").glob("*.eml")
    ]
    sent = {str(row[0]) for row in site.rows("select message_id from mails")}
    assert set(arrived) == sent
    assert len(arrived) - len(sent) <= KILLS  # at most one for each crash
