"""Flagged copies on disk: beside the originals (the default) or in their place.

Both sinks touch regular files below their root only: no symbolic link is followed, at any step of
the path, and nothing above the root is reached (faults E23, E24).
"""

import os
import shutil
import stat
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from checker.adapters import mhtml
from checker.adapters.atomic import TEMPORARY, write_atomic
from checker.errors import BannerError
from checker.model import Banner, Skipped
from checker.ports import BannerChange
from checker.stages.banner import (
    Bearing,
    Keyring,
    bearing,
    bears,
    obstacle,
    peel,
    splice,
    strip,
)

_NOT_HTML = frozenset((
    ".txt", ".text", ".md", ".markdown", ".rst", ".json", ".xml", ".rss", ".atom", ".csv",
    ".pdf", ".js", ".css", ".svg", *mhtml.SUFFIXES,
))  # fmt: skip
_ABANDONED_AFTER = 3600  # seconds; a write takes milliseconds


_BY_FORCE = "`checker banner remove FOLDER --in-place --force` takes it out"
_REFUSED = {
    Bearing.EDITED: f"it was edited after its banner was put on; {_BY_FORCE}",
    Bearing.FOREIGN: f"it bears a banner that our key did not sign (of another key, or of 0.1); {_BY_FORCE}",
}


class _RefusedError(Exception):
    """A copy that is not touched; the text is the reason."""


class _BusyError(_RefusedError):
    """Not now; a later try may do."""


@dataclass(frozen=True, slots=True)
class _Copy:
    path: Path
    name: str  # relative to the root, with "/"
    body: bytes
    state: os.stat_result

    def unchanged(self) -> bool:
        """Whether the file still is what was read (faults P30)."""
        try:
            return _read(self.path)[0] == self.body
        except OSError:
            return False


class OutputTree:
    """Writes flagged copies to the same path below *output*; originals are never written to.

    ``remove`` makes a flagged copy byte-identical to its original instead of deleting it: what
    serves the output tree goes on answering, with the clean page. What was never published there
    is not created by it. Raises BannerError if the two trees overlap, as an output file could
    then take an original's place, or be taken for a copy.
    """

    def __init__(self, root: Path, output: Path, keys: Keyring) -> None:
        self._root, self._output, self._keys = root, output.resolve(), keys
        real = root.resolve()
        if self._output.is_relative_to(real) or real.is_relative_to(self._output):
            raise BannerError(
                str(output), f"overlaps the archive {root}", "Name a folder apart from the archive."
            )

    def apply(self, copy: Path, banner: Banner, fragment: str) -> BannerChange | Skipped:
        """The published form of *copy* bears *fragment*, exactly once."""
        try:
            found = _load(self._root, copy)
            if self._says(found, fragment):
                return BannerChange(found.name, "unchanged")
            return self._publish(found, _flagged(found, fragment, self._keys), banner.heading)
        except (_RefusedError, OSError) as why:
            return _skipped(copy, why)

    def remove(self, copy: Path) -> BannerChange | Skipped:
        try:
            found = _load(self._root, copy)
            target = self._output / found.name
            if not os.path.lexists(target):
                return BannerChange(found.name, "unchanged", "not published")
            return self._publish(found, found.body)
        except (_RefusedError, OSError) as why:
            return _skipped(copy, why)

    def _says(self, copy: _Copy, fragment: str) -> bool:
        """Whether what is published says all this of this very original already."""
        target = self._output / copy.name
        if target.is_symlink() or not target.is_file():
            return False
        before, state = _read(target)
        if stat.S_IMODE(state.st_mode) != stat.S_IMODE(copy.state.st_mode) & 0o777:
            return False
        same = strip(before, self._keys) == strip(copy.body, self._keys)
        return same and bears(before, fragment, self._keys)

    def _publish(self, copy: _Copy, body: bytes, heading: str = "") -> BannerChange:
        target = self._output / copy.name
        _make_folders(self._output, target.parent)
        before = _read(target)[0] if os.path.lexists(target) else None
        if before == body:
            return BannerChange(copy.name, "unchanged")
        mode = stat.S_IMODE(copy.state.st_mode) & 0o777
        write_atomic(target, body, dress=lambda temporary: temporary.chmod(mode))
        if not heading:
            return BannerChange(copy.name, "removed")
        action = "applied" if before in (None, copy.body) else "replaced"
        return BannerChange(copy.name, action, heading)


@dataclass(frozen=True, slots=True)
class InPlace:
    """Puts banners into the copies themselves; ``remove`` restores every byte.

    Mode, owner, times and extended attributes stay. Hard links are refused, since the other names
    would keep the old content, and so is a file that was edited around its banner, as what it was
    before can't be told any more, and one whose banner no key of ours signed. With ``force`` both
    are taken for ours.
    """

    root: Path
    keys: Keyring
    force: bool = False

    def apply(self, copy: Path, banner: Banner, fragment: str) -> BannerChange | Skipped:
        """*copy* bears *fragment*, in place of a banner that it bore."""
        try:
            found = self._load(copy)
            if bears(found.body, fragment, self.keys):
                return BannerChange(found.name, "unchanged")
            clean, _ = self._clean(found)
            flagged = _flagged(replace(found, body=clean), fragment, self.keys)
            action = "applied" if clean is found.body else "replaced"
            return self._write(found, flagged, action, banner.heading)
        except (_RefusedError, OSError) as why:
            return _skipped(copy, why)

    def remove(self, copy: Path) -> BannerChange | Skipped:
        try:
            found = self._load(copy)
            clean, detail = self._clean(found)
            return self._write(found, clean, "removed", detail)
        except (_RefusedError, OSError) as why:
            return _skipped(copy, why)

    def _load(self, copy: Path) -> _Copy:
        found = _load(self.root, copy)
        if found.state.st_nlink > 1:
            raise _RefusedError("it has hard links, whose other names would keep the old content")
        _sweep(found.path.parent, int(time.time() // _ABANDONED_AFTER))
        return found

    def _clean(self, copy: _Copy) -> tuple[bytes, str]:
        """The copy without a banner, and what to say of it."""
        if self.force:
            clean, exact = peel(strip(copy.body, self.keys))
            return clean, "" if exact else "edited since: what is left is not what it was before"
        borne = bearing(copy.body, self.keys)
        if borne in _REFUSED:
            raise _RefusedError(_REFUSED[borne])
        return strip(copy.body, self.keys), ""

    def _write(self, copy: _Copy, body: bytes, action: str, detail: str = "") -> BannerChange:
        if body == copy.body:
            return BannerChange(copy.name, "unchanged")
        dress = partial(_dress, copy)
        if not write_atomic(copy.path, body, dress=dress, still=copy.unchanged):
            raise _BusyError("it was changed by somebody else meanwhile")
        return BannerChange(copy.name, action, detail)


def _flagged(copy: _Copy, fragment: str, keys: Keyring) -> bytes:
    if copy.path.suffix.lower() in _NOT_HTML:
        raise _RefusedError(f"a {copy.path.suffix} file is no HTML page that could hold a banner")
    flagged = splice(copy.body, fragment, keys)
    if flagged is copy.body:
        raise _RefusedError(obstacle(copy.body))
    return flagged


def _load(root: Path, copy: Path) -> _Copy:
    """Read *copy*, given below the root or relative to it, without following a link."""
    name = os.path.relpath(root.absolute() / copy, root.absolute())
    if name == "." or Path(name).parts[0] == "..":
        raise _RefusedError("it lies outside the archive")
    path = root.resolve() / name
    for step in (path, *path.parents[: len(Path(name).parts) - 1]):
        if step.is_symlink():
            raise _RefusedError(f"{step.name!r} is a symbolic link")
    body, state = _read(path)
    return _Copy(path, Path(name).as_posix(), body, state)


def _read(path: Path) -> tuple[bytes, os.stat_result]:
    # O_NONBLOCK: opening a FIFO must not wait for a writer.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise _RefusedError("it is no regular file")
        return file.read(), state


def _make_folders(output: Path, folder: Path) -> None:
    """Make *folder* below *output*; a link on the way could lead out of it."""
    output.mkdir(parents=True, exist_ok=True)
    step = output
    for part in folder.relative_to(output).parts:
        step /= part
        if step.is_symlink():
            raise _RefusedError(f"{step} is a symbolic link")
        step.mkdir(exist_ok=True)


def _dress(copy: _Copy, temporary: Path) -> None:
    """Give *temporary* the owner, mode, times and attributes of *copy*."""
    state = temporary.stat()
    if (state.st_uid, state.st_gid) != (copy.state.st_uid, copy.state.st_gid):
        try:
            os.chown(temporary, copy.state.st_uid, copy.state.st_gid)
        except PermissionError:
            raise _RefusedError("it belongs to another user, who would lose it") from None
    shutil.copystat(copy.path, temporary, follow_symlinks=False)


@lru_cache(maxsize=4096)
def _sweep(folder: Path, hour: int) -> None:  # noqa: ARG001 - bounds how often a folder is read
    """Delete what a killed run left behind, once an hour for each folder.

    Its age is told by ``ctime``: the other times are copied from the original.
    """
    for entry in os.scandir(folder):
        if entry.name.startswith(".") and entry.name.endswith(TEMPORARY):
            with suppress(OSError):
                if time.time() - entry.stat(follow_symlinks=False).st_ctime > _ABANDONED_AFTER:
                    Path(entry.path).unlink()


def _skipped(copy: Path, why: _RefusedError | OSError) -> Skipped:
    """A copy that is gone stays gone; a full disk or a lack of permission may be put right."""
    again = isinstance(why, _BusyError | OSError) and not isinstance(why, FileNotFoundError)
    return Skipped(str(copy), _reason(why), again)


def _reason(why: _RefusedError | OSError) -> str:
    return (why.strerror if isinstance(why, OSError) else None) or str(why)
