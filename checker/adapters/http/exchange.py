"""One request and its complete answer; redirects are named, not followed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPMessage
from urllib.parse import urljoin

from urllib3 import BaseHTTPResponse

from checker.adapters.coding import Undecodable, decode_or_why
from checker.adapters.guard import Target
from checker.adapters.http.failures import Faulty
from checker.adapters.http.limits import FetchLimits
from checker.adapters.http.transport import GuardedAdapter
from checker.model import FailureKind, Headers, Response

_STEP = 65_536
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_BREAKS = re.compile(r"[\r\n\0]")
_OURS = frozenset({"user-agent", "accept-encoding", "host", "connection", "content-length"})


@dataclass(frozen=True, slots=True)
class Moved:
    """A redirect: *location* is absolute, without fragment."""

    status: int
    location: str


def ask(
    adapter: GuardedAdapter,
    target: Target,
    headers: Headers,
    requested_at: datetime,
    *,
    body: bytes | None = None,
) -> Response | Moved:
    """GET *target*, or POST *body* to it. ``Response.received_at`` is still *requested_at*; the caller knows better.

    Raises Faulty and whatever ``failures.EXPECTED`` lists.
    """
    limits = adapter.limits
    fields = dict(_fields(limits, headers))
    wire = adapter.open("GET" if body is None else "POST", target, fields, body)
    received = _headers(wire)
    raw = _receive(wire, received, target, conditional=_conditional(headers))
    if isinstance(raw, Moved):
        return raw
    return Response(
        uri=target.uri,
        status=wire.status,
        reason=wire.reason or "",
        headers=received,
        raw=raw,
        body=_decoded(raw, received, limits.decoded_bytes),
        requested_at=requested_at,
        received_at=requested_at,
        request_headers=(("Host", target.authority), *fields.items()),  # as http.client sends it
    )


def _receive(
    wire: BaseHTTPResponse, headers: Headers, target: Target, *, conditional: bool
) -> bytes | Moved:
    """The body, or the redirect that stands in its place."""
    try:
        moved = _moved(wire, headers, target.uri)
        if moved is not None:
            return moved
        _refuse_contradictions(wire.status, headers, conditional=conditional)
        return _read(wire)
    finally:
        wire.close()  # a body that was read to its end has given its connection back before


def _fields(limits: FetchLimits, asked: Headers) -> Iterable[tuple[str, str]]:
    """User-Agent and language are fixed: a site may vary its pages by them (faults D9)."""
    names = {name.lower() for name, _ in asked}
    yield "User-Agent", limits.user_agent
    yield "Accept-Encoding", "gzip, deflate, br"  # no more than coding.py undoes
    if "accept" not in names:
        yield "Accept", _ACCEPT
    if "accept-language" not in names:
        yield "Accept-Language", limits.accept_language
    for name, value in asked:
        if _BREAKS.search(value):
            raise Faulty(FailureKind.PROTOCOL, f"the header field {name} can't be sent")
        if name.lower() not in _OURS:
            yield name, value


def _headers(wire: BaseHTTPResponse) -> Headers:
    """As received and in order; urllib3's own mapping brings fields of one name together."""
    message: HTTPMessage = wire._original_response.msg  # type: ignore[attr-defined]  # noqa: SLF001
    return tuple((name, str(value)) for name, value in message.items())


def _moved(wire: BaseHTTPResponse, headers: Headers, uri: str) -> Moved | None:
    """The redirect, if it is one. Its body is never read: it may be a bomb (faults B5)."""
    if wire.status not in _REDIRECTS:
        return None
    if _values(headers, "content-length") == ["0"]:
        wire.drain_conn()  # there is nothing to read, so the connection can be kept
    locations = _values(headers, "location")
    if not locations or not locations[0]:
        raise Faulty(FailureKind.REDIRECTS, f"status {wire.status} without a Location")
    if len(set(locations)) > 1:
        raise Faulty(FailureKind.REDIRECTS, f"status {wire.status} with several Locations")
    location = _utf8(locations[0]).replace(" ", "%20")  # as browsers do
    try:
        return Moved(wire.status, urljoin(uri, location).partition("#")[0])
    except ValueError as error:
        raise Faulty(FailureKind.REDIRECTS, f"Location {location!r} is no URL") from error


def _utf8(text: str) -> str:
    """Header bytes come as ISO 8859-1; servers send addresses in UTF-8."""
    try:
        return text.encode("iso-8859-1").decode()
    except UnicodeError:
        return text


def _refuse_contradictions(status: int, headers: Headers, *, conditional: bool) -> None:
    """Answers that can't be trusted to be whole, or that were not asked for (faults D1, D22-23)."""
    lengths = _values(headers, "content-length")
    codings = [value.lower() for value in _values(headers, "transfer-encoding")]
    fault = None
    if 100 <= status < 200:
        fault = f"interim answer {status} without a final one"
    elif status == 206:
        fault = "206: part of a page, though all was asked for"
    elif status == 304 and not conditional:
        fault = "304: not modified, though no validator was sent"
    elif codings and lengths:
        fault = "both Content-Length and Transfer-Encoding"
    elif codings not in ([], ["chunked"]):
        fault = f"unknown Transfer-Encoding {', '.join(codings)}"
    elif len(set(lengths)) > 1 or not all(v.isascii() and v.isdigit() for v in lengths):
        fault = f"contradictory Content-Length {', '.join(lengths)}"
    if fault is not None:
        raise Faulty(FailureKind.PROTOCOL, fault)


def _read(wire: BaseHTTPResponse) -> bytes:
    """The body with its content coding, without framing; the meter bounds it."""
    body = bytearray()
    try:
        while step := wire.read(_STEP, decode_content=False):
            body += step
    except ValueError as error:  # http.client on a negative chunk size
        raise Faulty(FailureKind.PROTOCOL, f"broken chunks ({error})") from error
    return bytes(body)


def _decoded(raw: bytes, headers: Headers, cap: int) -> bytes:
    codings = ", ".join(_values(headers, "content-encoding"))
    body = decode_or_why(raw, codings, cap)
    if isinstance(body, bytes):
        return body
    if body is Undecodable.TOO_LARGE:
        raise Faulty(FailureKind.TOO_LARGE, f"the body unfolds to more than {cap:,} bytes")
    raise Faulty(FailureKind.DECODING, f"{body} (Content-Encoding: {codings})")


def _conditional(headers: Headers) -> bool:
    return any(name.lower() in ("if-none-match", "if-modified-since") for name, _ in headers)


def _values(headers: Headers, name: str) -> list[str]:
    return [value.strip() for key, value in headers if key.lower() == name]
