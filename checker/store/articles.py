"""Sources and the articles known of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, exists, select, update

from checker.model import Alert, Article, Source, Status
from checker.store import moves
from checker.store.columns import clean
from checker.store.dialect import upsert
from checker.store.outbox import put_alerts
from checker.store.schema import articles, sources
from checker.store.standing import article_of


def canonical(uri: str) -> str:
    """The form under which an address is kept: no fragment, scheme and host in lower case."""
    bare = clean(uri).strip().partition("#")[0]
    scheme, separator, rest = bare.partition("://")
    if not separator:
        return bare
    user, at, host = _authority(rest).rpartition("@")
    return f"{scheme.lower()}://{user}{at}{host.lower()}{rest[len(_authority(rest)) :]}"


def host_of(uri: str) -> str:
    """Host and port of a canonical address; empty where it has none."""
    _, separator, rest = uri.partition("://")
    return _authority(rest).rpartition("@")[2] if separator else ""


def _authority(rest: str) -> str:
    return rest[: min((i for i in map(rest.find, "/?\\") if i >= 0), default=len(rest))]


def put_sources(connection: Connection, given: Sequence[Source], now: datetime) -> None:
    rows = connection.execute(select(sources.c.name, sources.c.active)).all()
    were_active = {row.name: row.active for row in rows}
    active = {source.name for source in given if source.enabled}
    connection.execute(update(sources).values(present=False, active=False))
    for position, source in enumerate(given):
        _put_source(connection, source, position)
    for name, was_active in were_active.items():
        if was_active and name not in active:
            _schedule(connection, name, None)
        elif not was_active and name in active:
            _schedule(connection, name, now)


def _put_source(connection: Connection, source: Source, position: int) -> None:
    values = {
        "position": position,
        "present": True,
        "active": source.enabled,
        "config": source,
    }
    row = upsert(connection, sources).values(name=source.name, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))


def _schedule(connection: Connection, source: str, when: datetime | None) -> None:
    """Take a vanished source's articles off the schedule, or put a returned one's back on it."""
    change = update(articles).where(articles.c.source == source).values(next_check_at=when)
    if when is not None:
        change = change.where(articles.c.next_check_at.is_(None), articles.c.same_as.is_(None))
    connection.execute(change)


def present_sources(connection: Connection) -> tuple[Source, ...]:
    query = select(sources.c.config).where(sources.c.present).order_by(sources.c.position)
    return tuple(connection.execute(query).scalars())


def adopted_at(connection: Connection, source: str) -> datetime | None:
    return connection.execute(
        select(sources.c.adopted_at).where(sources.c.name == source)
    ).scalar_one_or_none()


def adopt(connection: Connection, source: str, now: datetime, alerts: Sequence[Alert]) -> None:
    """Adopting twice changes nothing and tells nobody again."""
    change = update(sources).where(sources.c.name == source, sources.c.adopted_at.is_(None))
    if connection.execute(change.values(adopted_at=now)).rowcount:
        put_alerts(connection, [(alert, None, None) for alert in alerts])


def find(connection: Connection, uri_or_id: str) -> Article | None:
    """By number, or by address; of several sources' articles one that is still watched. The address
    to which an article has moved is that article."""
    if uri_or_id.isascii() and uri_or_id.isdigit() and len(uri_or_id) < 19:
        condition = articles.c.id == int(uri_or_id)
    else:
        condition = articles.c.uri == canonical(uri_or_id)
    row = connection.execute(
        select(articles)
        .join(sources, sources.c.name == articles.c.source)
        .where(condition)
        .order_by(sources.c.active.desc(), articles.c.id)
        .limit(1)
    ).first()
    if row is None:
        row = next(iter(moves.arrived(connection, [canonical(uri_or_id)])), None)
    elif row.same_as is not None and row.uri == canonical(uri_or_id):
        row = connection.execute(select(articles).where(articles.c.id == row.same_as)).one()
    return None if row is None else article_of(row)


def listed(
    connection: Connection,
    source: str | None,
    status: Status | None = None,
    after: int = 0,
    limit: int | None = None,
    *,
    unlisted: bool = False,
) -> Sequence[int]:
    """Ids in their order, behind *after*."""
    query = select(articles.c.id).where(articles.c.id > after).order_by(articles.c.id).limit(limit)
    if source is not None:
        query = query.where(articles.c.source == source)
    if status is not None:
        query = query.where(articles.c.status == status)
    if unlisted:
        query = query.where(articles.c.unlisted_at.is_not(None))
    return connection.execute(query).scalars().all()


def all_tried(connection: Connection, source: str, enough: int) -> bool:
    mine = (articles.c.source == source) & articles.c.same_as.is_(None)
    untried = mine & articles.c.last_compared_at.is_(None) & (articles.c.checks < enough)
    some, waiting = connection.execute(select(exists().where(mine), exists().where(untried))).one()
    return bool(some) and not waiting
