"""Revisit records: what they say was there again, and where its bytes lie.

Two profiles (ISO 28500, WARC 1.0 and 1.1): the payload was the same as that of an earlier record, or
the server answered 304. Both refer to the earlier record by its id, by address and date, or only by a
digest; a 304 of older crawlers names nothing, and means the last answer of that address.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from checker.adapters.warc.loading import Found, record_at
from checker.adapters.warc.places import Place, Places
from checker.adapters.warc.records import HttpMessage, Record, http_message
from checker.errors import ArchiveError
from checker.model import Headers, Locator, header
from checker.stages.http_fields import content_type

TEXT = frozenset({"text/html", "application/xhtml+xml", "text/plain", "text/markdown"})
IDENTICAL, NOT_MODIFIED = "identical-payload-digest", "server-not-modified"
_MAX_KNOWN = 200_000  # keys that a revisit can refer to: 5 MB


@dataclass(slots=True)
class Earlier:
    """Where payloads lie, by record id, by digest, by address and date; and the last of an address."""

    places: Places = field(default_factory=lambda: Places(_MAX_KNOWN))

    def note(self, record: Record, name: str) -> None:
        for key in _keys(record, "WARC-Record-ID", "WARC-Target-URI", "WARC-Date"):
            self.places.put(key, (name, record.offset))

    def answered(self, record: Record, name: str) -> None:
        """*record* holds an answer with status 200."""
        self.places.put(f"last {record.uri}", (name, record.offset), again=True)

    def place(self, revisit: Record) -> Place | None:
        names = ("WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date")
        keys = list(_keys(revisit, *names))
        if profile(revisit) == NOT_MODIFIED:
            # Its digest may be that of an empty answer; the address says more.
            keys.sort(key=lambda key: key.startswith("digest "))
            keys.insert(len(keys) - any(key.startswith("digest ") for key in keys),
                        f"last {revisit.uri}")  # fmt: skip
        places = (self.places.get(key) for key in keys)
        return next((place for place in places if place is not None), None)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was answered with 200 (or a resource: None), and the place of the record that
    holds its payload."""

    status: int | None
    reason: str
    fields: Headers
    payload: bytes
    place: Locator


def profile(revisit: Record) -> str:
    """The last part of its WARC-Profile: each version of the standard has an address of its own."""
    return (revisit.field("WARC-Profile") or "").strip().rstrip("/").rpartition("/")[2]


def revisited(
    revisit: Record, root: Path, name: str, earlier: Earlier, cap: int
) -> Page | str | None:
    """The page that *revisit*, a record of the file *name*, says was there again; a reason, or None for what is no page."""
    kind = profile(revisit)
    if kind not in {IDENTICAL, NOT_MODIFIED}:
        return f"is a revisit of a profile that is not known: {kind[:60] or 'none'}"
    said = http_message(revisit.block) if revisit.block else None
    if isinstance(said, HttpMessage) and kind == IDENTICAL:
        media_type, _ = content_type(said.fields)
        if said.status != 200 or media_type not in TEXT:
            return None
    original = _original(revisit, root, name, earlier, cap)
    if isinstance(original, str):
        return original
    if kind == NOT_MODIFIED and original.status not in {200, None}:
        return f"says that an answer with status {original.status} was not modified"
    if kind == NOT_MODIFIED and _other_version(revisit, said, original):
        return "says that another version was not modified than the last one that is here"
    return Page(original.status, original.reason, original.headers, original.payload,
                original.locator)  # fmt: skip


def _original(revisit: Record, root: Path, name: str, earlier: Earlier, cap: int) -> Found | str:
    """What it refers to. One of ours or of Heritrix says itself where that lies."""
    place = earlier.place(revisit)
    if place is None and revisit.field("WARC-Refers-To-Filename") is None:
        return "is a revisit of a record that is not in this file"
    try:
        return record_at(root, Locator(*(place or (name, revisit.offset))), cap)
    except ArchiveError as error:
        return f"is a revisit of a record that can't be read: {error.cause}"


def _other_version(revisit: Record, said: HttpMessage | str | None, original: Found) -> bool:
    """Whether the ETag that was not modified is not that of *original*."""
    told = revisit.field("WARC-Etag")
    if told is None and isinstance(said, HttpMessage):
        told = header(said.fields, "ETag")
    known = header(original.headers, "ETag")
    return told is not None and known is not None and _weak(told) != _weak(known)


def _weak(tag: str) -> str:
    return tag.strip().removeprefix("W/")


def _keys(record: Record, record_id: str, uri: str, date: str) -> Iterator[str]:
    if value := record.field(record_id):
        yield f"id {value}"
    if (value := record.field(uri)) and record.field(date):
        yield f"at {record.field(date)} {value}"
    if value := record.field("WARC-Payload-Digest"):
        yield f"digest {value}"
