"""Which kind of archive it is that the user named."""

from collections.abc import Iterator
from pathlib import Path

from checker.adapters import warc
from checker.adapters.bringing import archivebox, mirror
from checker.adapters.openable import look
from checker.errors import TargetError
from checker.model import Skipped
from checker.ports import Clock, Offer
from checker.ports.selection import ARCHIVES


def bring(path: Path, clock: Clock) -> Iterator[Offer | Skipped]:
    """Every capture of a page in *path*; what can't be read is ``Skipped``. Raises TargetError."""
    look(path, "Check the path.")
    if path.is_dir():
        return _folder(path, clock)
    if path.name.lower().endswith(ARCHIVES):
        return warc.WarcCopies(path).captures()
    raise TargetError(
        str(path), "is no archive that is known", "Name a WARC, ARC or WACZ file, or a folder."
    )


def _folder(path: Path, clock: Clock) -> Iterator[Offer | Skipped]:
    snapshots = archivebox.snapshots(path)
    if snapshots is not None:
        yield from archivebox.captures(path, snapshots, clock)
        return
    empty = True
    for found in (warc.WarcCopies(path).captures(), mirror.captures(path, clock)):
        for one in found:
            empty = False
            yield one
    if empty:
        yield Skipped(str(path), "holds no WARC file, no snapshot and no page that is known")
