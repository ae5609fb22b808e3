"""Paths that must not lead out of a folder (faults E23, E24)."""

import os
import stat
from pathlib import Path

_NO_NAMES = frozenset({"", ".", ".."})


def inside(root: Path, relative: str) -> Path | None:
    """The file that *relative* names below *root*, with no symbolic link on the way, or None.

    The relative path comes from a database or a WARC header: it is hostile. Every part of it is
    looked at, so that ``..``, an absolute path and a link are all refused.
    A *root* that is a file holds itself alone, as ``.`` or by its name.
    """
    if not relative or "\x00" in relative:
        return None
    base = root.absolute()  # where it lies, by way of what links, is the user's word
    if base.is_file():
        return base if relative in {".", root.name} else None
    path = str(base)
    for name in relative.split("/"):
        if name in _NO_NAMES or os.sep in name:  # Windows' own separates, too
            return None
        path = f"{path}{os.sep}{name}"
        if _is_link(path):
            return None
    return Path(path)


def _is_link(path: str) -> bool:
    """What is not there is none; a name that is too long can't be looked at, and is refused."""
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
