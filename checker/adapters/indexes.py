"""Files that list captures or pages, and the records that a capture index names."""

import zlib
from functools import partial
from pathlib import Path

from checker.adapters import warc
from checker.errors import ArchiveError
from checker.model import Document, Locator, Skipped
from checker.ports import Unread

SUFFIXES = (".cdx", ".cdxj", ".xml", ".rss", ".atom", ".timemap", ".link", ".json")
MAX_PAGE = 20_000_000
MAX_BYTES = 200_000_000  # also when unpacked


def content(path: Path) -> bytes | None:
    """The index in the file *path*; None of a file that is none by its ending or can't be read."""
    if not path.name.lower().removesuffix(".gz").endswith(SUFFIXES):
        return None
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            body = file.read(MAX_BYTES)
        return _unpacked(body) if body.startswith(b"\x1f\x8b") else body
    except (OSError, zlib.error):
        return None


def _unpacked(body: bytes) -> bytes:
    """All members of a gzip file, as far as they are whole."""
    found, size = [], 0
    while body and size < MAX_BYTES:
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        part = member.decompress(body, MAX_BYTES - size)
        found.append(part)
        size += len(part)
        body = member.unused_data
    return b"".join(found)


def record(index: Path, file: str, offset: int, uri: str) -> Unread:
    """The record at *offset* of *file*, which lies beside *index*; read when it is wanted."""
    name = file.rpartition("/")[2] if "://" in file else file
    return Unread(f"{name}:{offset}", partial(_read, index.parent, Locator(name, offset), uri))


def _read(root: Path, locator: Locator, uri: str) -> Document | Skipped:
    name = f"{locator.path}:{locator.offset}"
    try:
        found = warc.record_at(root, locator)
        page = warc.representation(found, locator, MAX_PAGE)
    except ArchiveError as error:
        return Skipped(name, f"{uri}: {error.cause}")
    return Document(
        name, page, found.uri or uri, "CDX", found.captured_at, found.headers, found.locator
    )
