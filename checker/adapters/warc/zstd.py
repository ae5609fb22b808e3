"""Frames of Zstandard (RFC 8878) in ``.warc.zst`` files: where each lies and what it can unpack to.

https://iipc.github.io/warc-specifications/specifications/warc-zstd/: a frame holds one record; the
first one may be skippable and hold a dictionary for all others. fastwarc unpacks them. Frames are
measured before, by their blocks' headers alone: in a file of some kilobytes one may unpack to
gigabytes, and nothing stops fastwarc once it has begun.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"  # behind a byte from 50 to 5f
_DICTIONARY = b"\x5d" + _SKIPPABLE
_MAX_DICTIONARY = 2 << 20  # bytes, packed and unpacked: it is read anew for each frame
BLOCK = 128 << 10  # bytes that a compressed block unpacks to, at most (§3.1.1.2.4)
_RAW, _RLE, _COMPRESSED = range(3)
CUT = "the file ends within its frame"


@dataclass(frozen=True, slots=True)
class Frame:
    """Bytes ``start`` to ``end`` of a file, which unpack to ``most`` bytes at most; ``fault`` if
    that can't be told: then nothing behind it can either."""

    start: int
    end: int
    most: int
    fault: str = ""


def looks_like(magic: bytes) -> bool:
    return magic == MAGIC or (magic[1:] == _SKIPPABLE and magic[0] >> 4 == 5)


def dictionary(stream: BinaryIO) -> bytes | str:
    """The frame at the beginning of *stream* that holds its dictionary, none if there is none; a
    sentence if it can't be used."""
    stream.seek(0)
    head = stream.read(8)
    if head[:4] != _DICTIONARY:
        return b""
    size = int.from_bytes(head[4:8], "little")
    if size > _MAX_DICTIONARY:
        return f"its dictionary of {size} bytes is too large"
    content = stream.read(size)
    if content[:4] == MAGIC:  # it may be packed itself
        frame = _frame(stream, 8, 8 + size)
        if frame.fault or frame.most > _MAX_DICTIONARY:
            return "its dictionary is damaged or too large"
    return head + content if len(content) == size else CUT


def frames(stream: BinaryIO, start: int) -> Iterator[Frame]:
    """Those that hold data, from byte *start* on; the last one may have a ``fault``."""
    while True:
        stream.seek(start)
        head = stream.read(8)
        if not head:
            return
        if head[1:4] == _SKIPPABLE and head[0] >> 4 == 5 and len(head) == 8:
            start += 8 + int.from_bytes(head[4:8], "little")
            continue
        frame = _frame(stream, start)
        yield frame
        if frame.fault:
            return
        start = frame.end


def _frame(stream: BinaryIO, start: int, limit: int | None = None) -> Frame:
    """The frame at *start*: its header (§3.1.1.1), then each block's (§3.1.1.2)."""
    stream.seek(start)
    head = stream.read(5)
    if len(head) < 5 or head[:4] != MAGIC:
        fault = CUT if MAGIC.startswith(head[:4]) else "no Zstandard frame begins here"
        return Frame(start, start, 0, fault)
    single, checksum, dictionary_flag = head[4] & 32, head[4] & 4, head[4] & 3
    sizes = (1 if single else 0, 2, 4, 8)
    position = start + 5 + (not single) + (0, 1, 2, 4)[dictionary_flag] + sizes[head[4] >> 6]
    most, last = 0, False
    while not last:
        stream.seek(position)
        block = int.from_bytes(three := stream.read(3), "little")
        last, kind, size = bool(block & 1), block >> 1 & 3, block >> 3
        if len(three) < 3 or (limit is not None and position > limit):
            return Frame(start, position, most, CUT)
        if kind > _COMPRESSED or size > BLOCK:
            return Frame(start, position, most, "its Zstandard frame is damaged")
        most += BLOCK if kind == _COMPRESSED else size
        position += 3 + (1 if kind == _RLE else size)
    return Frame(start, position + (4 if checksum else 0), most)
