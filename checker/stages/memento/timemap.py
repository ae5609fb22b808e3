"""TimeMaps in ``application/link-format`` (RFC 7089 §5, RFC 6690) and the ``Link`` field, and in
the JSON of MemGator and other aggregators (``mementos.list`` of ``datetime`` and ``uri``)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from checker.model import Headers
from checker.stages.memento.forms import archived_at
from checker.stages.memento.wanted import Capture

MAX_BYTES = 50_000_000
MAX_CAPTURES = 500_000
_TARGET = re.compile(r"[\s,]*<([^<>\s]{1,8192})>")
_PARAMETER = re.compile(r'\s*;\s*([A-Za-z*-]{1,40})\s*=\s*(?:"([^"]{0,8192})"|([^\s",;<]{1,8192}))')


@dataclass(frozen=True, slots=True)
class TimeMap:
    """Its mementos in the order given; ``more`` are the addresses of its further pages."""

    captures: tuple[Capture, ...]
    more: tuple[str, ...] = ()
    original: str = ""


def parse_timemap(body: bytes, uri: str = "") -> TimeMap:
    """What can be read of *body*; of something else nothing. *uri* is the page that it is of,
    where it does not say so itself."""
    if body.lstrip()[:1] == b"{":
        return _of_json(body[:MAX_BYTES], uri)
    captures: list[Capture] = []
    more: list[str] = []
    original = uri
    for target, values in _links(body[:MAX_BYTES].decode("utf-8", "replace")):
        rel = values.get("rel", "").lower().split()
        if "original" in rel:
            original = target
        elif "memento" in rel and len(captures) < MAX_CAPTURES:
            at = moment(values.get("datetime")) or archived_at(target)
            if at is not None:
                captures.append(Capture(original, at, target))
        elif "timemap" in rel:
            more.append(target)
    return TimeMap(
        tuple(one if one.uri else Capture(original, one.at, one.uri_m) for one in captures),
        tuple(dict.fromkeys(more)),
        original,
    )


def _of_json(body: bytes, uri: str) -> TimeMap:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return TimeMap(())
    mementos = found.get("mementos")
    listed = mementos.get("list") if isinstance(mementos, dict) else None
    original = str(found.get("original_uri") or uri)[:8_192]
    captures: list[Capture] = []
    for one in listed[:MAX_CAPTURES] if isinstance(listed, list) else ():
        target = one.get("uri") if isinstance(one, dict) else None
        if isinstance(target, str) and target.startswith(("http://", "https://")):
            at = _instant(one.get("datetime")) or archived_at(target)
            if at is not None:
                captures.append(Capture(original, at, target))
    return TimeMap(tuple(captures), (), original)


def timemap_of(headers: Headers) -> str | None:
    """The TimeMap in link-format that a TimeGate's or memento's answer names."""
    for target, values in links_of(headers):
        if "timemap" in values.get("rel", "").lower().split():
            return target
    return None


def links_of(headers: Headers) -> Iterator[tuple[str, dict[str, str]]]:
    """Each target of the ``Link`` fields (RFC 8288) with its parameters."""
    return _links(", ".join(value for name, value in headers if name.lower() == "link"))


def _links(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    position = 0
    while found := _TARGET.match(text, position):
        position = found.end()
        values: dict[str, str] = {}
        while given := _PARAMETER.match(text, position):
            values.setdefault(given[1].lower(), given[2] if given[2] is not None else given[3])
            position = given.end()
        yield found[1], values


def _instant(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return moment(text if isinstance(text, str) else None)
    return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None


def moment(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError, TypeError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
