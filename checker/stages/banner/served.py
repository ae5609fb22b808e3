"""What a server of flagged copies says of them in HTTP headers (RFC 7089, RFC 9745)."""

from datetime import UTC, datetime
from urllib.parse import quote

from checker.stages.banner.words import safe_link

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def headers(
    *,
    original: str | None,
    captured_at: datetime | None,
    outdated_since: datetime | None = None,
    deprecation: bool = False,
    unavailable_after: bool = False,
) -> tuple[tuple[str, str], ...]:
    """Header fields for a served copy of *original* (URI-R), captured at *captured_at*.

    ``Memento-Datetime`` only where the time of capture is known; ``Link`` only for a sound web
    address. An outdated copy is called deprecated, or to be dropped from search results, only
    where the user asked for that. No ``Warning: 110``: RFC 9111 made it obsolete.
    """
    found: list[tuple[str, str]] = []
    if captured_at is not None:
        found.append(("Memento-Datetime", http_date(captured_at)))
    link = safe_link(original)
    if link is not None:
        found.append(("Link", f'<{quote(link, safe="%/:=&?~#+!$,;@()*[]")}>; rel="original"'))
    if outdated_since is not None and deprecation:
        found.append(("Deprecation", f"@{int(outdated_since.timestamp())}"))
    if outdated_since is not None and unavailable_after:
        when = http_date(outdated_since)
        found.append(("X-Robots-Tag", f"unavailable_after: {when}"))
    return tuple(found)


def http_date(moment: datetime) -> str:
    """``"Tue, 24 Nov 2026 07:00:00 GMT"``, whatever the locale (RFC 9110 §5.6.7)."""
    at = moment.astimezone(UTC)
    name, month = _DAYS[at.weekday()], _MONTHS[at.month - 1]
    return f"{name}, {at.day:02d} {month} {at.year:04d} {at:%H:%M:%S} GMT"
