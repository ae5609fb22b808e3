"""Alerts to a program: a POST of JSON, signed (standardwebhooks.com), through the address guard."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator

from checker.errors import MailError
from checker.model import FailureKind, FetchFailure, Request
from checker.ports import Clock, Deferred, Delivery, DeliveryStep, Http, Mail, Refused, Sent
from checker.stages.banner.words import clean

_AGAIN = frozenset({408, 425, 429})  # of 4xx: what may pass
_OURS = frozenset({FailureKind.ADDRESS, FailureKind.REDIRECTS})


class WebhookMailer:
    """Posts each mail's payload to *url*. What is signed is ``ID.TIMESTAMP.BODY``, so that nobody
    can forge one or send an old one again; the ID stays the same over every attempt.

    *source* is the name under which the guard knows which private networks this one may reach.
    """

    def __init__(self, http: Http, url: str, secret: str, source: str, clock: Clock) -> None:
        self._http, self._url, self._source, self._clock = http, url, source, clock
        self._key = _key(secret, source)

    def send(self, mail: Mail) -> Delivery:
        body = (mail.payload or "{}").encode("utf-8", "replace")
        ident = clean(mail.message_id.strip("<>"), 200)
        stamp = str(int(self._clock.now().timestamp()))
        headers = (
            ("Content-Type", "application/json"),
            ("Accept", "*/*"),
            ("webhook-id", ident),
            ("webhook-timestamp", stamp),
            ("webhook-signature", signature(self._key, ident, stamp, body)),
        )
        answer = self._http.fetch(Request(self._url, headers, self._source, body))
        if isinstance(answer, FetchFailure):
            detail = clean(answer.detail)
            return Refused(detail) if answer.kind in _OURS else Deferred(detail, away=True)
        detail = f"HTTP {answer.status} {clean(answer.reason, 80)}".strip()
        if 200 <= answer.status < 300:
            return Sent(detail)
        if 400 <= answer.status < 500 and answer.status not in _AGAIN:
            return Refused(detail)
        return Deferred(detail, away=True)

    def trial(self, mail: Mail) -> Iterator[DeliveryStep]:
        done = self.send(mail)
        yield DeliveryStep("POST", isinstance(done, Sent), done.detail)

    def rest(self) -> None:
        """Connections are the fetcher's."""


def signature(key: bytes, ident: str, stamp: str, body: bytes) -> str:
    """``v1,`` and the HMAC-SHA256 in base64."""
    signed = f"{ident}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _key(secret: str, name: str) -> bytes:
    """The bytes of *secret*; one that begins with ``whsec_`` is base64."""
    if not secret.startswith("whsec_"):
        return secret.encode("utf-8", "surrogateescape")
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise MailError(name, "its key is no base64 after whsec_", "Correct its secret.") from None
