"""What servers say, and what it means; the connection by which they say it."""

import smtplib
import ssl
from collections.abc import Callable
from typing import Any

from checker.ports import Deferred, Delivery, Refused
from checker.stages.banner.words import clean

FAULTS = (smtplib.SMTPException, OSError)
SERVICE_NOT_AVAILABLE = 421
# What says nothing of the mail but of how we came: not now, not without a login (RFC 4954 §6), not
# in this order. Others by the same way would meet it too.
_OF_THE_SESSION = frozenset({SERVICE_NOT_AVAILABLE, 502, 503, 530, 534, 535, 538})


class _Met:
    """Says who it is before anybody has answered, so that the conversation can be cut."""

    def __init__(self, meet: Callable[[Any], None], *words: Any, **options: Any) -> None:
        self._meet = meet
        super().__init__(*words, **options)

    def connect(self, *words: Any, **options: Any) -> tuple[int, bytes]:
        self._meet(self)
        answer: tuple[int, bytes] = super().connect(*words, **options)  # type: ignore[misc]
        return answer


class Plain(_Met, smtplib.SMTP):
    """SMTP, encrypted later if at all."""


class Encrypted(_Met, smtplib.SMTP_SSL):
    """SMTP inside TLS from the first byte."""


def encryption(server: smtplib.SMTP) -> str:
    sock = server.sock
    if not isinstance(sock, ssl.SSLSocket):
        return "none, as configured"
    cipher = sock.cipher()
    return f"{sock.version()}, {cipher[0] if cipher else '?'}, certificate checked"


def good(code: int) -> bool:
    return 200 <= code < 300


def data(server: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    try:
        return server.data(content)
    except smtplib.SMTPDataError as why:  # no 354
        return why.smtp_code, _bytes(why.smtp_error)


def answered(code: int, answer: bytes) -> Delivery:
    detail = text(code, answer)
    if code in _OF_THE_SESSION:
        return Deferred(detail, away=True)
    return Refused(detail) if 500 <= code < 600 else Deferred(detail)


def text(code: int, answer: bytes) -> str:
    return f"{code} {clean(answer.decode('utf-8', 'replace'))}".strip()


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode("utf-8", "replace")


def detail(why: Exception) -> str:
    if isinstance(why, smtplib.SMTPResponseException):
        return text(why.smtp_code, _bytes(why.smtp_error))
    return clean(str(why)) or type(why).__name__
