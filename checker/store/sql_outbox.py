"""The port Outbox over SQL: alerts, mails and who wants them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from checker.model import Alert, Article, Subscription
from checker.ports import Delivery, Mail, OutboxMail, Waiting
from checker.store import consent, outbox, subscriptions
from checker.store.engine import Database
from checker.store.server import Server


class SqlOutbox:
    """Each method is one transaction around a function of this package."""

    _database: Database | Server

    def pending_alerts(self, recipient: str | None = None) -> tuple[Alert, ...]:
        with self._database.read() as connection:
            return outbox.pending_alerts(connection, recipient)

    def waiting(self) -> tuple[Waiting, ...]:
        with self._database.read() as connection:
            return outbox.waiting(connection)

    def put_mail(self, mail: Mail, keys: Sequence[str], token: str | None = None) -> None:
        with self._database.write() as connection:
            outbox.put_mail(connection, mail, keys, token)

    def claim_mail(
        self,
        now: datetime,
        lease: timedelta,
        mail_id: int | None = None,
        away: Collection[str] = (),
    ) -> OutboxMail | None:
        with self._database.write() as connection:
            return outbox.claim_mail(connection, now, lease, mail_id, away)

    def requeue(
        self,
        mail_id: int | None,
        now: datetime,
        renewed: Mail | None = None,
        token: str | None = None,
    ) -> int:
        with self._database.write() as connection:
            if token is not None and renewed is not None:
                consent.put_token(connection, token, renewed.recipient, now)
            return outbox.requeue(connection, mail_id, now, renewed)

    def mail_done(self, mail_id: int, delivery: Delivery, now: datetime) -> None:
        with self._database.write() as connection:
            outbox.mail_done(connection, mail_id, delivery, now)

    def outbox(self, state: str | None = None, limit: int | None = None) -> tuple[OutboxMail, ...]:
        with self._database.read() as connection:
            return outbox.outbox(connection, state, limit)

    # subscriptions

    def put_subscription(self, subscription: Subscription) -> None:
        with self._database.write() as connection:
            subscriptions.put(connection, subscription)

    def drop_subscription(self, address: str) -> None:
        with self._database.write() as connection:
            subscriptions.drop(connection, address)

    def subscriptions(self) -> tuple[Subscription, ...]:
        with self._database.read() as connection:
            return subscriptions.all_of_them(connection)

    def unsubscribe(self, token: str, now: datetime) -> str | None:
        with self._database.write() as connection:
            return subscriptions.unsubscribe(connection, token, now)

    def flagged(self, limit: int) -> tuple[Article, ...]:
        with self._database.read() as connection:
            return subscriptions.flagged(connection, limit)
