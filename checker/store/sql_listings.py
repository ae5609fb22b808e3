"""The port Listings over SQL."""

from collections.abc import Sequence
from datetime import datetime

from checker.model import Known
from checker.ports import Pull
from checker.store import listed, listings
from checker.store.engine import Database
from checker.store.server import Server


class SqlListings:
    """A part of ``SqlStore``: each method is one transaction, but for ``close_listing``."""

    _database: Database | Server

    def root_listing(self, source: str, uri: str) -> Known:
        with self._database.write() as connection:
            return listings.root(connection, source, uri)

    def put_listings(
        self, source: str, parent: str, children: Sequence[str], depth: int, now: datetime
    ) -> None:
        with self._database.write() as connection:
            listings.put(connection, source, parent, children, depth=depth, now=now)

    def next_listing(self, source: str, before: datetime) -> Known | None:
        with self._database.read() as connection:
            return listings.following(connection, source, before)

    def listings_read(self, source: str, read: Sequence[Known]) -> None:
        with self._database.write() as connection:
            listings.read(connection, source, read)

    def drop_listings(self, source: str, documents: Sequence[str]) -> None:
        with self._database.write() as connection:
            listings.drop(connection, source, documents)

    def close_listing(
        self, source: str, document: str, now: datetime, pull: Pull | None = None
    ) -> int:
        """Step by step, each a transaction of its own; if it breaks off, again finds the rest."""
        with self._database.read() as connection:
            abandoned = listings.abandoned(connection, source, document, now)
        removed = sum(self._unlist(source, one, None, now, pull) for one in abandoned)
        self.drop_listings(source, abandoned)
        return removed + self._unlist(source, document, now, now, pull)

    def _unlist(
        self, source: str, document: str, before: datetime | None, now: datetime, pull: Pull | None
    ) -> int:
        name, after, removed = listed.key(source, document), 0, 0
        while True:
            with self._database.read() as connection:
                ids = listed.missing(connection, name, before, after)
            if not ids:
                return removed
            with self._database.write() as connection:
                removed += listed.unlist(connection, name, ids, now, pull)
            after = ids[-1]
