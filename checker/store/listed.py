"""Which documents list an article, and which articles none lists any more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    bindparam,
    delete,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import Insert

from checker.ports import Pull
from checker.store.dialect import insert_in, upsert
from checker.store.schema import articles
from checker.store.source_tables import listed

STEP = 500  # articles of one transaction
AHEAD = timedelta(hours=12)  # what was seen so much later was seen by a clock that was ahead


def key(source: str, document: str) -> int:
    """What a document is called in the table, where an address would stand a million times."""
    name = f"{source}\0{document}".encode("utf-8", "surrogatepass")
    return int.from_bytes(sha256(name).digest()[:8], signed=True)


def not_since(column: Column[datetime], moment: datetime) -> ColumnElement[bool]:
    return or_(column < moment, column > moment + AHEAD)


def mark(connection: Connection, document: int, ids: Sequence[int], now: datetime) -> None:
    """These articles stand in *document* now."""
    if not ids:
        return
    rows = [{"document": document, "article_id": one, "seen_at": now} for one in ids]
    connection.execute(_seen(connection.dialect.name), rows)


@cache
def _seen(dialect: str) -> Insert:
    """Made once: "excluded" refers to itself."""
    row = insert_in(dialect, listed)
    return row.on_conflict_do_update(
        index_elements=["document", "article_id"], set_={"seen_at": row.excluded.seen_at}
    )


def missing(
    connection: Connection, document: int, before: datetime | None, after: int
) -> Sequence[int]:
    """Some articles behind *after* that *document* listed, but not since *before* (None: all)."""
    query = select(listed.c.article_id).where(
        listed.c.document == document, listed.c.article_id > after
    )
    if before is not None:
        query = query.where(not_since(listed.c.seen_at, before))
    return connection.execute(query.order_by(listed.c.article_id).limit(STEP)).scalars().all()


def unlist(
    connection: Connection, document: int, ids: Sequence[int], now: datetime, pull: Pull | None
) -> int:
    """*document* lists these no more; how many of them no other does. Those are looked at before
    their turn, since what is taken out of a list was often taken down."""
    connection.execute(
        delete(listed).where(listed.c.document == document, listed.c.article_id.in_(ids))
    )
    elsewhere = select(listed.c.article_id).where(listed.c.article_id.in_(ids))
    rows = connection.execute(
        select(articles).where(
            articles.c.id.in_(ids),
            articles.c.id.not_in(elsewhere),
            articles.c.unlisted_at.is_(None),
            articles.c.same_as.is_(None),
        )
    ).all()
    values = []
    for row in rows:
        soon = now if pull is None else pull(row.uri, row.last_checked_at)
        soon = max(soon, row.not_before or soon)
        due = row.next_check_at and min(row.next_check_at, soon)
        values.append({"number": row.id, "unlisted_at": now, "touched_at": soon, "next": due})
    if values:
        this = update(articles).where(articles.c.id == bindparam("number"))
        connection.execute(this.values(next_check_at=bindparam("next")), values)
    return len(values)


def relisted(connection: Connection, ids: Sequence[int]) -> None:
    if not ids:
        return
    connection.execute(update(articles).where(articles.c.id.in_(ids)).values(unlisted_at=None))


def forget(connection: Connection, source: str, documents: Sequence[str]) -> None:
    """The source begins elsewhere now: what these documents listed says nothing any more."""
    for one in documents:
        connection.execute(delete(listed).where(listed.c.document == key(source, one)))
    gone = articles.c.unlisted_at.is_not(None)
    mine = update(articles).where(articles.c.source == source, gone)
    connection.execute(mine.values(unlisted_at=None))


def hand_over(connection: Connection, article_id: int, to: int) -> None:
    """What lists the one lists the other, which is the same article."""
    mine = select(listed.c.document, literal(to), listed.c.seen_at).where(
        listed.c.article_id == article_id
    )
    row = upsert(connection, listed).from_select(["document", "article_id", "seen_at"], mine)
    if connection.execute(row.on_conflict_do_nothing()).rowcount:
        relisted(connection, [to])
    connection.execute(delete(listed).where(listed.c.article_id == article_id))
