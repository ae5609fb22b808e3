"""How cost and size grow with the number of watched articles.

    python -m benchmarks.scale [ARTICLES …]

The real commands on a real file, with a local nginx: N addresses are taken in, of which 2,000 are due;
these are checked for the first time, then again (all 304). Peak memory is that of taking in, and
that of the largest check. Then, in this process: claiming the next 100 due, and recording 100 checks that found
nothing new, each beside plain sqlite3 on as many rows with the same index, batches and PRAGMAs.
All times are CPU time. Then the peak memory of a daemon that checks DUE articles, as it comes and with two
heaps (MALLOC_ARENA_MAX). Last: what a hundred million articles would need at these costs.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.audit_memory import peak_of
from benchmarks.recheck import CONFIG, HOSTS, PAGE, PORT, serving
from checker.model import Outcome
from checker.store import SqlStore, checks
from checker.store.engine import BUSY_SECONDS
from checker.store.opening import open_database
from tests.store_fixture import record_of

SIZES = (1_000, 10_000, 100_000, 400_000, 1_000_000)
DUE = 2_000
BATCH = 100
ROUNDS = 10
LEASE = timedelta(minutes=10)
YEAR = 365 * 86_400 * 1_000_000  # microseconds
PAPER = 100_000_000
CHECKS_A_YEAR = 12  # of one article: a planner gives old articles less, young ones more


@dataclass(frozen=True, slots=True)
class Row:
    articles: int
    intake: float  # ms
    first: float
    again: float
    start: float
    memory_in: float  # MB, taking in
    memory: float  # checking
    claim: float  # ms for BATCH
    claim_plain: float
    record: float  # ms a check
    record_plain: float
    size: float  # bytes an article, all checked as often as here
    check_size: float


def main(sizes: tuple[int, ...]) -> None:
    if shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        sys.exit("nginx is not installed: apt install nginx-light")
    print(
        f"{DUE:,} checks each, pages of {PAGE:,} bytes; CPU ms, start of the program apart;\n"
        f"claim: the next {BATCH} due of N; record: one of {BATCH} checks in a transaction;\n"
        "×: as many times the cost in plain sqlite3\n"
    )
    print(
        f"{'articles':>10}{'take in':>9}{'first':>8}{'again':>8}{'claim':>8}{'×':>6}"
        f"{'record':>8}{'×':>6}{'MB in':>7}{'MB':>6}{'B/article':>11}{'B/check':>9}"
    )
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as name, serving(Path(name), min(size, DUE)):
            row = measure(Path(name), size)
        rows.append(row)
        print(
            f"{row.articles:>10,}{row.intake:>9.3f}{row.first:>8.2f}{row.again:>8.2f}"
            f"{row.claim:>8.2f}{row.claim / row.claim_plain:>6.1f}"
            f"{row.record:>8.3f}{row.record / row.record_plain:>6.1f}"
            f"{row.memory_in:>7.0f}{row.memory:>6.0f}{row.size:>11,.0f}{row.check_size:>9,.0f}",
            flush=True,
        )
    for heaps in ({}, {"MALLOC_ARENA_MAX": "2"}):
        with tempfile.TemporaryDirectory() as name, serving(Path(name), DUE):
            peak = daemon(Path(name), heaps)
        print(f"checker run, {DUE:,} articles checked, {heaps or 'as it comes'}: {peak:.0f} MB")
    paper(rows[-1])


def daemon(folder: Path, heaps: dict[str, str]) -> float:
    """Megabytes at most, until everything was checked once."""
    config = configured(folder, DUE)
    whole = [sys.executable, "-m", "checker", "run", "--config", str(config)]
    file = folder / "data" / "checker.db"
    with subprocess.Popen(whole, stderr=subprocess.DEVNULL, env=os.environ | heaps) as process:
        while not file.exists() or checked(file) < DUE:
            assert process.poll() is None
            time.sleep(1)
        peak = peak_of(process.pid) / 1000
        process.terminate()
    return peak


def checked(file: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as raw:
            return int(raw.execute("SELECT count(*) FROM checks").fetchone()[0])
    except sqlite3.OperationalError:  # it is being made
        return 0


def configured(folder: Path, size: int) -> Path:
    """A configuration that lists *size* addresses."""
    urls = folder / "urls.txt"
    with urls.open(
        "w"
    ) as lines:  # held whole, it would count as the commands' memory: they are forked
        lines.writelines(f"http://127.0.2.{n % HOSTS + 1}:{PORT}/{n}.html\n" for n in range(size))
    allow = ", ".join(f'"127.0.2.{n + 1}:{PORT}"' for n in range(HOSTS))
    config = folder / "checker.toml"
    config.write_text(
        CONFIG.format(data=folder / "data", urls=urls, allow=allow).replace(
            'adoption = "automatic"\n', ""
        )
    )
    return config


def measure(folder: Path, size: int) -> Row:
    config = configured(folder, size)
    file = folder / "data" / "checker.db"
    start, _ = run(config, "status")
    intake, memory = run(config, "source", "sync")
    empty = stored(file)
    due = min(size, DUE)
    spread(file, due)
    first, more = run(config, "check", "--due")
    full = stored(file)
    with sqlite3.connect(file) as raw:
        raw.execute("UPDATE articles SET next_check_at = 1 WHERE id <= ?", (due,))
    again, most = run(config, "check", "--due")
    history = stored(file) - full
    with sqlite3.connect(file) as raw:
        seen = raw.execute("SELECT count(*) FROM checks WHERE outcome = 'not-modified'").fetchone()
        assert seen[0] == due, seen
    claim, record = store_costs(file)
    claim_plain, record_plain = plain_costs(folder / "plain.db", size)
    return Row(
        size,
        (intake - start) / size * 1000,
        (first - start) / due * 1000,
        (again - start) / due * 1000,
        start,
        memory,
        max(more, most),
        claim,
        claim_plain,
        record,
        record_plain,
        empty / size + (full - empty) / due,
        history / due,
    )


def run(config: Path, *command: str) -> tuple[float, float]:
    """CPU seconds and peak megabytes of one command."""
    whole = [sys.executable, "-m", "checker", *command, "--config", str(config)]
    with subprocess.Popen(whole, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in {0, 1}, command
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def stored(file: Path) -> int:
    """Bytes that hold something."""
    with sqlite3.connect(file) as raw:
        pages, free, size = (
            raw.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
    return (pages - free) * size


def spread(file: Path, due: int) -> None:
    """All but the first *due* articles come up over the next year."""
    now = int(time.time() * 1_000_000)
    with sqlite3.connect(file) as raw:
        raw.execute(
            "UPDATE articles SET next_check_at = ? + (id * 7919 % 100003) * ? WHERE id > ?",
            (now + YEAR // 365, YEAR // 100_003, due),
        )


def timed(work: Callable[[], object]) -> float:
    """CPU milliseconds of this process."""
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1000


def store_costs(file: Path) -> tuple[float, float]:
    database = open_database(f"sqlite:///{file}", BUSY_SECONDS)
    store = SqlStore(database)
    claims, records = [], []
    now = datetime.now(UTC) + timedelta(days=366)
    try:
        for turn in range(ROUNDS):
            at = now + timedelta(seconds=turn)
            ids: list[int] = []

            def claim(at: datetime = at, ids: list[int] = ids) -> None:
                with database.write() as connection:
                    ids += checks.claim_due(connection, at, BATCH, LEASE, BATCH)

            claims.append(timed(claim))
            batch = [
                replace(record_of(store.standing(one), at, Outcome.NOT_MODIFIED), started_at=at)
                for one in ids
            ]
            records.append(timed(lambda batch=batch: store.record(batch)) / len(batch))
    finally:
        store.close()
    return median(claims), median(records)


def plain_costs(file: Path, size: int) -> tuple[float, float]:
    raw = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {pragma}")
    raw.execute(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, uri TEXT, host TEXT, due INT, lease INT, body TEXT)"
    )
    raw.execute("CREATE TABLE c (a INT, at INT, outcome TEXT, PRIMARY KEY (a, at)) WITHOUT ROWID")
    raw.execute("BEGIN")
    raw.executemany("INSERT INTO a VALUES (?, ?, ?, ?, NULL, ?)", plain_rows(size))
    raw.execute("CREATE INDEX due ON a (due) WHERE due IS NOT NULL")
    raw.execute("CREATE INDEX host ON a (host, due) WHERE due IS NOT NULL")
    raw.execute("COMMIT")
    claims, records = [], []
    for turn in range(ROUNDS):
        ids: list[int] = []

        def claim(turn: int = turn, ids: list[int] = ids) -> None:
            raw.execute("BEGIN IMMEDIATE")
            found = raw.execute(
                "UPDATE a SET lease = ? WHERE id IN (SELECT id FROM a WHERE due <= ? AND "
                "(lease IS NULL OR lease <= ?) ORDER BY due LIMIT ?) RETURNING id",
                (turn + 9, YEAR, turn, BATCH),
            )
            ids += [one for (one,) in found]
            raw.execute("COMMIT")

        claims.append(timed(claim))

        def record(turn: int = turn, ids: list[int] = ids) -> None:
            raw.execute("BEGIN IMMEDIATE")
            raw.executemany(
                "UPDATE a SET due = ?, lease = NULL, body = ? WHERE id = ?",
                [(YEAR + turn, "y" * 500, one) for one in ids],
            )
            raw.executemany(
                "INSERT INTO c VALUES (?, ?, 'not-modified')", [(one, turn) for one in ids]
            )
            raw.execute("COMMIT")

        records.append(timed(record) / len(ids))
    raw.close()
    return median(claims), median(records)


def plain_rows(size: int) -> Iterator[tuple[int, str, str, int, str]]:
    for number in range(size):
        uri = f"http://host{number % HOSTS}.example/{number}.html"
        yield number + 1, uri, f"host{number % HOSTS}.example", number * 7919 % 100_003, "x" * 500


def paper(row: Row) -> None:
    """A hundred million articles, computed from the last row."""
    a_day = PAPER * CHECKS_A_YEAR / 365
    cores = a_day * row.again / 1000 / 86_400
    print(f"\non paper, {PAPER:,} articles checked {CHECKS_A_YEAR} times a year at these costs:")
    print(f"  requests            {a_day:>16,.0f} a day, {a_day / 86_400:,.0f} a second")
    print(f"  CPU of checks       {cores:>16.1f} cores, if nothing changed")
    print(f"  recording           {a_day / 86_400 * row.record / 1000:>16.2f} cores")
    print(f"  database            {PAPER * row.size / 1e9:>16,.0f} GB of articles")
    yearly = PAPER * CHECKS_A_YEAR * row.check_size / 1e9
    print(f"  history             {yearly:>16,.0f} GB a year before it is thinned out")
    print(f"  archive             {PAPER * 20_000 / 1e12:>16,.1f} TB of first captures of 20 kB")


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
