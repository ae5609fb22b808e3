"""Records of WARC 1.0 and 1.1 (ISO 28500) and ARC files, plain, gzip or (WARC) Zstandard, read within
bounds.

WARC is read by fastwarc, which takes a limit for header lines (warcio needs over a minute for one
of 50 MB). ARC is read by ``arc``. What a record claims of its own length is compared with what is
there: neither library refuses a negative Content-Length or a record that ends early.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from checker.adapters.warc import arc, zstd
from checker.adapters.warc.wacz import Until
from checker.model import Headers, header

MAX_HEADER = 65_536  # of a record's header block, and of an HTTP header block
_READ = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.revisit
_PLAUSIBLE_LENGTH = re.compile(r"[0-9]{1,15}")
_LINE = 512
_REPACK = "unpack the file (`zstd -d`), or pack each record for itself"
_CHUNK = re.compile(rb"(?:\r?\n)?([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]{0,400})?\r?\n")


@dataclass(frozen=True, slots=True)
class Record:
    """One record with its block. ``kind`` is WARC-Type in lower case; ``fields`` its header."""

    kind: str
    offset: int
    fields: Headers
    block: bytes

    def field(self, name: str) -> str | None:
        return header(self.fields, name)

    @property
    def uri(self) -> str | None:
        """WARC-Target-URI without the angle brackets that wget writes, spaces encoded."""
        uri = self.field("WARC-Target-URI")
        return uri.strip().strip("<>").replace(" ", "%20") if uri else None

    @property
    def date(self) -> datetime | None:
        return instant(self.field("WARC-Date"))


@dataclass(frozen=True, slots=True)
class Broken:
    """A record, or the rest of a file (``ends``), that can't be read, and why."""

    offset: int
    reason: str
    ends: bool = False


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """The HTTP response in a record's block; ``payload`` keeps its content coding."""

    status: int
    fields: Headers
    payload: bytes
    reason: str = ""


def instant(text: str | None) -> datetime | None:
    """A WARC-Date (W3C profile of ISO 8601) of at least day precision, in UTC."""
    try:
        moment = datetime.fromisoformat((text or "").strip())
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def records(
    path: Path, cap: int, start: int = 0, end: int | None = None
) -> Generator[Record | Broken]:
    """Every response, resource and revisit record of the file *path* from byte *start* to *end*.

    A block of more than *cap* bytes is ``Broken`` without being held in memory. OSError comes
    only from the file system.
    """
    with path.open("rb") as file:
        stream = file if end is None else cast("BinaryIO", Until(file, end))
        stream.seek(start)
        magic = stream.read(4)
        stream.seek(start)
        zipped = magic[:2] == b"\x1f\x8b"
        if not magic:
            yield Broken(start, "is empty" if start == 0 else "ends before this record", ends=True)
        elif magic == b"PK\x03\x04":
            yield Broken(
                start, "is a zip container that is not named .wacz; rename or unpack it", ends=True
            )
        elif arc.looks_like(stream, zipped=zipped, first=start == 0):
            yield from _arc_records(stream, zipped=zipped, cap=cap, start=start)
        elif zstd.looks_like(magic):
            yield from _packed_records(stream, cap, start)
        else:
            yield from _warc_records(stream, path, cap, zipped=zipped)


def _warc_records(
    stream: BinaryIO, path: Path, cap: int, *, zipped: bool
) -> Iterator[Record | Broken]:
    position = stream.tell()
    try:
        iterator = ArchiveIterator(stream, _READ, parse_http=False, max_header_len=MAX_HEADER)
        with path.open("rb") as probe:
            for record in iterator:
                position = record.stream_pos
                if zipped and not _starts_member(probe, position):
                    yield Broken(position, arc.WHOLE_FILE, ends=True)
                    return
                yield _read(record, cap)
    except (OSError, EOFError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        yield Broken(position, f"can't be read on after this: {_words(error)}", ends=True)


def _packed_records(stream: BinaryIO, cap: int, start: int) -> Iterator[Record | Broken]:
    """Of each Zstandard frame its record, read apart from the others: so nothing is unpacked that
    is too large."""
    shared = zstd.dictionary(stream)
    if isinstance(shared, str):
        yield Broken(start, shared, ends=True)
        return
    for frame in zstd.frames(stream, start):
        size = max(frame.most, frame.end - frame.start)
        if frame.fault:
            yield Broken(frame.start, frame.fault, ends=True)
        elif size > cap + 2 * MAX_HEADER + zstd.BLOCK:
            yield Broken(frame.start, f"too large: up to {size} bytes, {cap} are allowed")
        else:
            stream.seek(frame.start)
            packed = BytesIO(shared + stream.read(frame.end - frame.start))
            yield from _in_frame(packed, cap, frame.start)


def _in_frame(packed: BytesIO, cap: int, offset: int) -> Iterator[Record | Broken]:
    try:
        iterator = ArchiveIterator(packed, _READ, parse_http=False, max_header_len=MAX_HEADER)
        for number, record in enumerate(iterator):
            if number:  # its place is not that of a frame: nobody would find it again
                yield Broken(offset, "more records share its frame; " + _REPACK)
                return
            yield replace(_read(record, cap), offset=offset)
    except (OSError, EOFError, ValueError) as error:
        yield Broken(offset, f"can't be unpacked: {_words(error)}")


def _starts_member(probe: BinaryIO, position: int) -> bool:
    probe.seek(position)
    return probe.read(3) == b"\x1f\x8b\x08"


def _read(record: WarcRecord, cap: int) -> Record | Broken:
    """The record with its block, if what its header says of it can be true."""
    offset = record.stream_pos
    fields = tuple((str(name), str(value)) for name, value in record.headers.astuples())
    lengths = {value.strip() for name, value in fields if name.lower() == "content-length"}
    if len(lengths) != 1 or not all(map(_PLAUSIBLE_LENGTH.fullmatch, lengths)):
        return Broken(offset, f"bad Content-Length {', '.join(sorted(lengths))[:60] or '(none)'}")
    declared = int(lengths.pop())
    if declared > cap + MAX_HEADER:
        return Broken(offset, f"too large: {declared} bytes, {cap} are allowed")
    kind = (header(fields, "WARC-Type") or "").lower()
    cut = header(fields, "WARC-Truncated")
    if cut is not None and kind != "revisit":  # a revisit leaves out its payload by design
        return Broken(offset, f"cut by its crawler ({cut[:60]})")
    if (header(fields, "WARC-Segment-Number") or "1").strip() != "1":
        return Broken(offset, "is a segment of a record")
    block = _all_of(record, declared)
    if len(block) != declared:
        return Broken(offset, f"cut short: {len(block)} of {declared} bytes are there")
    return Record(kind, offset, fields, block)


def _all_of(record: WarcRecord, length: int) -> bytes:
    block = bytearray()
    while record.reader is not None and len(block) < length:
        step = record.reader.read(min(length - len(block), 1 << 20))
        if not step:
            break
        block += step
    return bytes(block)


def _arc_records(
    stream: BinaryIO, *, zipped: bool, cap: int, start: int
) -> Iterator[Record | Broken]:
    position = start
    try:
        for found in arc.records(stream, zipped=zipped, cap=cap + MAX_HEADER, start=start):
            position = found.offset
            if found.problem:
                yield Broken(position, found.problem, ends=found.block is None)
            elif found.block is not None:
                fields = (
                    ("WARC-Target-URI", found.uri),
                    ("WARC-Date", found.date.isoformat() if found.date else ""),
                    ("Content-Type", "application/http; msgtype=response"),
                )
                yield Record("response", position, fields, found.block)
    except OSError as error:
        if error.errno is not None:
            raise
        yield Broken(position, f"can't be read on after this: {_words(error)}", ends=True)


def http_message(block: bytes) -> HttpMessage | str:
    """The response in *block*, its chunks joined, or why it is none."""
    record = WarcRecord()
    record.init_headers(WarcRecordType.response)
    record.set_bytes_content(block)
    record.is_http = True
    lines_end_bare = b"\r\n\r\n" not in block[:MAX_HEADER]  # LF alone, as some servers write
    try:
        record.parse_http("none", MAX_HEADER, lines_end_bare)
        payload = record.reader.read(len(block)) if record.reader is not None else b""
    except (OSError, ValueError) as error:
        return f"no HTTP response: {_words(error)}"
    if record.http_headers is None or record.http_headers.status_code is None:
        return "no HTTP response: bad status line"
    fields = tuple((str(name), str(value)) for name, value in record.http_headers.astuples())
    if "chunked" in (header(fields, "Transfer-Encoding") or "").lower():
        # Many crawlers keep the field though they joined the chunks.
        joined = joined_chunks(payload) if _CHUNK.match(payload[:_LINE]) else payload
        if joined is None:
            return "broken chunks in its body"
        payload = joined
    reason = str(record.http_headers.reason_phrase or "")
    return HttpMessage(record.http_headers.status_code, fields, payload, reason)


def joined_chunks(body: bytes) -> bytes | None:
    """*body* without its chunks (RFC 9112 §7.1), None if they do not fit; trailers are dropped.

    fastwarc's reader refuses chunk extensions and takes a body that ends early for whole.
    """
    parts: list[bytes] = []
    position = 0
    while found := _CHUNK.match(body[position : position + _LINE]):
        size = int(found[1], 16)
        if size == 0:
            return b"".join(parts)
        start = position + found.end()
        parts.append(body[start : start + size])
        position = start + size
        if len(parts[-1]) < size:
            return None
    return None


def _words(error: Exception) -> str:
    """A library's message may quote the file: bounded, printable."""
    return "".join(c if c.isprintable() else "?" for c in str(error))[:200]
