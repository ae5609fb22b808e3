"""The block that holds a banner in a page: two comments, the second form of them signed.

::

    <!--archive-checker banner 2 key=K at=N length=L original=O mac=M-->…<!--/archive-checker banner-->

``at`` is the block's offset in the page's bytes, ``original`` the SHA-256 of the page without it,
``mac`` an HMAC over both and the fragment under the key called ``key``. So nobody without the key
can make a block that passes for ours, nor move one, nor change what it says. The first form, of
version 0.1, had no key and no place; it is known so that it can be taken out.
"""

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

MAX_FRAGMENT = 16_384  # bounds what a forged marker can make us hash

END = "<!--/archive-checker banner-->"
_END = END.encode()
_MARK = re.compile(
    rb"<!--archive-checker banner (?:"
    rb"2 key=(?P<key>[0-9a-f]{8}) at=(?P<at>[0-9]{1,12}) length=(?P<length>[0-9]{1,5})"
    rb" original=(?P<original>[0-9a-f]{64}) mac=(?P<mac>[0-9a-f]{32})"
    rb"|1 length=(?P<length1>[0-9]{1,5}) fragment=(?P<fragment1>[0-9a-f]{64})"
    rb" original=(?P<original1>[0-9a-f]{64}))-->"
)


@dataclass(frozen=True, slots=True)
class Keyring:
    """Secret keys: the first signs, all of them are believed. An empty ring believes none."""

    keys: tuple[bytes, ...] = field(default=(), repr=False)

    def named(self, name: str) -> bytes | None:
        return next((key for key in self.keys if key_name(key) == name), None)


def key_name(key: bytes) -> str:
    """Eight hex digits that tell keys apart and reveal nothing of them."""
    return hmac.digest(key, b"archive-checker banner key", "sha256").hex()[:8]


@dataclass(frozen=True, slots=True)
class Block:
    """A block whose length and end marker agree; whether it is ours is not decided here.

    Offsets are those of the view that it was found in. ``at`` is None for the form of 0.1.
    """

    view: bytes = field(repr=False)
    start: int
    inner: int
    length: int
    key: str
    at: int | None
    original: str
    seal: str  # of the second form its MAC, of the first the fragment's SHA-256

    @property
    def fragment(self) -> bytes:
        return self.view[self.inner : self.inner + self.length]

    @property
    def end(self) -> int:
        return self.inner + self.length + len(END)

    def signed(self, keys: Keyring) -> bool:
        """Whether one of *keys* vouches for its place, its fragment and its original."""
        key = keys.named(self.key) if self.at is not None else None
        if key is None or self.at is None:
            return False
        return hmac.compare_digest(_mac(key, self.at, self.original, self.fragment), self.seal)


def wrap(fragment: bytes, at: int, original: str, key: bytes) -> bytes:
    """*fragment* (ASCII) between markers, to stand at byte *at* of the page of SHA-256 *original*."""
    mac = _mac(key, at, original, fragment)
    head = (
        f"<!--archive-checker banner 2 key={key_name(key)} at={at} length={len(fragment)}"
        f" original={original} mac={mac}-->"
    )
    return head.encode() + fragment + _END


def _mac(key: bytes, at: int, original: str, fragment: bytes) -> str:
    told = b"archive-checker banner 2\n%d\n%b\n%b" % (at, original.encode(), fragment)
    return hmac.digest(key, told, "sha256").hex()[:32]


def blocks(view: bytes) -> Iterator[Block]:
    """Every block in *view*, in its order; one may stand in another's fragment."""
    for mark in _MARK.finditer(view):
        inner, length = mark.end(), int(mark["length"] or mark["length1"])
        if length > MAX_FRAGMENT or not view.startswith(_END, inner + length):
            continue
        if mark["mac"] is not None:
            key, original, seal = (mark[name].decode() for name in ("key", "original", "mac"))
            yield Block(view, mark.start(), inner, length, key, int(mark["at"]), original, seal)
            continue
        block = Block(view, mark.start(), inner, length, "", None, *_first_form(mark))
        if sha256(block.fragment).hexdigest() == block.seal:
            yield block


def _first_form(mark: re.Match[bytes]) -> tuple[str, str]:
    return mark["original1"].decode(), mark["fragment1"].decode()
