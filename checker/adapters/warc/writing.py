"""A capture as WARC/1.1 records (ISO 28500:2017), in memory.

What stands in the blocks is what was sent and received, with these exceptions, which are written
down in each file's warcinfo: chunks were joined by the HTTP library, so that Transfer-Encoding
(and a Content-Length that does not fit) is kept as ``X-Crawler-…``; a line break inside a field
value, which HTTP forbids, becomes a space.

Digests are SHA-1 in base32, because that is what other tools index by (CDX, pywb, ``warcio
check``). SHA-1 can be forged, so nothing here decides by it: whether a payload is known is
decided, and a capture that is read back verified, by SHA-256.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import urlsplit
from uuid import uuid4

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from checker.model import Headers, Response, Taken, header

REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_HTTP = "application/http; msgtype="
_FIELDS = "application/warc-fields"
_NOT_IN_A_FIELD = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a payload lies: what a revisit record refers to. Without *file*: in the same one."""

    record_id: str
    date: str
    file: str
    offset: int


def warcinfo(file: str, software: str, now: datetime, record_id: str | None = None) -> bytes:
    """The record that opens each file."""
    lines = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": "Captures of watched articles. Chunked bodies are stored joined; "
        "their Transfer-Encoding is kept as X-Crawler-Transfer-Encoding.",
    }
    block = "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode()
    fields = {"WARC-Filename": file, "Content-Type": _FIELDS, "WARC-Date": stamp(now)}
    if record_id is not None:
        fields["WARC-Record-ID"] = record_id
    return _record("warcinfo", None, block, fields)


def capture(response: Response, record_id: str, known: Stored | None) -> bytes:
    """The response (or revisit) record, then its request and, after redirects, its metadata."""
    concurrent = {"WARC-Date": stamp(response.received_at), "WARC-Concurrent-To": record_id}
    parts = [
        taken(whole(response), record_id, known),
        _record(
            "request",
            response.uri,
            _request_block(response),
            {**concurrent, "WARC-Payload-Digest": _EMPTY, "Content-Type": _HTTP + "request"},
        ),
    ]
    if response.hops:
        block = _hops_block(response)
        fields = {**concurrent, "WARC-Payload-Digest": sha1(block), "Content-Type": _FIELDS}
        parts.append(_record("metadata", response.uri, block, fields))
    return b"".join(parts)


def whole(response: Response) -> Taken:
    """What of *response* an archive keeps as the capture itself."""
    return Taken(
        uri=response.uri,
        captured_at=response.received_at,
        status=response.status,
        reason=response.reason,
        headers=response.headers,
        raw=response.raw,
    )


def new_id() -> str:
    return f"<urn:uuid:{uuid4()}>"


def stamp(moment: datetime) -> str:
    """WARC/1.1 dates may have fractions of a second, always UTC."""
    text = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return text.replace("+00:00", "Z")


def taken(capture: Taken, record_id: str, known: Stored | None) -> bytes:
    """The capture alone: a response, a revisit of the *known* one, or a resource."""
    fields = {
        "WARC-Record-ID": record_id,
        "WARC-Date": stamp(capture.captured_at),
        "WARC-Payload-Digest": sha1(capture.raw),
    }
    if capture.status is None:
        media_type = _line(header(capture.headers, "Content-Type") or "application/octet-stream")
        return _record("resource", capture.uri, capture.raw, {**fields, "Content-Type": media_type})
    head = _response_head(capture)
    fields["Content-Type"] = _HTTP + "response"
    if known is None:
        return _record("response", capture.uri, head + capture.raw, fields)
    fields |= {
        "WARC-Profile": REVISIT_PROFILE,
        "WARC-Truncated": "length",  # §6.7.2: the payload is left out, as in Heritrix
        "WARC-Refers-To": known.record_id,
        "WARC-Refers-To-Target-URI": target_uri(capture.uri),
        "WARC-Refers-To-Date": known.date,
    }
    if known.file:
        # Heritrix's names; they let the payload be found without an index of all records.
        fields["WARC-Refers-To-Filename"] = known.file
        fields["WARC-Refers-To-File-Offset"] = str(known.offset)
    return _record("revisit", capture.uri, head, fields)


def _record(kind: str, uri: str | None, block: bytes, fields: dict[str, str]) -> bytes:
    """One gzip member. The block is written as it is: warcio is given no HTTP headers to redo."""
    target = {"WARC-Target-URI": target_uri(uri)} if uri is not None else {}
    digests = {"WARC-Block-Digest": sha1(block)}
    names = {"WARC-Type": kind, "WARC-Record-ID": new_id(), **target, **digests, **fields}
    head = StatusAndHeaders("", list(names.items()), protocol="WARC/1.1")
    # To warcio a revisit has no block beyond HTTP headers that it parsed itself: call it other.
    written_as = "response" if kind == "revisit" else kind
    stream, length = BytesIO(block), len(block)
    record = ArcWarcRecord(
        "warc", written_as, head, stream, None, fields["Content-Type"], length,
        payload_length=length,
    )  # fmt: skip
    out = BytesIO()
    WARCWriter(out, gzip=True, warc_version="WARC/1.1").write_record(record)
    return out.getvalue()


def _response_head(capture: Taken) -> bytes:
    start = f"HTTP/1.1 {capture.status} {_line(capture.reason)}".rstrip()
    return _head(start, tuple(_renamed(capture)))


def _renamed(capture: Taken) -> Headers:
    """Fields that describe the wire and would mislead a reader of the joined body."""
    misleading = {"transfer-encoding"}
    length = header(capture.headers, "Content-Length")
    if length is not None and length.strip() != str(len(capture.raw)):
        misleading.add("content-length")
    return tuple(
        (f"X-Crawler-{name}" if name.lower() in misleading else name, value)
        for name, value in capture.headers
    )


def _request_block(response: Response) -> bytes:
    parts = urlsplit(response.uri)
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    fields = response.request_headers
    if header(fields, "Host") is None:
        fields = (("Host", parts.netloc.rpartition("@")[2]), *fields)
    return _head(f"GET {target_uri(target)} HTTP/1.1", fields)


def _hops_block(response: Response) -> bytes:
    """``via`` and ``hopsFromSeed`` are Heritrix's names; each hop follows with its status."""
    lines = [
        f"via: {target_uri(response.hops[0].uri)}",
        f"hopsFromSeed: {'R' * len(response.hops)}",
        *(f"redirect: {hop.status} {target_uri(hop.uri)} {target_uri(hop.location)}"
          for hop in response.hops),
    ]  # fmt: skip
    return "".join(f"{line}\r\n" for line in lines).encode()


def _head(start: str, fields: Headers) -> bytes:
    """The HTTP library decoded fields as ISO-8859-1, so that encoding gives the bytes back."""
    lines = [
        start,
        *(f"{_line(name)}: {_line(value)}" for name, value in fields),
    ]
    text = "".join(f"{line}\r\n" for line in lines) + "\r\n"
    try:
        return text.encode("iso-8859-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _line(text: str) -> str:
    """Hostile text on one line: nothing in it may start another field or record."""
    return _NOT_IN_A_FIELD.sub(" ", text).strip()


def target_uri(text: str) -> str:
    return _line(text).replace(" ", "%20").encode("utf-8", "replace").decode()


def sha1(body: bytes) -> str:
    digest = hashlib.sha1(body, usedforsecurity=False).digest()
    return f"sha1:{base64.b32encode(digest).decode()}"


_EMPTY = sha1(b"")
