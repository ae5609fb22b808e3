"""What a web server reads: one article's standing by address, and nothing is ever written.

The store is opened read-only and only when it is asked for, so a site that shows notices starts
and runs whether or not there is one. A file that was replaced (a restored backup) is opened anew.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.engine import URL

from checker.errors import StoreError
from checker.model import Status, Subscription
from checker.ports import Shown
from checker.ports.figures import Figures
from checker.store import consent, figures, moves, subscriptions
from checker.store.articles import canonical
from checker.store.engine import Database, inode_of
from checker.store.migrate import revision_of
from checker.store.migrations import HEAD
from checker.store.opening import is_server, parse, path_of
from checker.store.schema import articles, sources, standings
from checker.store.server import Server, connect
from checker.store.standing import load, verdict_of

BUSY_SECONDS = 2.0  # a reader never waits for a writer, except while the log is being reset


@dataclass
class StoreReader:
    """The port ``StatusSource`` over the database at *url*. Thread-safe; not to be carried over a fork.

    Raises StoreError whenever the store can't be had; the next call tries again.
    """

    url: str
    _open: Database | Server | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def shown(self, uris: Sequence[str]) -> Shown | None:
        """What may be told at the first of *uris* that is known, or to which an article has moved;
        None if none is.

        An article counts once its source is adopted and its present copy was judged.
        """
        wanted = [canonical(uri) for uri in uris]
        database = self._database()
        with database.read() as connection:
            rows = connection.execute(_QUERY.where(articles.c.uri.in_(wanted))).all()
            if not rows:
                ids = [one.id for one in moves.arrived(connection, wanted)]
                rows = connection.execute(_QUERY.where(articles.c.id.in_(ids))).all()
            if not rows:
                return None
            place = {uri: number for number, uri in reversed(list(enumerate(wanted)))}
            row = min(rows, key=lambda one: (place.get(one.uri, len(place)), not one.active))
            verdict = verdict_of(row)
            assert verdict is not None, "the query leaves out those without"
            outdated = verdict.status is Status.OUTDATED
            standing = load(connection, [row.id])[0] if outdated else None
        return Shown(row.uri, verdict.status, verdict.judged_at, standing)

    def token_address(self, token: str, now: datetime) -> str | None:
        """Whose mail *token* ends; None if it is none, or too old."""
        with self._database().read() as connection:
            return consent.address_of(connection, token, now)

    def figures(self, now: datetime) -> Figures:
        with self._database().read() as connection:
            counts = figures.counts(connection, now)
            leader = figures.leader(connection, now)
            return Figures(counts, figures.checked(connection), leader)

    def subscriptions(self) -> tuple[Subscription, ...]:
        with self._database().read() as connection:
            return subscriptions.all_of_them(connection)

    def close(self) -> None:
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def _database(self) -> Database | Server:
        url = parse(self.url)
        with self._lock:
            self._open = _server(url, self._open) if is_server(url) else _file(url, self._open)
            return self._open


def _server(url: URL, known: Database | Server | None) -> Database | Server:
    if known is not None:
        return known
    return _of_this_version(connect(url, BUSY_SECONDS))


def _file(url: URL, known: Database | Server | None) -> Database | Server:
    path = path_of(url)
    inode = inode_of(path)
    if isinstance(known, Database) and known.inode == inode:
        return known
    if known is not None:
        known.close()
    if inode is None:
        raise _away(str(path), "there is no such file")
    return _of_this_version(Database(path, _engine(path), inode))


_QUERY = (
    select(
        articles.c.id,
        articles.c.uri,
        articles.c.judged_at,
        sources.c.active,
        standings.c.verdict,
    )
    .join(sources, sources.c.name == articles.c.source)
    .join(standings, standings.c.article_id == articles.c.id)
    .where(
        articles.c.verdict_key.is_not(None),
        standings.c.verdict.is_not(None),
        sources.c.adopted_at.is_not(None),
        sources.c.present,
    )
    .order_by(articles.c.id)
)


def _of_this_version(database: Database | Server) -> Database | Server:
    try:
        with database.read() as connection:
            found = revision_of(connection)
    except StoreError:
        database.close()
        raise
    if found != HEAD:
        database.close()
        cause = f"its tables are those of another version (schema {found}, ours {HEAD})"
        raise _away(database.name, cause)
    return database


def _engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create(
            "sqlite",
            database=f"file:{quote(str(path))}",
            query={"mode": "ro", "uri": "true"},
        ),
        connect_args={"timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _configure(raw: Any, _: object) -> None:
    raw.isolation_level = None
    raw.execute("PRAGMA query_only=ON")


def _away(name: str, cause: str) -> StoreError:
    return StoreError(
        name, cause, "Run `checker db upgrade` with this version, or correct store.url."
    )
