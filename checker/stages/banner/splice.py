"""Put a banner into a page's bytes and take it out again, byte for byte.

Laws, for all bytes ``b`` and fragments ``f`` and ``g`` (``tests/stages/test_banner.py``)::

    strip(splice(b, f)) == strip(b)      where strip(b) == b unless splice made b
    splice(splice(b, f), g) == splice(b, g)

The markers hold the SHA-256 of the fragment and of the page without it. A block is taken out only
where ``splice`` would have put it and only if what remains has that digest. So a look-alike in a
page's text stays: to pass it would have to hold the digest of a page that holds it, unless it is
a true banner, replayed.
"""

from dataclasses import dataclass
from hashlib import sha256

from checker.errors import BannerError
from checker.stages.banner.scan import Scan, scan
from checker.stages.banner.tokens import MAX_FRAGMENT, Block, may_hold, wrap

_UTF8_MARK = b"\xef\xbb\xbf"
_WIDE = (  # signature, bytes of it that are no text, encoding, width, index of the ASCII byte
    (b"\xff\xfe\x00\x00", 4, "utf-32-le", 4, 0),  # before UTF-16, whose mark it starts with
    (b"\x00\x00\xfe\xff", 4, "utf-32-be", 4, 3),
    (b"\xff\xfe", 2, "utf-16-le", 2, 0),
    (b"\xfe\xff", 2, "utf-16-be", 2, 1),
    (b"<\x00", 0, "utf-16-le", 2, 0),  # without a mark, as HTML begins (§13.2.3.2)
    (b"\x00<", 0, "utf-16-be", 2, 1),
)


def splice(body: bytes, fragment: str) -> bytes:
    """*body* bearing *fragment* exactly once, in place of a banner that it bore.

    Unchanged where no banner can go, see ``obstacle``. Raises BannerError for a fragment that is
    empty, too long or not ASCII: such a one did not come from ``render``.
    """
    if not 0 < len(fragment) <= MAX_FRAGMENT or not fragment.isascii():
        raise BannerError(
            "banner",
            f"the fragment must be 1 to {MAX_FRAGMENT} ASCII characters",
            "Use the output of `render`.",
        )
    original = strip(body)
    layout = _layout(original)
    place = layout.scan().place
    if place is None:
        return body
    block = wrap(fragment.encode(), sha256(original).hexdigest())
    at = layout.byte(place)
    return b"".join((original[:at], block.decode().encode(layout.encoding), original[at:]))


def strip(body: bytes) -> bytes:
    """*body* as it was before ``splice``; unchanged if ``splice`` did not make it."""
    layout = _layout(body)
    block = layout.block()
    if block is None:
        return body
    rest = layout.without(body, block)
    return rest if sha256(rest).hexdigest() == block.original else body


def peel(body: bytes) -> bytes:
    """*body* without a sound banner at its place, though the page around it was edited since.

    For reading and comparing only: unlike ``strip`` it does not promise the original's bytes.
    """
    layout = _layout(body)
    block = layout.block()
    return body if block is None else layout.without(body, block)


def is_edited(body: bytes) -> bool:
    """Whether a banner stands in *body* that ``strip`` leaves, as the page was edited since."""
    return strip(body) is body and _layout(body).block() is not None


def obstacle(body: bytes) -> str:
    """Why ``splice`` can't put a banner on *body*; empty if it can."""
    return _layout(body).scan().obstacle


@dataclass(frozen=True, slots=True)
class _Layout:
    """A page seen as one byte per code unit, from ``offset`` on; other than ASCII is 0xFF."""

    view: bytes
    start: int = 0
    encoding: str = "ascii"
    width: int = 1
    offset: int = 0

    def byte(self, place: int) -> int:
        return self.offset + place * self.width

    def scan(self) -> Scan:
        return scan(self.view, self.start)

    def block(self) -> Block | None:
        return self.scan().at_place if may_hold(self.view) else None

    def without(self, body: bytes, block: Block) -> bytes:
        return body[: self.byte(block.start)] + body[self.byte(block.end) :]


def _layout(body: bytes) -> _Layout:
    for signature, offset, encoding, width, low in _WIDE:
        if body.startswith(signature):
            view = _narrow(body[offset : len(body) - (len(body) - offset) % width], width, low)
            return _Layout(view, 0, encoding, width, offset)
    return _Layout(body, len(_UTF8_MARK) if body.startswith(_UTF8_MARK) else 0)


def _narrow(data: bytes, width: int, low: int) -> bytes:
    ascii_bytes = data[low::width]
    for index in range(width):
        other = data[index::width]
        if index != low and other.count(0) != len(other):
            ascii_bytes = bytes(
                0xFF if high else byte for byte, high in zip(ascii_bytes, other, strict=True)
            )
    return ascii_bytes
