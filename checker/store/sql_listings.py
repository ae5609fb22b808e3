"""The port Listings over SQL."""

from collections.abc import Sequence
from datetime import datetime

from checker.model import Known
from checker.store import listings
from checker.store.engine import Database
from checker.store.server import Server


class SqlListings:
    """A part of ``SqlStore``: each method is one transaction."""

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
