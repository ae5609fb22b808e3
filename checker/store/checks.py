"""Claiming articles for checks, and the history of what came of them."""

from collections import defaultdict
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


def claim_due(
    connection: Connection, now: datetime, limit: int, lease: timedelta, per_host: int
) -> list[int]:
    """The ids of the articles claimed, due longest first.

    The cap is applied host by host, inside the index (host, next_check_at): each host gives its
    first few, then the limit is applied. So a host with a million due articles costs no more than
    one with ten, and can't fill the batch.
    """
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
    return _take(connection, articles.c.id.in_(chosen), now + lease)


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


def claim(
    connection: Connection, article_ids: Sequence[int], now: datetime, lease: timedelta
) -> list[int]:
    taken: set[int] = set()
    for ids in chunks(article_ids):
        condition = articles.c.id.in_(ids) & _free(articles, now)
        taken.update(_take(connection, condition, now + lease))
    return [one for one in dict.fromkeys(article_ids) if one in taken]


def _free(table: FromClause, now: datetime) -> ColumnElement[bool]:
    return or_(table.c.lease_until.is_(None), table.c.lease_until <= now)


def _take(connection: Connection, condition: ColumnElement[bool], until: datetime) -> list[int]:
    rows = connection.execute(
        update(articles)
        .where(condition)
        .values(lease_until=until, touched_at=None)
        .returning(articles.c.id, articles.c.next_check_at)
    ).all()
    return [row.id for row in sorted(rows, key=lambda row: (row.next_check_at or until, row.id))]


def release(connection: Connection, article_ids: Sequence[int]) -> None:
    for ids in chunks(article_ids):
        connection.execute(update(articles).where(articles.c.id.in_(ids)).values(lease_until=None))


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
        alerts=tuple(raised),
    )


def _reduced(change: Change) -> Comparison:
    similarity = 1.0 if change is Change.IDENTICAL else 0.0
    unmoved = StampMove(None, None, moved=False)
    return Comparison(change, similarity, (), title_changed=False, stamps=unmoved)
