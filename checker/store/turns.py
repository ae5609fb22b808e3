"""Whose turn it is at a host, and for how long it wants to be left alone.

Among all processes that share a PostgreSQL database:
a turn is a session's advisory lock; it ends with the process that has it. The row beside it tells
when the host may be asked next, by the server's clock, as machines' clocks differ. It is written
when the turn begins, as if the host were asked at once, so that a process that dies in between
leaves the host its pause.

A process that is alone with its SQLite file keeps turns itself; what a host asked for (429, 503) is
written down, so that a restart forgets nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import OperationalError

from checker.errors import StoreAwayError, StoreError
from checker.store.dialect import upsert
from checker.store.engine import Database
from checker.store.schema import turns
from checker.store.server import Server, explained

log = logging.getLogger("checker.network")

# Seconds. Nobody is left alone for longer than a day, or between two requests for longer than an
# hour: what lies further ahead was written by a clock that was.
LONGEST_TURN = 300  # a request with all its redirects; then whoever has the turn does not go on
LONGEST_REST = 25 * 3_600.0
LONGEST_PAUSE = 3_600.0
SAME_REST = 5.0  # as it is counted by two clocks

# The first half of the locks' key is ours; the other is the host's hash.
_LOCK = text("SELECT pg_advisory_lock(7342, hashtext(:host))")
_NOT_IN_TIME = "55P03"  # SQLSTATE of a lock that was waited for long enough
_UNLOCK = text("SELECT pg_advisory_unlock(7342, hashtext(:host))")
_BEGIN = text("""
    WITH clock AS (SELECT extract(epoch FROM clock_timestamp())::float8 AS now)
    INSERT INTO turns (host, next_at, rest_until) SELECT :host, now + :delay, 0 FROM clock
    ON CONFLICT (host) DO UPDATE SET
        next_at = :delay + CASE WHEN turns.next_at - (SELECT now FROM clock) > :pause + :delay
            THEN (SELECT now FROM clock) ELSE greatest(turns.next_at, (SELECT now FROM clock)) END,
        rest_until = CASE WHEN turns.rest_until - (SELECT now FROM clock) > :rest
            THEN 0 ELSE turns.rest_until END
    RETURNING next_at - :delay - (SELECT now FROM clock), rest_until - (SELECT now FROM clock)
""")
_END = text("""
    UPDATE turns SET next_at = extract(epoch FROM clock_timestamp()) + :wait,
        rest_until = extract(epoch FROM clock_timestamp()) + :rest WHERE host = :host
""")


@dataclass(slots=True)
class HeldTurn:
    """The turn at one host: how long to wait before asking it, and for how long it wants rest."""

    wait: float
    rest: float
    _host: str
    _connection: Connection
    _name: str

    def end(self, wait: float, rest: float) -> None:
        """Give the turn back: nobody asks the host within *wait* seconds, nor within *rest*."""
        values = {"host": self._host, "wait": max(wait, 0.0), "rest": max(rest, 0.0)}
        with explained(self._name), self._connection as connection:
            connection.execute(_END, values)
            connection.execute(_UNLOCK, {"host": self._host})


@dataclass(frozen=True, slots=True)
class SharedTurns:
    """The port ``Turns`` over a server's database, opened to wait for minutes. Thread-safe; each turn
    holds one connection."""

    server: Server

    def close(self) -> None:
        self.server.close()

    def begin(self, host: str, delay: float) -> HeldTurn:
        """Wait for the turn at *host*, which is asked at most every *delay* seconds."""
        engine = self.server.engine.execution_options(isolation_level="AUTOCOMMIT")
        with explained(self.server.name):
            connection = engine.connect()
            try:
                _lock(connection, host)
                bounds = {"pause": LONGEST_PAUSE, "rest": LONGEST_REST}
                asked = {"host": host, "delay": delay} | bounds
                wait, rest = connection.execute(_BEGIN, asked).one()
            except BaseException:
                connection.invalidate()  # closes the session, and with it its locks
                raise
        return HeldTurn(float(wait), float(rest), host, connection, self.server.name)


def _lock(connection: Connection, host: str) -> None:
    try:
        connection.execute(_LOCK, {"host": host})
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _NOT_IN_TIME:
            raise
        cause = "another process has had the turn there for minutes: it is suspended, or hangs"
        remedy = "Look for a checker process that is stopped, and let it go on or end it."
        raise StoreAwayError(host, cause, remedy) from error


@dataclass(slots=True)
class OwnTurn:
    """A turn among the threads of one process; ``end`` writes down what the host asked for."""

    wait: float
    rest: float
    _host: str
    _turns: "OwnTurns"

    def end(self, wait: float, rest: float) -> None:  # noqa: ARG002 - the port's signature
        if rest > 0:
            self._turns.remember(self._host, rest)


@dataclass(frozen=True, slots=True)
class OwnTurns:
    """The port ``Turns`` of a process that is alone with *database*: nobody waits for it, but it
    tells what hosts asked for before it began. A host is asked by one thread at a time."""

    database: Database
    now: Callable[[], datetime]
    _before: dict[str, float] = field(default_factory=dict)  # rests, in seconds since 1970
    _written: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        now = self.now().timestamp()
        lasting = turns.c.rest_until > now, turns.c.rest_until <= now + LONGEST_REST
        query = select(turns.c.host, turns.c.rest_until).where(*lasting)
        with self.database.read() as connection:
            self._before.update((row.host, row.rest_until) for row in connection.execute(query))
        self._written.update(self._before)

    def close(self) -> None:
        self.database.close()

    def begin(self, host: str, delay: float) -> OwnTurn:  # noqa: ARG002 - the port's signature
        """A rest is told once; from then on who asks counts it, by a clock that does not jump."""
        until = self._before.pop(host, None)
        rest = 0.0 if until is None else until - self.now().timestamp()
        return OwnTurn(0.0, rest, host, self)

    def remember(self, host: str, rest: float) -> None:
        """Write it down, if it is another than is known. The host is left alone all the same if
        that fails, as long as this process lives."""
        until = self.now().timestamp() + rest
        if abs(until - self._written.get(host, 0.0)) < SAME_REST:
            return
        values = {"rest_until": until}
        try:
            with self.database.write() as connection:
                row = upsert(connection, turns).values(host=host, next_at=0.0, **values)
                connection.execute(row.on_conflict_do_update(index_elements=["host"], set_=values))
        except StoreError as error:
            log.warning("that %s wants to be left alone is forgotten at a restart: %s", host, error)
            return
        self._written[host] = until
