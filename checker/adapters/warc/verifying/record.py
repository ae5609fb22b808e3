"""One WARC record held against ISO 28500: its header, its length, its digests."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from checker.adapters.warc.records import MAX_HEADER, instant, joined_chunks
from checker.adapters.warc.verifying.flow import Flow
from checker.adapters.warc.verifying.places import ALGORITHMS, Digest, key
from checker.adapters.warc.verifying.tally import REPORT, RESTORE
from checker.model import Headers, header

MAX_JOINED = 32 << 20  # bytes of a chunked body that are held to be joined
_VERSION = re.compile(rb"WARC/(?:0\.1[78]|1\.0|1\.1)\r?\n")
_LENGTH = re.compile(r"[0-9]{1,15}")
_END = b"\r\n\r\n"
_MANDATORY = ("WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length")
_NEEDS_URI = frozenset({"response", "resource", "request", "revisit", "conversion", "continuation"})
_INDEXED = frozenset({"response", "resource", "revisit"})
_CHUNKED = re.compile(rb"(?im)^transfer-encoding:[^\r\n]*chunked")


@dataclass(slots=True)
class Seen:
    """A record that was gone through. ``lost``: where it ends is not known."""

    fields: Headers = ()
    faults: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    compared: int = 0
    length: int = 0
    cut: bool = False
    lost: bool = False

    def said(self, name: str) -> str:
        return (header(self.fields, name) or "").strip()

    @property
    def kind(self) -> str:
        return self.said("WARC-Type").lower()

    @property
    def uri(self) -> str:
        return self.said("WARC-Target-URI").strip("<>")

    @property
    def name(self) -> str:
        return f"{self.kind} {self.uri or self.said('WARC-Record-ID')}".strip()

    @property
    def indexed(self) -> bool:
        """Whether an index must list it, so that it is found."""
        return self.kind in _INDEXED and not self.said("WARC-Segment-Number")

    def fault(self, cause: str, remedy: str = REPORT) -> None:
        self.faults.append((cause, remedy))


def examine(flow: Flow) -> Seen:
    """Take the next record from *flow*."""
    seen = Seen()
    head = flow.head(MAX_HEADER)
    if not _VERSION.match(head):
        seen.fault("no WARC record begins here", RESTORE)
        seen.lost = True
        return seen
    seen.fields = _fields(head, seen)
    _header(seen)
    length = header(seen.fields, "Content-Length") or ""
    if not _LENGTH.fullmatch(length.strip()):
        if length:
            seen.fault(f"its Content-Length {length[:40]!r} is no number", RESTORE)
        seen.lost = True
        return seen
    seen.length = int(length)
    _block(flow, seen)
    return seen


def _fields(head: bytes, seen: Seen) -> Headers:
    found: list[tuple[str, str]] = []
    for line in head.decode("utf-8", "replace").splitlines()[1:]:
        name, colon, value = line.partition(":")
        if line[:1] in {" ", "\t"} and found:  # a value that goes on
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        elif colon and name.strip():
            found.append((name.strip(), value.strip()))
        elif line.strip():
            seen.fault(f"its header has a line that is no field: {line[:80]!r}")
    return tuple(found)


def _header(seen: Seen) -> None:
    names = [name.lower() for name, _ in seen.fields]
    for name in _MANDATORY:
        if names.count(name.lower()) != 1:
            said = "no" if name.lower() not in names else "more than one"
            seen.fault(f"its header has {said} {name}")
    if seen.said("WARC-Date") and instant(seen.said("WARC-Date")) is None:
        seen.fault(f"its WARC-Date {seen.said('WARC-Date')[:40]!r} is no date")
    if seen.kind in _NEEDS_URI and not seen.uri:
        seen.fault("its header has no WARC-Target-URI")
    if seen.kind == "revisit" and not seen.said("WARC-Profile"):
        seen.fault("its header has no WARC-Profile, which says what was the same")
    if seen.kind == "continuation":
        number = seen.said("WARC-Segment-Number")
        if not (_LENGTH.fullmatch(number) and int(number) > 1):
            seen.fault(f"its WARC-Segment-Number {number[:40]!r} is not that of a continuation")
        if not seen.said("WARC-Segment-Origin-ID"):
            seen.fault("its header has no WARC-Segment-Origin-ID, which says what it continues")


def _block(flow: Flow, seen: Seen) -> None:
    """The block and the two line breaks behind it; then its digests."""
    payload = _Payload(flow, seen)
    whole = _hashed(seen.said("WARC-Block-Digest"))
    there = 0
    for piece in flow.take(seen.length):
        there += len(piece)
        payload.update(piece)
        for one in whole:
            one.update(piece)
    if there < seen.length:
        seen.fault(f"cut short: {there:,} of {seen.length:,} bytes are there", RESTORE)
        seen.cut = seen.lost = True
        return
    _ending(flow, seen)
    if seen.lost:
        return
    _compare(seen, "WARC-Block-Digest", [one.digest() for one in whole])
    if payload.defined:
        _compare(seen, "WARC-Payload-Digest", payload.digests())


def _ending(flow: Flow, seen: Seen) -> None:
    """Two line breaks stand behind each block; where they do not, its length may be wrong."""
    end = flow.ahead(len(_END))
    if end == _END:
        list(flow.take(len(_END)))
    elif end in {b"", b"\r\n"}:  # some tools leave them out, and nothing follows
        seen.fault("the two line breaks that end a record are missing behind its block")
        list(flow.take(len(end)))
    else:
        seen.lost = True
        cause = f"does not end after the {seen.length:,} bytes that its Content-Length says"
        seen.fault(cause, RESTORE)


def _compare(seen: Seen, name: str, actual: list[bytes]) -> None:
    said = seen.said(name)
    if not said:
        return
    digest = digest_of_text(said)
    if digest is None and said.partition(":")[0].lower() not in ALGORITHMS:
        seen.notes.append(f"its {name} is of a kind that is not known: {said[:60]}")
    elif digest is None:
        seen.fault(f"its {name} can't be one: {said[:60]}")
    elif actual:
        seen.compared += 1
        if digest.value not in actual:
            seen.fault(f"its {name} is not that of its bytes", RESTORE)


def digest_of_text(text: str, default: str = "") -> Digest | None:
    """``sha1:…`` or ``sha256:…``, in base32, hex or base64 as tools differ; None for what is none."""
    name, colon, value = text.strip().partition(":")
    if not colon:
        name, value = default, name
    algorithm = name.lower().replace("-", "")
    if algorithm not in ALGORITHMS[1:]:
        return None
    size = hashlib.new(algorithm, usedforsecurity=False).digest_size
    bare = value.strip().rstrip("=")
    try:
        if len(bare) == 2 * size:
            found = bytes.fromhex(bare)
        elif len(bare) == -(-size * 8 // 5):
            found = base64.b32decode(bare.upper() + "=" * (-len(bare) % 8))
        else:
            plain = bare.replace("-", "+").replace("_", "/")
            found = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None
    return Digest(algorithm, found) if len(found) == size else None


def _hashed(said: str) -> list["hashlib._Hash"]:
    digest = digest_of_text(said)
    return [] if digest is None else [hashlib.new(digest.algorithm, usedforsecurity=False)]


class _Payload:
    """What WARC-Payload-Digest is of: the body of an HTTP message, else the block. Of a revisit it
    lies elsewhere; a part of a record has none of its own. Tools differ on whether a chunked body
    is digested as it was sent or joined."""

    def __init__(self, flow: Flow, seen: Seen) -> None:
        parted = seen.said("WARC-Segment-Number") or seen.said("WARC-Truncated")
        self.defined = not parted and seen.kind not in {"revisit", "continuation"}
        self._hash = _hashed(seen.said("WARC-Payload-Digest")) if self.defined else []
        self._skip = 0
        self._kept: bytearray | None = None
        if not seen.said("Content-Type").lower().startswith("application/http"):
            return
        head = flow.ahead(min(seen.length, MAX_HEADER))
        if seen.kind == "response" and not head.startswith(b"HTTP/"):
            seen.fault("is said to hold an HTTP response and holds none")
        self._skip = _end_of_head(head)
        if self._hash and _CHUNKED.search(head[: self._skip]) and seen.length <= MAX_JOINED:
            self._kept = bytearray()

    def update(self, piece: bytes) -> None:
        body = piece[self._skip :]
        self._skip = max(self._skip - len(piece), 0)
        for one in self._hash:
            one.update(body)
        if self._kept is not None:
            self._kept += body

    def digests(self) -> list[bytes]:
        """Those that it may have."""
        return list(self._possible())

    def _possible(self) -> Iterator[bytes]:
        for one in self._hash:
            yield one.digest()
            joined = joined_chunks(bytes(self._kept)) if self._kept is not None else None
            if joined is not None:
                yield hashlib.new(one.name, joined, usedforsecurity=False).digest()


def _end_of_head(block: bytes) -> int:
    """Where the HTTP header ends; all of *block* where it has no end."""
    for mark in (b"\r\n\r\n", b"\n\n"):
        if (at := block.find(mark)) >= 0:
            return at + len(mark)
    return len(block)


def names_of(seen: Seen) -> tuple[int, ...]:
    """What revisits and continuations may refer to it by."""
    digest = digest_of_text(seen.said("WARC-Payload-Digest"))
    return (
        key("id", seen.said("WARC-Record-ID")),
        key("at", seen.uri, seen.said("WARC-Date")),
        key("uri", seen.uri),
        *([digest.short] if digest is not None else []),
    )


def referred(seen: Seen) -> tuple[int, ...]:
    """What a revisit or a continuation refers to; any of it will do."""
    if seen.kind == "continuation":
        return (key("id", seen.said("WARC-Segment-Origin-ID")),)
    found = []
    if seen.said("WARC-Refers-To"):
        found.append(key("id", seen.said("WARC-Refers-To")))
    if seen.said("WARC-Refers-To-Target-URI") and seen.said("WARC-Refers-To-Date"):
        uri = seen.said("WARC-Refers-To-Target-URI").strip("<>")
        found.append(key("at", uri, seen.said("WARC-Refers-To-Date")))
    if seen.said("WARC-Profile").rstrip("/").endswith("server-not-modified"):
        found.append(key("uri", seen.uri))
    elif (digest := digest_of_text(seen.said("WARC-Payload-Digest"))) is not None:
        found.append(digest.short)
    return tuple(found)
