"""The documents that list a source's articles: what they were when they were read, and which wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from checker.model import Known, Validators
from checker.store.dialect import upsert
from checker.store.source_tables import listings
from checker.store.standing import chunks


def root(connection: Connection, source: str, uri: str) -> Known:
    of_source = listings.c.source == source
    begins = select(listings).where(of_source, listings.c.depth == 0)
    row = connection.execute(begins).first()
    if row is not None and row.uri == uri:
        return _known(row)
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
    gone = or_(listings.c.seen_at.is_(None), listings.c.seen_at < now)
    connection.execute(
        delete(listings).where(
            listings.c.source == source, listings.c.parent == parent, listings.c.depth > 0, gone
        )
    )


def following(connection: Connection, source: str, before: datetime) -> Known | None:
    waits = or_(listings.c.read_at.is_(None), listings.c.read_at < before)
    row = connection.execute(
        select(listings)
        .where(listings.c.source == source, listings.c.depth > 0, waits)
        .order_by(listings.c.read_at.asc().nulls_first(), listings.c.uri)
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
