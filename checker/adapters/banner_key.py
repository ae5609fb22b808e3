"""The key file that banners are signed with, in the data folder.

One key in hex a line; the first signs, all are believed. So a key can be replaced while banners
of the former one are still out there. A lost file costs no copy its bytes: `checker banner remove
--force` takes banners off without a key.
"""

import os
import re
import secrets
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from checker.adapters.atomic import TEMPORARY, write_atomic
from checker.errors import BannerError
from checker.stages.banner import Keyring

NAME = "banner.key"
_HEAD = (
    "# archive-checker signs its banners with the first of these keys and believes all of them.\n"
    "# Keep this file secret, and keep it: without it, banners come off by --force only.\n"
)
_KEY = re.compile(r"[0-9a-f]{64}")
_MAX = 64_000


def read_keys(path: Path) -> Keyring:
    """The keys in *path*, none if there is no such file. Raises BannerError."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return Keyring()
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise BannerError(str(path), "it is no regular file", "Move it away.")
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            cause = f"others may read it (mode {stat.S_IMODE(mode):o}), so it proves nothing"
            raise BannerError(str(path), cause, f"chmod 600 {path}")
        return _parsed(path, os.read(handle, _MAX))
    finally:
        os.close(handle)


def make_keys(path: Path) -> Keyring:
    """The keys in *path*; a new one if there is no such file. Raises BannerError.

    Of two processes that make it at once, both end up with the same key.
    """
    found = read_keys(path)
    if found.keys:
        return found
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=TEMPORARY, dir=path.parent)  # mode 600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_text(_new()))
                file.flush()
                os.fsync(handle)
            with suppress(FileExistsError):  # somebody else was quicker: theirs counts
                os.link(name, path)
        finally:
            Path(name).unlink()
    except OSError as error:
        raise _unreadable(path, error) from error
    return read_keys(path)


def rotate_keys(path: Path) -> Keyring:
    """Put a new key first; those before it go on being believed. Raises BannerError."""
    keys = (_new().keys[0], *read_keys(path).keys)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, _text(Keyring(keys)))
    except OSError as error:
        raise _unreadable(path, error) from error
    return Keyring(keys)


def _new() -> Keyring:
    return Keyring((secrets.token_bytes(32),))


def _text(keys: Keyring) -> bytes:
    return (_HEAD + "".join(f"{key.hex()}\n" for key in keys.keys)).encode()


def _parsed(path: Path, data: bytes) -> Keyring:
    lines = [line.strip() for line in data.decode("ascii", "replace").splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    wrong = [number for number, line in enumerate(found, 1) if not _KEY.fullmatch(line)]
    if wrong or not found:
        cause = f"key {wrong[0]} is not 64 hex digits" if wrong else "it holds no key"
        remedy = "Restore it from a backup, or delete it: then --force takes old banners off."
        raise BannerError(str(path), cause, remedy)
    return Keyring(tuple(bytes.fromhex(line) for line in found))


def _unreadable(path: Path, error: OSError) -> BannerError:
    remedy = "Let the user of the checker read and write the data folder (data_dir)."
    return BannerError(str(path), error.strerror or str(error), remedy)
