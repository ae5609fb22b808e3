"""``Retry-After`` (RFC 9110 §10.2.3), within reason."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from checker.model import Response

DEFAULT = timedelta(minutes=5)  # a server that says "too many" without saying how long
_LEAST = timedelta(minutes=1)
_MOST = timedelta(hours=24)
_ABSURD = timedelta(
    days=366
)  # nobody means this: a time stamp in place of seconds, or a wrong year


def retry_after(response: Response, now: datetime) -> timedelta | None:
    """How long *response* asks to stay away, from one minute to a day; None if it does not.

    429 and 503 ask: 503 only with ``Retry-After``, as a plain outage says nothing of load. Values
    that are negative, garbage or absurd count as five minutes (faults D10).
    """
    if response.status not in (429, 503):
        return None
    value = (response.header("Retry-After") or "").strip()
    if not value:
        return DEFAULT if response.status == 429 else None
    asked = _seconds(value) if value.isascii() and value.isdigit() else _date(value, now)
    if asked is None or not timedelta(0) <= asked <= _ABSURD:
        return DEFAULT
    return min(max(asked, _LEAST), _MOST)


def _seconds(digits: str) -> timedelta | None:
    return timedelta(seconds=int(digits)) if len(digits) < 12 else None


def _date(value: str, now: datetime) -> timedelta | None:
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
