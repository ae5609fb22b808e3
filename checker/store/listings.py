"""The documents that list a source's articles: what they were when they were read, and which wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select, update

from checker.model import Known, Validators
from checker.store import listed
from checker.store.dialect import upsert
from checker.store.listed import not_since
from checker.store.source_tables import hubs, listings
from checker.store.standing import chunks


def root(connection: Connection, source: str, uri: str) -> Known:
    of_source = listings.c.source == source
    begins = select(listings).where(of_source, listings.c.depth == 0)
    row = connection.execute(begins).first()
    if row is not None and row.uri == uri:
        return _known(row)
    former = connection.execute(select(listings.c.uri).where(of_source)).scalars().all()
    if former:
        listed.forget(connection, source, former)
        connection.execute(delete(hubs).where(hubs.c.source == source))
    connection.execute(delete(listings).where(of_source))
    connection.execute(listings.insert().values(source=source, uri=uri, depth=0, parent=""))
    return Known(uri)


def put(
    connection: Connection,
    source: str,
    parent: str,
    children: Sequence[str],
    *,
    depth: int,
    now: datetime,
) -> None:
    for some in chunks(dict.fromkeys(children)):
        rows = [
            {"source": source, "uri": uri, "parent": parent, "depth": depth, "seen_at": now}
            for uri in some
        ]
        row = upsert(connection, listings)
        mine = listings.c.depth > 0  # a listing that names its own beginning is a loop
        connection.execute(
            row.on_conflict_do_update(
                index_elements=["source", "uri"],
                set_={"seen_at": now, "parent": row.excluded.parent},
                where=mine,
            ),
            rows,
        )


def abandoned(connection: Connection, source: str, parent: str, before: datetime) -> list[str]:
    """The documents that *parent* named, but not since *before*, with all below them."""
    gone = or_(listings.c.seen_at.is_(None), not_since(listings.c.seen_at, before))
    found = dict.fromkeys(_named(connection, source, [parent], gone))
    fresh = list(found)
    while fresh:
        below = _named(connection, source, fresh, listings.c.depth > 0)
        fresh = [one for one in below if one not in found]
        found |= dict.fromkeys(fresh)
    return list(found)


def _named(
    connection: Connection, source: str, parents: Sequence[str], which: ColumnElement[bool]
) -> list[str]:
    named: list[str] = []
    for some in chunks(parents):
        query = select(listings.c.uri).where(
            listings.c.source == source, listings.c.parent.in_(some), listings.c.depth > 0, which
        )
        named += connection.execute(query).scalars()
    return named


def drop(connection: Connection, source: str, documents: Sequence[str]) -> None:
    for some in chunks(documents):
        these = (listings.c.source == source, listings.c.uri.in_(some), listings.c.depth > 0)
        connection.execute(delete(listings).where(*these))


def following(connection: Connection, source: str, before: datetime) -> Known | None:
    waits = or_(listings.c.read_at.is_(None), not_since(listings.c.read_at, before))
    row = connection.execute(
        select(listings)
        .where(listings.c.source == source, listings.c.depth > 0, waits)
        # The shorter first: pages in their order, as those of a list that grows must be read.
        .order_by(
            listings.c.read_at.asc().nulls_first(), func.length(listings.c.uri), listings.c.uri
        )
        .limit(1)
    ).first()
    return None if row is None else _known(row)


def read(connection: Connection, source: str, documents: Sequence[Known]) -> None:
    for one in documents:
        values = {
            "etag": one.validators.etag,
            "last_modified": one.validators.last_modified,
            "read_at": one.read_at,
            "whole_at": one.whole_at,
        }
        this = (listings.c.source == source, listings.c.uri == one.uri)
        connection.execute(update(listings).where(*this).values(values))


def _known(row: Row[Any]) -> Known:
    validators = Validators(row.etag, row.last_modified)
    return Known(row.uri, row.depth, validators, row.read_at, row.whole_at)
