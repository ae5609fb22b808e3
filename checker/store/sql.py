"""The port Store over SQL: each method is one transaction around a function of this package."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from sqlalchemy import Connection

from checker.errors import StoreError
from checker.model import (
    Alert,
    Article,
    CheckRecord,
    EditorsWord,
    Found,
    Memento,
    Source,
    Standing,
    Status,
    Trust,
)
from checker.ports import Pull
from checker.store import (
    appointments,
    articles,
    budget,
    checks,
    editing,
    figures,
    health,
    listed,
    record,
    standing,
)
from checker.store import found as intake
from checker.store.engine import BUSY_SECONDS, Database
from checker.store.opening import open_database
from checker.store.server import Server
from checker.store.sql_captures import SqlCaptures
from checker.store.sql_listings import SqlListings
from checker.store.sql_outbox import SqlOutbox
from checker.store.sql_pushes import SqlPushes
from checker.store.sql_upkeep import SqlUpkeep

FOUND_BATCH = 500
PAGE = 200  # standings per read of an iterator


class SqlStore(SqlOutbox, SqlCaptures, SqlUpkeep, SqlListings, SqlPushes):
    """An open store. Thread-safe; one per process; close it in the end.

    Iterators read page by page and hold no transaction between pages: what is recorded meanwhile
    may show on later pages.
    """

    def __init__(self, database: Database | Server) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str, *, busy_seconds: float = BUSY_SECONDS) -> Self:
        """Open ``sqlite:///path`` (created if absent) or ``postgresql://…``, in this version's tables.

        Waits up to *busy_seconds* for other writers, now and in every method. Raises StoreError
        for a database that is damaged, another program's, or of a later version; it is left as it is.
        """
        return cls(open_database(url, busy_seconds))

    def close(self) -> None:
        self._database.close()

    def check(self) -> list[str]:
        """What is wrong with the database, as sentences; reads the whole file."""
        return health.problems(self._database)

    def backup(self, path: Path) -> None:
        """Write a consistent copy to *path*, which must not exist. Raises StoreError."""
        health.backup(self._database, path)

    # sources and articles

    def put_sources(self, sources: Sequence[Source], now: datetime) -> None:
        with self._database.write() as connection:
            articles.put_sources(connection, sources, now)

    def sources(self) -> tuple[Source, ...]:
        with self._database.read() as connection:
            return articles.present_sources(connection)

    def adopted_at(self, source: str) -> datetime | None:
        with self._database.read() as connection:
            return articles.adopted_at(connection, source)

    def adopt(self, source: str, now: datetime, alerts: Sequence[Alert] = ()) -> None:
        with self._database.write() as connection:
            articles.adopt(connection, source, now, alerts)

    def put_found(
        self,
        source: str,
        found: Iterable[Found],
        now: datetime,
        pull: Pull | None = None,
        document: str | None = None,
    ) -> tuple[int, int]:
        """Batch by batch, each a transaction of its own: *found* may come slowly or be endless,
        and nobody should wait for it. Giving the same again changes nothing."""
        new = hinted = 0
        name = None if document is None else listed.key(source, document)
        for batch in standing.chunks(found, FOUND_BATCH):
            with self._database.write() as connection:
                more = intake.put_batch(connection, source, batch, now, pull=pull, document=name)
            new, hinted = new + more[0], hinted + more[1]
        return new, hinted

    def watched(self, uris: Sequence[str]) -> dict[str, tuple[int, ...]]:
        with self._database.read() as connection:
            return appointments.watched(connection, uris)

    def trust_of(self, whose: str) -> Trust:
        with self._database.read() as connection:
            return figures.trust_of(connection, whose)

    def ping(
        self, by: str, due: Mapping[int, datetime], now: datetime
    ) -> dict[int, datetime | None]:
        with self._database.write() as connection:
            return appointments.ping(connection, by, due, now)

    def postpone(self, due: Mapping[int, datetime]) -> None:
        with self._database.write() as connection:
            appointments.postpone(connection, due)

    def budget_left(self, now: datetime, an_hour: float) -> int:
        with self._database.read() as connection:
            return budget.left(connection, now, an_hour)

    def spend(self, checks: int, now: datetime, an_hour: float) -> None:
        with self._database.write() as connection:
            budget.spend(connection, checks, now, an_hour)

    def article(self, uri_or_id: str) -> Article | None:
        with self._database.read() as connection:
            return articles.find(connection, uri_or_id)

    def article_counts(self) -> dict[str, tuple[int, int]]:
        with self._database.read() as connection:
            return figures.article_counts(connection)

    def article_ids(self, source: str | None = None) -> tuple[int, ...]:
        with self._database.read() as connection:
            return tuple(articles.listed(connection, source))

    def all_tried(self, source: str, checks: int) -> bool:
        with self._database.read() as connection:
            return articles.all_tried(connection, source, checks)

    # checks

    def standing(self, article_id: int) -> Standing:
        with self._database.read() as connection:
            loaded = standing.load(connection, [article_id])
        if not loaded:
            raise StoreError(
                f"article {article_id}", "there is no such article", "See `checker article list`."
            )
        return loaded[0]

    def standings(
        self,
        source: str | None = None,
        status: Status | None = None,
        *,
        unlisted: bool = False,
    ) -> Iterator[Standing]:
        return self._pages(
            lambda connection, after: articles.listed(
                connection, source, status, after, PAGE, unlisted=unlisted
            )
        )

    def _pages(self, ids: Callable[[Connection, int], Sequence[int]]) -> Iterator[Standing]:
        after = 0
        while True:
            with self._database.read() as connection:
                page = standing.load(connection, ids(connection, after))
            if not page:
                return
            yield from page
            after = page[-1].article.id

    def claim_due(
        self, now: datetime, limit: int, lease: timedelta, per_host: int
    ) -> tuple[Standing, ...]:
        with self._database.write() as connection:
            ids = checks.claim_due(connection, now, limit, lease, per_host)
            return standing.load(connection, ids)

    def hosts_due(self, now: datetime, limit: int) -> tuple[str, ...]:
        with self._database.read() as connection:
            return checks.hosts_due(connection, now, limit)

    def claim_host(
        self, host: str, now: datetime, limit: int, lease: timedelta
    ) -> tuple[Standing, ...]:
        with self._database.write() as connection:
            ids = checks.claim_host(connection, host, now, limit, lease)
            return standing.load(connection, ids)

    def free_host(self, host: str) -> None:
        with self._database.write() as connection:
            checks.free_host(connection, host)

    def claim(
        self, article_ids: Sequence[int], now: datetime, lease: timedelta
    ) -> tuple[Standing, ...]:
        with self._database.write() as connection:
            ids = checks.claim(connection, article_ids, now, lease)
            return standing.load(connection, ids)

    def release(self, article_ids: Sequence[int], until: datetime | None = None) -> None:
        if article_ids:
            with self._database.write() as connection:
                checks.release(connection, article_ids, until)

    def record(self, records: Sequence[CheckRecord]) -> None:
        """A check whose copy was replaced while it ran enters the history and no more: the new
        copy stays, and the article is due again at once."""
        if records:
            with self._database.write() as connection:
                record.record(connection, records)

    def put_rederived(self, standings: Sequence[Standing]) -> None:
        """A standing whose copy was replaced meanwhile is left out: its article is due anyway."""
        if standings:
            with self._database.write() as connection:
                record.rederived(connection, standings)

    def history(self, article_id: int, limit: int = 50) -> tuple[CheckRecord, ...]:
        """Newest first. The standings in it are reduced: the verdict's status without findings,
        the change class without edits, no mementos but the check's own capture."""
        with self._database.read() as connection:
            return checks.history(connection, article_id, limit)

    def accept(self, article_id: int, now: datetime) -> Memento | None:
        with self._database.write() as connection:
            return editing.accept(connection, article_id, now)

    def add_word(self, article_id: int, word: EditorsWord) -> None:
        with self._database.write() as connection:
            editing.add_word(connection, article_id, word)

    # banners

    def banners_due(self, source: str | None = None) -> Iterator[Standing]:
        return self._pages(
            lambda connection, after: editing.banners_due(connection, source, after, PAGE)
        )

    def banner_published(self, article_id: int, judged: Standing) -> None:
        with self._database.write() as connection:
            editing.banner_published(connection, article_id, judged)

    def forget_banner(self, article_id: int) -> None:
        with self._database.write() as connection:
            editing.forget_banner(connection, article_id)

    # the one daemon

    def take_daemon_lock(self, owner: str, now: datetime, lease: timedelta) -> str | None:
        with self._database.write() as connection:
            return figures.take_daemon_lock(connection, owner, now, lease)

    def release_daemon_lock(self, owner: str) -> None:
        with self._database.write() as connection:
            figures.release_daemon_lock(connection, owner)

    # figures

    def counts(self, now: datetime) -> dict[str, int]:
        with self._database.read() as connection:
            return figures.counts(connection, now)

    def checked(self, since: datetime | None = None) -> dict[tuple[str, str], int]:
        with self._database.read() as connection:
            return figures.checked(connection, since)

    def trusts(self) -> dict[str, Trust]:
        with self._database.read() as connection:
            return figures.trusts(connection)

    def shares(self) -> tuple[float, int, int]:
        with self._database.read() as connection:
            return figures.shares(connection)

    def next_due_at(self) -> datetime | None:
        with self._database.read() as connection:
            return figures.next_due_at(connection)
