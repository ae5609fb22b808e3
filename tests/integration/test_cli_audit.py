"""Audits in pipelines: streams, states, revisions, quiet mode, stops."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from checker.adapters import revision
from checker.adapters.ledger import FileLedger
from checker.adapters.library import DiskShelf
from checker.entry.cli.progress import pace
from checker.errors import TargetError
from checker.model import Skipped
from tests.helpers_watch import SetClock

pytestmark = pytest.mark.usefixtures("clean_environment")

OLD = """<!doctype html><html lang="en"><head><title>Toll</title>
<meta property="article:published_time" content="2019-03-01T10:00:00Z"></head>
<body><article><h1>Toll {n}</h1><p>The toll on the old bridge is 12 dollars, the council said.</p>
</article></body></html>"""
COMMON = ("--offline", "--as-of", "2026-11-24")


def folder(count: int) -> Path:
    docs = Path("docs")
    docs.mkdir()
    for n in range(count):
        (docs / f"{n:03}.html").write_text(OLD.replace("{n}", str(n)), encoding="utf-8")
    return docs


def lines(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


def test_worker_processes_change_nothing_but_the_time(run):
    docs = folder(40)
    (docs / "zero.html").write_bytes(b"")
    here = run("audit", "docs", *COMMON, "--format", "json", "--jobs", "0")
    assert run("audit", "docs", *COMMON, "--format", "json", "--jobs", "2") == here
    assert run("audit", "docs", *COMMON, "--format", "json") == here
    assert here[0] == 1


def test_json_lines_are_streamed_with_a_head_and_a_tail(run):
    folder(3)
    code, out, _ = run("audit", "docs", *COMMON, "--format", "jsonl")
    assert code == 1
    assert [one["type"] for one in lines(out)] == ["report", *["document"] * 3, "summary"]
    assert lines(out)[-1]["counts"]["outdated"] == 3
    assert lines(out)[1]["path"] == "docs/000.html"
    _, out, err = run("audit", "docs", *COMMON, "--format", "jsonl", "--output", "r.json")
    assert len(lines(out)) == 5
    assert "wrote r.json" in err
    assert json.loads(Path("r.json").read_text())["counts"]["outdated"] == 3


def test_quiet_says_only_what_fails(run):
    folder(2)
    code, out, err = run("audit", "docs", *COMMON, "--quiet")
    assert (code, err) == (1, "")
    assert out.splitlines()[0].startswith("docs/000.html:2: age-exceeded: The newest date")
    assert len(out.splitlines()) == 2
    assert run("audit", "docs", *COMMON, "-q", "--ignore", "age-exceeded") == (0, "", "")
    assert run("audit", "docs", *COMMON, "-q", "--fail-on", "never") == (0, "", "")
    Path("docs/bad.html").write_bytes(b"")
    code, out, _ = run("audit", "docs", *COMMON, "-q", "--strict", "--ignore", "age-exceeded")
    assert (code, out) == (2, "bad.html: skipped: empty body\n")


def test_a_state_spares_what_was_done(run, monkeypatch):
    docs = folder(4)
    (docs / "bad.html").write_bytes(b"")
    first = run("audit", "docs", *COMMON, "--format", "json", "--resume", "state")
    for page in docs.glob("0*.html"):
        page.write_text("changed since, so that reading it again would show")
    (docs / "new.html").write_text(OLD)
    state = Path("state").read_bytes()
    Path("state").write_bytes(state + b'{"key":"torn')
    code, out, _ = run("audit", "docs", *COMMON, "--format", "json", "--resume", "state")
    before, after = json.loads(first[1]), json.loads(out)
    assert code == 1
    assert [one for one in after["documents"] if one["name"] != "new.html"] == before["documents"]
    assert after["skipped"] == before["skipped"]
    assert after["counts"]["documents"] == 5
    assert Path("state").read_bytes().startswith(state)


def test_a_state_of_something_else_is_refused(run):
    folder(1)
    run("audit", "docs", *COMMON, "--resume", "state")
    code, _, err = run("audit", "docs", *COMMON, "--resume", "state", "--ignore", "expired")
    assert code == 2
    assert "state: was made by another version or with other options. Remove it" in err
    Path("text").write_text("no state\n")
    code, _, err = run("audit", "docs", *COMMON, "--resume", "text")
    assert (code, Path("text").read_text()) == (2, "no state\n")
    assert "text: is no state of an audit." in err
    assert run("audit", "docs", *COMMON, "--resume", "none/state")[0] == 2


def test_a_resumed_audit_judges_by_the_day_of_the_first(tmp_path):
    now = SetClock().now()
    first = FileLedger(tmp_path / "s", "asked", now)
    first.note("a", Skipped("a", "why"))
    first.close()
    second = FileLedger(tmp_path / "s", "asked", now.replace(year=2031))
    assert second.as_of == now
    assert second.known("a") == Skipped("a", "why")
    assert second.known("b") is None
    second.close()


def git(*words: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run(["git", *identity, *words], check=True, capture_output=True)


def test_only_what_changed_since_a_revision(run):
    docs = folder(3)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    assert "0 documents" in run("audit", "docs", *COMMON, "--changed-since", "HEAD")[1]
    (docs / "001.html").write_text(OLD.replace("12", "13"))
    (docs / "new ü.html").write_text(OLD)
    (docs / "image.png").write_bytes(b"x")
    (docs / "000.html").unlink()
    _, out, _ = run("audit", "docs", *COMMON, "--changed-since", "HEAD", "--format", "jsonl")
    paths = [one["path"] for one in lines(out) if one["type"] == "document"]
    assert paths == ["docs/001.html", "docs/new ü.html"]
    assert revision.changed_since(docs / "002.html", "HEAD") == []
    code, _, err = run("audit", "docs", *COMMON, "--changed-since", "no-such-revision")
    assert code == 2
    assert "Name a folder of a git repository" in err
    with pytest.raises(TargetError, match="is no revision"):
        revision.changed_since(docs, "--output=x")


def test_git_that_is_not_there_or_hangs_is_explained(monkeypatch, tmp_path):
    def hang(*_, **__):
        raise subprocess.TimeoutExpired("git", 60)

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(TargetError, match="git took over 60 s"):
        revision.changed_since(tmp_path, "HEAD")
    monkeypatch.undo()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TargetError, match="Install git"):
        revision.changed_since(tmp_path, "HEAD")


@pytest.fixture
def heeds_ctrl_c():
    """A shell starts what runs in its background with SIGINT ignored, and children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeds_ctrl_c")
def test_a_stop_prints_what_there_is_and_says_how_to_go_on(tmp_path):
    folder(400)
    command = [sys.executable, "-m", "checker", "audit", "docs", *COMMON, "--resume", "state"]
    command += ["--format", "jsonl", "--jobs", "1"]
    # A process group of its own: a terminal's Ctrl-C reaches parent and workers alike.
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)  # fmt: skip
    while not (Path("state").exists() and len(Path("state").read_bytes().splitlines()) > 3):
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    *_, last = lines(out)
    assert last["complete"] is False
    assert 0 < last["counts"]["documents"] < 400
    assert "--resume state goes on from here" in err
    assert "Traceback" not in err
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 1
    assert lines(process.stdout)[-1]["counts"]["documents"] == 400


@pytest.mark.parametrize(
    ("seen", "share", "seconds", "expected"),
    [
        (1, 0.5, 0.5, "1 document"),
        (1200, 0.25, 60, "1,200 documents, 20/s, 25% done, 3 minutes left"),
        (3, 0.0, 30, "3 documents, 0.1/s"),
        (9, 1.0, 3, "9 documents, 3/s"),
    ],
)
def test_progress_tells_no_more_than_can_be_known(seen, share, seconds, expected):
    assert pace(seen, share, seconds) == expected


def test_how_much_there_is_to_do(tmp_path):
    folder(3)
    assert DiskShelf().size(Path("docs")) == 3
    assert DiskShelf().size(Path("docs/000.html")) > 100
    assert DiskShelf().size(Path("none")) == 0
