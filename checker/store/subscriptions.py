"""Who subscribed and who wants no more mail, by command or by one click."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from checker.model import Article, Subscription
from checker.store import consent
from checker.store.dialect import upsert
from checker.store.schema import articles, sources, subscriptions
from checker.store.standing import article_of


def put(connection: Connection, subscription: Subscription) -> None:
    """Whoever is silent from now on is not sent what waits for them either."""
    row = upsert(connection, subscriptions).values(
        address_key=consent.key_of(subscription.address), body=subscription
    )
    changed = {"body": subscription}
    connection.execute(row.on_conflict_do_update(index_elements=["address_key"], set_=changed))
    if subscription.recipient is None:
        consent.withdraw(connection, subscription.address, subscription.changed_at)


def drop(connection: Connection, address: str) -> None:
    theirs = subscriptions.c.address_key == consent.key_of(address)
    connection.execute(delete(subscriptions).where(theirs))


def all_of_them(connection: Connection) -> tuple[Subscription, ...]:
    query = select(subscriptions.c.body).order_by(subscriptions.c.address_key)
    return tuple(connection.execute(query).scalars())


def unsubscribe(connection: Connection, token: str, now: datetime) -> str | None:
    """End the mail to whom *token* was sent; None if there is no such token. Idempotent."""
    address = consent.address_of(connection, token, now)
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
