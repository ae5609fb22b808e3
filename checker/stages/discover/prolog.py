"""What stands before a document's root element, found without parsing it (faults B14, B15)."""

import zlib
from dataclasses import dataclass
from typing import Literal

_GZIP = b"\x1f\x8b"
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm" in cp037
_ROOTS: dict[str, Literal["feed", "sitemap"]] = {
    "rss": "feed",
    "feed": "feed",
    "rdf": "feed",
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
}


@dataclass(frozen=True, slots=True)
class Prolog:
    """The root's local name in lower case ("" if there is none) and what is declared."""

    root: str
    doctype: bool
    entities: bool


def kind_of(body: bytes) -> Literal["feed", "sitemap"] | None:
    """Whether *body* (gzip or not) is a feed or a sitemap by its root element."""
    start = body[: 1 << 20]
    if body.startswith(_GZIP):
        try:
            start = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(start, 1 << 20)
        except zlib.error:
            return None
    return _ROOTS.get(prolog(start).root)


def prolog(body: bytes) -> Prolog:
    """Looks through UTF-16 and UTF-32 by leaving out NUL bytes, and through EBCDIC.

    Linear in the length of *body*. A DOCTYPE with an internal subset counts as declaring
    entities when such a declaration stands anywhere behind it: refusing too much is safe here.
    """
    flat = _flat(body)
    position, doctype = 0, False
    while (start := flat.find(b"<", position)) >= 0:
        word = flat[start + 1 : start + 9].upper()
        if word.startswith(b"!ENTITY"):
            return Prolog("", doctype=True, entities=True)
        if word == b"!DOCTYPE":
            doctype = True
            end = flat.find(b">", start)
            subset = flat.find(b"[", start, end)
            if subset >= 0 and _declares(flat[subset:]):
                return Prolog("", doctype=True, entities=True)
            position = start + 9 if subset >= 0 or end < 0 else end
        elif word.startswith((b"!--", b"?")):
            closing = b"-->" if word.startswith(b"!--") else b"?>"
            end = flat.find(closing, start + 2)
            if end < 0:
                return Prolog("", doctype, _declares(flat))
            position = end + len(closing)
        elif word[:1].isalpha() or word[:1] == b"_":
            return Prolog(_local_name(flat[start + 1 : start + 80]), doctype, entities=False)
        else:
            position = start + 1
    return Prolog("", doctype, entities=False)


def _flat(body: bytes) -> bytes:
    flat = body.replace(b"\x00", b"") if b"\x00" in body[:1024] else body
    return flat.decode("cp037").encode() if flat.startswith(_EBCDIC) else flat


def _declares(text: bytes) -> bool:
    return b"<!ENTITY" in text.upper()


def _local_name(tag: bytes) -> str:
    name = tag.split(b">", 1)[0].split(b"/", 1)[0].split(None, 1)[0]
    return name.rpartition(b":")[2].decode("ascii", "replace").lower()
