"""`checker banner apply FOLDER` as people run it: what it shows, and what a kill leaves behind."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from checker.adapters.atomic import TEMPORARY
from checker.adapters.banner_key import read_keys
from checker.entry.cli import banner_folders
from checker.entry.cli import main as cli
from checker.model import Skipped
from checker.ports import BannerChange, Lost
from checker.service.audit import Auditor
from checker.service.flagging import Flag, flag_copies
from checker.stages.banner import strip
from tests.fakes_banner import FakeBannerSink
from tests.helpers_banner import BANNER

OLD = """<!doctype html><html lang="en"><head><title>Toll {n}</title>
<meta property="article:published_time" content="2019-03-01T10:00:00Z"></head>
<body><article><h1>Toll {n}</h1><p>The toll on the old bridge is {n} dollars.</p></article></body></html>"""


def archive(count: int) -> dict[Path, bytes]:
    Path("copies").mkdir()
    made = {}
    for n in range(count):
        path = Path("copies", f"{n:03}.html")
        path.write_text(OLD.format(n=n), encoding="utf-8")
        path.chmod(0o640)
        os.utime(path, (1_500_000_000, 1_500_000_000 + n))
        made[path] = path.read_bytes()
    return made


def test_a_terminal_sees_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    archive(3)
    seen = []

    @contextmanager
    def bar(what, total):
        yield lambda done, of: seen.append((what, done, of, total))

    monkeypatch.setattr(banner_folders, "bar", bar)
    assert cli(["banner", "apply", "copies", "--in-place", "--offline", "--jobs", "0"]) == 0
    assert seen == [("banners", done, 3, 3) for done in (1, 2, 3)]


class Losing:
    """Workers of which the one at the second job is lost."""

    def run(self, task, jobs, http):
        for number, job in enumerate(jobs):
            yield job, Lost("crashed its worker (SIGKILL)") if number == 1 else task(job, http)


def test_a_copy_whose_worker_is_lost_is_told_and_the_others_go_on():
    names = ("a.html", "b.html", "c.html")
    sink = FakeBannerSink(dict.fromkeys(names, b"<body><p>x"))
    by = Auditor(None, None, None, None, workers=Losing(), few=1)
    done = dict(flag_copies([Flag(name, BANNER) for name in names], sink, by))
    assert list(done.values()) == [
        BannerChange("a.html", "applied", BANNER.heading),
        Skipped("b.html", "crashed its worker (SIGKILL)", again=True),
        BannerChange("c.html", "applied", BANNER.heading),
    ]
    assert set(sink.published) == {"a.html", "c.html"}


@pytest.mark.slow
def test_killed_with_its_workers_every_copy_is_whole(tmp_path, monkeypatch):
    """Mode and time stay; a later run finishes the work, and `remove` restores every byte."""
    monkeypatch.chdir(tmp_path)
    before = archive(40)
    command = [sys.executable, "-m", "checker", "banner", "apply", "copies", "--in-place"]
    command += ["--offline", "--jobs", "2"]
    partly = 0
    for _ in range(2):
        child = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while child.poll() is None and flagged(before) == 0:
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.03))
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        keys = read_keys(Path("var/banner.key"))
        partly += 0 < flagged(before) < len(before)
        for path, body in before.items():
            assert strip(path.read_bytes(), keys) == body
            state = path.stat()
            assert state.st_mode & 0o777 == 0o640
            assert int(state.st_mtime) == 1_500_000_000 + int(path.stem)
        assert cli(["banner", "remove", "copies", "--in-place", "--jobs", "0"]) == 0
        assert {path: path.read_bytes() for path in before} == before
    assert partly  # else the kill came too late to show anything
    others = {path for path in Path("copies").iterdir() if not path.name.endswith(TEMPORARY)}
    assert others == set(before)


def flagged(before: dict[Path, bytes]) -> int:
    return sum(path.stat().st_size != len(body) for path, body in before.items())
