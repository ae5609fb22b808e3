"""Who subscribed and who wants no more mail, by command or by one click."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from checker.model import Article, Subscription
from checker.store.columns import clean
from checker.store.dialect import upsert
from checker.store.outbox import digest_of_token
from checker.store.schema import articles, sources, subscriptions, unsubscribe_tokens
from checker.store.standing import article_of

TOKEN_LIFE = timedelta(days=400)  # people find old mail


def put(connection: Connection, subscription: Subscription) -> None:
    values = {"body": subscription}
    row = upsert(connection, subscriptions).values(
        address_key=clean(subscription.address).casefold(), body=subscription
    )
    connection.execute(row.on_conflict_do_update(index_elements=["address_key"], set_=values))


def drop(connection: Connection, address: str) -> None:
    key = clean(address).casefold()
    connection.execute(delete(subscriptions).where(subscriptions.c.address_key == key))


def all_of_them(connection: Connection) -> tuple[Subscription, ...]:
    query = select(subscriptions.c.body).order_by(subscriptions.c.address_key)
    return tuple(connection.execute(query).scalars())


def address_of(connection: Connection, token: str, now: datetime) -> str | None:
    """Whose mail *token* ends; a digest is looked up, so time tells nothing of it."""
    found: str | None = connection.execute(
        select(unsubscribe_tokens.c.address).where(
            unsubscribe_tokens.c.digest == digest_of_token(token),
            unsubscribe_tokens.c.created_at > now - TOKEN_LIFE,
        )
    ).scalar_one_or_none()
    return found


def unsubscribe(connection: Connection, token: str, now: datetime) -> str | None:
    """End the mail to whom *token* was sent; None if there is no such token. Idempotent."""
    address = address_of(connection, token, now)
    if address is not None:
        put(connection, Subscription(address, None, now))
    return address


def flagged(connection: Connection, limit: int) -> tuple[Article, ...]:
    """Articles of adopted sources that are outdated, the newest first."""
    rows = connection.execute(
        select(articles)
        .join(sources, sources.c.name == articles.c.source)
        .where(
            articles.c.flagged_at.is_not(None),
            sources.c.adopted_at.is_not(None),
            sources.c.present,
        )
        .order_by(articles.c.flagged_at.desc(), articles.c.id.desc())
        .limit(limit)
    )
    return tuple(article_of(row) for row in rows)
