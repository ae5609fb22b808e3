"""Mail leaves here: by SMTP, or as .eml files in a folder."""

import ipaddress
import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import Path
from typing import Literal

from checker.adapters.atomic import write_atomic
from checker.errors import MailError
from checker.ports import Deferred, Delivery, Mail, Refused, Sent
from checker.stages.banner.words import clean

_MAILBOX = re.compile(
    r"""(?P<local>[^\x00-\x20\x7f-\xa0\ud800-\udfff()<>@,;:\\"\[\]]{1,64})"""
    r"@(?P<domain>(?=.{1,253}$)[\w-]{1,63}(\.[\w-]{1,63})*)"
)
Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How to reach the mail server. ``sender`` is an address, or ``Name <address>``.

    ``timeout`` is in seconds and holds for each step. ``ca_file`` names a PEM file of
    certificates to trust instead of the system's. ``password`` is never shown.
    """

    host: str
    port: int
    security: Security
    username: str | None
    password: str | None = field(repr=False)
    sender: str
    timeout: float = 30.0
    ca_file: str | None = None


class SmtpMailer:
    """Hands mails to a server (RFC 5321), each over a connection of its own.

    Nothing is ever sent in plain where TLS is asked for. Raises MailError for settings that
    can't work: a bad sender, a login without TLS off loopback, an unreadable ``ca_file``.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._sender = _sender(settings.sender)
        if settings.security not in ("starttls", "tls", "none"):
            raise MailError(
                "mail.security",
                f"{settings.security!r} is unknown",
                'Use "starttls", "tls" or "none".',
            )
        login = settings.username is not None or settings.password is not None
        if login and settings.security == "none" and not _is_loopback(settings.host):
            raise MailError(
                f"mail server {settings.host}",
                "a login without TLS would show the password to the network",
                'Set mail.security to "starttls" or "tls", or remove the user name.',
            )
        self._context = None if settings.security == "none" else _context(settings.ca_file)

    def send(self, mail: Mail) -> Delivery:
        """Hand *mail* over. Deferred when it may work later, Refused when it can't.

        A 5xx to the sender, the recipient or the content refuses this mail; one to the greeting
        or the login says nothing of it and defers, as does a connection lost after the final dot:
        the server may have the mail, and gets it again under the same Message-ID.
        """
        try:
            message = _message(mail, self._sender)
        except ValueError as why:
            return Refused(f"not a mail that can be sent: {clean(str(why))}")
        try:
            server = self._connect()
        except (smtplib.SMTPException, OSError) as why:
            return Deferred(_detail(why))
        try:
            return self._hand_over(server, message)
        finally:
            # The mail is handed over or not: a server that fails at goodbye changes neither.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _connect(self) -> smtplib.SMTP:
        """Greeted, encrypted and logged in. EHLO names the sender's domain: no DNS is asked."""
        config = self._settings
        host, port, me = config.host, config.port, self._sender.domain or "localhost"
        server: smtplib.SMTP
        if config.security == "tls":
            server = smtplib.SMTP_SSL(host, port, me, timeout=config.timeout, context=self._context)
        else:
            server = smtplib.SMTP(host, port, me, timeout=config.timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if config.security == "starttls":
                self._encrypt(server)
            if config.username is not None:
                server.login(config.username, config.password or "")
        except BaseException:
            server.close()
            raise
        return server

    def _encrypt(self, server: smtplib.SMTP) -> None:
        if not server.has_extn("starttls"):
            raise smtplib.SMTPNotSupportedError(
                "the server offers no STARTTLS; nothing is sent in plain"
            )
        server.starttls(context=self._context)

    def _hand_over(self, server: smtplib.SMTP, message: EmailMessage) -> Delivery:
        recipient = message["to"].addresses[0].addr_spec
        try:
            options, content = self._wire_form(server, message, recipient)
            server.sendmail(self._sender.addr_spec, [recipient], content, options)
        except smtplib.SMTPRecipientsRefused as why:
            code, answer = why.recipients.get(recipient, (450, b"refused"))
            return _answered(code, answer)
        except smtplib.SMTPResponseException as why:
            return _answered(why.smtp_code, why.smtp_error)
        except smtplib.SMTPNotSupportedError as why:
            return Refused(_detail(why))  # an address that this server can't be told of
        except (smtplib.SMTPException, OSError) as why:
            return Deferred(_detail(why))
        return Sent(f"accepted by {self._settings.host}")

    def _wire_form(
        self, server: smtplib.SMTP, message: EmailMessage, recipient: str
    ) -> tuple[tuple[str, ...], bytes]:
        """MAIL's options and the bytes; ``send_message`` would turn "From" into ">From"."""
        if (self._sender.addr_spec + recipient).isascii():
            return (), message.as_bytes()
        if not server.has_extn("smtputf8"):
            raise smtplib.SMTPNotSupportedError(
                "the server takes no addresses beyond ASCII (SMTPUTF8, RFC 6531)"
            )
        content = message.as_bytes(policy=SMTP.clone(utf8=True))
        return ("SMTPUTF8", "BODY=8BITMIME"), content


class FolderMailer:
    """Writes each mail into *folder* as an .eml file, named after its day and Message-ID.

    The same mail sent twice is one file.
    """

    def __init__(self, folder: Path, sender: str = "archive-checker@localhost") -> None:
        self._folder = folder
        self._sender = _sender(sender)

    def send(self, mail: Mail) -> Delivery:
        """Sent with the file's path; Deferred while the folder can't be written to."""
        try:
            content = _message(mail, self._sender).as_bytes()
        except ValueError as why:
            return Refused(f"not a mail that can be sent: {clean(str(why))}")
        name = sha256(mail.message_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        target = self._folder / f"{mail.created_at:%Y-%m-%d}-{name}.eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomic(target, content)
        except OSError as why:
            return Deferred(_detail(why))
        return Sent(str(target))


def _message(mail: Mail, sender: Address) -> EmailMessage:
    """The mail in RFC 5322 form. Raises ValueError for an address or header that is none."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = _address(mail.recipient)
    message["Subject"] = clean(mail.subject, 250)
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    if mail.references:
        message["References"] = " ".join(mail.references)
    # RFC 3834: no vacation responder answers, and no watcher of ours takes it for news (P28).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_encodable(mail.text))
    message.add_alternative(_encodable(mail.html), subtype="html")
    return message


def _encodable(text: str) -> str:
    """Without NUL and lone surrogates, which the library lets through (faults E15)."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _sender(text: str) -> Address:
    """``address`` or ``Name <address>``. Raises MailError."""
    name, address = parseaddr(text)
    try:
        if clean(text) != text.strip():
            raise ValueError("it holds control characters")  # noqa: TRY301 - one message for all
        return _address(address, name)
    except ValueError as why:
        raise MailError(
            "mail.sender", f"{text!r} is no mail address ({why})", "Use name@example.org."
        ) from None


def _address(text: str, name: str = "") -> Address:
    """A mailbox of RFC 5321, its domain in ASCII (RFC 5890). Raises ValueError.

    Stricter than the library's parser, whose faults on odd input are IndexErrors, and which takes
    no local part in UTF-8 (RFC 6531).
    """
    found = _MAILBOX.fullmatch(text)
    if found is None:
        raise ValueError(f"{clean(text, 80)!r} is no mail address")
    domain = found["domain"].encode("idna").decode("ascii")
    return Address(display_name=name, username=found["local"], domain=domain)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _context(ca_file: str | None) -> ssl.SSLContext:
    """The library's own default checks neither certificate nor name (faults E19); this one does."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as why:
        raise MailError(
            "mail.ca_file", f"{ca_file} can't be used ({why})", "Name a PEM file of certificates."
        ) from None


def _answered(code: int, answer: bytes | str) -> Delivery:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    detail = f"{code} {clean(text)}".strip()
    return Refused(detail) if 500 <= code < 600 else Deferred(detail)


def _detail(why: Exception) -> str:
    if isinstance(why, smtplib.SMTPResponseException):
        answer = why.smtp_error
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
        return f"{why.smtp_code} {clean(text)}".strip()
    return clean(str(why)) or type(why).__name__
