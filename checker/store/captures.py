"""Captures of an article: those of our checks, and those that others made and that were taken in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from checker.model import Article, Memento
from checker.ports import Brought
from checker.store import moves
from checker.store.articles import canonical
from checker.store.dialect import upsert
from checker.store.schema import articles, captures, checks, sources, standings
from checker.store.standing import article_of


def written_as(connection: Connection, uris: Sequence[str], source: str | None) -> Article | None:
    """The article that the first known of *uris* names; of several sources' one that is watched.
    Where none does, one that moved to one of them, or whose copy is written so."""
    order = {canonical(uri): place for place, uri in reversed(list(enumerate(uris)))}
    query = (
        select(articles, sources.c.active)
        .join(sources, sources.c.name == articles.c.source)
        .where(articles.c.uri.in_(order))
    )
    if source is not None:
        query = query.where(articles.c.source == source)
    rows = connection.execute(query).all()
    best = min(rows, key=lambda row: (order[row.uri], not row.active, row.id), default=None)
    if best is None:
        others = moves.elsewhere(connection, list(order))
        best = next((row for row in others if source in {None, row.source}), None)
    return None if best is None else article_of(best)


def captures_of(connection: Connection, article_id: int) -> tuple[Memento, ...]:
    """Each once, oldest first; the copy and the newest capture are among them."""
    found: list[Memento | None] = []
    for query in (
        select(standings.c.copy, standings.c.newest).where(standings.c.article_id == article_id),
        select(checks.c.capture).where(
            checks.c.article_id == article_id, checks.c.capture.is_not(None)
        ),
        select(captures.c.memento).where(captures.c.article_id == article_id),
    ):
        for row in connection.execute(query):
            found += row
    by_key = {(one.memento_datetime, one.digest): one for one in reversed(found) if one is not None}
    return tuple(by_key[key] for key in sorted(by_key))


def put_captures(connection: Connection, brought: Sequence[Brought], now: datetime) -> None:
    """Of articles that are there. A capture that is known already stays as it is."""
    uris = {canonical(one.uri) for one in brought}
    query = select(articles.c.source, articles.c.uri, articles.c.id)
    known = connection.execute(query.where(articles.c.uri.in_(uris)))
    ids = {(source, uri): number for source, uri, number in known}
    rows = [
        {
            "article_id": ids[one.source, canonical(one.uri)],
            "captured_at": one.memento.memento_datetime,
            "digest": one.memento.digest,
            "memento": one.memento,
            "origin": one.origin,
            "taken_at": now,
        }
        for one in brought
        if (one.source, canonical(one.uri)) in ids
    ]
    if rows:
        statement = upsert(connection, captures).on_conflict_do_nothing()
        connection.execute(statement, rows)
