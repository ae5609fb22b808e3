"""A cap on what one answer may send, below everything that parses it.

``http.client`` bounds single header lines, but neither the whole block, nor interim answers,
chunk extensions or trailers; and a chunk size of "-1" makes it read to the end of the stream.
Counting at the socket bounds them all.
"""

import io
import re
import socket
from http.client import HTTPException, HTTPResponse

_BUFFER = 65_536
_NEEDED = re.compile(
    r"^(content-(encoding|type|length)|transfer-encoding|location|etag|last-modified)\s*:",
    re.IGNORECASE | re.MULTILINE,
)


class TooMuchError(Exception):
    """More bytes than allowed. Not an OSError: urllib3 would take that for a lost connection."""

    def __init__(self, part: str, cap: int) -> None:
        super().__init__(f"the {part} is larger than {cap:,} bytes")
        self.part = part


class _Meter(io.RawIOBase):
    def __init__(self, inner: io.RawIOBase, cap: int) -> None:
        super().__init__()
        self._inner = inner
        self.cap = cap
        self.part = "header block"
        self._limit = cap + _BUFFER  # the buffer reads ahead
        self._seen = 0

    def widen(self, cap: int) -> None:
        """From the header block to the whole answer."""
        self.cap, self.part, self._limit = cap, "answer", cap

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int | None:
        count = self._inner.readinto(buffer)  # type: ignore[arg-type]  # a writable buffer
        self._seen += count or 0
        if self._seen > self._limit:
            raise TooMuchError(self.part, self.cap)
        return count

    def close(self) -> None:
        self._inner.close()
        super().close()


class MeteredResponse(HTTPResponse):
    """``http.client``'s answer over a metered stream."""

    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
        *,
        header_bytes: int,
        wire_bytes: int,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self._meter = _Meter(self.fp.detach(), header_bytes)
        self._wire_bytes = wire_bytes
        self.fp = io.BufferedReader(self._meter, _BUFFER)

    def begin(self) -> None:
        super().begin()
        self._meter.widen(self._wire_bytes)
        # At a line that is no field, the parser takes the rest of the block for a body. Without
        # Content-Encoding, for one, gzip bytes would be compared as text.
        lost = self.msg.get_payload()
        if isinstance(lost, str) and _NEEDED.search(lost):
            raise HTTPException("a malformed line hides header fields that are needed")
