"""How long an answer is fresh by the words of who gave it (RFC 9111 §4.2): until then, asking again
is asking a cache."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from checker.model import Headers, header

_STALE = frozenset({"no-cache", "no-store"})
_MOST = 10**9  # seconds (§1.2.2 lets large ones stand for "for ever")


def fresh_for(headers: Headers, received_at: datetime) -> timedelta:
    """What is left of the freshness lifetime that *headers* state; 0 where they state none."""
    said = _directives(headers)
    age = _seconds(header(headers, "Age")) or 0
    if _STALE & said.keys() or header(headers, "Pragma") == "no-cache":
        return timedelta(0)
    lifetime = _seconds(said.get("max-age"))
    if lifetime is None and "max-age" not in said:
        lifetime = _until_expiry(headers, received_at)
    return timedelta(seconds=max((lifetime or 0) - age, 0))


def _directives(headers: Headers) -> dict[str, str]:
    """Of all ``Cache-Control`` fields; the first of a name counts (§4.2.1)."""
    found: dict[str, str] = {}
    for name, value in headers:
        if name.lower() == "cache-control":
            for part in value.split(","):
                key, _, given = part.strip().partition("=")
                found.setdefault(key.strip().lower(), given.strip().strip('"'))
    return found


def _seconds(text: str | None) -> int | None:
    digits = (text or "").strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    return min(int(digits[:12]), _MOST)


def _until_expiry(headers: Headers, received_at: datetime) -> int | None:
    expires = _date(header(headers, "Expires"))
    if expires is None:
        return None
    made = _date(header(headers, "Date")) or received_at
    return min(int((expires - made).total_seconds()), _MOST)


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
