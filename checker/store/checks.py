"""Claiming articles for checks, and the history of what came of them."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, FromClause, Row, func, or_, select, update

from checker.model import (
    Alert,
    Article,
    Change,
    CheckRecord,
    Comparison,
    StampMove,
    Standing,
    Verdict,
)
from checker.store.schema import alerts, articles, checks
from checker.store.standing import article_of, chunks

# Times the limit: how far down the queue to look, and then again, before going host by host.
LOOK_AHEAD = (1, 8)


def claim_due(
    connection: Connection, now: datetime, limit: int, lease: timedelta, per_host: int
) -> list[int]:
    """The ids of the articles claimed, due longest first; of a host no more than *per_host*.

    The front of the queue mostly has enough hosts for a batch. Where one host fills it, going host
    by host finds the others without walking over what that host has waiting.
    """
    ids: Sequence[int] | None = _from_front(connection, now, limit, per_host)
    if ids is None:
        ids = _host_by_host(connection, now, limit, per_host)
    return _take(connection, ids, now, lease)


def _from_front(
    connection: Connection, now: datetime, limit: int, per_host: int
) -> list[int] | None:
    """The batch, if the first few due articles decide it; else None."""
    for sight in (limit * times for times in LOOK_AHEAD):
        rows = connection.execute(
            select(articles.c.id, articles.c.host)
            .where(articles.c.next_check_at <= now, _free(articles, now))
            .order_by(articles.c.next_check_at, articles.c.id)
            .limit(sight)
        ).all()
        seen: Counter[str] = Counter()
        ids: list[int] = []
        for number, host in rows:
            seen[host] += 1
            if seen[host] <= per_host and len(ids) < limit:
                ids.append(number)
        if len(ids) == limit or len(rows) < sight:
            return ids
    return None


def _host_by_host(
    connection: Connection, now: datetime, limit: int, per_host: int
) -> Sequence[int]:
    """The cap inside the index (host, next_check_at): each host gives its first few, then the
    limit is applied. A host with a million due articles costs no more than one with ten."""
    hosts = _hosts()
    due, waiting = articles.alias("due"), articles.alias("waiting")
    first_of_host = (
        select(waiting.c.id)
        .where(waiting.c.host == hosts.c.host, waiting.c.next_check_at <= now, _free(waiting, now))
        .order_by(waiting.c.next_check_at, waiting.c.id)
        .limit(per_host)
        .correlate(hosts)
    )
    chosen = (
        select(due.c.id)
        .select_from(hosts.join(due, due.c.id.in_(first_of_host)))
        .order_by(due.c.next_check_at, due.c.id)
        .limit(limit)
    )
    return connection.execute(chosen).scalars().all()


def _hosts() -> CTE:
    """Every host that has scheduled articles, by leaps through the index."""
    scheduled = articles.c.next_check_at.is_not(None)
    hosts = select(func.min(articles.c.host).label("host")).where(scheduled)
    found = hosts.cte("hosts", recursive=True)
    following = (
        select(func.min(articles.c.host))
        .where(articles.c.host > found.c.host, scheduled)
        .correlate(found)
        .scalar_subquery()
    )
    return found.union_all(select(following).where(found.c.host.is_not(None)))


def hosts_due(connection: Connection, now: datetime, limit: int) -> tuple[str, ...]:
    """Hosts with due articles that nobody holds, due longest first."""
    hosts = _hosts()
    waiting = articles.alias("waiting")
    oldest = (
        select(func.min(waiting.c.next_check_at))
        .where(waiting.c.host == hosts.c.host, waiting.c.next_check_at <= now, _free(waiting, now))
        .correlate(hosts)
        .scalar_subquery()
    )
    due = select(hosts.c.host, oldest.label("oldest")).where(hosts.c.host.is_not(None)).subquery()
    query = select(due.c.host).where(due.c.oldest.is_not(None)).order_by(due.c.oldest, due.c.host)
    return tuple(connection.execute(query.limit(limit)).scalars())


def claim_host(
    connection: Connection, host: str, now: datetime, limit: int, lease: timedelta
) -> list[int]:
    due = (
        select(articles.c.id)
        .where(articles.c.host == host, articles.c.next_check_at <= now, _free(articles, now))
        .order_by(articles.c.next_check_at, articles.c.id)
        .limit(limit)
    )
    return _take(connection, connection.execute(due).scalars().all(), now, lease)


def free_host(connection: Connection, host: str) -> None:
    """End the leases on a host's articles, whoever had them."""
    held = articles.c.lease_until.is_not(None)
    connection.execute(
        update(articles).where(articles.c.host == host, held).values(lease_until=None)
    )


def claim(
    connection: Connection, article_ids: Sequence[int], now: datetime, lease: timedelta
) -> list[int]:
    return _take(connection, list(dict.fromkeys(article_ids)), now, lease)


def _take(
    connection: Connection, article_ids: Sequence[int], now: datetime, lease: timedelta
) -> list[int]:
    """Lease those that nobody holds and that are no others, moved; their ids in the order given."""
    taken: set[int] = set()
    for ids in chunks(article_ids):
        statement = (
            update(articles)
            .where(articles.c.id.in_(ids), articles.c.same_as.is_(None), _free(articles, now))
            .values(lease_until=now + lease, touched_at=None)
            .returning(articles.c.id)
        )
        taken.update(connection.execute(statement).scalars())
    return [one for one in article_ids if one in taken]


def _free(table: FromClause, now: datetime) -> ColumnElement[bool]:
    return or_(table.c.lease_until.is_(None), table.c.lease_until <= now)


def release(
    connection: Connection, article_ids: Sequence[int], until: datetime | None = None
) -> None:
    """A lease is known by its end: no two claims of an article end at the same microsecond."""
    ours = () if until is None else (articles.c.lease_until == until,)
    for ids in chunks(article_ids):
        this = articles.c.id.in_(ids)
        connection.execute(update(articles).where(this, *ours).values(lease_until=None))


def history(connection: Connection, article_id: int, limit: int) -> tuple[CheckRecord, ...]:
    found = connection.execute(select(articles).where(articles.c.id == article_id)).first()
    if found is None:
        return ()
    rows = connection.execute(
        select(checks)
        .where(checks.c.article_id == article_id)
        .order_by(checks.c.started_at.desc())
        .limit(limit)
    ).all()
    raised: dict[datetime, list[Alert]] = defaultdict(list)
    if rows:
        query = select(alerts.c.started_at, alerts.c.body).where(
            alerts.c.article_id == article_id, alerts.c.started_at >= rows[-1].started_at
        )
        for started_at, alert in connection.execute(query.order_by(alerts.c.id)):
            raised[started_at].append(alert)
    article = article_of(found)
    return tuple(_record(article, row, raised[row.started_at]) for row in rows)


def _record(article: Article, row: Row[Any], raised: list[Alert]) -> CheckRecord:
    """A past check. Its standing is reduced to what the history keeps: the verdict's status and
    the change class, without findings and edits."""
    verdict = row.verdict and Verdict(row.verdict, (), row.finished_at, version=row.version)
    return CheckRecord(
        standing=Standing(
            article,
            comparison=row.change and _reduced(row.change),
            verdict=verdict,
            last_checked_at=row.finished_at,
        ),
        outcome=row.outcome,
        detail=row.detail,
        started_at=row.started_at,
        finished_at=row.finished_at,
        status=row.status,
        capture=row.capture,
        level=row.level,
        alerts=tuple(raised),
    )


def _reduced(change: Change) -> Comparison:
    similarity = 1.0 if change is Change.IDENTICAL else 0.0
    unmoved = StampMove(None, None, moved=False)
    return Comparison(change, similarity, (), title_changed=False, stamps=unmoved)
