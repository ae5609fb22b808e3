"""What tells without opening a file that it is as it was: size, times, inode, device."""

import os
import stat
import time
from pathlib import Path

RECENT_NS = 2_000_000_000  # FAT counts modifications in steps of two seconds

Mark = tuple[int, int, int, int, int]


def mark(path: Path) -> Mark | None:
    """Size, modification, status change (tools set the former back), inode and device; None if
    *path* is gone, or no regular file."""
    try:
        found = path.lstat()
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev


def is_recent(found: Mark) -> bool:
    """Whether a further change might leave the same mark: file times go in steps."""
    return abs(time.time_ns() - max(found[1], found[2])) < RECENT_NS


def lasting(path: Path) -> Mark | None:
    """The mark that no later change can leave; None where the system's times do not tell."""
    found = mark(path) if os.name != "nt" else None  # there the third is the time of creation
    return None if found is None or is_recent(found) else found
