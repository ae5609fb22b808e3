"""What leaves: the mailer, and the outbox that remembers what has to."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from checker.model import Alert, Article, Mail, Subscription

__all__ = [
    "Deferred",
    "Delivery",
    "DeliveryStep",
    "Mail",
    "Mailer",
    "Outbox",
    "OutboxMail",
    "Refused",
    "Sent",
    "Waiting",
]


@dataclass(frozen=True, slots=True)
class Sent:
    """The server took it."""

    detail: str = ""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Try again later: server away, 4xx, connection lost.

    ``away`` says that the trouble is not this mail's: others by the same way would meet it too.
    """

    detail: str
    away: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Never try this one again: 5xx, bad address."""

    detail: str


Delivery = Sent | Deferred | Refused


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """A mail in the outbox with its history."""

    id: int
    mail: Mail
    state: str  # "pending", "sent", "failed", "withdrawn"
    attempts: int
    next_attempt_at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Alerts of one recipient that are in no mail yet; ``last`` is when one was composed."""

    recipient: str
    alerts: int
    oldest: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryStep:
    """One step on a mail's way, as `checker alerts test` tells it."""

    name: str  # "DNS", "connect", "TLS", "login", "accept", …
    ok: bool
    detail: str


class Mailer(Protocol):
    """Hands one mail to a server or a folder."""

    def send(self, mail: Mail) -> Delivery: ...

    def trial(self, mail: Mail) -> Iterator[DeliveryStep]:
        """Send *mail* step by step; the last step is the one that failed, or "accept"."""

    def rest(self) -> None:
        """Nothing more for now: a connection kept for the next mail need not be."""


class Outbox(Protocol):
    """The part of the store that alerts and mails go through; each method is one transaction."""

    def pending_alerts(self, recipient: str | None = None) -> tuple[Alert, ...]:
        """Alerts in no mail yet, oldest first."""

    def waiting(self) -> tuple[Waiting, ...]:
        """Who has alerts in no mail yet."""

    def put_mail(self, mail: Mail, keys: Sequence[str], token: str | None = None) -> None:
        """Put the composed mail into the outbox and mark its alerts as covered, atomically;
        *token* will end the mail to its recipient."""

    def claim_mail(
        self,
        now: datetime,
        lease: timedelta,
        mail_id: int | None = None,
        away: Collection[str] = (),
    ) -> OutboxMail | None:
        """The next mail that is due (or this one, if it is), leased to the caller; none by a way
        that is *away*: "mail", or a target such as "webhook:cms"."""

    def requeue(
        self,
        mail_id: int | None,
        now: datetime,
        renewed: Mail | None = None,
        token: str | None = None,
    ) -> int:
        """Let this mail, or all that failed, be tried again as if it were new; how many.
        *renewed* takes the place of this mail, and *token* ends the mail to its recipient."""

    def mail_done(self, mail_id: int, delivery: Delivery, now: datetime) -> None:
        """Sent: done. Deferred: back off, doubling. Refused: set aside as failed."""

    def outbox(self, state: str | None = None, limit: int | None = None) -> tuple[OutboxMail, ...]:
        """In the order of their composing; with *limit* the newest."""

    # subscriptions
    def put_subscription(self, subscription: Subscription) -> None:
        """Who wants no more mail is not sent what waits for them either."""

    def drop_subscription(self, address: str) -> None:
        """Nothing stored speaks of *address* any more; the configuration's word holds."""

    def subscriptions(self) -> tuple[Subscription, ...]: ...

    def unsubscribe(self, token: str, now: datetime) -> str | None:
        """End the mail to whom *token* was sent; None if there is no such token."""

    def flagged(self, limit: int) -> tuple[Article, ...]:
        """Articles of adopted sources that are outdated, the newest first."""
