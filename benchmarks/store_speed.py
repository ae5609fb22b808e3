"""The store's speed beside plain sqlite3 in the same run, as ratios.

    python benchmarks/store_speed.py [ARTICLES]

Plain sqlite3 writes one narrow row per article; per check it updates that row, logs one, and
replaces one body of 2 kB that needs no encoding, with the same PRAGMAs and batches: what the disk
and SQLite themselves cost.
"""

import sqlite3
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Self

sys.path.insert(0, str(Path(__file__).parents[1]))

from checker.model import Found
from checker.store import SqlStore
from tests.store_fixture import (
    LEASE,
    NOW,
    comparison,
    fill,
    memento,
    reading,
    record_of,
    verdict,
)

BATCH = 50
HOSTS = 40


def main(count: int) -> None:
    uris = [f"https://host{n % HOSTS}.example/article/{n}" for n in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        ours = measure_store(Path(folder), uris)
        plain = measure_plain(Path(folder), uris)
    print(f"{count:,} articles, {HOSTS} hosts, batches of {BATCH}; SQLite {sqlite3.sqlite_version}")
    print(f"{'':32}{'store':>12}{'plain sqlite3':>16}{'ratio':>8}")
    for name, value in ours.items():
        if name in plain:
            ratio = plain[name] / value
            print(f"{name:32}{value:12,.0f}{plain[name]:16,.0f}{ratio:8.1f}")
        else:
            print(f"{name:32}{value:12,.2f}")


def measure_store(folder: Path, uris: list[str]) -> dict[str, float]:
    store = SqlStore.open(f"sqlite:///{folder}/store.db")
    fill(store, [])
    figures = {}
    with Timer() as timer:
        store.put_found("news", (Found(uri, "A title") for uri in uris), NOW)
    figures["articles inserted / s"] = len(uris) / timer.seconds
    claims, done, recording = [], 0, 0.0
    while True:
        with Timer() as timer:
            claimed = store.claim_due(NOW, BATCH, LEASE, 8)
        if not claimed:
            break
        claims.append(timer.seconds)
        records = [
            record_of(
                standing,
                copy=memento(str(standing.article.id)),
                copy_reading=reading(),
                comparison=comparison(),
                verdict=verdict(),
            )
            for standing in claimed
        ]
        with Timer() as timer:
            store.record(records)
        recording += timer.seconds
        done += len(records)
    figures["first checks recorded / s"] = done / recording
    again, recording = NOW + timedelta(days=1), 0.0
    for start in range(0, min(len(uris), 4000), BATCH):
        ids = range(start + 1, start + BATCH + 1)
        records = [record_of(standing, again) for standing in store.claim(ids, again, LEASE)]
        with Timer() as timer:
            store.record(records)
        recording += timer.seconds
    figures["later checks recorded / s"] = min(len(uris), 4000) / recording
    figures[f"claim {BATCH} due, median ms"] = sorted(claims)[len(claims) // 2] * 1000
    figures[f"claim {BATCH} due, worst ms"] = max(claims) * 1000
    store.close()
    size = (folder / "store.db").stat().st_size
    figures["bytes per article, checked"] = size / len(uris)
    return figures


def measure_plain(folder: Path, uris: list[str]) -> dict[str, float]:
    raw = sqlite3.connect(folder / "plain.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {pragma}")
    raw.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, uri TEXT UNIQUE, due INT, status TEXT)")
    raw.execute("CREATE INDEX due ON a (due)")
    raw.execute("CREATE TABLE c (a INT, at INT, outcome TEXT, PRIMARY KEY (a, at)) WITHOUT ROWID")
    raw.execute("CREATE TABLE b (a INTEGER PRIMARY KEY, body TEXT)")
    body = "x" * 2_000
    with Timer() as timer:
        for start in range(0, len(uris), 500):
            rows = [(uri, 0, "") for uri in uris[start : start + 500]]
            raw.execute("BEGIN IMMEDIATE")
            raw.executemany("INSERT INTO a (uri, due, status) VALUES (?, ?, ?)", rows)
            raw.execute("COMMIT")
    inserted = len(uris) / timer.seconds
    with Timer() as timer:
        for start in range(0, len(uris), BATCH):
            ids = range(start + 1, start + BATCH + 1)
            raw.execute("BEGIN IMMEDIATE")
            raw.executemany(
                "UPDATE a SET due = ?, status = 'x' WHERE id = ?", [(9, i) for i in ids]
            )
            raw.executemany("INSERT INTO c VALUES (?, 1, 'compared')", [(i,) for i in ids])
            raw.executemany("REPLACE INTO b VALUES (?, ?)", [(i, body) for i in ids])
            raw.execute("COMMIT")
    recorded = len(uris) / timer.seconds
    raw.close()
    return {
        "articles inserted / s": inserted,
        "first checks recorded / s": recorded,
        "later checks recorded / s": recorded,
    }


class Timer:
    def __enter__(self) -> Self:
        self.started = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self.started


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
