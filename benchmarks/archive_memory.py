"""What taking in, handing on and verifying captures costs, and how much memory: CPU, peak.

CHECKER_CORPORA=… python -m benchmarks.archive_memory [CAPTURES …]

For each number of CAPTURES (default 1,000 and 20,000) a WARC is made from the pages of the corpora,
two captures an address, and the real commands run over it, each in a process of its own.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from benchmarks.audit_speed import make_warc, pages

CONFIG = """data_dir = "data"
[[source]]
name = "kept"
list = "list.txt"
"""
COMMANDS = {
    "import": ("import", "crawl.warc.gz", "--source", "kept", "--json"),
    "import again": ("import", "crawl.warc.gz", "--source", "kept", "--json"),
    "export": ("export", "all.wacz", "--all-captures", "--json"),
    "verify the export": ("verify", "all.wacz", "--json"),
    "verify our own": ("verify", "--json"),
}
CODE = """import resource, runpy, sys
sys.argv = ["checker", "archive", *{words!r}]
code = 0
try: runpy.run_module("checker", run_name="__main__")
except SystemExit as stop: code = stop.code
own = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss, which a process has from the one that started it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
sys.stderr.write(f"{{own.ru_utime + own.ru_stime}} {{int(peak.split()[1]) // 1024}}")
sys.exit(code)
"""


def captures(count: int) -> Iterator[tuple[str, bytes]]:
    """Pages that all differ, two of each address."""
    for number, (_, body) in enumerate(islice(cycle(pages()), count)):
        yield f"https://paper.test/{number // 2}", body + b"<!-- %d -->" % number


def ran(folder: Path, words: tuple[str, ...]) -> tuple[float, int, str]:
    """CPU seconds, peak memory in MB, what it said."""
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(words=words)],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:] + done.stdout[-2_000:]
    cpu, peak = done.stderr.split()[-2:]
    return float(cpu), int(peak), done.stdout


def measure(folder: Path, count: int) -> None:
    (folder / "checker.toml").write_text(CONFIG)
    (folder / "list.txt").write_text("")
    made = make_warc(folder / "crawl.warc.gz", 1, captures(count))
    assert made == count
    size = (folder / "crawl.warc.gz").stat().st_size >> 20
    print(f"{count:,} captures, {size:,} MB as they came")
    for name, words in COMMANDS.items():
        cpu, peak, said = ran(folder, words)
        if name.startswith("import"):
            told = json.loads(said)
            assert told["known" if name.endswith("again") else "captures"] == count, told
        print(
            f"  {name:20} {cpu / count * 1000:7.2f} ms CPU a capture   peak {peak} MB", flush=True
        )


def main(counts: list[int]) -> None:
    for count in counts:
        with tempfile.TemporaryDirectory() as place:
            measure(Path(place), count)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1_000, 20_000])
