"""RSS, Atom and RDF feeds by way of feedparser (its home), within bounds.

feedparser has no limits of its own: it needs 0.4 ms an item, expands entities and, where a feed
is not well-formed, falls back to a tolerant parser. So what it is given is bounded first, and it
is given bytes only: a str may be taken for a URL or a file name.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice
from typing import Any
from xml.parsers import expat

from checker.model import DateEvidence, DateKind, Hub, OriginKind
from checker.stages.discover.listing import (
    MAX_TITLE,
    Gathered,
    Listing,
    clean_title,
    clip,
    hint,
    web_uri,
)
from checker.stages.discover.prolog import Prolog, prolog

MAX_BYTES = 10_000_000
MAX_DAMAGED = 500_000  # of a feed that is not well-formed: the tolerant parser needs 7 µs a byte
MAX_ITEMS = 5_000
MAX_MARKS = 500_000  # "<" in a feed; the strict parser needs up to 10 µs for each
_MAX_LINKS = 100  # of the feed itself
_ITEM = re.compile(rb"<(?:[A-Za-z0-9._-]{1,40}:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
_ENDS = {"rss": b"</channel></rss>", "feed": b"</feed>", "rdf": b"</rdf:RDF>"}


def parse_feed(body: bytes, uri: str) -> Listing:
    """The feed's items that have an http(s) link, in order, each address once.

    Links are resolved against ``xml:base`` or *uri*. Dates become weak hints. GUIDs are not
    trusted: an item is its link. What can't be read is a problem, never an exception.
    """
    before = prolog(body[:MAX_BYTES])
    if refusal := _refusal(body, before):
        return Listing((), (), (refusal,))
    bounded, problems = _bounded(body, before)
    import feedparser  # noqa: PLC0415 - it takes long, and most audits read no feed

    headers = {"content-location": uri, "content-type": "application/xml"}
    # What is taken from an entry is cleaned here, so that feedparser need not sanitise content.
    result = feedparser.parse(
        BytesIO(bounded), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    gathered = Gathered(MAX_ITEMS)
    for entry in result.entries[:MAX_ITEMS]:
        _take(entry, uri, gathered)
    if result.bozo and not problems:
        problems.append(f"is damaged: {clip(str(result.get('bozo_exception', '')))}")
    if not gathered.entries and not result.get("version"):
        problems.append(f"is no feed: its root element is {clip(before.root, 40)!r}")
    problems += gathered.problems("items")
    hub = _hub(result.feed, uri)
    return Listing(tuple(gathered.entries.values()), (), tuple(problems), hub=hub)


def _hub(feed: dict[str, Any], uri: str) -> Hub | None:
    """``<link rel="hub">`` and ``rel="self"`` (WebSub §4), the first of each."""
    named: dict[str, str] = {}
    for link in (dict.get(feed, "links") or ())[:_MAX_LINKS]:
        relation, target = str(link.get("rel", "")), web_uri(link.get("href"), uri)
        if target is not None:
            named.setdefault(relation.lower(), target)
    return Hub(named["hub"], named.get("self", uri)) if "hub" in named else None


def _refusal(body: bytes, before: Prolog) -> str | None:
    if not body.strip():
        return "is empty"
    if len(body) > MAX_BYTES:
        return f"is larger than {MAX_BYTES} bytes"
    if before.entities:
        return "declares XML entities, which no feed needs; refused"
    if body.count(b"<") > MAX_MARKS:
        return f"has more than {MAX_MARKS} tags"
    if b"\x00" in body[:64] and len(_ITEM.findall(body.replace(b"\x00", b""))) > MAX_ITEMS:
        return f"has more than {MAX_ITEMS} items"  # UTF-16 is not cut up here
    return None


def _bounded(body: bytes, before: Prolog) -> tuple[bytes, list[str]]:
    """So much of *body* as feedparser can read in seconds, and what was left out."""
    problems: list[str] = []
    excess = next(islice(_ITEM.finditer(body), MAX_ITEMS, None), None)
    if excess is not None:
        body = body[: excess.start()] + _ENDS.get(before.root, b"")
        problems.append(f"has more than {MAX_ITEMS} items; the rest is left")
    if len(body) > MAX_DAMAGED and (fault := _fault(body)):
        body = body[:MAX_DAMAGED]
        problems.append(f"is damaged ({fault}) and was read for {MAX_DAMAGED} bytes only")
    return body, problems


def _fault(body: bytes) -> str:
    """Why *body* is not well-formed, "" if it is; expat builds no tree and bounds entities."""
    try:
        expat.ParserCreate().Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        return clip(str(error))
    return ""


def _take(entry: dict[str, Any], base: str, into: Gathered) -> None:
    # dict.get, since feedparser's own lookup warns where it maps one name to another.
    link = dict.get(entry, "link") or next(_alternates(entry), None)
    uri = web_uri(link, base) if isinstance(link, str) else None
    if uri is None:
        into.unusable.append(clip(str(link or dict.get(entry, "id") or "")))
        return
    title = dict.get(entry, "title")
    into.add(uri, plain(title) if isinstance(title, str) else "", tuple(_hints(entry)))


def _alternates(entry: dict[str, Any]) -> Iterator[str]:
    for link in dict.get(entry, "links") or ():
        if link.get("rel", "alternate") == "alternate" and link.get("href"):
            yield link["href"]


def plain(title: str) -> str:
    """A title may be HTML (RSS) or XHTML (Atom); its text is taken."""
    text = title[: MAX_TITLE * 10]
    if "<" in text or "&" in text:
        from bs4 import BeautifulSoup  # noqa: PLC0415 - as feedparser

        text = BeautifulSoup(f"<p>{text}", "lxml").get_text()
    return clean_title(text)


def _hints(entry: dict[str, Any]) -> Iterator[DateEvidence]:
    for place, kind in (("published", DateKind.PUBLISHED), ("updated", DateKind.MODIFIED)):
        text, parsed = dict.get(entry, place), dict.get(entry, f"{place}_parsed")
        if not isinstance(text, str):
            continue
        found = hint(text, kind, OriginKind.FEED, place, _moment(parsed))
        if found is not None:
            yield found


def _moment(parsed: Any) -> datetime | None:
    """feedparser's own reading, a ``struct_time`` in UTC: it knows a dozen odd formats."""
    try:
        year, month, day, hour, minute, second = parsed[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
