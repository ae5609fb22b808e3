"""Content coding of HTTP bodies (RFC 9110 §8.4), undone within bounds.

A body is hostile: 481 bytes of brotli can stand for 300 MiB. Every layer is decoded into at most
*cap* bytes, and a body that is cut, broken or in a coding we do not know is never passed on raw:
its digest would be one of bytes that nobody wrote.
"""

import zlib
from enum import StrEnum
from typing import assert_never

import brotli

_MAX_CODINGS = 5  # as urllib3; nobody honest sends more than one
_MAX_MEMBERS = 1_000  # concatenated gzip members: bgzip needs 16 a MiB, a bomb needs millions
_STEP = 65_536  # bounds what zlib copies into unused_data at each member's end


class Undecodable(StrEnum):
    """Why a body has no decoded form."""

    UNKNOWN = "unknown content coding"
    BROKEN = "broken content coding"
    TRUNCATED = "cut short within its content coding"
    TOO_LARGE = "larger than allowed once decoded"


def decode(raw: bytes, codings: str | None, cap: int) -> bytes | None:
    """*raw* without its content codings, or None; see ``decode_or_why``."""
    result = decode_or_why(raw, codings, cap)
    match result:
        case bytes():
            return result
        case Undecodable():
            return None
        case _:
            assert_never(result)


def decode_or_why(raw: bytes, codings: str | None, cap: int) -> bytes | Undecodable:
    """*raw* without its content codings, of at most *cap* bytes, or the reason for which not.

    *codings* is the value of ``Content-Encoding``, fields joined by comma, in the order in which
    they were applied (RFC 9110 §8.4). gzip, x-gzip, deflate (zlib, or bare as some servers send
    it), br and identity are known. An empty body is empty in any coding.
    """
    names = [name.strip().lower() for name in (codings or "").split(",")]
    names = [name for name in names if name and name != "identity"]
    if len(names) > _MAX_CODINGS:
        return Undecodable.BROKEN
    body: bytes | Undecodable = raw
    for name in reversed(names):
        if isinstance(body, Undecodable):
            return body
        body = _undo(body, name, cap) if body else b""
    if isinstance(body, bytes) and len(body) > cap:
        return Undecodable.TOO_LARGE
    return body


def _undo(body: bytes, name: str, cap: int) -> bytes | Undecodable:
    match name:
        case "gzip" | "x-gzip":
            return _inflate(body, 16 + zlib.MAX_WBITS, cap, members=_MAX_MEMBERS)
        case "deflate":
            # RFC 9110 §8.4.1.2 means zlib's format; some servers send bare deflate data.
            wrapped = _inflate(body, zlib.MAX_WBITS, cap)
            if wrapped is Undecodable.BROKEN:
                return _inflate(body, -zlib.MAX_WBITS, cap)
            return wrapped
        case "br":
            return _unbrotli(body, cap)
        case _:
            return Undecodable.UNKNOWN


def _inflate(body: bytes, wbits: int, cap: int, *, members: int = 1) -> bytes | Undecodable:
    """What follows the last member, unless it starts another one, is padding and ignored."""
    out = bytearray()
    decoder = zlib.decompressobj(wbits)
    position = 0
    while True:
        piece = body[position : position + _STEP]
        if not piece:
            return Undecodable.TRUNCATED
        try:
            out += decoder.decompress(piece, cap + 1 - len(out))
        except zlib.error:
            return Undecodable.BROKEN
        if len(out) > cap:
            return Undecodable.TOO_LARGE
        position += len(piece) - len(decoder.unused_data) - len(decoder.unconsumed_tail)
        if decoder.eof:
            members -= 1
            if body[position : position + 2] != b"\x1f\x8b" or wbits <= zlib.MAX_WBITS:
                return bytes(out)
            if members == 0:
                return Undecodable.BROKEN
            decoder = zlib.decompressobj(wbits)


def _unbrotli(body: bytes, cap: int) -> bytes | Undecodable:
    decoder = brotli.Decompressor()
    out = bytearray()
    piece = body
    try:
        while not decoder.is_finished():
            step = decoder.process(piece, output_buffer_limit=_STEP)
            out += step
            if len(out) > cap:
                return Undecodable.TOO_LARGE
            if not step and decoder.can_accept_more_data():
                return Undecodable.TRUNCATED
            piece = b""
    except brotli.error:
        return Undecodable.BROKEN
    return bytes(out)
