"""The pure functions for programs that have a page in hand: no network, no files, no clock.

Exported lazily from ``checker``: ``from checker import extract_dates``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from email.message import Message
from typing import Any

from checker.model import DateEvidence, Dates, Headers, Text, header
from checker.stages import bounds, dates, page, text

_HTML = frozenset({"text/html", "application/xhtml+xml"})

__all__ = ["extract_dates", "extract_text"]


def extract_dates(
    html: bytes | str,
    url: str | None = None,
    *,
    http_headers: Mapping[str, str] | Headers | None = None,
    hints: Iterable[DateEvidence] = (),
    captured_at: datetime | None = None,
    now: datetime | None = None,
) -> Dates:
    """Every date of a page with origin and precision, best first, and the decision.

    *html* is the body (bytes are decoded as HTML §13.2.3 says, with the charset of
    ``Content-Type`` if *http_headers* has one) and *url* where it came from. *hints* are dates of
    a feed or sitemap, *captured_at* when it was archived; with *now*, dates in its future are
    marked. Aware UTC datetimes. Where the page's own data decide, the rest of the page is read
    when the rest of the result is asked for. Never raises for what *html* holds: a body that is no
    page has no dates.
    """
    headers = _headers(http_headers)
    media_type, charset = _content_type(headers)
    found = page.decoded(html, charset)
    if isinstance(found, page.Unreadable):
        return Dates()
    outline = page.outline(found, url) if media_type in _HTML else None
    certain = outline and dates.certain(outline, found[0], now=now, captured_at=captured_at)
    given = tuple(hints)
    seen: Any = {"headers": headers, "captured_at": captured_at, "now": now}

    def read() -> Dates:
        whole = page.parse_decoded(found, media_type, url)
        if isinstance(whole, page.Unreadable):
            if not certain or outline is None:
                return Dates()
            whole = outline
        every = dates.extract(whole, hints=given, **seen)
        if not bounds.is_lost(every, now):
            return every
        return replace(every, bounds=bounds.find(every, whole, text.extract(whole), **seen))

    return dates.LazyDates.of(certain, read) if certain else read()


def extract_text(html: bytes | str, url: str | None = None) -> Text:
    """Title, article blocks, language and digests of a page; empty if the body is no page.

    Never raises for what *html* holds.
    """
    read = page.parse(html, uri=url)
    if isinstance(read, page.Unreadable):
        return Text("", (), None, text.digest("", ()))
    return text.extract(read)


def _headers(given: Mapping[str, str] | Headers | None) -> Headers:
    if given is None:
        return ()
    return tuple(given.items()) if isinstance(given, Mapping) else given


def _content_type(headers: Headers) -> tuple[str, str | None]:
    named = header(headers, "Content-Type")
    if not named:
        return "text/html", None
    message = Message()
    message["Content-Type"] = named[:500]
    return message.get_content_type(), message.get_content_charset()
