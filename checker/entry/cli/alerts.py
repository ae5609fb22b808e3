"""``checker alerts``: mail about verdicts that changed."""

from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from checker.entry.cli.common import (
    Config,
    Json,
    application,
    counted,
    instant,
    note,
    print_json,
    rows,
    say,
)
from checker.errors import MailError, TargetError

if TYPE_CHECKING:
    from checker.service import Ports


class MailState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


def list_mail(
    config: Config = None,
    state: Annotated[
        MailState | None, typer.Option(help="Only mail in this state.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """List the outbox, and how many alerts are in no mail yet."""
    with application(config) as app:
        mails = app.service.store.outbox(state)
        waiting = len(app.service.store.pending_alerts())
    if as_json:
        from checker.codec import to_plain

        print_json({"alerts_pending": waiting, "mails": [to_plain(one) for one in mails]})
        return
    rows(
        ("ID", "STATE", "TRIES", "NEXT TRY", "TO", "SUBJECT", "DETAIL"),
        [
            (
                str(one.id),
                one.state,
                str(one.attempts),
                instant(one.next_attempt_at) if one.state == MailState.PENDING else "-",
                one.mail.recipient,
                one.mail.subject,
                one.detail,
            )
            for one in mails
        ],
    )
    say(f"{counted(waiting, 'alert')} in no mail yet")


def preview(config: Config = None, as_json: Json = False) -> None:
    """Print the mails that `checker alerts send` would compose now."""
    from checker.stages.alert import compose

    with application(config) as app:
        context = app.service.context
        pending = sorted(app.service.store.pending_alerts(), key=lambda one: one.recipient)
        now = context.ports.clock.now()
    mails = [
        compose(recipient, tuple(group), now=now, sender=context.operation.sender)
        for recipient, group in groupby(pending, key=lambda one: one.recipient)
    ]
    if as_json:
        from checker.codec import to_plain

        print_json([to_plain(mail) for mail in mails])
        return
    if not mails:
        say("no alerts are waiting")
    for mail in mails:
        say(f"To: {mail.recipient}\nSubject: {mail.subject}\n\n{mail.text}\n")


def send(config: Config = None) -> None:
    """Compose what waits into one mail per recipient, and send what is due."""
    with application(config) as app:
        done = app.service.deliver_alerts()
    say(
        f"{done.composed:,} composed, {done.sent:,} sent, {done.deferred:,} deferred, "
        f"{done.refused:,} refused"
    )
    for problem in done.problems:
        note(problem)
    if done.problems:
        raise typer.Exit(1)


def resend(
    number: Annotated[int, typer.Argument(help="As in `checker alerts list`.", metavar="ID")],
    config: Config = None,
) -> None:
    """Send a mail again, as it was, with the same Message-ID."""
    from checker.ports import Sent

    with application(config) as app:
        store, ports = app.service.store, app.service.context.ports
        found = next((one for one in store.outbox() if one.id == number), None)
        if found is None:
            cause = "there is no mail of that number"
            raise TargetError(f"mail {number}", cause, "`checker alerts list` shows what there is.")
        delivery = ports.mailer.send(found.mail)
        store.mail_done(number, delivery, ports.clock.now())
    if not isinstance(delivery, Sent):
        raise MailError(f"mail {number}", delivery.detail, "Correct [mail] and try again.")
    say(f"sent to {found.mail.recipient}: {found.mail.subject}")


def send_test(
    address: Annotated[
        str | None,
        typer.Argument(help="To whom. Default: every recipient.", metavar="[ADDRESS]"),
    ] = None,
    config: Config = None,
) -> None:
    """Send a test mail with the settings under [mail]."""
    with application(config) as app:
        recipients = [one.address for one in app.service.context.operation.recipients]
        if address is None and not recipients:
            raise TargetError("recipients", "none is configured", "Name an address.")
        problems = [
            problem
            for one in ([address] if address is not None else recipients)
            if (problem := _send_test(app.service.context.ports, one))
        ]
    if problems:
        raise MailError("test mail", "; ".join(problems), "Correct [mail] and try again.")


def _send_test(ports: "Ports", address: str) -> str:
    """Send one; empty if it left, else why not."""
    from uuid import uuid4

    from checker.ports import Mail, Sent

    text = "This is a test mail of the archive freshness checker. Its mail settings work."
    mail = Mail(
        message_id=f"<{uuid4().hex}@archive-checker.test>",
        recipient=address,
        subject="Archive checker: test mail",
        text=text,
        html=f"<p>{text}</p>",
        created_at=ports.clock.now(),
    )
    delivery = ports.mailer.send(mail)
    if isinstance(delivery, Sent):
        say(f"sent to {address}{f' ({delivery.detail})' if delivery.detail else ''}")
        return ""
    return f"{address}: {delivery.detail}"
