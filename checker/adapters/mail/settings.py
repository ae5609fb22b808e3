"""How to reach a mail server, and what is refused before anything is sent."""

import ipaddress
import ssl
from dataclasses import dataclass, field
from typing import Literal

from checker.errors import MailError

Security = Literal["starttls", "tls", "none"]
STEPS = 8  # of the patience for one step: what a whole mail may take


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How to reach the mail server. ``sender`` is an address, or ``Name <address>``.

    ``timeout`` is in seconds and holds for each step; a mail as a whole may take ``STEPS`` times as
    long, so that a server which says a byte now and then holds up nobody. ``ca_file`` names a PEM file of
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


def refuse(settings: SmtpSettings) -> None:
    if settings.security not in ("starttls", "tls", "none"):
        raise MailError(
            "mail.security", f"{settings.security!r} is unknown", 'Use "starttls", "tls" or "none".'
        )
    login = settings.username is not None or settings.password is not None
    if login and settings.security == "none" and not _is_loopback(settings.host):
        raise MailError(
            f"mail server {settings.host}",
            "a login without TLS would show the password to the network",
            'Set mail.security to "starttls" or "tls", or remove the user name.',
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def context(ca_file: str | None) -> ssl.SSLContext:
    """The library's own default checks neither certificate nor name (faults E19); this one does."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as why:
        raise MailError(
            "mail.ca_file", f"{ca_file} can't be used ({why})", "Name a PEM file of certificates."
        ) from None
