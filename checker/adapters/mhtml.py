"""Pages that a browser saved as one MIME message (MHTML, RFC 2557): the page in it and its address.

Only the page's part is decoded. The message is split by its boundaries and not built as a tree of
messages, so that work is linear in its size, whatever it nests.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.parser import BytesHeaderParser

from checker.model import Representation, digest_of
from checker.stages.discover.listing import web_uri
from checker.stages.memento import moment

SUFFIXES = (".mhtml", ".mht")
MEDIA_TYPE = "multipart/related"
MAX_BYTES = 200_000_000  # of a file: its images count, too
MAX_PAGE = 20_000_000
_MAX_HEAD = 100_000
_MAX_PARTS = 5_000
_MAX_DEPTH = 8
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n|\A[ \t]*\r?\n")
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_PLAIN = frozenset({"", "7bit", "8bit", "binary"})


@dataclass(frozen=True, slots=True)
class Saved:
    """The page, the http(s) address that its part names, and when it was saved if it says so."""

    content: Representation
    uri: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class _Part:
    head: Message
    body: memoryview

    @property
    def location(self) -> str:
        return _field(self.head, "Content-Location")


def saved_page(body: bytes) -> Saved | str:
    """The page in *body*: the part that the message names as its start, else the first HTML part;
    or why there is none."""
    whole = _part(memoryview(body))
    pages = [part for part in _leaves(whole, 0) if _kind(part.head) in _PAGES]
    if not pages:
        return "is no MHTML file that holds a page"
    start = _start(whole.head)
    place = _field(whole.head, "Snapshot-Content-Location")
    chosen = next(
        (one for one in pages if start and _field(one.head, "Content-ID").strip("<>") == start),
        next((one for one in pages if place and one.location == place), pages[0]),
    )
    content = _decoded(chosen)
    if isinstance(content, str):
        return content
    charset = _charset(chosen.head)
    page = Representation(_kind(chosen.head), charset, content, digest_of(content))
    return Saved(page, web_uri(chosen.location) or web_uri(place), moment(whole.head.get("Date")))


def _part(text: memoryview) -> _Part:
    """Its head and its body; a head that does not end is none."""
    found = _BLANK.search(text[:_MAX_HEAD])
    end = found.end() if found is not None else 0
    return _Part(BytesHeaderParser().parsebytes(bytes(text[:end])), text[end:])


def _leaves(part: _Part, depth: int) -> Iterator[_Part]:
    """The parts that hold no others; what nests too deep is left out."""
    if not _kind(part.head).startswith("multipart/"):
        yield part
        return
    boundary = part.head.get_boundary()
    if boundary is None or depth == _MAX_DEPTH:
        return
    for inner in _split(part.body, boundary.encode("utf-8", "replace")):
        yield from _leaves(_part(inner), depth + 1)


def _split(text: memoryview, boundary: bytes) -> Iterator[memoryview]:
    """What stands between the boundaries; a message that was cut off ends its last part."""
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    begin: int | None = None
    for number, found in enumerate(line.finditer(text)):
        if begin is not None:
            yield text[begin : found.start()]
        if found[1] or number == _MAX_PARTS:
            return
        begin = found.end() + (2 if bytes(text[found.end() : found.end() + 1]) == b"\r" else 1)
    if begin is not None:
        yield text[begin:]


def _decoded(part: _Part) -> bytes | str:
    coding = _field(part.head, "Content-Transfer-Encoding").lower()
    try:
        if coding == "base64":
            body = binascii.a2b_base64(part.body)
        elif coding == "quoted-printable":
            body = binascii.a2b_qp(part.body)
        elif coding in _PLAIN:
            body = bytes(part.body)
        else:
            return f"its page is coded as {coding[:40]!r}, which is not known"
    except binascii.Error as error:
        return f"its page can't be decoded: {error}"
    return body if len(body) <= MAX_PAGE else f"its page is larger than {MAX_PAGE // 1_000_000} MB"


def _kind(head: Message) -> str:
    return head.get_content_type()


def _charset(head: Message) -> str | None:
    found = head.get_content_charset()
    return found[:64] if found else None


def _start(head: Message) -> str:
    found = head.get_param("start")
    return found.strip("<> ") if isinstance(found, str) else ""


def _field(head: Message, name: str) -> str:
    """A long address is folded into lines, which do not belong to it."""
    return "".join(str(head.get(name, "")).split())
