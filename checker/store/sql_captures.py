"""The port Collection over SQL: captures, our own and others'."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from checker.model import Article, Found, Memento
from checker.ports import Brought
from checker.store import captures
from checker.store.engine import Database
from checker.store.found import put_batch
from checker.store.server import Server


class SqlCaptures:
    """Each method is one transaction around a function of this package."""

    _database: Database | Server

    def written_as(self, uris: Sequence[str], source: str | None = None) -> Article | None:
        with self._database.read() as connection:
            return captures.written_as(connection, uris, source)

    def captures(self, article_id: int) -> tuple[Memento, ...]:
        with self._database.read() as connection:
            return captures.captures_of(connection, article_id)

    def put_captures(
        self, brought: Sequence[Brought], found: Mapping[str, Sequence[Found]], now: datetime
    ) -> int:
        with self._database.write() as connection:
            new = sum(put_batch(connection, name, some, now)[0] for name, some in found.items())
            captures.put_captures(connection, brought, now)
            return new
