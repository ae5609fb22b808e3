"""Peak memory of an audit over more and more documents: of the process that reads, and of each worker.

    CHECKER_CORPORA=… python -m benchmarks.audit_memory [DOCUMENTS …]

The documents are the pages of aeb, fundus and hd_default, cut down to their title, dates, canonical
and a paragraph, so that many go into the time; each has an address of its own, on some thousand
hosts. ``checker audit FILE.warc.gz --offline --format jsonl`` reads them with one worker and with two,
which end themselves after so many documents that nothing in them can grow for ever; the process that
reads lasts as long as the audit. All peaks are the system's own (VmHWM), of a process that lives.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from benchmarks.audit_speed import make_warc, pages

SIZES = (1_000, 20_000)
JOBS = (1, 2)
HOSTS = 5_000
LOOK = 0.1  # seconds
_KEPT = re.compile(
    rb"(?is)<title\b.*?</title>|<meta\b[^>]*(?:_time|date)[^>]*>|<time\b.*?</time>|<h1\b.*?</h1>"
)
_TEXT = re.compile(rb"(?is)<p\b[^>]*>[^<]{80,600}")


def cut(body: bytes) -> bytes:
    """A page of a few kilobytes that says when it is of, and something."""
    found = _KEPT.findall(body)
    head = b"".join(one for one in found if one[:2] in {b"<m", b"<t", b"<T"} and len(one) < 500)
    rest = b"".join(one for one in found if one[:2] not in {b"<m", b"<t", b"<T"} and len(one) < 500)
    text = b"</p>".join(_TEXT.findall(body)[:1])
    return b"<!doctype html><html><head>" + head + b"</head><body>" + rest + text


def documents(count: int) -> Iterator[tuple[str, bytes]]:
    small = [cut(body) for _, body in pages()]
    for number, body in enumerate(islice(cycle(small), count)):
        yield f"https://host{number * 7919 % HOSTS}.example/{number}/story.html", body


def peak_of(pid: int) -> int:
    """Kilobytes that a process has had at most; 0 of one that is gone."""
    try:
        lines = Path("/proc", str(pid), "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(one.split()[1]) for one in lines if one.startswith("VmHWM:")), 0)


def below(pid: int) -> Iterator[int]:
    """The processes that *pid* started, and those that they did."""
    for task in Path("/proc", str(pid), "task").glob("*/children"):
        try:
            found = task.read_text().split()
        except OSError:
            continue
        for child in map(int, found):
            yield child
            yield from below(child)


def peaks(warc: Path, output: Path, jobs: int) -> tuple[int, list[int]]:
    """Kilobytes of the process that reads, and of each other by when it began."""
    words = ["audit", str(warc), "--offline", "--jobs", str(jobs), "--format", "jsonl"]
    whole = [sys.executable, "-m", "checker", *words, "--fail-on", "never"]
    own, others = 0, dict[int, int]()
    with output.open("wb") as out, subprocess.Popen(whole, stdout=out) as process:
        while process.poll() is None:
            own = max(own, peak_of(process.pid))
            for pid in below(process.pid):
                others[pid] = max(others.get(pid, 0), peak_of(pid))
            time.sleep(LOOK)
    assert process.returncode == 0
    return own, list(others.values())


def main(sizes: tuple[int, ...]) -> None:
    print("MB; the two small processes at the beginning fork workers and clean up after them")
    print(f"{'documents':>10}{'workers':>9}{'reads':>7}{'largest':>9}   each other process")
    for size in sizes:
        with tempfile.TemporaryDirectory() as place:
            warc, output = Path(place) / "many.warc.gz", Path(place) / "report.jsonl"
            count = make_warc(warc, 1, documents(size))
            for jobs in JOBS:
                own, others = peaks(warc, output, jobs)
                each = " ".join(f"{one / 1000:.0f}" for one in others)
                largest = max(others) / 1000
                print(
                    f"{count:>10,}{jobs:>9}{own / 1000:>7.0f}{largest:>9.0f}   {each}", flush=True
                )
                with output.open("rb") as lines:  # every document has its line
                    assert sum(1 for _ in lines) == count + 2


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
