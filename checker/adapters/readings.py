"""Readings of earlier audits in a folder (port ``Readings``): one small JSON file a document, known by
its bytes and, as a second name of the file, by what marks the document's own.

A file is written under another name and renamed, so that audits may share the folder at the same
time, and one that is killed leaves nothing half-done. Whatever can't be read is as if it were not
there. What another version or another state of the installed package wrote is not looked at.
"""

import hashlib
import json
import logging
import os
import re
import shutil
import time
from contextlib import suppress
from pathlib import Path

import checker
from checker import codec
from checker.errors import TargetError
from checker.ports.readings import Remembered

MAX_ENTRIES = 1_000_000  # some 5 GB; the oldest go first
MAX_ENTRY = 4_000_000  # bytes
STALE = 30 * 86_400  # seconds without use, after which what another version wrote is removed
_USED = 86_400  # that an entry is in use is noted once a day
_FORMAT = 1
_VERSION = re.compile(r"readings-[0-9a-f]{16}")
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of archive-checker; it may be deleted.\n"

log = logging.getLogger("checker.audit")


class FolderReadings:
    """Readings below *folder*, which is made. Raises TargetError if it can't be written to."""

    def __init__(self, folder: Path, limit: int = MAX_ENTRIES) -> None:
        self._folder, self._limit = folder, limit
        self._place = folder / f"readings-{_installed()}"
        self._written = 0
        self._now = time.time()
        self._broken = False
        try:
            self._place.mkdir(parents=True, exist_ok=True)
            os.utime(self._place)
            (folder / "CACHEDIR.TAG").write_text(_TAG, encoding="ascii")
            (folder / ".gitignore").write_text("*\n", encoding="ascii")
        except OSError as error:
            remedy = "Name a folder that you may write to, or leave --cache out."
            raise TargetError(str(folder), error.strerror or str(error), remedy) from error

    def known(self, key: str) -> Remembered | None:
        path = self._path(key)
        try:
            with path.open("rb") as file:
                old = self._now - os.fstat(file.fileno()).st_mtime > _USED
                text = file.read(MAX_ENTRY + 1)
            found = codec.from_plain(Remembered, json.loads(text))
        except (OSError, ValueError, RecursionError):
            return None
        if old:
            with suppress(OSError):
                os.utime(path)
        return found

    def note(self, key: str, found: Remembered) -> None:
        text = codec.dumps(found).encode()
        if self._broken or len(text) > MAX_ENTRY:
            return
        path = self._path(key)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(exist_ok=True)
            temporary.write_bytes(text)
            temporary.replace(path)
        except OSError as error:
            self._broken = True
            log.warning("%s: %s; nothing more is kept there", self._folder, error.strerror or error)
            with suppress(OSError):
                temporary.unlink()
        else:
            self._written += 1

    def also(self, key: str, other: str) -> None:
        """As a second name of the file; a system without such names reads the page's bytes."""
        path = self._path(other)
        with suppress(OSError):
            path.parent.mkdir(exist_ok=True)
            path.unlink(missing_ok=True)
            path.hardlink_to(self._path(key))
            self._written += 1

    def close(self) -> None:
        """What is too much is removed, if anything was added."""
        if self._written:
            with suppress(OSError):
                self._sweep()

    def _path(self, key: str) -> Path:
        return self._place / key[:2] / f"{key[2:]}.json"

    def _sweep(self) -> None:
        for other in self._folder.iterdir():
            mine = other == self._place or not _VERSION.fullmatch(other.name)
            if not mine and self._now - other.lstat().st_mtime > STALE:
                shutil.rmtree(other, ignore_errors=True)
        entries: list[tuple[float, str]] = []
        for part in os.scandir(self._place):
            entries += ((one.stat().st_mtime, one.path) for one in os.scandir(part.path))
        if len(entries) > self._limit:
            entries.sort()
            for _, path in entries[: len(entries) - self._limit * 4 // 5]:
                Path(path).unlink(missing_ok=True)


def _installed() -> str:
    """What would read: the version, and the names, sizes and times of the package's files, so that
    an upgrade, and a change to a table of phrases, begin anew."""
    root = Path(checker.__file__).parent
    state = [str(_FORMAT), checker.__version__]
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            found = Path(folder, name).stat()
            state.append(f"{folder[len(str(root)) :]}/{name} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(state).encode("utf-8", "replace")).hexdigest()[:16]
