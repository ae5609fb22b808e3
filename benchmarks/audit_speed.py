"""What an audit of a WARC file costs: CPU beside reading alone, one and two workers, memory.

CHECKER_CORPORA=… python -m benchmarks.audit_speed [REPEATS [DOCUMENTS …]]

The WARC is made from the pages of aeb, fundus and hd_default, REPEATS times over (default 1), and
for the memory so often that there are so many DOCUMENTS (default 1,000 and 20,000). CPU is that of
the process and its workers; wall time is only comparable on a machine that does nothing else. The
steps of one page, and the libraries that people would glue, are in ``audit_steps``.
"""

import gzip
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

SETS = ("aeb", "fundus", "hd_default")


def pages() -> Iterator[tuple[str, bytes]]:
    for name in SETS:
        path = Path(os.environ["CHECKER_CORPORA"]) / "pages" / f"{name}.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield row["url"], row["html"].encode("utf-8", "replace")


def make_warc(path: Path, repeats: int, given: Iterable[tuple[str, bytes]] | None = None) -> int:
    """Response records, one gzip member each; how many."""
    written = 0
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="WARC/1.1")
        for number in range(repeats):
            for uri, body in pages() if given is None else given:
                fields = [("Content-Type", "text/html; charset=utf-8")]
                head = StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1")
                record = writer.create_warc_record(
                    f"{uri}#{number}" if number else uri, "response", payload=io.BytesIO(body),
                    http_headers=head, warc_headers_dict={"WARC-Date": "2026-11-01T00:00:00Z"},
                )  # fmt: skip
                writer.write_record(record)
                written += 1
    return written


def used() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def measured(step: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = used(), time.monotonic()
    step()
    return used() - cpu, time.monotonic() - wall


def read_alone(path: Path) -> None:
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, WarcRecordType.response):
            record.reader.read()


def audit(path: Path, output: Path, jobs: int) -> tuple[int, float]:
    """The command itself, in a process of its own: the peak memory in MB of it or a worker, and
    its own CPU seconds without those of its workers."""
    words = [sys.executable, "-m", "checker", "audit", str(path), "--offline", "--jobs", str(jobs)]
    code = (
        "import resource, runpy, sys\n"
        f"sys.argv = {['checker', *words[3:], '--format', 'jsonl', '--fail-on', 'never']!r}\n"
        "try: runpy.run_module('checker', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "from multiprocessing.forkserver import _forkserver as server\n"
        "server._stop()\n"  # waits for it, so that its workers' time is counted
        "who = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN\n"
        "peak = max(resource.getrusage(one).ru_maxrss for one in who) // 1024\n"
        "own = resource.getrusage(resource.RUSAGE_SELF)\n"
        "sys.stderr.write(f'\\n{peak} {own.ru_utime + own.ru_stime}')\n"
    )
    with output.open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-c", code], stdout=out, stderr=subprocess.PIPE, check=True
        )
    peak, own = done.stderr.split()[-2:]
    return int(peak), float(own)


def growth(warc: Path, count: int, sizes: tuple[int, ...]) -> None:
    """Peak memory of the largest process over more and more documents: the same, again and again."""
    for size in sizes:
        times = max(1, round(size / count))
        many = warc.with_name("many.warc.gz")
        with many.open("wb") as file:
            for _ in range(times):
                file.write(warc.read_bytes())  # members of gzip files may follow each other
        peak, _ = audit(many, Path(os.devnull), 2)
        print(f"{f'{times * count:,} documents, 2 workers':38} {'':8} {'':8}   peak {peak} MB")
        many.unlink()


def workers(warc: Path, one: Path, count: int) -> None:
    """One and two of them, with the start and without it, which an audit of *one* page measures."""
    walls, starts = {}, {}
    for jobs in (0, 1, 2):
        peak, own, before = 0, 0.0, 0.0

        def step(path: Path, jobs: int = jobs) -> None:
            nonlocal peak, own, before
            before = own
            peak, own = audit(path, Path(os.devnull), jobs)

        start, starts[jobs] = measured(lambda step=step: step(one))
        cpu, walls[jobs] = measured(lambda step=step: step(warc))
        each, wall = cpu * 1000 / count, walls[jobs] * 1000 / count
        name = f"checker audit --jobs {jobs}"
        print(f"{name:38} {each:8.2f} {wall:8.2f}   peak {peak} MB")
    print(f"{'2 workers against 1':38} {walls[1] / walls[2]:8.2f} times as many pages in a second")
    apart = (walls[1] - starts[1]) / (walls[2] - starts[2])
    print(f"{'the same without the start':38} {apart:8.2f} (goal: 1.8; on a machine at rest)")
    share = (own - before) / (cpu - start)
    print(f"{'by CPU, on two cores at most':38} {2 * (1 - share):8.2f} (parent: {share:.0%})")


def main(repeats: int, sizes: tuple[int, ...]) -> None:
    load = os.getloadavg()[0]
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {load:.1f} before the start")
    with tempfile.TemporaryDirectory() as place:
        warc = Path(place) / "pages.warc.gz"
        count = make_warc(warc, repeats)
        print(f"{count:,} pages, {warc.stat().st_size / 1e6:.0f} MB gzip; CPU and wall ms a page")
        cpu, wall = measured(lambda: read_alone(warc))
        print(
            f"{'fastwarc, reading alone':38} {cpu * 1000 / count:8.2f} {wall * 1000 / count:8.2f}"
        )
        one = Path(place) / "one.warc.gz"
        make_warc(one, 1, [next(pages())])
        workers(warc, one, count)
        growth(warc, count, sizes)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(given[0] if given else 1, tuple(given[1:]) or (1_000, 20_000))
