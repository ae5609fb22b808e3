"""The connection to the database: one engine per process, one connection per thread and use.

SQLite in WAL mode: readers never wait; writers are one at a time, from ``BEGIN IMMEDIATE`` on, and
wait for each other up to ``BUSY_SECONDS``. A deferred BEGIN that reads and then writes would fail
at once however long the timeout. ``synchronous=FULL``, because in WAL mode NORMAL may roll back
the last commits on power loss, and with them mail that has left.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from checker.errors import StoreError

BUSY_SECONDS = 30.0
# RETURNING came with 3.35; before, claiming could not be one statement.
MINIMUM_SQLITE = (3, 35, 0)
_WRITE = "checker_write"

_REMEDIES = {
    "SQLITE_BUSY": (
        "another process has been writing for too long",
        "Find it (`checker status`, `fuser`), end it, and try again.",
    ),
    "SQLITE_FULL": (
        "the disk is full; nothing of this step was written",
        "Free some space and run the command again.",
    ),
    "SQLITE_CORRUPT": (
        "the file is damaged",
        "Keep the file, restore the last backup beside it, and run `checker doctor`.",
    ),
    "SQLITE_NOTADB": (
        "the file is no SQLite database, or its beginning is damaged; it was left as it is",
        "Correct store.url, or restore the last backup.",
    ),
    "SQLITE_READONLY": (
        "the file or its folder can't be written",
        "Give the user of the checker write access to both.",
    ),
    "SQLITE_CANTOPEN": (
        "the file can't be opened or created",
        "Check that the folder exists and that the user of the checker may write there.",
    ),
    "SQLITE_IOERR": (
        "reading or writing failed",
        "Check the disk, and that the file lies on no network file system.",
    ),
}


@dataclass(frozen=True, slots=True)
class Database:
    """An open SQLite file. Thread-safe; not to be carried over a fork."""

    path: Path
    engine: Engine
    inode: tuple[int, int]

    @property
    def name(self) -> str:
        """How messages call it."""
        return str(self.path)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and writes nothing."""
        with explained(self.path), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The one writing transaction; committed at the end, rolled back on an exception.

        Raises StoreError where the file was deleted or replaced since it was opened: what is
        written to a deleted file is lost without a word.
        """
        if inode_of(self.path) != self.inode:
            raise StoreError(
                str(self.path),
                "the file was deleted or replaced while in use",
                "Stop every checker process, put the right file in place, and start again.",
            )
        with explained(self.path), writer(self.engine).begin() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def writer(engine: Engine) -> Engine:
    """*engine* with transactions that begin by taking the write lock."""
    return engine.execution_options(**{_WRITE: True})


def inode_of(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Database errors as StoreError with cause and remedy."""
    try:
        yield
    except DBAPIError as error:
        raise explain(path, error.orig or error) from error
    except sqlite3.Error as error:
        raise explain(path, error) from error


def explain(path: Path, error: BaseException) -> StoreError:
    """The StoreError for what SQLite said; extended codes (SQLITE_IOERR_READ) by their family."""
    name = str(getattr(error, "sqlite_errorname", ""))
    for family, (cause, remedy) in _REMEDIES.items():
        if name.startswith(family):
            return StoreError(str(path), f"{cause} ({error})", remedy)
    return StoreError(
        str(path), f"{type(error).__name__}: {error}", "Run `checker doctor` and report this."
    )


def connect(path: Path, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine for *path*, which is created if absent. Raises StoreError."""
    if sqlite3.sqlite_version_info < MINIMUM_SQLITE:
        raise StoreError(
            f"SQLite {sqlite3.sqlite_version}",
            "it is too old",
            f"Use a Python that comes with SQLite {'.'.join(map(str, MINIMUM_SQLITE))} or later.",
        )
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": busy_seconds},
        pool_size=8,
        max_overflow=-1,  # a thread that waits for a connection while holding none can't deadlock
    )
    event.listen(engine, "connect", lambda raw, _: _configure(raw, busy_seconds))
    event.listen(engine, "begin", _begin)
    return engine


def _configure(raw: sqlite3.Connection, busy_seconds: float) -> None:
    raw.isolation_level = None  # sqlite3's own implicit BEGIN is deferred and comes too late
    raw.execute("PRAGMA foreign_keys=ON")
    raw.execute("PRAGMA synchronous=FULL")
    _use_wal(raw, time.monotonic() + busy_seconds)


def _use_wal(raw: sqlite3.Connection, deadline: float) -> None:
    """Two processes that create the file at once: SQLite's busy timeout doesn't cover this."""
    while raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            raw.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin(connection: Connection) -> None:
    options: Any = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITE) else "BEGIN")
