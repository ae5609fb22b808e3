"""Thinning out the history of checks: reading it in steps, and deleting from it.

Nothing is moved and no VACUUM is run: SQLite fills freed pages before it lets the file grow, and a
server's autovacuum does the like. To shrink a file, a backup is a compact copy of it.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, Row, Text, bindparam, delete, select, type_coerce

from checker.model import Outcome, PastCheck, Round
from checker.store.dialect import upsert
from checker.store.schema import alerts, articles, checks, chores
from checker.store.standing import chunks

PAGE = 200  # articles looked at in one step
MAX_ROWS = 20_000  # … or this many checks, whichever comes first: it bounds memory
_THINNING = "thinning"
_UNCHANGED = frozenset({Outcome.NOT_MODIFIED, Outcome.SAME_BYTES, Outcome.SAME_TEXT})


def past_checks(
    connection: Connection, after: int, before: datetime
) -> tuple[int | None, tuple[tuple[PastCheck, ...], ...]]:
    ids = _next_articles(connection, after)
    if not ids:
        return None, ()
    rows = connection.execute(
        select(
            checks.c.article_id,
            articles.c.source,
            checks.c.started_at,
            checks.c.outcome,
            checks.c.status,
            checks.c.change,
            checks.c.verdict,
            checks.c.version,
            type_coerce(checks.c.capture, Text).label("capture"),
        )
        .join(articles, articles.c.id == checks.c.article_id)
        .where(checks.c.article_id.in_(ids), checks.c.started_at < before)
        .order_by(checks.c.article_id, checks.c.started_at)
    )
    alerted = _alerted(connection, ids)
    found = (_past(row, alerted) for row in rows)
    histories = tuple(tuple(some) for _, some in groupby(found, lambda one: one.article_id))
    return ids[-1], histories


def _next_articles(connection: Connection, after: int) -> list[int]:
    """How often an article was checked bounds how long its history is."""
    query = select(articles.c.id, articles.c.checks).where(articles.c.id > after)
    ids: list[int] = []
    rows = 0
    for number, times in connection.execute(query.order_by(articles.c.id).limit(PAGE)):
        rows += times
        if ids and rows > MAX_ROWS:
            break
        ids.append(number)
    return ids


def _alerted(connection: Connection, ids: Sequence[int]) -> set[tuple[int, datetime]]:
    query = select(alerts.c.article_id, alerts.c.started_at).where(alerts.c.article_id.in_(ids))
    return {(number, at) for number, at in connection.execute(query) if at is not None}


def _past(row: Row[tuple[object, ...]], alerted: set[tuple[int, datetime]]) -> PastCheck:
    same = row.outcome in _UNCHANGED  # a 304 and the same bytes say the same
    said = ("unchanged",) if same else (row.outcome, row.status)
    kind = (*said, row.change, row.verdict, row.version)
    digest = None if row.capture is None else str(json.loads(row.capture)["digest"])
    words = " ".join("-" if word is None else str(word) for word in kind)
    alert = (row.article_id, row.started_at) in alerted
    return PastCheck(row.article_id, row.source, row.started_at, words, digest, alerted=alert)


def forget_checks(connection: Connection, given: Sequence[PastCheck]) -> int:
    this = checks.c.article_id == bindparam("number"), checks.c.started_at == bindparam("start")
    alerted = select(alerts.c.id).where(
        alerts.c.article_id == checks.c.article_id, alerts.c.started_at == checks.c.started_at
    )
    statement = delete(checks).where(*this, ~alerted.exists())
    done = 0
    for some in chunks(given):
        rows = [{"number": one.article_id, "start": one.started_at} for one in some]
        done += connection.execute(statement, rows).rowcount
    return done


def tidied(connection: Connection) -> Round | None:
    query = select(chores.c.body).where(chores.c.name == _THINNING)
    return connection.execute(query).scalar_one_or_none()


def note_tidied(connection: Connection, step: Round) -> None:
    row = upsert(connection, chores).values(name=_THINNING, body=step)
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"body": step}))


def free_bytes(connection: Connection) -> int | None:
    if connection.dialect.name != "sqlite":
        return None
    ask = connection.exec_driver_sql
    pages: int = ask("PRAGMA freelist_count").scalar_one()
    size: int = ask("PRAGMA page_size").scalar_one()
    return pages * size
