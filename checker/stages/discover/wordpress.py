"""Posts and pages as WordPress lists them (https://developer.wordpress.org/rest-api/reference/posts/)."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from checker.model import DateEvidence, DateKind, Headers, OriginKind, header
from checker.stages.discover.feed import plain
from checker.stages.discover.listing import Gathered, Listing, clip, hint, web_uri

MAX_BYTES = 50_000_000
MAX_ITEMS = 1_000  # of one answer; WordPress gives 100 at most
MAX_PAGES = 1_000  # 100,000 posts


def parse_wordpress(body: bytes, uri: str, headers: Headers = ()) -> Listing | None:
    """The posts in one answer; as ``children`` of the first one the other pages that
    ``X-WP-TotalPages`` counts. None if *body* is no list of posts; one without posts is a list if
    it says that it counted them."""
    items = _items(body)
    if items is None or not (items or header(headers, "X-WP-Total")):
        return None
    gathered = Gathered(MAX_ITEMS)
    for item in items[:MAX_ITEMS]:
        link = item.get("link")
        found = web_uri(link, uri) if isinstance(link, str) else None
        if found is None:
            gathered.unusable.append(clip(str(link)))
        else:
            gathered.add(found, _title(item.get("title")), _hints(item))
    problems = tuple(gathered.problems("posts"))
    return Listing(tuple(gathered.entries.values()), _others(uri, headers), problems, whole=True)


def narrowed(uri: str, since: datetime) -> str:
    """The same question, but only for what was edited after *since* (WordPress 5.7 and later)."""
    parts = urlsplit(uri)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    after = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return parts._replace(query=urlencode({**query, "modified_after": after})).geturl()


def in_vain(listing: Listing, since: datetime) -> bool:
    """Whether a narrowed answer holds older posts all the same: this WordPress knows no such
    question, and lists everything. Those that were edited last come first, as they were asked."""
    hints = (hint for one in listing.found for hint in one.hints)
    return any(one.kind is DateKind.MODIFIED and one.latest < since for one in hints)


def next_page(uri: str, headers: Headers) -> tuple[str, ...]:
    """The page after this one, if by now there is one: each new post moves all others on by one,
    and the last of them onto a page that was not there when the pages were counted."""
    parts = urlsplit(uri)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    page, last = _number(query.get("page", "")), _number(header(headers, "X-WP-TotalPages") or "")
    if not 0 < page < min(last, MAX_PAGES):
        return ()
    return (parts._replace(query=urlencode({**query, "page": str(page + 1)})).geturl(),)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _items(body: bytes) -> list[dict[str, Any]] | None:
    if body[:64].lstrip()[:1] != b"[" or len(body) > MAX_BYTES:
        return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    posts = isinstance(found, list) and all(
        isinstance(one, dict) and "link" in one and "modified_gmt" in one for one in found
    )
    return found if posts else None


def _title(value: Any) -> str:
    rendered = value.get("rendered") if isinstance(value, dict) else None
    return plain(rendered) if isinstance(rendered, str) else ""


def _hints(item: dict[str, Any]) -> tuple[DateEvidence, ...]:
    """``…_gmt`` is UTC and says so in its name only."""
    wanted = (("date_gmt", DateKind.PUBLISHED), ("modified_gmt", DateKind.MODIFIED))
    texts = ((place, kind, item.get(place)) for place, kind in wanted)
    found = (
        hint(f"{text}Z", kind, OriginKind.FEED, place)
        for place, kind, text in texts
        if isinstance(text, str) and text
    )
    return tuple(one for one in found if one is not None)


def _others(uri: str, headers: Headers) -> tuple[str, ...]:
    total = _number(header(headers, "X-WP-TotalPages") or "")
    parts = urlsplit(uri)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if "page" in query:
        return ()
    last = min(total, MAX_PAGES)
    return tuple(
        parts._replace(query=urlencode({**query, "page": str(page)})).geturl()
        for page in range(2, last + 1)
    )
