"""The port Pushes over SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from checker.model import Hub, Push
from checker.store.dialect import upsert
from checker.store.engine import Database
from checker.store.schema import sources
from checker.store.server import Server
from checker.store.source_tables import hubs


class SqlPushes:
    """A part of ``SqlStore``: each method is one transaction."""

    _database: Database | Server

    def put_hub(self, source: str, hub: Hub | None, token: str, secret: str) -> None:
        of_source = hubs.c.source == source
        with self._database.write() as connection:
            if hub is None:
                connection.execute(delete(hubs).where(of_source))
                return
            known = connection.execute(select(hubs.c.hub, hubs.c.topic).where(of_source)).first()
            if known is not None and (known.hub, known.topic) == (hub.uri, hub.topic):
                return
            values: dict[str, Any] = {"hub": hub.uri, "topic": hub.topic}
            values |= {"token": token, "secret": secret}
            values |= {"asked_at": None, "failures": 0, "lease_until": None}
            row = upsert(connection, hubs).values(source=source, **values)
            connection.execute(row.on_conflict_do_update(index_elements=["source"], set_=values))

    def pushes(self) -> tuple[Push, ...]:
        with self._database.read() as connection:
            active = select(sources.c.name).where(sources.c.active)
            query = select(hubs).where(hubs.c.source.in_(active)).order_by(hubs.c.source)
            return tuple(_push(row) for row in connection.execute(query))

    def push_of(self, token: str) -> Push | None:
        with self._database.read() as connection:
            row = connection.execute(select(hubs).where(hubs.c.token == token)).first()
            return None if row is None else _push(row)

    def hub_asked(self, source: str, now: datetime) -> None:
        self._set(source, asked_at=now)

    def hub_refused(self, source: str) -> None:
        self._set(source, failures=hubs.c.failures + 1)

    def hub_granted(self, source: str, until: datetime | None) -> None:
        self._set(source, lease_until=until, failures=0 if until else hubs.c.failures + 1)

    def _set(self, source: str, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(update(hubs).where(hubs.c.source == source).values(values))


def _push(row: Row[Any]) -> Push:
    hub = Hub(row.hub, row.topic)
    return Push(row.source, hub, row.token, row.secret, row.asked_at, row.failures, row.lease_until)
