"""The pure functions for programs that have a page in hand: no network, no files, no clock.

Exported lazily from ``checker``: ``from checker import extract_dates``.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from email.message import Message

from checker.model import DateEvidence, Dates, Headers, Text, header
from checker.stages import dates, page, text

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
    marked. Aware UTC datetimes. Never raises for what *html* holds: a body that is no page has
    no dates.
    """
    headers = _headers(http_headers)
    media_type, charset = _content_type(headers)
    read = page.parse(html, media_type=media_type, charset=charset, uri=url)
    if isinstance(read, page.Unreadable):
        return Dates()
    return dates.extract(
        read, headers=headers, hints=tuple(hints), captured_at=captured_at, now=now
    )


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
    message = Message()
    message["Content-Type"] = (header(headers, "Content-Type") or "text/html")[:500]
    return message.get_content_type(), message.get_content_charset()
