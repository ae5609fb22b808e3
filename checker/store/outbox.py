"""Alerts and mails that have to leave: the transactional outbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from checker.errors import StoreError
from checker.model import Alert
from checker.ports import Deferred, Delivery, Mail, OutboxMail, Refused, Sent
from checker.store.columns import clean
from checker.store.dialect import upsert
from checker.store.schema import alerts, mails
from checker.store.standing import chunks

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=5)  # as mail servers do (RFC 5321 §4.5.4.1: 4 to 5 days)


def put_alerts(
    connection: Connection, rows: Sequence[tuple[Alert, int | None, datetime | None]]
) -> None:
    """Alerts with the article and start of the check that raised them; known keys are skipped."""
    if rows:
        values = [
            {
                "key": alert.key,
                "recipient": alert.recipient,
                "article_id": article_id,
                "started_at": started_at,
                "body": alert,
            }
            for alert, article_id, started_at in rows
        ]
        connection.execute(upsert(connection, alerts).on_conflict_do_nothing(), values)


def pending_alerts(connection: Connection) -> tuple[Alert, ...]:
    query = select(alerts.c.body).where(alerts.c.mail_id.is_(None)).order_by(alerts.c.id)
    return tuple(connection.execute(query).scalars())


def put_mail(connection: Connection, mail: Mail, keys: Sequence[str]) -> None:
    """Nothing is written if another process has put one of these alerts into a mail meanwhile:
    the rest stays pending and goes into the next one."""
    theirs = alerts.c.recipient == mail.recipient
    wanted = [alerts.c.key.in_([clean(key) for key in some]) for some in chunks(keys)]
    for some in wanted:
        covered = select(func.count()).where(theirs, some, alerts.c.mail_id.is_not(None))
        if connection.execute(covered).scalar_one():
            return
    mail_id = _mail_id(connection, mail)
    for some in wanted:
        connection.execute(update(alerts).where(theirs, some).values(mail_id=mail_id))


def _mail_id(connection: Connection, mail: Mail) -> int:
    row = upsert(connection, mails).values(
        message_id=mail.message_id,
        state="pending",
        attempts=0,
        created_at=mail.created_at,
        next_attempt_at=mail.created_at,
        detail="",
        body=mail,
    )
    connection.execute(row.on_conflict_do_nothing())
    found = select(mails.c.id).where(mails.c.message_id == mail.message_id)
    number: int = connection.execute(found).scalar_one()
    return number


def claim_mail(connection: Connection, now: datetime, lease: timedelta) -> OutboxMail | None:
    """Mails tried less often come first, so that a backlog can't starve new ones."""
    chosen = (
        select(mails.c.id)
        .where(
            mails.c.state == "pending",
            mails.c.next_attempt_at <= now,
            or_(mails.c.lease_until.is_(None), mails.c.lease_until <= now),
        )
        .order_by(mails.c.attempts, mails.c.next_attempt_at, mails.c.id)
        .limit(1)
        .scalar_subquery()
    )
    claimed = connection.execute(
        update(mails)
        .where(mails.c.id == chosen)
        .values(lease_until=now + lease, attempts=mails.c.attempts + 1)
        .returning(mails.c.id)
    ).scalar_one_or_none()
    if claimed is None:
        return None
    return _outbox(connection, mails.c.id == claimed)[0]


def mail_done(connection: Connection, mail_id: int, delivery: Delivery, now: datetime) -> None:
    """A mail that is no longer pending stays what it is."""
    row = connection.execute(
        select(mails.c.attempts, mails.c.created_at).where(mails.c.id == mail_id)
    ).first()
    if row is None:
        raise StoreError(f"mail {mail_id}", "there is no such mail", "See `checker alerts list`.")
    match delivery:
        case Sent():
            values = {"state": "sent", "done_at": now}
        case Deferred() if now - row.created_at < GIVE_UP_AFTER:
            values = {"next_attempt_at": now + delay(row.attempts)}
        case Deferred():
            days = GIVE_UP_AFTER.days
            delivery = Deferred(f"given up after {days} days: {delivery.detail}")
            values = {"state": "failed", "done_at": now}
        case Refused():
            values = {"state": "failed", "done_at": now}
        case _:
            assert_never(delivery)
    connection.execute(
        update(mails)
        .where(mails.c.id == mail_id, mails.c.state == "pending")
        .values(lease_until=None, detail=delivery.detail, **values)
    )


def delay(attempts: int) -> timedelta:
    """How long to wait after the *attempts*-th failure: doubling from a minute to six hours."""
    doublings = min(max(attempts - 1, 0), 20)  # more would only overflow
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def outbox(connection: Connection, state: str | None) -> tuple[OutboxMail, ...]:
    if state is None:
        return _outbox(connection)
    return _outbox(connection, mails.c.state == state)


def _outbox(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[OutboxMail, ...]:
    query = select(mails).where(*conditions).order_by(mails.c.id)
    return tuple(
        OutboxMail(row.id, row.body, row.state, row.attempts, row.next_attempt_at, row.detail)
        for row in connection.execute(query)
    )
