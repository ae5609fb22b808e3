"""kill -9 at random moments, again and again: of `checker archive import` and `checker archive export`.

    python -m tests.kill_archive [KILLS]

Each kill falls when a random share of the bytes has been written. After each of an import, every
capture that the store knows can be read back and is there once; the same command then takes in the
rest, and nothing twice. After each of an export, what stands under the file's name is what stood there
before, whole. Raises AssertionError for what must not be.
"""

import gzip
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import chdir, closing, redirect_stdout
from io import StringIO
from pathlib import Path

from checker.adapters.warc import WarcArchive, verify
from checker.entry.cli import main as cli
from checker.store import SqlStore
from checker.wiring import SystemClock
from tests.helpers_verify import HEAD, entry
from tests.installation import ROOT

ARTICLES, EACH = 60, 6  # captures that come in; some batches of them
CONFIG = """data_dir = "{folder}/data"
[[source]]
name = "kept"
list = "{folder}/list.txt"
"""
IMPORT = ("archive", "import", "crawl.warc.gz", "--source", "kept", "--json")
EXPORT = ("archive", "export", "all.wacz", "--all-captures", "--created", "2026-11-24")


def prepare(folder: Path, articles: int = ARTICLES, each: int = EACH) -> int:
    """A crawl of pages of some size that do not compress, and who watches them; how many captures."""
    chance = random.Random(7)
    (folder / "checker.toml").write_text(CONFIG.format(folder=folder))
    (folder / "list.txt").write_text("")
    with (folder / "crawl.warc.gz").open("wb") as file:
        for number in range(articles * each):
            page, year = number % articles, 2000 + number // articles
            block = HEAD + b"<p>" + chance.randbytes(8_000).hex().encode()
            one = entry(number, block=block, WARC_Payload_Digest="",
                        WARC_Target_URI=f"https://paper.test/{page}",
                        WARC_Date=f"{year}-01-02T03:04:05Z")  # fmt: skip
            file.write(gzip.compress(one, 1))
    return articles * each


def start(folder: Path, words: tuple[str, ...]) -> subprocess.Popen[bytes]:
    with (folder / "said.log").open("ab") as said:
        return subprocess.Popen([sys.executable, "-m", "checker", *words], cwd=folder,
                                stdout=said, stderr=said,
                                env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip


def killed(
    folder: Path, words: tuple[str, ...], size: Callable[[], int], at: int, wait: float
) -> bool:
    """Kill the command *wait* seconds after *size* has come to *at*; False if it ended first."""
    running = start(folder, words)
    try:
        while size() < at:
            if running.poll() is not None:
                break
            time.sleep(0.002)
        time.sleep(wait)
        ended = running.poll() is not None
        assert not ended or running.returncode == 0, (folder / "said.log").read_text()[-3_000:]
        return not ended
    finally:
        running.kill()
        running.wait()


def whole(folder: Path, words: tuple[str, ...]) -> None:
    """The command to its end."""
    with chdir(folder), redirect_stdout(StringIO()):
        assert cli(list(words)) == 0


def bytes_below(folder: Path, pattern: str) -> int:
    total = 0
    for path in folder.glob(pattern):
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # it has just become the file that it was to be
            continue
    return total


def captures(folder: Path) -> int:
    """How many captures the store knows; each is there once, and its bytes are those it was."""
    database = folder / "data" / "checker.db"
    if not database.exists():
        return 0
    count = 0
    with closing(SqlStore.open(f"sqlite:///{database}")) as store:
        assert store.check() == []
        with WarcArchive(folder / "data" / "archive", SystemClock()) as archive:
            for number in store.article_ids():
                known = store.captures(number)
                once = Counter((one.memento_datetime, one.digest) for one in known)
                assert set(once.values()) <= {1}
                for one in known:
                    archive.load(one)
                count += len(known)
    return count


def imports(kills: int, chance: random.Random, folder: Path, each: int = EACH) -> str:
    expected = prepare(folder, each=each)
    size = (folder / "crawl.warc.gz").stat().st_size
    hit = known = fresh = 0
    while hit < kills:
        before = bytes_below(folder, "data/archive/*")
        left = max(size - known * size // expected, 1)
        at = before + chance.randrange(1, left + 1)
        written = lambda: bytes_below(folder, "data/archive/*")  # noqa: E731
        hit += killed(folder, IMPORT, written, at, chance.uniform(0, 0.1))
        now = captures(folder)
        assert now >= known, "a capture that was taken in is gone"
        known = now
        if known == expected and hit < kills:  # begin anew
            fresh += 1
            for path in (folder / "data").rglob("*"):
                if path.is_file():
                    path.unlink()
            known = 0
    whole(folder, IMPORT)
    assert captures(folder) == expected
    faults = [one.faults for one in verify([folder / "data" / "archive"], own=True)]
    assert not any(faults), faults
    return (
        f"{hit} kills of imports of {expected} captures, begun anew {fresh} times: all there once"
    )


def exports(kills: int, chance: random.Random, folder: Path) -> str:
    """Over an archive that ``imports`` left."""
    target = folder / "all.wacz"
    whole(folder, EXPORT)
    first = target.read_bytes()
    hit = 0
    for kill in range(kills):
        before = bytes_below(folder, ".*.checker-tmp")
        if kill % 2:
            target.unlink(missing_ok=True)
        else:
            target.write_bytes(first)
        written = lambda: bytes_below(folder, ".*.checker-tmp")  # noqa: E731
        at = before + chance.randrange(1, len(first))
        stopped = killed(folder, EXPORT, written, at, chance.uniform(0, 0.1))
        hit += stopped
        assert target.exists() or stopped, "an export that ended left nothing"
        assert not target.exists() or target.read_bytes() == first
    whole(folder, EXPORT)
    assert target.read_bytes() == first
    assert [one.faults for one in verify([target])] == [()]
    return f"{hit} kills of exports: each time the file was the old or the new one, whole"


def main(kills: int) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        for run in (imports, exports):
            print(run(kills, chance, Path(place)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
