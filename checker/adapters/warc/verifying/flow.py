"""Bytes that come in pieces: looked at ahead, taken by number or up to a blank line."""

from collections.abc import Callable, Iterator

_STEP = 1 << 16


class Flow:
    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._held = b""
        self.taken = 0

    def ahead(self, size: int) -> bytes:
        """The next *size* bytes, fewer at the end; they stay."""
        while len(self._held) < size and (step := self._read(_STEP)):
            self._held += step
        return self._held[:size]

    def take(self, size: int) -> Iterator[bytes]:
        """*size* bytes in pieces, fewer at the end."""
        while size > 0:
            if not self._held:
                self._held = self._read(_STEP)
            piece, self._held = self._held[:size], self._held[size:]
            if not piece:
                return
            size -= len(piece)
            self.taken += len(piece)
            yield piece

    def head(self, limit: int) -> bytes:
        """What stands before the first blank line, and that line; nothing if there is none within
        *limit* bytes."""
        size = 1024
        while True:
            there = self.ahead(size)
            end = _blank(there)
            if end:
                return b"".join(self.take(end))
            if len(there) < size or size >= limit:
                return b""
            size = min(size * 4, limit)

    def drain(self, limit: int) -> bool:
        """Take what is left, at most *limit* bytes; whether that was all."""
        for _ in self.take(limit):
            pass
        return not self.ahead(1)


def _blank(text: bytes) -> int:
    """Where the first blank line ends, with CR LF or (as some tools write) LF; 0 if there is none."""
    ends = [at + len(mark) for mark in (b"\r\n\r\n", b"\n\n") if (at := text.find(mark)) >= 0]
    return min(ends, default=0)
