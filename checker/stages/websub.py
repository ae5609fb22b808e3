"""A WebSub subscriber's side (https://www.w3.org/TR/websub/): what it asks, believes and when."""

import hashlib
import hmac
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from checker.model import Push, Response, header

LEASE = timedelta(days=10)  # asked for; a hub may grant another
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=90)  # granted leases that are believed
ANSWERS = timedelta(hours=1)  # so long a hub may take to come back, before it is asked again
RESTS = timedelta(days=1)  # the longest pause after failures
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})  # §7 names these, and no other


def is_due(push: Push, now: datetime) -> bool:
    """Whether to ask the hub now: at first, again where it keeps silent, and before a lease ends."""
    if push.asked_at is None or push.asked_at > now:  # a clock that was ahead
        return True
    if now - push.asked_at < min(ANSWERS * 2 ** min(push.failures, 10), RESTS):
        return False
    if push.lease_until is None or push.lease_until > now + LONGEST:
        return True
    return push.lease_until - now <= (push.lease_until - push.asked_at) / 5


def request(push: Push, callback: str) -> bytes:
    """The form that subscribes (§5.1)."""
    fields = {
        "hub.mode": "subscribe",
        "hub.topic": push.hub.topic,
        "hub.callback": callback,
        "hub.secret": push.secret,
        "hub.lease_seconds": str(int(LEASE.total_seconds())),
    }
    return urlencode(fields).encode()


def is_exposed(uri: str, onward: str) -> bool:
    """Whether a redirect would show to others on the way what was meant for the hub alone."""
    return urlsplit(uri).scheme == "https" and urlsplit(onward).scheme != "https"


def granted(push: Push, mode: str, seconds: str, now: datetime) -> datetime | None:
    """Until when the hub will push, as its question (§5.3) about our topic says; None if that is not
    what we asked for."""
    if mode != "subscribe" or push.asked_at is None:
        return None
    known = seconds.isascii() and seconds.isdigit() and len(seconds) < 12
    lease = timedelta(seconds=int(seconds)) if known else LEASE
    return now + min(max(lease, SHORTEST), LONGEST)


def is_signed(push: Push, body: bytes, signature: str) -> bool:
    """Whether *body* is from who knows the secret: ``X-Hub-Signature: METHOD=HEX`` (§7.1)."""
    method, _, given = signature.strip().partition("=")
    if method.lower() not in _METHODS:
        return False
    made = hmac.new(push.secret.encode(), body, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(made.encode(), given.strip().lower().encode("utf-8", "replace"))


def refusal(answer: Response) -> str | None:
    """Why the hub did not take the request (it says 202, some say 200 or 204); None if it did."""
    if 200 <= answer.status < 300:
        return None
    kind = (header(answer.headers, "content-type") or "").lower()
    said = answer.body[:200].decode("utf-8", "replace") if kind.startswith("text/plain") else ""
    return f"HTTP {answer.status} {said}".strip()
