"""Gzip members one by one (RFC 1952): where each begins and ends, its check sum and its length.

Own code, as readers of gzip files go from one member to the next without saying where that was, and
take some kinds of damage for the file's end.
"""

import re
import zlib
from typing import BinaryIO

CUT = "the file ends within its gzip member"
_STEP = 1 << 14
_SCAN = 1 << 20
_MAGIC = b"\x1f\x8b\x08"
_CANDIDATE = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_MAX_CANDIDATES = 100_000  # places of a file at which another member might begin
_TRAILER = 8
_EXTRA, _NAME, _COMMENT, _HEAD_CRC = 4, 8, 16, 2


class Member:
    """The member that begins at byte *start* of *stream*. Once ``read`` gives nothing more, either
    ``end`` says where it ends, or ``problem`` why that is not known; both where its end is known
    and its check sum or length is not that of what it holds."""

    def __init__(self, stream: BinaryIO, start: int) -> None:
        self.problem = ""
        self.end: int | None = None
        self._stream = stream
        self._unpack = zlib.decompressobj(-zlib.MAX_WBITS)
        self._left = b""
        self._crc = self._size = 0
        stream.seek(start)
        self._header()

    def read(self, size: int) -> bytes:
        """At most *size* bytes of what it holds, none at its end."""
        while not self.problem and self.end is None:
            data = self._left or self._stream.read(_STEP)
            if not data:
                self.problem = CUT
                break
            try:
                out = self._unpack.decompress(data, max(size, 1))
            except zlib.error as error:
                self.problem = f"its gzip member can't be unpacked ({error})"
                break
            self._left = self._unpack.unconsumed_tail
            self._crc, self._size = zlib.crc32(out, self._crc), self._size + len(out)
            if self._unpack.eof:
                self._trailer()
            if out:
                return out
        return b""

    def _header(self) -> None:
        head = self._stream.read(10)
        if len(head) < 10 or not _CANDIDATE.match(head):
            cut = len(head) < 10 and (_MAGIC + head[3:]).startswith(head)
            self.problem = CUT if cut else "no gzip member begins here"
            return
        flags = head[3]
        if flags & _EXTRA:
            size = int.from_bytes(self._stream.read(2), "little")
            self._stream.read(size)
        for flag in (_NAME, _COMMENT):
            if flags & flag:
                self._skip_text()
        if flags & _HEAD_CRC:
            self._stream.read(2)

    def _skip_text(self) -> None:
        while (byte := self._stream.read(1)) not in {b"", b"\x00"}:
            del byte

    def _trailer(self) -> None:
        at = self._stream.tell() - len(self._unpack.unused_data)
        self._stream.seek(at)
        said = self._stream.read(_TRAILER)
        if len(said) < _TRAILER:
            self.problem = CUT
            return
        self.end = at + _TRAILER
        if int.from_bytes(said[:4], "little") != self._crc:
            self.problem = "its gzip check sum (CRC-32) is not that of its bytes"
        elif int.from_bytes(said[4:], "little") != self._size & 0xFFFFFFFF:
            self.problem = "its gzip length is not that of its bytes"


def next_member(stream: BinaryIO, start: int, opening: bytes) -> int | None:
    """Where the first member from *start* on begins that opens with *opening*; None if none does."""
    position, candidates = start, 0
    while True:
        stream.seek(position)
        chunk = stream.read(_SCAN)
        for found in _CANDIDATE.finditer(chunk):
            candidates += 1
            if candidates > _MAX_CANDIDATES:
                return None
            at = position + found.start()
            if _opens(chunk[found.start() : found.start() + 4096], opening):
                return at
        if len(chunk) < _SCAN:
            return None
        position += len(chunk) - 4096


def _opens(data: bytes, opening: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(data, max(len(opening), 1)) == opening
    except zlib.error:
        return False
