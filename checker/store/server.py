"""The same store on PostgreSQL, for several machines at one database.

What SQLite does by itself is asked for here: writers are one at a time, by an advisory lock that
ends with the transaction, so that every function of this package reads and writes under the same
promises on both (docs/decisions/0010-postgresql.md has the price). A reading transaction sees one
state (REPEATABLE READ) and can't write. A process that hangs inside a transaction loses it after
``IDLE_SECONDS``; one that dies loses it at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from checker.errors import StoreAwayError, StoreError
from checker.store import schema

CONNECT_SECONDS = 10
IDLE_SECONDS = 60
OLDEST = 13_00_00  # of the versions that PostgreSQL's makers still mend
_WRITERS = 7_342_119_004  # the key of the writers' lock; any number that is only ours

# By the first characters of SQLSTATE (PostgreSQL's appendix A), the longer ones first.
_REMEDIES = {
    "55P03": (
        "another process has been writing for too long",
        "Find it in pg_stat_activity (application_name archive-checker), end it, and try again.",
    ),
    "42501": (
        "the user may not do this",
        "Make the user of store.url the owner of the database.",
    ),
    "25006": (
        "the server only takes readers",
        "Let store.url name the primary server, not a standby.",
    ),
    "25P03": (
        f"idle for more than {IDLE_SECONDS} s, the transaction was ended; nothing was written",
        "Run the command again.",
    ),
    "53100": (
        "the server's disk is full; nothing of this step was written",
        "Free some space there and run the command again.",
    ),
    "57P": (
        "the server is shutting down or has just started",
        "Try again; if it stays so, look into the server's log.",
    ),
    "08": ("the connection was lost", "Try again; if it stays so, look into the server's log."),
    "XX": (
        "the server found its data damaged",
        "Look into the server's log, and restore the last backup.",
    ),
}
_PASSES = {"57P", "08"}
# A connection that is refused comes without SQLSTATE: why stands only in the server's words.
_AWAY = (
    "no connection to the server",
    "Start it, or correct host, user, password or database in store.url.",
)


@dataclass(frozen=True, slots=True)
class Server:
    """A database on a PostgreSQL server. Thread-safe; not to be carried over a fork."""

    url: URL
    engine: Engine

    @property
    def name(self) -> str:
        """How messages call it; without the password."""
        return named(self.url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and can't write."""
        reading = self.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        with explained(self.name), reading.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The one writing transaction; committed at the end, rolled back on an exception."""
        with explained(self.name), self.engine.begin() as connection:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITERS})"))
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def named(url: URL) -> str:
    """Host, port and database of *url*: nothing secret."""
    place = f"{url.host or 'local socket'}" + (f":{url.port}" if url.port else "")
    return f"PostgreSQL {url.database or ''} at {place}"


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Database errors as StoreError with cause and remedy."""
    try:
        yield
    except DBAPIError as error:
        raise explain(name, error) from error


def explain(name: str, error: DBAPIError) -> StoreError:
    """The StoreError for what the server said, or for its silence."""
    said = _said(error)
    state = str(getattr(error.orig, "sqlstate", None) or "")
    for family, (cause, remedy) in _REMEDIES.items():
        if state.startswith(family):
            kind = StoreAwayError if family in _PASSES else StoreError
            return kind(name, f"{cause} ({said})", remedy)
    if not state and isinstance(error, OperationalError | InterfaceError):
        cause, remedy = _AWAY
        return StoreAwayError(name, f"{cause} ({said})", remedy)
    return StoreError(
        name, f"{type(error.orig).__name__}: {said}", "Run `checker doctor` and report this."
    )


def _said(error: DBAPIError) -> str:
    """The first line of the server's or the driver's words."""
    lines = str(error.orig).strip().splitlines()
    return lines[0][:300] if lines else type(error.orig).__name__


def connect(url: URL, busy_seconds: float | None) -> Server:
    """A server's database; locks are waited for up to *busy_seconds*, None: without end.

    Raises StoreError where the driver is missing; the server is not asked yet.
    """
    try:
        import psycopg  # noqa: PLC0415 - only who uses PostgreSQL needs its driver
    except ImportError as error:
        raise StoreError(
            "store.url",
            "PostgreSQL needs a driver that is not installed",
            "pip install 'archive-checker[postgres]'",
        ) from error
    schema.know_postgresql()
    engine = _engine(url)
    milliseconds = 0 if busy_seconds is None else max(1, int(busy_seconds * 1000))

    def configure(raw: "psycopg.Connection", _: object) -> None:
        raw.autocommit = True
        raw.execute(f"SET lock_timeout = {milliseconds}")
        raw.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
        raw.autocommit = False

    event.listen(engine, "connect", configure)
    return Server(url, engine)


def _engine(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "archive-checker",
            # A machine that vanished must not keep its locks for the two hours of TCP's default.
            "options": "-c tcp_keepalives_idle=20 -c tcp_keepalives_interval=5"
            " -c tcp_keepalives_count=4",
        },
        pool_size=8,
        max_overflow=-1,  # a thread that waits for a connection while holding none can't deadlock
        pool_pre_ping=True,  # the server may have been started anew
    )


def refuse_unfit(server: Server) -> None:
    """Raise StoreError for a server or database that can't hold what this program writes."""
    with server.read() as connection:
        version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if version < OLDEST:
        raise StoreError(
            server.name,
            f"the server is too old (version {version // 10_000})",
            f"Use PostgreSQL {OLDEST // 10_000} or later.",
        )
    if encoding != "UTF8":
        raise StoreError(
            server.name,
            f"the database's encoding is {encoding}: it can't hold every text",
            "Create it with --encoding=UTF8.",
        )
