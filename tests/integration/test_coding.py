"""Content codings, whole, cut, broken and made to explode."""

import gzip
import os
import zlib

import brotli
import pytest

from checker.adapters.coding import Undecodable, decode, decode_or_why

ZLIB, BARE = zlib.compressobj(), zlib.compressobj(wbits=-15)
LONG = os.urandom(1_000) * 50


@pytest.mark.parametrize(
    ("codings", "raw"),
    [
        (None, LONG),
        ("identity", LONG),
        ("gzip", gzip.compress(LONG)),
        ("GZip ", gzip.compress(LONG)),
        ("x-gzip", gzip.compress(LONG[:7]) + gzip.compress(LONG[7:])),
        ("gzip", gzip.compress(LONG) + b"\0\0\0"),  # padding
        ("deflate", ZLIB.compress(LONG) + ZLIB.flush()),
        ("deflate", BARE.compress(LONG) + BARE.flush()),
        ("br", brotli.compress(LONG)),
        ("deflate, gzip", gzip.compress(zlib.compress(LONG))),
    ],
)
def test_codings_are_undone(codings: str | None, raw: bytes) -> None:
    assert decode(raw, codings, len(LONG)) == LONG
    assert decode_or_why(raw, codings, len(LONG) - 1) is Undecodable.TOO_LARGE


@pytest.mark.parametrize(
    ("codings", "raw", "why"),
    [
        ("gzip", gzip.compress(LONG)[:-1], Undecodable.TRUNCATED),
        ("deflate", zlib.compress(LONG)[:-1], Undecodable.TRUNCATED),
        ("br", brotli.compress(LONG)[:-1], Undecodable.TRUNCATED),
        ("gzip", b"no gzip", Undecodable.BROKEN),
        ("deflate", b"\xff\xff\xff", Undecodable.BROKEN),
        ("br", b"\xff\xff\xff", Undecodable.BROKEN),
        ("zstd", b"(\xb5/\xfd", Undecodable.UNKNOWN),
        ("gzip, zstd", b"(\xb5/\xfd", Undecodable.UNKNOWN),
        ("gzip," * 8, gzip.compress(LONG), Undecodable.BROKEN),
        ("gzip", gzip.compress(b"") * 5_000, Undecodable.BROKEN),  # members without end
        ("br", brotli.compress(bytes(30_000_000), quality=1), Undecodable.TOO_LARGE),
    ],
)
def test_what_can_not_be_undone(codings: str, raw: bytes, why: Undecodable) -> None:
    assert decode_or_why(raw, codings, 20_000_000) is why
    assert decode(raw, codings, 20_000_000) is None


def test_an_empty_body_is_empty_in_any_coding() -> None:
    assert decode(b"", "gzip, br, odd", 10) == b""
