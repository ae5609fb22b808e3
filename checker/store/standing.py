"""Reading standings: the one place where rows become the value that a check reads."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, select

from checker.model import (
    Absences,
    Article,
    Comparison,
    EditorsWord,
    Form,
    Reading,
    Standing,
    Track,
    Verdict,
)
from checker.store.columns import read_value
from checker.store.schema import articles, derived, sources, standings, words

T = TypeVar("T")
_FORMS: type[tuple[Form, ...]] = tuple[Form, ...]
CHUNK = 500  # values in one IN list; older SQLite takes 999 parameters

_ROWS = (
    select(
        articles,
        sources.c.adopted_at,
        standings.c.copy,
        standings.c.newest,
        standings.c.absences,
        standings.c.verdict,
        standings.c.hints,
        standings.c.told,
        standings.c.pings,
    )
    .join(sources, sources.c.name == articles.c.source)
    .outerjoin(standings, standings.c.article_id == articles.c.id)
)


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """*values* in lists of at most *size*."""
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk


def load(connection: Connection, article_ids: Sequence[int]) -> tuple[Standing, ...]:
    """The standings of *article_ids*, in that order; unknown ids are left out."""
    found: dict[int, Standing] = {}
    for ids in chunks(article_ids):
        rows = connection.execute(_ROWS.where(articles.c.id.in_(ids))).all()
        bodies = _derived(connection, ids)
        said = _words(connection, ids)
        for row in rows:
            found[row.id] = _standing(row, bodies.get(row.id, {}), said.get(row.id, ()))
    return tuple(found[one] for one in article_ids if one in found)


def article_of(row: Row[Any]) -> Article:
    return Article(row.id, row.uri, row.source, row.title, row.section)


def _standing(row: Row[Any], bodies: dict[str, str], said: Iterable[EditorsWord]) -> Standing:
    return Standing(
        article=article_of(row),
        copy=row.copy,
        copy_reading=_value(Reading, bodies.get("copy_reading")),
        newest=row.newest,
        newest_reading=_value(Reading, bodies.get("newest_reading")),
        comparison=_value(Comparison, bodies.get("comparison")),
        absences=row.absences or Absences(),
        verdict=verdict_of(row),
        moved_to=row.moved_to,
        words=tuple(said),
        hints=row.hints or (),
        pings=row.pings or (),
        adopted=row.adopted_at is not None,
        told=row.told,
        checks=row.checks,
        changes=row.changes,
        last_checked_at=row.last_checked_at,
        last_compared_at=row.last_compared_at,
        changed_at=row.changed_at,
        next_check_at=row.next_check_at,
        not_before=row.not_before,
        track=Track(row.track_edits or 0.0, row.track_hours or 0.0),
        share=row.share or 0.0,
        forms=_value(_FORMS, bodies.get("forms")) or (),
        unlisted_at=row.unlisted_at,
        same_as=row.same_as,
    )


def verdict_of(row: Any) -> Verdict | None:
    """One that stayed the same was not written again: when it was last found stands beside it."""
    verdict: Verdict | None = row.verdict
    if verdict is None or row.judged_at in {None, verdict.judged_at}:
        return verdict
    return replace(verdict, judged_at=row.judged_at)


def _value(cls: type[T], body: str | None) -> T | None:
    return None if body is None else read_value(cls, body)


def _derived(connection: Connection, ids: list[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    query = select(derived.c.article_id, derived.c.kind, derived.c.body)
    for article_id, kind, body in connection.execute(query.where(derived.c.article_id.in_(ids))):
        found[article_id][kind] = body
    return found


def _words(connection: Connection, ids: list[int]) -> dict[int, list[EditorsWord]]:
    found: dict[int, list[EditorsWord]] = defaultdict(list)
    query = select(words.c.article_id, words.c.body).where(words.c.article_id.in_(ids))
    for article_id, word in connection.execute(query.order_by(words.c.id)):
        found[article_id].append(word)
    return found
