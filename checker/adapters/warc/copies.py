"""WARC and ARC files that others made, as archived copies (port ``Copies``)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from checker.adapters.coding import Undecodable
from checker.adapters.warc import wacz
from checker.adapters.warc.loading import decoded, record_at
from checker.adapters.warc.records import Broken, HttpMessage, Record, http_message, records
from checker.errors import ArchiveError, TargetError
from checker.model import Document, Headers, Locator, Representation, Skipped, digest_of, header
from checker.stages.http_fields import content_type

MAX_COPY = 20_000_000  # bytes of a page, stored or decoded
_MAX_KNOWN = 200_000  # records of one file that a revisit can refer to: about 60 MB
_TEXT = frozenset({"text/html", "application/xhtml+xml", "text/plain", "text/markdown"})
_HTML_STARTS = re.compile(rb"(?is)\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body)\b")
_SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz")


@dataclass(slots=True)
class _Earlier:
    """Where the file's payloads lie, by record id, by digest, and by URI and date."""

    places: dict[str, int] = field(default_factory=dict)

    def note(self, record: Record) -> None:
        for key in _keys(record, "WARC-Record-ID", "WARC-Target-URI", "WARC-Date"):
            if len(self.places) < _MAX_KNOWN:
                self.places.setdefault(key, record.offset)

    def place(self, revisit: Record) -> int | None:
        names = ("WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date")
        places = (self.places.get(key) for key in _keys(revisit, *names))
        return next((place for place in places if place is not None), None)


def _keys(record: Record, record_id: str, uri: str, date: str) -> Iterator[str]:
    if value := record.field(record_id):
        yield f"id {value}"
    if value := record.field("WARC-Payload-Digest"):
        yield f"digest {value}"
    if (value := record.field(uri)) and record.field(date):
        yield f"at {record.field(date)} {value}"


@dataclass(frozen=True, slots=True)
class _Page:
    """A response with status 200 and the place of the record that holds its payload."""

    fields: Headers
    payload: bytes
    place: Locator


class WarcCopies:
    """The pages in a WARC or ARC file, or in a folder of them.

    Locators are relative to the file's folder, or to the folder given (``root``); read them back
    with ``load``. Raises TargetError when *path* names nothing that can be read.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise TargetError(str(path), "there is no such file or folder", "Check the path.")
        self._path = path
        self.root = path if path.is_dir() else path.parent

    def documents(self) -> Iterator[Document | Skipped]:
        """Each page that was answered with 200, in the order of files and records.

        Pages are HTML or plain text of http(s) URIs; images, redirects, requests and the like
        are no pages and are passed over in silence. What can't be read is ``Skipped``.
        """
        for path in self._files():
            name = path.relative_to(self.root).as_posix()
            try:
                if name.lower().endswith(".wacz"):
                    yield from self._in_container(path, name)
                else:
                    yield from self._in_file(path, name)
            except OSError as error:
                yield Skipped(name, f"can't be read: {error.strerror or error}")

    def _files(self) -> list[Path]:
        if not self._path.is_dir():
            return [self._path]
        found = (path for path in self._path.rglob("*") if path.name.lower().endswith(_SUFFIXES))
        return sorted(path for path in found if path.is_file() and not path.is_symlink())

    def _in_container(self, path: Path, name: str) -> Iterator[Document | Skipped]:
        """A revisit may refer to a record in another of its files."""
        earlier, empty = _Earlier(), True
        for part in wacz.parts(path):
            empty = False
            if part.problem:
                yield Skipped(f"{name}:{part.name}".rstrip(":"), part.problem)
            else:
                yield from self._in_file(path, name, earlier, part)
        if empty:
            yield Skipped(name, "holds no WARC file in its archive folder")

    def _in_file(
        self,
        path: Path,
        name: str,
        earlier: _Earlier | None = None,
        part: wacz.Part | None = None,
    ) -> Iterator[Document | Skipped]:
        earlier = earlier or _Earlier()
        start, end = (part.start, part.end) if part is not None else (0, None)
        for record in records(path, MAX_COPY, start, end):
            place = f"{name}:{record.offset}"
            if isinstance(record, Broken):
                yield Skipped(place, record.reason)
                continue
            if not (record.uri or "").lower().startswith(("http://", "https://")):
                continue
            if record.kind == "revisit":
                page = _revisited(record, self.root, name, earlier)
            else:
                earlier.note(record)
                page = _page(record, name)
            document = _document(page, record, name) if isinstance(page, _Page) else page
            if document is not None:
                yield Skipped(place, document) if isinstance(document, str) else document


def _page(record: Record, name: str) -> _Page | str | None:
    """The page in a response or resource record; a reason, or None for what is none."""
    place = Locator(name, record.offset)
    if record.kind == "resource":
        fields = (("Content-Type", record.field("Content-Type") or ""),)
        return _Page(fields, record.block, place)
    message = http_message(record.block)
    if isinstance(message, str):
        return message
    return _Page(message.fields, message.payload, place) if message.status == 200 else None


def _revisited(revisit: Record, root: Path, name: str, earlier: _Earlier) -> _Page | str | None:
    """The page that *revisit* says was there again; RFC 9110's 304 says it less exactly."""
    if "identical-payload-digest" not in (revisit.field("WARC-Profile") or ""):
        return None
    message = http_message(revisit.block) if revisit.block else None
    if isinstance(message, HttpMessage):
        media_type, _ = content_type(message.fields)
        if message.status != 200 or media_type not in _TEXT:
            return None
    place = earlier.place(revisit)
    if place is None and revisit.field("WARC-Refers-To-Filename") is None:
        return "is a revisit of a record that is not in this file"
    try:
        # A revisit of ours or of Heritrix says itself where the payload lies.
        original = record_at(
            root, Locator(name, revisit.offset if place is None else place), MAX_COPY
        )
    except ArchiveError as error:
        return f"is a revisit of a record that can't be read: {error.cause}"
    return _Page(original.headers, original.payload, original.locator)


def _document(page: _Page, record: Record, name: str) -> Document | str | None:
    """*record* names the capture; its payload may lie in an earlier record."""
    media_type, charset = content_type(page.fields)
    if media_type not in _TEXT:
        return None
    body = decoded(page.fields, page.payload, MAX_COPY)
    if isinstance(body, Undecodable):
        return str(body)
    if header(page.fields, "Content-Type") is None and not _HTML_STARTS.match(body[:1024]):
        return None
    return Document(
        name=f"{name}:{record.offset}",
        representation=Representation(media_type, charset, body, digest_of(body)),
        uri=record.uri,
        mapped_by="WARC-Target-URI",
        captured_at=record.date,
        headers=page.fields,
        locator=page.place,
    )
