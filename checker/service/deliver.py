"""Telling people: alerts become mails at their recipients' slots, mails leave."""

import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from checker.errors import CheckerError, TargetError
from checker.model import UNSUBSCRIBE, Mail, Recipient
from checker.ports import Deferred, Delivery, OutboxMail, Refused, Sent, Waiting
from checker.service.context import Context
from checker.stages import alert, cadence

log = logging.getLogger("checker.deliver")


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many mails left, wait and are set aside after one pass."""

    composed: int
    sent: int
    deferred: int
    refused: int
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """When a recipient's next mail goes out, and of how many alerts."""

    recipient: Recipient
    alerts: int
    at: datetime


def deliver_alerts(
    context: Context, stop: Callable[[], bool], *, at_once: bool = False
) -> Delivered:
    """Compose what has reached its slot (*at_once*: all there is), send what is due."""
    composed, problems = _compose_due(context, at_once=at_once)
    deliveries: list[Delivery] = []
    away: set[str] = set()  # ways that are down: what waits for them is not tried now
    store, clock = context.ports.store, context.ports.clock
    lease = context.operation.mail_lease
    while not stop() and (due := store.claim_mail(clock.now(), lease, away=away)):
        delivery = send(context, due)
        deliveries.append(delivery)
        if isinstance(delivery, Deferred) and delivery.away:
            away.add(_way(due.mail))
        if not isinstance(delivery, Sent):
            problems.append(f"{due.mail.recipient}: {delivery.detail}")
    context.ports.mailer.rest()
    write_feed(context)
    return Delivered(
        composed,
        sum(isinstance(one, Sent) for one in deliveries),
        sum(isinstance(one, Deferred) for one in deliveries),
        sum(isinstance(one, Refused) for one in deliveries),
        tuple(problems),
    )


def send(context: Context, due: OutboxMail) -> Delivery:
    """Hand one claimed mail over and note what became of it; its own trouble is nobody else's."""
    try:
        delivery = context.ports.mailer.send(due.mail)
    except Exception as error:
        log.exception("mail %d to %s", due.id, due.mail.recipient)
        delivery = Deferred(f"a fault of ours: {type(error).__name__}: {error}")
    context.ports.store.mail_done(due.id, delivery, context.ports.clock.now())
    return delivery


def _way(mail: Mail) -> str:
    return "mail" if "@" in mail.recipient else mail.recipient


def next_mails(context: Context) -> tuple[Due, ...]:
    """Who has alerts waiting, and when they are told."""
    known = {one.address.casefold(): one for one in context.recipients()}
    return tuple(_due(context, one, known) for one in context.ports.store.waiting())


def _due(context: Context, waiting: Waiting, known: dict[str, Recipient]) -> Due:
    """A recipient who is configured no more gets what was raised for them, at once."""
    recipient = known.get(waiting.recipient.casefold()) or Recipient(waiting.recipient)
    oldest = waiting.oldest or datetime.fromtimestamp(0, context.ports.clock.now().tzinfo)
    at = cadence.due_at(recipient.cadence, oldest, waiting.last, pause=context.operation.pause)
    return Due(replace(recipient, address=waiting.recipient), waiting.alerts, at)


def _compose_due(context: Context, *, at_once: bool) -> tuple[int, list[str]]:
    """Fix which alerts each mail covers before anything is sent: a mail tried again is the same
    mail with the same Message-ID, whatever has come in since."""
    composed, problems = 0, []
    for due in next_mails(context):
        if not at_once and due.at > context.ports.clock.now():
            continue
        try:
            _compose(context, due.recipient)
        except CheckerError:
            raise
        except Exception as error:  # one recipient's odd alert must not silence the others
            log.exception("mail to %s can't be composed", due.recipient.address)
            problems.append(f"{due.recipient.address}: {type(error).__name__}: {error}")
        else:
            composed += 1
    return composed, problems


def _compose(context: Context, recipient: Recipient) -> None:
    ports = context.ports
    alerts = ports.store.pending_alerts(recipient.address)
    if not alerts:
        return
    token = _token(context, recipient.address)
    mail = alert.compose(
        recipient, alerts, now=ports.clock.now(), desk=context.operation.desk, token=token
    )
    ports.store.put_mail(mail, [one.key for one in alerts], token)


def _token(context: Context, address: str) -> str | None:
    """256 random bits; of use only where a public address serves the click."""
    wanted = context.operation.desk.public_url is not None and "@" in address
    return secrets.token_urlsafe(32) if wanted else None


def preview(context: Context) -> Iterator[Mail]:
    """The mails that would be composed if all were due now; nothing is written or sent."""
    for due in next_mails(context):
        alerts = context.ports.store.pending_alerts(due.recipient.address)
        now, desk = context.ports.clock.now(), context.operation.desk
        yield alert.compose(due.recipient, alerts, now=now, desk=desk, token="preview")  # noqa: S106


def resend(context: Context, number: int | None) -> Delivered:
    """Send this mail again, or all that failed, under the Message-ID it has. Raises TargetError."""
    store, clock = context.ports.store, context.ports.clock
    chosen = [one for one in store.outbox() if one.id == number]
    if number is not None and not chosen:
        cause = "there is no mail of that number"
        raise TargetError(f"mail {number}", cause, "`checker alerts list` shows what there is.")
    renewed, token = (None, None) if number is None else _renewed(context, chosen[0].mail)
    if not store.requeue(number, clock.now(), renewed, token) and number is not None:
        cause = "another process is sending it just now"
        raise TargetError(f"mail {number}", cause, "Look at it in a minute: `checker alerts list`.")
    if number is None:
        return deliver_alerts(context, lambda: False)
    due = store.claim_mail(clock.now(), context.operation.mail_lease, mail_id=number)
    delivery = send(context, due) if due is not None else Deferred("taken by another process")
    context.ports.mailer.rest()
    problems = () if isinstance(delivery, Sent) else (f"mail {number}: {delivery.detail}",)
    return Delivered(
        0,
        int(isinstance(delivery, Sent)),
        int(isinstance(delivery, Deferred)),
        int(isinstance(delivery, Refused)),
        problems,
    )


def _renewed(context: Context, mail: Mail) -> tuple[Mail | None, str | None]:
    """*mail* with a way out of it, where it had one and lost it when it left. Raises TargetError
    if its recipient has gone that way."""
    silent = {one.address.casefold() for one in context.ports.store.subscriptions()
              if one.recipient is None}  # fmt: skip
    if mail.recipient.casefold() in silent:
        remedy = f"`checker alerts subscribe {mail.recipient}` makes them a recipient again."
        raise TargetError(mail.recipient, "its owner wants no more mail", remedy)
    if mail.unsubscribe or UNSUBSCRIBE not in mail.text:
        return None, None
    token = _token(context, mail.recipient)
    ways = alert.unsubscribing(context.operation.desk, mail.recipient, token)
    return replace(mail, unsubscribe=ways), token


def write_feed(context: Context) -> None:
    """Keep the feed's file, if one is wanted, as it should be."""
    if context.ports.keep_feed is None:
        return
    try:
        context.ports.keep_feed(flagged_feed(context))
    except OSError as error:  # a full disk is no reason to send no mail
        log.warning("alerts.feed can't be written (%s); see that its folder can be", error)


def flagged_feed(context: Context) -> str:
    """What is outdated, newest first, as an Atom feed."""
    store = context.ports.store
    standings = [store.standing(one.id) for one in store.flagged(100)]
    desk = context.operation.desk
    place = desk.public_url or desk.domain
    return alert.atom(standings, now=context.ports.clock.now(), place=place)
