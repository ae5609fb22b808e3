"""Taking in what discovery found: new articles, hints, copies; and making a capture the copy."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from checker.errors import StoreError
from checker.model import Absences, DateEvidence, Found, Hint, Memento
from checker.ports import Pull
from checker.store import listed, moves
from checker.store.articles import canonical, host_of
from checker.store.dialect import upsert
from checker.store.schema import articles, derived, sources, standings

MAX_HINTS = 8  # of one article: one per kind and place, the newest


def put_batch(
    connection: Connection,
    source: str,
    found: Iterable[Found],
    now: datetime,
    *,
    pull: Pull | None = None,
    document: int | None = None,
) -> tuple[int, int]:
    """Take in one batch; how many articles are new and how many a hint made due."""
    active = connection.execute(
        select(sources.c.active).where(sources.c.name == source)
    ).scalar_one_or_none()
    if active is None:
        raise StoreError(
            f"source {source!r}", "it is not stored", "Run `checker source sync` and try again."
        )
    wanted = _merged(found)
    due = now if active else None
    known = moves.met(connection, source, wanted)
    hinted = sum(_update(connection, row, one, due, now, pull=pull) for row, one in known)
    ids = _insert(connection, source, wanted, due, now)
    if document is not None:
        listed.mark(connection, document, [*ids, *(row.id for row, _ in known)], now)
        back = [row.id for row, _ in known if row.unlisted_at is not None]
        listed.relisted(connection, back)
    return len(ids), hinted


def _merged(found: Iterable[Found]) -> dict[str, Found]:
    """By canonical address; what a source lists twice is one article, the later word counts."""
    merged: dict[str, Found] = {}
    for one in found:
        uri = canonical(one.uri)
        merged[uri] = moves.merged(merged.get(uri, Found(uri)), one)
    return merged


def _insert(
    connection: Connection,
    source: str,
    wanted: dict[str, Found],
    due: datetime | None,
    now: datetime,
) -> list[int]:
    if not wanted:
        return []
    rows = [_row(source, one, due, now) for one in wanted.values()]
    added = insert(articles).returning(articles.c.id, articles.c.uri)
    ids = {uri: number for number, uri in connection.execute(added, rows).all()}
    values = [
        {"article_id": ids[uri], "copy": one.copy, "hints": _hints((), one.hints, now)}
        for uri, one in wanted.items()
        if one.copy is not None or one.hints
    ]
    if values:
        connection.execute(insert(standings), values)
    return list(ids.values())


def _row(source: str, one: Found, due: datetime | None, now: datetime) -> dict[str, Any]:
    latest = _latest(one.hints)
    return {
        "source": source,
        "uri": one.uri,
        "host": host_of(one.uri),
        "title": one.title,
        "section": one.section,
        "next_check_at": due,
        "given_digest": one.copy.digest if one.copy else None,
        "copied_from": _copied_from(one, one.uri),
        "hinted_at": latest and min(latest, now),
        "checks": 0,
        "changes": 0,
    }


def _copied_from(one: Found, uri: str) -> str | None:
    """How the archive writes the address, if in another way: its next word may come alone."""
    written = canonical(one.copy.uri_r) if one.copy is not None else uri
    return None if written == uri else written


def _update(
    connection: Connection,
    row: Row[Any],
    one: Found,
    due: datetime | None,
    now: datetime,
    *,
    pull: Pull | None,
) -> bool:
    """Whether a hint made the article due."""
    changes: dict[str, Any] = {}
    if one.title and one.title != row.title:
        changes["title"] = one.title
    if one.section and one.section != row.section:
        changes["section"] = one.section
    if one.copy is not None and row.copied_from != (written := _copied_from(one, row.uri)):
        changes["copied_from"] = written
    pulled = _take_hints(connection, row, one.hints, changes, now)
    if pulled:
        soon = now if pull is None else pull(row.uri, row.last_checked_at)
        soon = max(soon, row.not_before or soon)
        changes["touched_at"] = soon
        if row.next_check_at is not None:
            changes["next_check_at"] = min(row.next_check_at, soon)
    if changes:
        connection.execute(update(articles).where(articles.c.id == row.id).values(changes))
    if one.copy is not None:
        if row.same_as is not None:
            moves.part(connection, articles.c.id == row.id, now)
        _take_copy(connection, row, one.copy, due, now)
    return pulled


def _take_hints(
    connection: Connection,
    row: Row[Any],
    given: tuple[DateEvidence, ...],
    changes: dict[str, Any],
    now: datetime,
) -> bool:
    """Keep hints not met before; True if one is newer than everything known."""
    known: tuple[Hint, ...] = row.hints or ()
    met = [hint.date for hint in known]
    fresh = tuple(date for date in given if date not in met)
    latest = _latest(fresh)
    if latest is None:
        return False
    _put_standing(connection, row.id, {"hints": _hints(known, fresh, now)})
    # A date in the future must not silence all that come after it.
    reached = min(latest, now)
    changes["hinted_at"] = max(reached, row.hinted_at or reached)
    known_until: datetime | None = row.hinted_at or row.last_checked_at
    return known_until is None or latest > known_until


def _hints(
    known: tuple[Hint, ...], fresh: tuple[DateEvidence, ...], now: datetime
) -> tuple[Hint, ...]:
    hints = {(hint.date.kind, hint.date.origin): hint for hint in known}
    for date in fresh:
        hints.pop((date.kind, date.origin), None)
        hints[date.kind, date.origin] = Hint(date, now)
    return tuple(hints.values())[-MAX_HINTS:]


def _latest(dates: tuple[DateEvidence, ...]) -> datetime | None:
    return max((date.latest for date in dates), default=None)


def _take_copy(
    connection: Connection, row: Row[Any], copy: Memento, due: datetime | None, now: datetime
) -> None:
    """A copy that the source has not given before resets the question (trap 3).

    One that it gave before is no news, even if another was accepted since; then at most the place
    of the same bytes has changed.
    """
    if row.copy is not None and copy.digest == row.copy.digest:
        if copy.locator != row.copy.locator:
            _put_standing(connection, row.id, {"copy": row.copy.at(copy.locator)})
    elif copy.digest != row.given_digest:
        replace_copy(connection, row.id, copy, absences=row.absences, due=due, now=now)
    if copy.digest != row.given_digest:
        given = update(articles).where(articles.c.id == row.id)
        connection.execute(given.values(given_digest=copy.digest))


def replace_copy(
    connection: Connection,
    article_id: int,
    copy: Memento,
    *,
    absences: Absences | None,
    due: datetime | None,
    now: datetime,
) -> None:
    """Make *copy* the copy; what was derived from the former one goes, but its history stays.

    The verdict stays for the next transition, yet no banner is put on the new copy before it has
    been judged itself.
    """
    kept = replace(absences, replaced=None) if absences is not None else None
    _put_standing(connection, article_id, {"copy": copy, "newest": None, "absences": kept})
    connection.execute(delete(derived).where(derived.c.article_id == article_id))
    connection.execute(
        update(articles)
        .where(articles.c.id == article_id)
        .values(next_check_at=due, touched_at=now, verdict_key=None, banner_key=None)
    )


def _put_standing(connection: Connection, article_id: int, values: dict[str, Any]) -> None:
    row = upsert(connection, standings).values(article_id=article_id, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["article_id"], set_=values))
