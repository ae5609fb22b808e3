"""WARC and ARC files that others made, as archived copies (port ``Copies``)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from checker.adapters.coding import Undecodable
from checker.adapters.warc import wacz
from checker.adapters.warc.loading import decoded
from checker.adapters.warc.records import Broken, Record, http_message, records
from checker.adapters.warc.revisits import TEXT, Earlier, Page, revisited
from checker.errors import TargetError
from checker.model import Document, Locator, Representation, Skipped, Taken, digest_of, header
from checker.ports import Offer
from checker.ports.selection import ARCHIVES
from checker.stages.http_fields import content_type

MAX_COPY = 20_000_000  # bytes of a page, stored or decoded
RECORD_ID = re.compile(r"<urn:uuid:[0-9a-fA-F-]{36}>")
_HTML_STARTS = re.compile(rb"(?is)\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body)\b")


@dataclass(frozen=True, slots=True)
class _Hit:
    """A page, and the record that names its capture; the payload may lie in an earlier record."""

    name: str
    record: Record
    page: Page
    content: Representation


class WarcCopies:
    """The pages in a WARC or ARC file, or in a folder of them, or in *files* of that folder.

    Locators are relative to the file's folder, or to the folder given (``root``); read them back
    with ``load``. Raises TargetError when *path* names nothing that can be read.
    """

    def __init__(self, path: Path, files: tuple[Path, ...] | None = None) -> None:
        if not path.exists():
            raise TargetError(str(path), "there is no such file or folder", "Check the path.")
        self._path, self._named = path, files
        self.root = path if path.is_dir() else path.parent

    def documents(self) -> Iterator[Document | Skipped]:
        """Each page that was answered with 200, in the order of files and records.

        Pages are HTML or plain text of http(s) URIs; images, redirects, requests and the like
        are no pages and are passed over in silence. What can't be read is ``Skipped``.
        """
        for hit in self._hits():
            yield hit if isinstance(hit, Skipped) else _document(hit)

    def captures(self) -> Iterator[Offer | Skipped]:
        """The same pages, whole, to be taken in."""
        for hit in self._hits():
            yield hit if isinstance(hit, Skipped) else _offer(hit)

    def _hits(self) -> Iterator[_Hit | Skipped]:
        earlier = Earlier()
        for path in self._files():
            name = path.relative_to(self.root).as_posix()
            try:
                if name.lower().endswith(".wacz"):
                    yield from self._in_container(path, name, earlier)
                else:
                    yield from self._in_file(path, name, earlier)
            except OSError as error:
                yield Skipped(name, f"can't be read: {error.strerror or error}")

    def _files(self) -> Sequence[Path]:
        if self._named is not None:
            return self._named
        if not self._path.is_dir():
            return [self._path]
        found = (path for path in self._path.rglob("*") if path.name.lower().endswith(ARCHIVES))
        return sorted(path for path in found if path.is_file() and not path.is_symlink())

    def _in_container(self, path: Path, name: str, earlier: Earlier) -> Iterator[_Hit | Skipped]:
        empty = True
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
        earlier: Earlier,
        part: wacz.Part | None = None,
    ) -> Iterator[_Hit | Skipped]:
        start, end = (part.start, part.end) if part is not None else (0, None)
        for record in records(path, MAX_COPY, start, end):
            place = f"{name}:{record.offset}"
            if isinstance(record, Broken):
                yield Skipped(place, record.reason)
                continue
            if not (record.uri or "").lower().startswith(("http://", "https://")):
                continue
            if record.kind == "revisit":
                page = revisited(record, self.root, name, earlier, MAX_COPY)
            else:
                earlier.note(record, name)
                page = _page(record, name, earlier)
            hit = _hit(page, record, name) if isinstance(page, Page) else page
            if hit is not None:
                yield Skipped(place, hit) if isinstance(hit, str) else hit


def _page(record: Record, name: str, earlier: Earlier) -> Page | str | None:
    """The page in a response or resource record; a reason, or None for what is none."""
    place = Locator(name, record.offset)
    if record.kind == "resource":
        fields = (("Content-Type", record.field("Content-Type") or ""),)
        return Page(None, "", fields, record.block, place)
    message = http_message(record.block)
    if isinstance(message, str):
        return message
    if message.status != 200:
        return None
    earlier.answered(record, name)
    return Page(200, message.reason, message.fields, message.payload, place)


def _hit(page: Page, record: Record, name: str) -> _Hit | str | None:
    media_type, charset = content_type(page.fields)
    if media_type not in TEXT:
        return None
    body = decoded(page.fields, page.payload, MAX_COPY)
    if isinstance(body, Undecodable):
        return str(body)
    if header(page.fields, "Content-Type") is None and not _HTML_STARTS.match(body[:1024]):
        return None
    content = Representation(media_type, charset, body, digest_of(body))
    return _Hit(f"{name}:{record.offset}", record, page, content)


def _document(hit: _Hit) -> Document:
    return Document(
        name=hit.name,
        representation=hit.content,
        uri=hit.record.uri,
        mapped_by="WARC-Target-URI",
        captured_at=hit.record.date,
        headers=hit.page.fields,
        locator=hit.page.place,
    )


def _offer(hit: _Hit) -> Offer | Skipped:
    record, page = hit.record, hit.page
    if record.date is None:
        return Skipped(hit.name, "does not say when it was captured")
    own = page.place.offset == record.offset
    record_id = (record.field("WARC-Record-ID") or "") if own else ""
    if not RECORD_ID.fullmatch(record_id):
        record_id = ""
    uri = record.uri or ""
    capture = Taken(
        uri, record.date, page.status, page.reason, page.fields, page.payload, record_id
    )
    return Offer(hit.name, uri, capture, hit.content.digest)
