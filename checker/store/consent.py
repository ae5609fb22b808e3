"""Who is sent nothing, and the tokens by which anybody can bring that about."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, select, update

from checker.store.columns import clean
from checker.store.dialect import upsert
from checker.store.schema import alerts, mails, subscriptions, unsubscribe_tokens

TOKEN_LIFE = timedelta(days=400)  # people find old mail
WITHDRAWN = "withdrawn"
_WHY = "not sent: its recipient wants no more mail"


def put_token(connection: Connection, token: str, address: str, now: datetime) -> None:
    row = upsert(connection, unsubscribe_tokens).values(
        digest=_digest(token), address=address, created_at=now
    )
    connection.execute(row.on_conflict_do_nothing())


def address_of(connection: Connection, token: str, now: datetime) -> str | None:
    """Whose mail *token* ends; a digest is looked up, so time tells nothing of it."""
    found: str | None = connection.execute(
        select(unsubscribe_tokens.c.address).where(
            unsubscribe_tokens.c.digest == _digest(token),
            unsubscribe_tokens.c.created_at > now - TOKEN_LIFE,
        )
    ).scalar_one_or_none()
    return found


def _digest(token: str) -> str:
    """A token has 256 random bits: a plain digest can't be turned back."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def key_of(address: str) -> str:
    return clean(address).casefold()


def is_silent(connection: Connection, address: str) -> bool:
    """Whether *address* said that it wants no mail."""
    query = select(subscriptions.c.body).where(subscriptions.c.address_key == key_of(address))
    found = connection.execute(query).scalar_one_or_none()
    return found is not None and found.recipient is None


def withdraw(connection: Connection, address: str, now: datetime) -> None:
    """What waits for *address* is not told any more, and what is composed does not leave."""
    key = key_of(address)
    pending = select(alerts.c.recipient).where(alerts.c.mail_id.is_(None)).distinct()
    told = [one for one in connection.execute(pending).scalars() if key_of(one) == key]
    connection.execute(
        delete(alerts).where(alerts.c.mail_id.is_(None), alerts.c.recipient.in_(told))
    )
    unsent = mails.c.state.in_(("pending", "failed"))
    composed = select(mails.c.recipient).where(unsent).distinct()
    theirs = [one for one in connection.execute(composed).scalars() if key_of(one) == key]
    connection.execute(
        update(mails)
        .where(unsent, mails.c.recipient.in_(theirs))
        .values(state=WITHDRAWN, done_at=now, lease_until=None, detail=_WHY)
    )
