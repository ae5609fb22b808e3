"""WACZ 1.1.1: a zip file whose WARC files are stored as they are (https://specs.webrecorder.net/wacz).

A record's address is its place in the zip file itself, so that it can be read back from there
without unpacking anything.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import IO, BinaryIO

_WIDE = 0xFFFFFFFF  # in place of a size that stands in an extra field (ZIP64)
_LOCAL = 30  # bytes of a local file header before its name
_WARCS = (".warc", ".warc.gz", ".arc", ".arc.gz")
_MOST = 10_000  # members that are looked at
_REPACK = "is compressed within the container, so that no record has an address; store it instead"


@dataclass(frozen=True, slots=True)
class Part:
    """Where a WARC file lies in the zip file; or why its records can't be had."""

    name: str
    start: int = 0
    end: int = 0
    problem: str = ""


def parts(path: Path) -> Iterator[Part]:
    """The WARC files in the container *path*, in the order of the zip file."""
    try:
        with zipfile.ZipFile(path) as container, path.open("rb") as file:
            members = container.infolist()
            yield from (_part(one, file) for one in members[:_MOST] if _is_warc(one.filename))
            if len(members) > _MOST:
                yield Part(
                    "",
                    problem=f"holds {len(members):,} files; those after the first {_MOST:,} were not read",
                )
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        yield Part("", problem=f"is no readable zip container: {str(error)[:200]}")


def _is_warc(name: str) -> bool:
    return name.startswith("archive/") and name.lower().endswith(_WARCS)


def stored(path: Path, member: zipfile.ZipInfo) -> Part:
    """Where *member*'s bytes lie in the container *path*, if they are stored as they are."""
    with path.open("rb") as file:
        return _part(member, file)


def local_fault(member: zipfile.ZipInfo, file: IO[bytes]) -> str:
    """What the header before *member*'s bytes says otherwise than the container's directory."""
    file.seek(member.header_offset)
    head = file.read(_LOCAL)
    if len(head) < _LOCAL or head[:4] != b"PK\x03\x04":
        return "is not where the container says"
    name = file.read(int.from_bytes(head[26:28], "little"))
    if name not in {member.orig_filename.encode("utf-8", "replace"), _old(member.orig_filename)}:
        return "has another name in the container's directory"
    flags, method = (int.from_bytes(head[at : at + 2], "little") for at in (6, 8))
    crc, packed, size = (int.from_bytes(head[at : at + 4], "little") for at in (14, 18, 22))
    if method != member.compress_type:
        return "is packed by one method, as the container's directory says, and by another"
    said = ((crc, member.CRC), (packed, member.compress_size), (size, member.file_size))
    later = bool(flags & 8)  # then they stand behind the bytes
    if not later and any(here not in {_WIDE, there} for here, there in said):
        return "has a size or check sum that is not the one in the container's directory"
    return ""


def _old(name: str) -> bytes:
    return name.encode("cp437", "replace")


def _part(member: zipfile.ZipInfo, file: BinaryIO) -> Part:
    if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1:
        return Part(member.filename, problem=_REPACK)
    file.seek(member.header_offset)
    head = file.read(_LOCAL)
    if len(head) < _LOCAL or head[:4] != b"PK\x03\x04":
        return Part(member.filename, problem="is not where the container says")
    lengths = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    start = member.header_offset + _LOCAL + lengths
    return Part(member.filename, start, start + member.file_size)


class Until(RawIOBase):
    """*file* from where it stands, ending at byte *end*; positions are those of the file."""

    def __init__(self, file: BinaryIO, end: int) -> None:
        self._file, self._end = file, end

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # Buffer
        room = max(self._end - self._file.tell(), 0)
        data = self._file.read(min(len(buffer), room))
        buffer[: len(data)] = data
        return len(data)
