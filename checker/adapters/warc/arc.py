"""ARC 1.0, the format before WARC: a line ``URL IP date type length``, then that many bytes.

Read by our own code: fastwarc reads no ARC, and warcio takes any text for one (even a CDX),
accepts negative lengths and needs quadratic time for an endless line. Format:
https://archive.org/web/researcher/ArcFileFormat.php
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, Protocol

from fastwarc.stream_io import GzipReader

_MAX_LINE = 8_192  # more than any URL that we would ask for
WHOLE_FILE = (
    "is compressed as a whole, so that no record has an address; "
    "run `fastwarc recompress` on the file"
)


class _Reader(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class ArcRecord:
    """One record. ``problem`` says why its block is missing (None) or was left out (empty)."""

    offset: int
    uri: str = ""
    date: datetime | None = None
    block: bytes | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Header:
    uri: str
    date: datetime | None
    length: int


def looks_like(stream: BinaryIO, *, zipped: bool, first: bool) -> bool:
    """Whether an ARC record starts here; the stream's position stays. *first*: a file's start."""
    position = stream.tell()
    try:
        line = _line(_reader(stream, zipped=zipped))
    except OSError as error:
        if error.errno is not None:
            raise
        return False
    finally:
        stream.seek(position)
    if first:
        return line.startswith(b"filedesc:")
    return isinstance(_header(line), _Header)


def records(stream: BinaryIO, *, zipped: bool, cap: int, start: int) -> Iterator[ArcRecord]:
    """Every record but the ``filedesc`` one; a block of over *cap* bytes is left out.

    After a header that can't be understood nothing more can be found: the last record yielded
    has ``block`` None. Offsets are those of the record's gzip member or first byte.
    """
    reader = _reader(stream, zipped=zipped)
    offset, last = start, -1
    while line := _line(reader):
        if isinstance(reader, GzipReader):
            offset = reader.frame_start_position() or 0
        if not line.strip():
            offset += len(line)
            continue
        record, length = _record(reader, line, offset, cap)
        if offset == last:
            record = ArcRecord(offset, problem=WHOLE_FILE)
        if record.problem or not record.uri.startswith("filedesc:"):
            yield record
        if record.block is None:
            return
        last = offset
        offset += len(line) + length


def _record(reader: _Reader, line: bytes, offset: int, cap: int) -> tuple[ArcRecord, int]:
    head = _header(line)
    if isinstance(head, str):
        return ArcRecord(offset, problem=head), 0
    block, there = _take(reader, head.length, cap)
    if there < head.length:
        problem = f"cut short: {there} of {head.length} bytes are there"
        return ArcRecord(offset, head.uri, head.date, None, problem), 0
    problem = f"too large: {head.length} bytes, {cap} are allowed" if head.length > cap else ""
    return ArcRecord(offset, head.uri, head.date, block, problem), head.length


def _reader(stream: BinaryIO, *, zipped: bool) -> GzipReader | BinaryIO:
    return GzipReader(stream) if zipped else stream


def _line(reader: _Reader) -> bytes:
    """Up to and with the next line feed, at most ``_MAX_LINE`` bytes."""
    line = bytearray()
    while len(line) < _MAX_LINE and not line.endswith(b"\n"):
        byte = reader.read(1)
        if not byte:
            break
        line += byte
    return bytes(line)


def _take(reader: _Reader, length: int, cap: int) -> tuple[bytes, int]:
    """*length* bytes, kept up to *cap*, and how many there were."""
    kept, there = bytearray(), 0
    while there < length:
        step = reader.read(min(length - there, 1 << 20))
        if not step:
            break
        there += len(step)
        if length <= cap:
            kept += step
    return bytes(kept), there


def _header(line: bytes) -> _Header | str:
    """URLs in the wild hold spaces, so that the last four fields are taken from the right."""
    parts = line.decode("utf-8", "replace").rstrip("\r\n").rsplit(" ", 4)
    if len(parts) != 5 or ":" not in parts[0]:
        return "no ARC record header"
    uri, _, stamp, _, length = parts
    if not (length.isascii() and length.isdigit() and len(length) <= 15):
        return f"bad length {length[:40]!r} in an ARC record header"
    try:
        date = datetime.strptime(stamp[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        date = None
    return _Header(uri, date, int(length))
