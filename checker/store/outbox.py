"""Alerts and mails that have to leave: the transactional outbox."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Connection, Row, Select, cast, func, or_, select, update
from sqlalchemy import Text as PlainText

from checker.errors import StoreError
from checker.model import Alert
from checker.ports import Deferred, Delivery, Mail, OutboxMail, Refused, Sent, Waiting
from checker.store import consent
from checker.store.columns import clean, read_value
from checker.store.dialect import upsert
from checker.store.schema import alerts, mails
from checker.store.standing import chunks

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)
JITTER = 0.2  # of the delay, so that what failed together does not come back together
GIVE_UP_AFTER = timedelta(days=5)  # as mail servers do (RFC 5321 §4.5.4.1: 4 to 5 days)
LEAST_TRIES = 10  # over half a day; a clock that jumped or a machine that slept is no reason


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
                "created_at": alert.created_at,
            }
            for alert, article_id, started_at in rows
        ]
        connection.execute(upsert(connection, alerts).on_conflict_do_nothing(), values)


def pending_alerts(connection: Connection, recipient: str | None) -> tuple[Alert, ...]:
    """What can't be read is left where it is: nobody else's mail waits for it."""
    query = select(cast(alerts.c.body, PlainText).label("text"))
    query = query.where(alerts.c.mail_id.is_(None)).order_by(alerts.c.id)
    if recipient is not None:
        query = query.where(alerts.c.recipient == recipient)
    found = []
    for text in connection.execute(query).scalars():
        try:
            found.append(read_value(Alert, text))
        except StoreError:
            continue  # `checker doctor` names it
    return tuple(found)


def waiting(connection: Connection) -> tuple[Waiting, ...]:
    last = (
        select(func.max(mails.c.created_at))
        .where(mails.c.recipient == alerts.c.recipient)
        .correlate(alerts)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(
            alerts.c.recipient,
            func.count().label("alerts"),
            func.min(alerts.c.created_at).label("oldest"),
            last.label("last"),
        )
        .where(alerts.c.mail_id.is_(None))
        .group_by(alerts.c.recipient)
        .order_by(func.min(alerts.c.id))
    )
    return tuple(Waiting(row.recipient, row.alerts, row.oldest, row.last) for row in rows)


def put_mail(
    connection: Connection, mail: Mail, keys: Sequence[str], token: str | None = None
) -> None:
    """Nothing is written if another process has put one of these alerts into a mail meanwhile:
    the rest stays pending and goes into the next one. *token* ends the mail to its recipient.
    Who has ended it meanwhile gets none."""
    if consent.is_silent(connection, mail.recipient):
        consent.withdraw(connection, mail.recipient, mail.created_at)
        return
    theirs = alerts.c.recipient == mail.recipient
    wanted = [alerts.c.key.in_([clean(key) for key in some]) for some in chunks(keys)]
    for some in wanted:
        covered = select(func.count()).where(theirs, some, alerts.c.mail_id.is_not(None))
        if connection.execute(covered).scalar_one():
            return
    mail_id = _mail_id(connection, mail)
    for some in wanted:
        connection.execute(update(alerts).where(theirs, some).values(mail_id=mail_id))
    if token is not None:
        consent.put_token(connection, token, mail.recipient, mail.created_at)


def _mail_id(connection: Connection, mail: Mail) -> int:
    row = upsert(connection, mails).values(
        message_id=mail.message_id,
        state="pending",
        attempts=0,
        created_at=mail.created_at,
        next_attempt_at=mail.created_at,
        detail="",
        body=mail,
        recipient=mail.recipient,
    )
    connection.execute(row.on_conflict_do_nothing())
    found = select(mails.c.id).where(mails.c.message_id == mail.message_id)
    number: int = connection.execute(found).scalar_one()
    return number


def claim_mail(
    connection: Connection,
    now: datetime,
    lease: timedelta,
    mail_id: int | None = None,
    away: Collection[str] = (),
) -> OutboxMail | None:
    """Mails tried less often come first, so that a backlog can't starve new ones; one that can't
    be read any more is set aside, so that it starves nobody either."""
    while True:
        claimed = _claim(connection, now, lease, _chosen(mail_id, away))
        if claimed is None:
            return None
        row = connection.execute(_mails(mails.c.id == claimed)).one()
        try:
            return _read(row)
        except StoreError as error:
            broken = update(mails).where(mails.c.id == claimed)
            connection.execute(
                broken.values(state="failed", done_at=now, lease_until=None, detail=error.cause)
            )


def _chosen(mail_id: int | None, away: Collection[str]) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = [mails.c.recipient.not_in([clean(one) for one in away])]
    if "mail" in away:
        chosen.append(mails.c.recipient.not_like("%@%"))
    if mail_id is not None:
        chosen.append(mails.c.id == mail_id)
    return chosen


def _claim(
    connection: Connection, now: datetime, lease: timedelta, chosen: list[ColumnElement[bool]]
) -> int | None:
    first = (
        select(mails.c.id)
        .where(
            mails.c.state == "pending",
            mails.c.next_attempt_at <= now,
            or_(mails.c.lease_until.is_(None), mails.c.lease_until <= now),
            *chosen,
        )
        .order_by(mails.c.attempts, mails.c.next_attempt_at, mails.c.id)
        .limit(1)
        .scalar_subquery()
    )
    found: int | None = connection.execute(
        update(mails)
        .where(mails.c.id == first)
        .values(lease_until=now + lease, attempts=mails.c.attempts + 1)
        .returning(mails.c.id)
    ).scalar_one_or_none()
    return found


def mail_done(connection: Connection, mail_id: int, delivery: Delivery, now: datetime) -> None:
    """A mail that is no longer pending stays what it is."""
    row = connection.execute(
        select(
            mails.c.attempts, func.coalesce(mails.c.queued_at, mails.c.created_at).label("since")
        ).where(mails.c.id == mail_id)
    ).first()
    if row is None:
        raise StoreError(f"mail {mail_id}", "there is no such mail", "See `checker alerts list`.")
    values: dict[str, Any]
    match delivery:
        case Sent():
            values = {"state": "sent", "done_at": now} | _without_token(connection, mail_id)
        case Deferred() if now - row.since < GIVE_UP_AFTER or row.attempts < LEAST_TRIES:
            values = {"next_attempt_at": now + delay(row.attempts, mail_id)}
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


def _without_token(connection: Connection, mail_id: int) -> dict[str, Any]:
    """What has left needs its unsubscribing address no more; of the token only a digest stays."""
    mail: Mail = connection.execute(select(mails.c.body).where(mails.c.id == mail_id)).scalar_one()
    return {"body": replace(mail, unsubscribe=())} if mail.unsubscribe else {}


def requeue(
    connection: Connection, mail_id: int | None, now: datetime, renewed: Mail | None = None
) -> int:
    """Let a mail (all that failed, if None) be tried again as if it were new; how many."""
    chosen = mails.c.state == "failed" if mail_id is None else mails.c.id == mail_id
    free = or_(mails.c.lease_until.is_(None), mails.c.lease_until <= now)
    values: dict[str, Any] = {"state": "pending", "attempts": 0, "next_attempt_at": now}
    values |= {"queued_at": now} | ({"body": renewed} if renewed is not None else {})
    done = connection.execute(
        update(mails).where(chosen, free).values(done_at=None, lease_until=None, **values)
    )
    return done.rowcount


def delay(attempts: int, seed: int = 0) -> timedelta:
    """How long to wait after the *attempts*-th failure: doubling from a minute to six hours, more
    or less by ``JITTER``, which follows from *seed* and the attempt."""
    doublings = min(max(attempts - 1, 0), 20)  # more would only overflow
    usual = min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)
    chance = sha256(f"{seed}/{attempts}".encode()).digest()[0] / 255
    return usual * (1 + JITTER * (2 * chance - 1))


def outbox(connection: Connection, state: str | None, limit: int | None) -> tuple[OutboxMail, ...]:
    query = _mails() if state is None else _mails(mails.c.state == state)
    if limit is not None:
        newest = query.order_by(None).order_by(mails.c.id.desc()).limit(limit)
        return tuple(_shown(row) for row in reversed(connection.execute(newest).all()))
    return tuple(_shown(row) for row in connection.execute(query))


def _mails(*conditions: ColumnElement[bool]) -> Select[Any]:
    columns = (column for column in mails.c if column is not mails.c.body)
    text = cast(mails.c.body, PlainText).label("text")
    return select(*columns, text).where(*conditions).order_by(mails.c.id)


def _read(row: Row[Any]) -> OutboxMail:
    """Raises StoreError for a mail that this program has not written."""
    return _outbox_mail(row, read_value(Mail, row.text))


def _shown(row: Row[Any]) -> OutboxMail:
    try:
        return _read(row)
    except StoreError:
        unread = Mail(row.message_id, row.recipient, "(can't be read)", "", "", row.created_at)
        return _outbox_mail(row, unread)


def _outbox_mail(row: Row[Any], mail: Mail) -> OutboxMail:
    return OutboxMail(row.id, mail, row.state, row.attempts, row.next_attempt_at, row.detail)
