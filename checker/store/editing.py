"""What a person decides: accepting a capture, a word on findings; and which banners are to be published."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from checker.errors import StoreError
from checker.model import EditorsWord, Memento, Standing
from checker.store.found import replace_copy
from checker.store.record import key_of
from checker.store.schema import articles, derived, sources, standings, words


def accept(connection: Connection, article_id: int, now: datetime) -> Memento | None:
    row = connection.execute(
        select(
            standings.c.copy,
            standings.c.newest,
            standings.c.absences,
            (sources.c.active & articles.c.same_as.is_(None)).label("active"),
        )
        .join(articles, articles.c.id == standings.c.article_id)
        .join(sources, sources.c.name == articles.c.source)
        .where(standings.c.article_id == article_id)
    ).first()
    if row is None or row.newest is None:
        return None
    newest: Memento = row.newest
    reading = connection.execute(
        select(derived.c.body).where(
            derived.c.article_id == article_id, derived.c.kind == "newest_reading"
        )
    ).scalar_one_or_none()
    due = now if row.active else None
    replace_copy(connection, article_id, newest, absences=row.absences, due=due, now=now)
    if reading is not None:
        connection.execute(
            insert(derived).values(article_id=article_id, kind="copy_reading", body=reading)
        )
    return newest


def add_word(connection: Connection, article_id: int, word: EditorsWord) -> None:
    """Also makes the article due, if it is scheduled at all: the verdict may change at once."""
    next_check_at = connection.execute(
        select(articles.c.next_check_at).where(articles.c.id == article_id)
    ).first()
    if next_check_at is None:
        raise StoreError(
            f"article {article_id}", "there is no such article", "See `checker article list`."
        )
    connection.execute(insert(words).values(article_id=article_id, body=word))
    due = next_check_at[0] and min(next_check_at[0], word.at)
    connection.execute(
        update(articles)
        .where(articles.c.id == article_id)
        .values(next_check_at=due, touched_at=word.at)
    )


def banners_due(
    connection: Connection, source: str | None, after: int, limit: int
) -> Sequence[int]:
    query = (
        select(articles.c.id)
        .join(sources, sources.c.name == articles.c.source)
        .where(
            articles.c.id > after,
            articles.c.verdict_key.is_distinct_from(articles.c.banner_key),
            articles.c.verdict_key.is_not(None),
            sources.c.adopted_at.is_not(None),
            sources.c.present,
        )
        .order_by(articles.c.id)
        .limit(limit)
    )
    if source is not None:
        query = query.where(articles.c.source == source)
    return connection.execute(query).scalars().all()


def banner_published(connection: Connection, article_id: int, judged: Standing) -> None:
    """Note what was published: if the verdict has changed since, the banner is due again. On
    another copy than the present one nothing was published."""
    if judged.verdict is None:
        return
    present: Memento | None = connection.execute(
        select(standings.c.copy).where(standings.c.article_id == article_id)
    ).scalar_one_or_none()
    if (present and present.digest) != (judged.copy and judged.copy.digest):
        return
    connection.execute(
        update(articles)
        .where(articles.c.id == article_id)
        .values(banner_key=key_of(judged.verdict))
    )


def forget_banner(connection: Connection, article_id: int) -> None:
    """None equals no verdict's key, so that any verdict is to be published."""
    connection.execute(update(articles).where(articles.c.id == article_id).values(banner_key=None))
