"""``checker alerts``: mail about verdicts that changed. Who is told: ``recipients.py``."""

from enum import StrEnum
from pathlib import Path
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
    write_file,
)
from checker.errors import MailError, TargetError

if TYPE_CHECKING:
    from checker.ports import Mail
    from checker.service import Ports
    from checker.service.deliver import Delivered


class MailState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"  # its recipient unsubscribed before it left


def list_mail(
    config: Config = None,
    state: Annotated[
        MailState | None, typer.Option(help="Only mail in this state.", show_default=False)
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only what was set aside.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 100,
    as_json: Json = False,
) -> None:
    """List the outbox, and how many alerts are in no mail yet."""
    with application(config) as app:
        mails = app.service.store.outbox(MailState.FAILED if failed else state, limit)
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


def preview(
    config: Config = None,
    folder: Annotated[
        Path | None,
        typer.Option(help="Write each as .html, .txt and .eml into this folder.", metavar="FOLDER"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the mails that would go out if all were due now. Nothing is sent or changed."""
    from checker.service.deliver import preview as composed

    with application(config) as app:
        mails = tuple(composed(app.service.context))
        sender = app.service.context.operation.desk.sender
    if folder is not None:
        for number, mail in enumerate(mails, start=1):
            _write(folder, number, mail, sender)
    if as_json:
        from checker.codec import to_plain

        print_json([to_plain(mail) for mail in mails])
        return
    if not mails:
        say("no alerts are waiting")
    for mail in mails if folder is None else ():
        say(f"To: {mail.recipient}\nSubject: {mail.subject}\n\n{_shown(mail.text)}\n")


def _shown(text: str) -> str:
    from checker.model import UNSUBSCRIBE

    return text.replace(UNSUBSCRIBE, "(an address of this recipient's own)")


def _write(folder: Path, number: int, mail: "Mail", sender: str) -> None:
    from checker.wiring.post import as_eml

    name = f"{number:02}"
    if mail.payload:
        write_file(folder / f"{name}.json", mail.payload + "\n")
    else:
        write_file(folder / f"{name}.html", _shown(mail.html))
        write_file(folder / f"{name}.txt", _shown(mail.text))
    if "@" in mail.recipient:
        write_file(folder / f"{name}.eml", as_eml(mail, sender))
    say(f"{folder / name}.*  {mail.recipient}: {mail.subject}")


def send(
    config: Config = None,
    now: Annotated[
        bool, typer.Option("--now", help="Wait for nobody's hour: compose all there is.")
    ] = False,
) -> None:
    """Compose a mail for each recipient whose hour has come, and send what is due."""
    with application(config) as app:
        done = app.service.deliver_alerts(at_once=now)
    _tell(done)


def _tell(done: "Delivered") -> None:
    say(
        f"{done.composed:,} composed, {done.sent:,} sent, {done.deferred:,} deferred, "
        f"{done.refused:,} refused"
    )
    for problem in done.problems:
        note(problem)
    if done.problems:
        raise typer.Exit(1)


def resend(
    number: Annotated[
        int | None, typer.Argument(help="As in `checker alerts list`.", metavar="[ID]")
    ] = None,
    config: Config = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that was set aside.")] = False,
) -> None:
    """Send a mail again, as it was, with the same Message-ID."""
    from checker.service.deliver import resend as again

    if (number is None) is not failed:
        raise TargetError("alerts resend", "it is not said what", "Give an ID, or --failed.")
    with application(config) as app:
        done = again(app.service.context, number)
        found = next((one for one in app.service.store.outbox() if one.id == number), None)
    if found is None:
        _tell(done)
    elif done.problems:
        raise MailError(f"mail {number}", found.detail, "Correct [mail] and try again.")
    else:
        say(f"sent to {found.mail.recipient}: {found.mail.subject}")


def send_test(
    address: Annotated[
        str | None,
        typer.Argument(help="To whom. Default: every recipient.", metavar="[ADDRESS]"),
    ] = None,
    config: Config = None,
) -> None:
    """Send a test mail with the settings under [mail], and tell each step on its way."""
    with application(config) as app:
        recipients = [one.address for one in app.service.context.recipients()]
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

    from checker.ports import Mail

    text = "This is a test mail of the archive freshness checker. Its mail settings work."
    mail = Mail(
        message_id=f"<{uuid4().hex}@archive-checker.test>",
        recipient=address,
        subject="Archive checker: test mail",
        text=text,
        html=f"<p>{text}</p>",
        created_at=ports.clock.now(),
    )
    problem = "nothing was tried"
    for step in ports.mailer.trial(mail):
        say(f"{'ok  ' if step.ok else 'FAIL'}  {step.name:8}  {step.detail}")
        problem = "" if step.ok else f"{address}: {step.name}: {step.detail}"
    if not problem:
        say(f"sent to {address}")
    return problem
