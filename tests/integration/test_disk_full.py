"""A disk that is full: nothing is fetched for nothing, nothing is lost, and it goes on by itself."""

import os
import random
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager

import pytest

from checker.errors import ArchiveError
from checker.model import Outcome
from tests import many_hosts
from tests.helpers_service import FEED, feed, world
from tests.installation import configure, process, wait_for
from tests.loopback import Reply

URIS = tuple(f"https://host{number}.test/page" for number in range(40))


@contextmanager
def small_disk(place, size):
    """A file system of *size* at *place*; skips where none may be mounted."""
    place.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no tmpfs may be mounted here: a full disk can't be tried")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place, leave):
    """Take all room but *leave* bytes; the file that takes it."""
    ballast = place / "ballast"
    left = os.statvfs(place)
    ballast.write_bytes(bytes(max(left.f_bavail * left.f_frsize - leave, 0)))
    return ballast


def publish(place):
    chance = random.Random(1)
    place.http.script[FEED] = Reply(200, feed(*URIS), (("Content-Type", "application/rss+xml"),))
    for uri in URIS:
        words = " ".join(f"{chance.getrandbits(64):x}" for _ in range(1_000))
        body = f"<title>x</title><p>The council met. {words}".encode()
        place.http.script[uri] = Reply(200, body, (("Content-Type", "text/html"),))


def test_with_no_room_for_captures_checks_wait_and_then_go_on(tmp_path):
    with small_disk(tmp_path / "archive", "4m"), world(tmp_path) as place:
        publish(place)
        place.service.discover()
        ballast = fill(tmp_path / "archive", 65_536)
        for turn in range(3):  # the daemon's passes: the first meets the full disk, the others wait
            with pytest.raises(ArchiveError, match="No space left") as caught:
                place.service.check_due()
            assert "Make room" in caught.value.remedy
            asked = [uri for uri in place.http.uris() if uri in URIS]
            if turn == 0:
                first = len(asked)
            assert len(asked) == first
        assert first <= 8 + 12  # as many as had room, and those that were on their way
        ballast.unlink()
        place.clock.time += place.service.context.operation.lease  # and 15 minutes for the failed
        place.pass_by(days=0.02)
        assert {place.status(uri) for uri in URIS} == {"current"}
        assert len([uri for uri in place.http.uris() if uri in URIS]) <= len(URIS) + 12
        for uri in URIS:
            history = place.store.history(place.service.article(uri).id, 9)
            assert history[0].outcome is Outcome.ADOPTED
            assert all(one.outcome is Outcome.FAILED for one in history[1:])


@pytest.mark.slow
def test_a_daemon_whose_whole_disk_is_full_goes_on_when_there_is_room(tmp_path):
    disk, hosts = tmp_path / "disk", 60
    with small_disk(disk, "8m"), many_hosts.serving(tmp_path / "log") as site:
        configure(tmp_path, site, hosts, daemon='lease = "5s"', data=disk)
        with process(tmp_path, "run"):
            wait_for(lambda: count(disk, "articles") == hosts, 30, tmp_path)
            ballast = fill(disk, 40_000)
            wait_for(lambda: no_room(tmp_path), 60, tmp_path)
            held = count(disk, "articles WHERE checks > 0")
            ballast.unlink()
            wait_for(lambda: count(disk, "articles WHERE checks > 0") == hosts, 40, tmp_path)
        said = (tmp_path / "run.log").read_text()
        assert held < hosts
        soon = int((time.time() + 16 * 60) * 1e6)  # those whose capture had no room are asked again
        assert count(disk, f"articles WHERE next_check_at < {soon}") == count(
            disk, "checks WHERE outcome = 'failed'"
        )
        assert count(disk, "checks WHERE outcome = 'adopted'") >= hosts - 8
        assert "Traceback" not in said
        with closing(sqlite3.connect(disk / "checker.db")) as connection:
            assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert site.shortest_pause() >= 1
        assert max(site.articles().values()) <= 3


def no_room(folder):
    """Whether the daemon has said that its disk is full."""
    said = (folder / "run.log").read_text()
    return "disk is full" in said or "No space left" in said


def count(disk, what):
    try:
        with closing(sqlite3.connect(f"file:{disk}/checker.db?mode=ro", uri=True)) as connection:
            return connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
