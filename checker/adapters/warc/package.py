"""Writes WACZ 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/), one pass, in constant memory.

The same captures give the same bytes: record ids, dates and orders come from what is written. A
payload that the file holds already becomes a ``revisit`` of it; one that lies elsewhere is written
in full, so that every revisit refers to something in the same file.
"""

import hashlib
import json
import tempfile
import uuid
import zipfile
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, BinaryIO

from checker import __version__
from checker.adapters.atomic import written_atomically
from checker.adapters.warc import writing
from checker.adapters.warc.cdxj import Blocks, SortedLines, line
from checker.adapters.warc.writing import Stored
from checker.errors import TargetError
from checker.model import Taken
from checker.stages.http_fields import content_type
from checker.stages.memento import surt

MAX_FILE = 1 << 30  # bytes after which another WARC file is begun
_MAX_KNOWN = 50_000  # payloads that a revisit can refer to
_SOFTWARE = f"archive-checker {__version__}"
_PAGES = {"format": "json-pages-1.0", "id": "pages", "title": "Archived copies"}


class WaczPackage:
    """Port ``Package``. The file takes shape in *file*; ``finish`` completes it."""

    def __init__(
        self, file: BinaryIO, folder: Path, created: datetime, title: str, max_file: int = MAX_FILE
    ) -> None:
        self._created, self._title, self._max_file = created.astimezone(UTC), title, max_file
        self._zip = zipfile.ZipFile(file, "w", strict_timestamps=False)
        self._resources: list[dict[str, Any]] = []
        self._lines = SortedLines(folder)
        self._pages: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - see close()
        self._known: OrderedDict[bytes, Stored] = OrderedDict()
        self._warc: _Member | None = None
        self._serial = 0

    def add(self, capture: Taken, about: Mapping[str, Any]) -> None:
        """A capture that was added before gets no second record, but a line in the page list."""
        key = hashlib.sha256(f"{capture.uri}\n".encode("utf-8", "replace") + capture.raw).digest()
        stored = Stored(_id_of(capture, key), writing.stamp(capture.captured_at), "", 0)
        known = self._known.get(key) if capture.status is not None else None
        if known is None or known.record_id != stored.record_id:
            self._write(capture, stored, known)
        if known is None:
            self._known[key] = stored
            if len(self._known) > _MAX_KNOWN:
                self._known.popitem(last=False)
        self._page(capture, stored, about)

    def finish(self) -> None:
        """Indexes, page list and the list of all files with their digests."""
        self._end_warc()
        blocks = Blocks("index.cdx.gz")
        self._file("indexes/index.cdx.gz", blocks.packed(iter(self._lines)), most=self._lines.size)
        self._file("indexes/index.idx", [blocks.index], zipfile.ZIP_DEFLATED)
        size = self._pages.tell() + 1_000
        self._pages.seek(0)
        head = json.dumps(_PAGES).encode() + b"\n"
        self._file("pages/pages.jsonl", _joined(head, self._pages), zipfile.ZIP_DEFLATED, size)
        package = {
            "profile": "data-package",
            "resources": self._resources,
            "title": self._title,
            "created": f"{self._created:%Y-%m-%dT%H:%M:%SZ}",
            "wacz_version": "1.1.1",
            "software": _SOFTWARE,
        }
        listed = json.dumps(package, indent=2).encode()
        digest = {
            "path": "datapackage.json",
            "hash": f"sha256:{hashlib.sha256(listed).hexdigest()}",
        }
        self._file("datapackage.json", [listed], zipfile.ZIP_DEFLATED)
        said = json.dumps(digest, indent=2).encode()
        self._file("datapackage-digest.json", [said], zipfile.ZIP_DEFLATED)

    def close(self) -> None:
        if self._warc is not None:
            self._warc.stream.close()
        self._zip.close()
        self._lines.close()
        self._pages.close()

    def _write(self, capture: Taken, stored: Stored, known: Stored | None) -> None:
        warc = self._room()
        data = writing.taken(capture, stored.record_id, known)
        self._lines.add(_index_line(capture, warc, len(data), revisit=known is not None))
        warc.write(data)

    def _room(self) -> "_Member":
        if self._warc is not None and self._warc.size >= self._max_file:
            self._end_warc()
        if self._warc is None:
            self._serial += 1
            name = f"captures-{self._serial:05d}.warc.gz"
            self._warc = self._member(f"archive/{name}")
            own = f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{name} {self._created}')}>"
            self._warc.write(writing.warcinfo(name, _SOFTWARE, self._created, own))
        return self._warc

    def _end_warc(self) -> None:
        if self._warc is not None:
            self._end(self._warc)
            self._warc = None

    def _page(self, capture: Taken, stored: Stored, about: Mapping[str, Any]) -> None:
        page = {
            "id": stored.record_id.strip("<>").rpartition(":")[2],
            "url": writing.target_uri(capture.uri),
            "ts": f"{capture.captured_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            **about,
        }
        self._pages.write(json.dumps(page).encode() + b"\n")

    def _file(
        self,
        name: str,
        parts: Iterable[bytes],
        compression: int = zipfile.ZIP_STORED,
        most: int = 0,
    ) -> None:
        member = self._member(name, compression, most)
        for part in parts:
            member.write(part)
        self._end(member)

    def _member(self, name: str, compression: int = zipfile.ZIP_STORED, most: int = 0) -> "_Member":
        """*most*: bytes that it may come to, where that may be beyond what plain zip files hold."""
        moment = max(self._created.timetuple()[:6], (1980, 1, 1, 0, 0, 0))  # the first that fits
        info = zipfile.ZipInfo(name, moment)
        info.compress_type = compression
        info.create_system = 3  # the same bytes on every system
        info.external_attr = 0o644 << 16
        # Only where it must be: ReplayWeb.page takes it that a header which has this field has it in
        # the container's directory, too, where it stands for sizes beyond the limit alone.
        large = most > zipfile.ZIP64_LIMIT
        return _Member(name, self._zip.open(info, "w", force_zip64=large))

    def _end(self, member: "_Member") -> None:
        member.stream.close()
        self._resources.append({
            "name": member.name.rpartition("/")[2],
            "path": member.name,
            "hash": f"sha256:{member.digest.hexdigest()}",
            "bytes": member.size,
        })  # fmt: skip


class _Member:
    """One file of the container, digested and measured as it is written."""

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self.name, self.stream = name, stream
        self.size, self.digest = 0, hashlib.sha256()

    def write(self, data: bytes) -> None:
        self.stream.write(data)
        self.digest.update(data)
        self.size += len(data)


@contextmanager
def wacz_package(path: Path, created: datetime, title: str) -> Iterator[WaczPackage]:
    """A WACZ that stands at *path* when the block ends, and not before. Raises TargetError."""
    try:
        with written_atomically(path) as file:
            package = WaczPackage(file, path.parent, created, title)
            try:
                yield package
                package.finish()
            finally:
                package.close()
    except OSError as error:
        cause = f"can't be written: {error.strerror or error}"
        raise TargetError(str(path), cause, "Name a file in a folder with room.") from error


def _id_of(capture: Taken, key: bytes) -> str:
    """The record's own id; for what is no record, one that the same capture always gets."""
    if capture.record_id:
        return capture.record_id
    said = f"{writing.stamp(capture.captured_at)} {key.hex()}"
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, said)}>"


def _index_line(capture: Taken, warc: _Member, length: int, *, revisit: bool) -> bytes:
    media_type, _ = content_type(capture.headers)
    uri = writing.target_uri(capture.uri)
    values = {
        "url": uri,
        "mime": "warc/revisit" if revisit else media_type,
        **({"status": str(capture.status)} if capture.status is not None else {}),
        "digest": writing.sha1(capture.raw),
        "length": str(length),
        "offset": str(warc.size),
        "filename": warc.name.rpartition("/")[2],
    }
    return line(surt(uri), f"{capture.captured_at.astimezone(UTC):%Y%m%d%H%M%S}", values)


def _joined(head: bytes, rest: IO[bytes]) -> Iterator[bytes]:
    yield head
    while step := rest.read(1 << 20):
        yield step
