"""Files that are either as before or complete, whatever happens in between (faults P4)."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

TEMPORARY = ".checker-tmp"  # suffix of a file that never became one; safe to delete


def write_atomic(
    target: Path,
    data: bytes,
    *,
    dress: Callable[[Path], None] | None = None,
    still: Callable[[], bool] | None = None,
) -> bool:
    """Write *data* as *target*: temporary file beside it, fsync, rename, fsync of the folder.

    *dress* gives the temporary file its mode and times; *still* is asked just before the rename,
    and False leaves *target* alone. Returns whether *target* was written. Raises OSError; no
    temporary file stays behind but after a kill.
    """
    handle, name = tempfile.mkstemp(prefix=".", suffix=TEMPORARY, dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if dress is not None:
                dress(temporary)
            os.fsync(file.fileno())
        if still is not None and not still():
            return False
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(target.parent)
    return True


@contextmanager
def written_atomically(target: Path) -> Iterator[BinaryIO]:
    """A file to write piece by piece, which becomes *target* when the block ends without error."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=TEMPORARY, dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """A rename is durable once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
