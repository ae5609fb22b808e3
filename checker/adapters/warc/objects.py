"""The archive of our own captures in an object store: one WARC file for each capture.

An object can't be appended to, and what is kept on the way in a local file would be out of other
machines' reach, and gone with its machine. So each capture is a WARC file of its own, whole or not
there at all, and safe when ``append`` returns. Readers take their files joined as they are, as
WARC files may be (docs/decisions/0016-object-stores.md).
"""

import tempfile
from datetime import UTC
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from checker import __version__
from checker.adapters.inside import inside
from checker.adapters.warc import writing
from checker.adapters.warc.captures import Captures
from checker.adapters.warc.loading import MAX_BODY, Found, followed, read_record
from checker.adapters.warc.records import Record
from checker.errors import ArchiveError
from checker.model import Locator
from checker.ports import Clock

FIRST_READ = 1 << 20  # bytes; holds nearly every capture, as pages compress well


class Objects(Protocol):
    """Whole objects by their keys. Thread-safe."""

    @property
    def name(self) -> str:
        """How messages call the store; nothing secret."""

    def put(self, key: str, data: bytes) -> None:
        """Keep *data* for good. Raises ArchiveError."""

    def probe(self) -> None:
        """Write an object and read it back. Raises ArchiveError."""

    def get(self, key: str, start: int, size: int) -> bytes:
        """At most *size* bytes from byte *start* on. Raises ArchiveError."""


class ObjectArchive(Captures):
    """Port ``Archive`` over *objects*. Files of a folder's archive that were copied there under
    their names are read where the database says that their records begin."""

    def __init__(self, objects: Objects, clock: Clock, *, max_body: int = MAX_BODY) -> None:
        super().__init__(max_body)
        self._objects, self._clock = objects, clock

    def close(self) -> None:
        """Nothing is held back."""

    def _keep(self, data: bytes) -> tuple[str, int]:
        now = self._clock.now().astimezone(UTC)
        # By their names in the order of time: what a revisit refers to stands before it.
        file = f"checker-{now:%Y%m%d%H%M%S%f}-{uuid4().hex}.warc.gz"
        opening = writing.warcinfo(file, f"archive-checker/{__version__}", now)
        key = f"{now:%Y/%m/%d}/{file}"
        self._objects.put(key, opening + data)
        return key, len(opening)

    def _probe(self) -> None:
        self._objects.probe()

    def _found(self, locator: Locator) -> Found:
        return followed(self._record, locator)

    def _record(self, locator: Locator) -> Record:
        """The record at *locator*, read as from a file that has nothing before it."""
        whole = self._max_body + FIRST_READ
        with tempfile.TemporaryDirectory(prefix="checker-") as folder:
            root = Path(folder)
            path = inside(root, locator.path)
            if path is None:
                raise ArchiveError(
                    locator.path,
                    f"no object of {self._objects.name} can be called so",
                    "Restore the database from a backup.",
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            for size in (FIRST_READ, whole):
                got = self._objects.get(locator.path, locator.offset or 0, size)
                with path.open("wb") as file:
                    file.seek(locator.offset or 0)  # leaves a hole that takes no room
                    file.write(got)
                try:
                    return read_record(root, locator, self._max_body)
                except ArchiveError:
                    if len(got) < size or size == whole:  # there is no more of it
                        raise
        raise AssertionError
