"""The archive of our own captures: an append-only folder of WARC files (port ``Archive``)."""

import hashlib
import os
import threading
from collections import OrderedDict
from datetime import UTC
from pathlib import Path
from typing import Self

from checker import __version__
from checker.adapters.warc import writing
from checker.adapters.warc.loading import MAX_BODY, load, record_at
from checker.adapters.warc.writing import Stored
from checker.errors import ArchiveError
from checker.model import (
    Locator,
    Memento,
    Representation,
    Response,
    Validators,
    digest_of,
    header,
)
from checker.ports import Clock
from checker.stages.http_fields import content_type

MAX_FILE = 1 << 30  # bytes after which a new file is begun, as WARC tools expect
_MAX_KNOWN = 50_000  # payloads remembered for revisit records: about 25 MB


class WarcArchive:
    """Appends to one new file per process and GiB, so that nothing is ever written behind the
    torn tail that a killed process may have left. Safe to share between threads."""

    def __init__(
        self, folder: Path, clock: Clock, *, max_file: int = MAX_FILE, max_body: int = MAX_BODY
    ) -> None:
        self._folder, self._clock = folder, clock
        self._max_file, self._max_body = max_file, max_body
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, Stored] = OrderedDict()
        self._open: tuple[int, str] | None = None  # file descriptor and name
        self._size = self._serial = 0

    def append(self, response: Response, *, previous: Memento | None = None) -> Memento:
        """Write *response* and return its memento when its bytes are on disk (fsync).

        Where the same payload of the same URI was stored before, by this object or as *previous*
        (a memento of this archive, say from before a restart), a ``revisit`` record refers to
        it. Raises ArchiveError when nothing could be written.
        """
        key = hashlib.sha256(
            response.uri.encode("utf-8", "replace") + b"\n" + response.raw
        ).digest()
        known = self._known_payload(key, response, previous) if response.raw else None
        record_id = writing.new_id()
        data = writing.capture(response, record_id, known)
        with self._lock:
            try:
                name, offset = self._write(data)
            except OSError as error:
                self._end_file()  # what was written of the record stays as a torn tail
                raise ArchiveError(
                    str(self._folder),
                    f"a capture can't be written: {error.strerror or error}",
                    "Make room or correct the folder's permissions; the check is repeated.",
                ) from error
            if response.raw and known is None:
                date = writing.stamp(response.received_at)
                self._remember(key, Stored(record_id, date, name, offset))
        return _memento(response, Locator(name, offset))

    def load(self, memento: Memento) -> Representation:
        """The bytes of *memento*, verified against its digest. Raises ArchiveError."""
        found = load(self._folder, memento.locator, self._max_body)
        if found.digest != memento.digest:
            raise ArchiveError(
                f"{memento.locator.path}:{memento.locator.offset}",
                f"the capture of {memento.uri_r} is not what was stored (digest differs)",
                "The file was altered or damaged: restore it from a backup.",
            )
        return Representation(memento.media_type, memento.charset, found.body, found.digest)

    def close(self) -> None:
        """End the current file; a later append begins another one."""
        with self._lock:
            self._end_file()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self._end_file()

    def _known_payload(
        self, key: bytes, response: Response, previous: Memento | None
    ) -> Stored | None:
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        if previous is None or previous.digest != digest_of(response.body):
            return None
        # The digest is of the decoded body; a revisit claims that the bytes as sent are the same.
        try:
            found = record_at(self._folder, previous.locator, self._max_body)
        except ArchiveError:
            return None  # then it is stored in full
        if found.payload != response.raw or found.uri != response.uri:
            return None
        known = Stored(found.record_id, found.date, found.locator.path, found.locator.offset or 0)
        with self._lock:
            self._remember(key, known)
        return known

    def _remember(self, key: bytes, stored: Stored) -> None:
        self._known[key] = stored
        if len(self._known) > _MAX_KNOWN:
            self._known.popitem(last=False)

    def _write(self, data: bytes) -> tuple[str, int]:
        """Append whole records; the file's name and where in it they begin."""
        if self._open is not None and self._size >= self._max_file:
            self._end_file()
        if self._open is None:
            self._open = self._begin_file()
        descriptor, name = self._open
        offset = self._size
        self._put(descriptor, data)
        os.fsync(descriptor)
        return name, offset

    def _begin_file(self) -> tuple[int, str]:
        self._folder.mkdir(parents=True, exist_ok=True)
        now = self._clock.now().astimezone(UTC)
        while True:
            name = f"checker-{now:%Y%m%d%H%M%S}-{os.getpid()}-{self._serial:05d}.warc.gz"
            self._serial += 1
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
            try:
                descriptor = os.open(self._folder / name, flags, 0o644)
            except FileExistsError:
                continue
            break
        self._open, self._size = (descriptor, name), 0
        self._put(descriptor, writing.warcinfo(name, f"archive-checker/{__version__}", now))
        _sync_folder(self._folder)
        return descriptor, name

    def _put(self, descriptor: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            written = os.write(descriptor, view)
            self._size += written
            view = view[written:]

    def _end_file(self) -> None:
        if self._open is not None:
            os.close(self._open[0])
            self._open = None


def _memento(response: Response, locator: Locator) -> Memento:
    media_type, charset = content_type(response.headers)
    return Memento(
        uri_r=response.hops[0].uri if response.hops else response.uri,
        memento_datetime=response.received_at,
        validators=Validators(
            header(response.headers, "ETag"), header(response.headers, "Last-Modified")
        ),
        media_type=media_type,
        charset=charset,
        digest=digest_of(response.body),
        locator=locator,
    )


def _sync_folder(folder: Path) -> None:
    """A new file's name is only safe once its folder is on disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
