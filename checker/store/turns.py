"""Whose turn it is at a host, among all processes that share a PostgreSQL database.

A turn is a session's advisory lock: it ends with the process that has it. The row beside it tells
when the host may be asked next, by the server's clock, as machines' clocks differ. It is written
when the turn begins, as if the host were asked at once, so that a process that dies in between
leaves the host its pause.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from checker.store.server import Server, explained

# The first half of the locks' key is ours; the other is the host's hash.
_LOCK = text("SELECT pg_advisory_lock(7342, hashtext(:host))")
_UNLOCK = text("SELECT pg_advisory_unlock(7342, hashtext(:host))")
_BEGIN = text("""
    WITH clock AS (SELECT extract(epoch FROM clock_timestamp())::float8 AS now)
    INSERT INTO turns (host, next_at, rest_until) SELECT :host, now + :delay, 0 FROM clock
    ON CONFLICT (host) DO UPDATE SET
        next_at = greatest(turns.next_at, (SELECT now FROM clock)) + :delay
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
    """The port ``Turns`` over a server's database, opened to wait without end: a turn may take
    minutes. Thread-safe; each turn holds one connection."""

    server: Server

    def close(self) -> None:
        self.server.close()

    def begin(self, host: str, delay: float) -> HeldTurn:
        """Wait for the turn at *host*, which is asked at most every *delay* seconds."""
        engine = self.server.engine.execution_options(isolation_level="AUTOCOMMIT")
        with explained(self.server.name):
            connection = engine.connect()
            try:
                connection.execute(_LOCK, {"host": host})
                wait, rest = connection.execute(_BEGIN, {"host": host, "delay": delay}).one()
            except BaseException:
                connection.invalidate()  # closes the session, and with it its locks
                raise
        return HeldTurn(float(wait), float(rest), host, connection, self.server.name)
