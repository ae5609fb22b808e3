"""Everything that leaves: mail, webhooks, channels, the feed."""

from collections.abc import Callable
from pathlib import Path
from typing import assert_never

from checker.adapters.atomic import write_atomic
from checker.adapters.channels import ChannelMailer
from checker.adapters.mail import (
    FolderMailer,
    MaildirMailer,
    Postman,
    SendmailMailer,
    SmtpMailer,
    SmtpSettings,
    sender_address,
    wire_form,
)
from checker.adapters.webhook import WebhookMailer
from checker.ports import Clock, Http, Mail, Mailer
from checker.settings import MailKind, MailSettings, Settings, TargetKind


def mailer(settings: Settings, http: Http, clock: Clock) -> Mailer:
    """Mail, and beside it the targets that recipients name as ``webhook:NAME``, ``channel:NAME``."""
    targets: dict[str, Mailer] = {}
    for one in settings.targets:
        match one.kind:
            case TargetKind.WEBHOOK:
                targets[one.key] = WebhookMailer(http, one.url, one.secret or "", one.key, clock)
            case TargetKind.CHANNEL:
                targets[one.key] = ChannelMailer(one.url, one.key)
            case _:
                assert_never(one.kind)
    return Postman(_post(settings.mail), targets)


def _post(mail: MailSettings) -> Mailer:
    match mail.kind:
        case MailKind.FOLDER:
            return FolderMailer(mail.folder, mail.sender)
        case MailKind.MAILDIR:
            return MaildirMailer(mail.folder, mail.sender)
        case MailKind.SENDMAIL:
            return SendmailMailer(mail.command, mail.sender, mail.timeout.total_seconds())
        case MailKind.SMTP:
            return SmtpMailer(
                SmtpSettings(
                    host=mail.host,
                    port=mail.port,
                    security=mail.security.value,
                    username=mail.username,
                    password=mail.password,
                    sender=mail.sender,
                    timeout=mail.timeout.total_seconds(),
                )
            )
        case _:
            assert_never(mail.kind)


def feed_keeper(file: Path | None) -> Callable[[str], None] | None:
    """Writes the feed where it has changed: who asks by date gets a 304."""

    def keep(text: str) -> None:
        assert file is not None
        content = text.encode()
        if not file.is_file() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(file, content)

    return keep if file is not None else None


def as_eml(mail: Mail, sender: str) -> str:
    """*mail* as it would leave, for people to look at."""
    return wire_form(mail, sender_address(sender)).decode("ascii", "replace")
