"""Articles that moved: a new address is the article that it was, not another one.

Only an address to which a single article has moved is meant: where several lead there, as to a
front page or a login, it is a page of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    case,
    literal,
    null,
    select,
    update,
)

from checker.model import Found
from checker.store import listed
from checker.store.columns import Instant
from checker.store.schema import articles, sources, standings
from checker.store.standing import chunks


def known() -> Select[Any]:
    """Articles with what taking in needs of their standings."""
    return select(articles, standings.c.copy, standings.c.absences, standings.c.hints).outerjoin(
        standings, standings.c.article_id == articles.c.id
    )


def _among(column: Column[str]) -> ColumnElement[bool]:
    """A statement that is made anew with the values in it refers to itself: it and five hundred
    addresses would lie about until Python looks for circles."""
    return column.in_(bindparam("these", expanding=True))


_MINE = known().where(articles.c.source == bindparam("source"), _among(articles.c.uri))


def met(
    connection: Connection, source: str, wanted: dict[str, Found]
) -> list[tuple[Row[Any], Found]]:
    """The articles that are meant by the addresses in *wanted*, each once; these leave *wanted*."""
    found: dict[int, tuple[Row[Any], Found]] = {}
    others: dict[int, list[Found]] = defaultdict(list)
    for row in connection.execute(_MINE, {"source": source, "these": list(wanted)}).all():
        one = wanted.pop(row.uri)
        if row.same_as is not None and one.copy is None:
            others[row.same_as].append(one)
        else:
            found[row.id] = row, one
    for row, one in _written_else(connection, source, wanted):
        others[row.id].append(one)
    left = [number for number in others if number not in found]
    for some in chunks(left):
        for row in connection.execute(known().where(articles.c.id.in_(some))).all():
            found[row.id] = row, Found(row.uri)
    for number, more in others.items():
        row, one = found[number]
        for other in more:
            one = merged(one, other)
        found[number] = row, one
    return list(found.values())


def merged(known: Found, one: Found) -> Found:
    """Two words on one article: the later counts."""
    return Found(
        known.uri,
        one.title or known.title,
        one.section or known.section,
        known.hints + one.hints,
        one.copy or known.copy,
    )


def _written_else(
    connection: Connection, source: str, wanted: dict[str, Found]
) -> list[tuple[Row[Any], Found]]:
    """Addresses to which an article moved, and those that the archive writes in another way."""
    bare = [uri for uri, one in wanted.items() if one.copy is None]
    moved = _alone(_whose(connection, source, articles.c.moved_to, bare))
    found = [(row, wanted.pop(row.moved_to)) for row in moved]
    copied = _whose(connection, source, articles.c.copied_from, list(wanted))
    return found + [
        (row, wanted.pop(row.copied_from)) for row in copied if row.copied_from in wanted
    ]


def _whose(
    connection: Connection, source: str, column: Column[str], uris: Sequence[str]
) -> list[Row[Any]]:
    """Articles of *source* by a column that few have. Whether any has it is asked first, as five
    hundred addresses are costly to ask for; the source is no condition, as SQLite would walk
    through all its articles instead."""
    some, these = _asked(column)
    if not uris or connection.execute(some).first() is None:
        return []
    rows = connection.execute(these, {"these": uris}).all()
    return [row for row in rows if row.source == source]


@cache
def _asked(column: Column[str]) -> tuple[Select[Any], Select[Any]]:
    """Whether any has it, and who has one of those given."""
    return select(column).where(column.is_not(None)).limit(1), known().where(_among(column))


def arrived(connection: Connection, uris: Sequence[str]) -> list[Row[Any]]:
    """The articles that moved to these addresses, of the sources that are configured now."""
    here = known().join(sources, sources.c.name == articles.c.source)
    rows = connection.execute(here.where(articles.c.moved_to.in_(uris), sources.c.present))
    return _alone(rows)


def elsewhere(connection: Connection, uris: Sequence[str]) -> list[Row[Any]]:
    """The articles that moved to these addresses, then those whose copies are written so."""
    copied = known().join(sources, sources.c.name == articles.c.source)
    rows = connection.execute(copied.where(articles.c.copied_from.in_(uris), sources.c.present))
    return arrived(connection, uris) + list(rows)


def _alone(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Those of *rows* that alone moved where they moved; another page that answers in an article's
    place is not where it moved."""
    moved: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if row.same_as is None and (row.absences is None or row.absences.replaced is None):
            moved[row.source, row.moved_to].append(row)
    return [some[0] for some in moved.values() if len(some) == 1]


@dataclass(frozen=True, slots=True)
class Move:
    """What a check learned: where its article has moved (None: it stands where it stood)."""

    article_id: int
    source: str
    given: bool  # it has a copy that its source gave
    was: str | None
    now: str | None


def follow(connection: Connection, moves: Sequence[Move], now: datetime) -> None:
    """Articles that are found to be others, moved, are watched no more; those at whose address a page
    of its own stands after all are watched again."""
    ends: dict[tuple[str, str], list[Move]] = defaultdict(list)
    for one in moves:
        if one.now is not None:
            ends[one.source, one.now].append(one)
    gone: set[int] = set()
    for some in chunks({uri for _, uri in ends}):
        for target in connection.execute(select(articles).where(articles.c.uri.in_(some))).all():
            came = ends.get((target.source, target.uri), [])
            if _is_new(connection, target, came, gone):
                _retire(connection, target.id, came[0].article_id)
                gone.add(target.id)
            elif came and (len(came) > 1 or _several(connection, came[0])):
                part(connection, articles.c.id == target.id, now)
    back = [one.article_id for one in moves if one.now is None and one.was is not None]
    if back:
        part(connection, articles.c.same_as.in_(back), now)


def retired(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those of *ids* that are others, moved."""
    query = select(articles.c.id).where(articles.c.id.in_(ids), articles.c.same_as.is_not(None))
    return set(connection.execute(query).scalars())


def _is_new(connection: Connection, target: Row[Any], came: Sequence[Move], gone: set[int]) -> bool:
    """Whether *target* is but the new place of the one article that came there: it has no copy of
    its own, and no longer history than that one."""
    if len(came) != 1 or target.same_as is not None or target.given_digest is not None:
        return False
    (move,) = came
    later = move.given or target.id > move.article_id
    itself = target.id == move.article_id
    return later and not itself and move.article_id not in gone and not _several(connection, move)


def _several(connection: Connection, move: Move) -> bool:
    others = select(articles.c.id).where(
        articles.c.moved_to == move.now,
        articles.c.source == move.source,
        articles.c.id != move.article_id,
        articles.c.same_as.is_(None),
    )
    return connection.execute(others.limit(1)).first() is not None


def _retire(connection: Connection, number: int, same_as: int) -> None:
    """Neither checked nor judged any more; what was the same as it is the same as the other."""
    values = {
        "same_as": same_as,
        "next_check_at": None,
        "touched_at": None,
        "status": None,
        "verdict_key": None,
        "flagged_at": None,
        "unlisted_at": None,
    }
    connection.execute(update(articles).where(articles.c.id == number).values(values))
    chain = update(articles).where(articles.c.same_as == number)
    connection.execute(chain.values(same_as=same_as))
    listed.hand_over(connection, number, same_as)


def part(connection: Connection, which: ColumnElement[bool], now: datetime) -> None:
    """These are articles of their own after all, watched again if their source is."""
    active = select(sources.c.name).where(sources.c.active)
    due = case((articles.c.source.in_(active), literal(now, Instant)), else_=null())
    these = update(articles).where(which, articles.c.same_as.is_not(None))
    connection.execute(these.values(same_as=None, next_check_at=due))
