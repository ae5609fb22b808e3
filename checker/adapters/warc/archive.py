"""The archive of our own captures: an append-only folder of WARC files."""

import os
import tempfile
import threading
from datetime import UTC
from pathlib import Path
from typing import Self

from checker import __version__
from checker.adapters.inside import inside
from checker.adapters.warc import writing
from checker.adapters.warc.captures import Captures
from checker.adapters.warc.loading import MAX_BODY, Found, record_at
from checker.errors import ArchiveError
from checker.model import Locator
from checker.ports import Clock

MAX_FILE = 1 << 30  # bytes after which a new file is begun, as WARC tools expect

ROOM = 1 << 20  # bytes that must be free again before a disk that was full is written to


class WarcArchive(Captures):
    """Appends to one new file per process and GiB, so that nothing is ever written behind the
    torn tail that a killed process may have left. A capture is on disk (fsync) when ``append``
    returns."""

    def __init__(
        self, folder: Path, clock: Clock, *, max_file: int = MAX_FILE, max_body: int = MAX_BODY
    ) -> None:
        super().__init__(max_body)
        self._folder, self._clock = folder, clock
        self._max_file = max_file
        self._lock = threading.Lock()
        self._open: tuple[int, str] | None = None  # file descriptor and name
        self._size = self._serial = 0

    def _keep(self, data: bytes) -> tuple[str, int]:
        with self._lock:
            try:
                return self._write(data)
            except OSError as error:
                self._end_file()  # what was written of the record stays as a torn tail
                raise self._unwritable(error) from error

    def _probe(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._folder) as file:
                file.write(bytes(ROOM))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> ArchiveError:
        return ArchiveError(
            str(self._folder),
            f"a capture can't be written: {error.strerror or error}",
            "Make room or correct the folder's permissions; the check is repeated.",
        )

    def _found(self, locator: Locator) -> Found:
        return record_at(self._folder, locator, self._max_body)

    def _holds(self, locator: Locator) -> bool:
        path = inside(self._folder, locator.path)
        try:
            return path is not None and path.stat().st_size > (locator.offset or 0)
        except OSError:
            return False

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


def _sync_folder(folder: Path) -> None:
    """A new file's name is only safe once its folder is on disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
