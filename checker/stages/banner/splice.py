"""Put a banner into a page's bytes and take it out again, byte for byte.

Laws, for all bytes ``b``, keys ``k`` and fragments ``f`` and ``g``
(``tests/stages/test_banner_bytes.py``)::

    strip(splice(b, f, k), k) == strip(b, k)      where strip(b, k) == b unless splice made b
    splice(splice(b, f, k), g, k) == splice(b, g, k)

What is taken out was signed with a key that the caller holds, stands where the signature says,
and leaves a page of the digest that the signature says. So a look-alike in a page's text stays.
"""

from collections.abc import Iterator
from enum import StrEnum
from hashlib import sha256
from itertools import islice

from checker.errors import BannerError
from checker.stages.banner.blocks import (
    END,
    MAX_FRAGMENT,
    Block,
    Keyring,
    blocks,
    wrap,
)
from checker.stages.banner.layout import Layout, layout_of
from checker.stages.banner.policy import fitted
from checker.stages.banner.render import ident
from checker.stages.banner.scan import PREFIX, Scan, scan

LOOKS = 16  # unsigned blocks for which a whole page is digested: a hostile page may hold many


class Bearing(StrEnum):
    """What a page bears that looks like our banner."""

    NONE = "none"  # or something that only looks like one
    OURS = "ours"
    EDITED = "edited"  # ours, but the page around it was changed since
    FOREIGN = "foreign"  # sound in itself, but no key of ours signed it


def splice(body: bytes, fragment: str, keys: Keyring) -> bytes:
    """*body* bearing *fragment* exactly once, in place of a banner that it bore.

    The styles of *fragment* are left out where the page's own policy (CSP) forbids them. Unchanged
    where no banner can go, see ``obstacle``. Raises BannerError for a fragment that is empty, too
    long or not ASCII, as such a one did not come from ``render``, and where there is no key.
    """
    if not 0 < len(fragment) <= MAX_FRAGMENT or not fragment.isascii():
        raise BannerError(
            "banner",
            f"the fragment must be 1 to {MAX_FRAGMENT} ASCII characters",
            "Use the output of `render`.",
        )
    if not keys.keys:
        raise BannerError("banner", "there is no key to sign it with", "Give a key.")
    original = strip(body, keys)
    layout = layout_of(original)
    seen = _scan(layout)
    if seen.place is None:
        return body
    at = layout.byte(seen.place)
    digest = sha256(original).hexdigest()
    block = wrap(fitted(fragment, seen.policies).encode(), at, digest, keys.keys[0])
    return b"".join((original[:at], layout.encoded(block.decode()), original[at:]))


def strip(body: bytes, keys: Keyring | None = None) -> bytes:
    """*body* as it was before ``splice``; unchanged if ``splice`` did not make it with *keys*.

    Without *keys*, a block is taken out whoever made it, if only the rest has the digest that it
    states: for reading a copy, where no key is at hand and nothing is written.
    """
    layout = layout_of(body)
    found = _blocks(layout)
    sound = islice(found, LOOKS) if keys is None else (one for one in found if one.signed(keys))
    rests = (_rest(layout, block) for block in sound)
    return next((rest for rest in rests if rest is not None), body)


def bearing(body: bytes, keys: Keyring) -> Bearing:
    """What stands in *body*: asked before bytes are written that can't be had back."""
    layout = layout_of(body)
    edited = False
    for block in _blocks(layout):
        if block.signed(keys):
            if _rest(layout, block) is not None:
                return Bearing.OURS
            edited = True
    if edited:
        return Bearing.EDITED
    others = (block for block in _blocks(layout) if keys.named(block.key) is None)
    sound = any(_rest(layout, block) is not None for block in islice(others, LOOKS))
    return Bearing.FOREIGN if sound else Bearing.NONE


def bears(body: bytes, fragment: str, keys: Keyring) -> bool:
    """Whether *body* bears what *fragment* says already, signed with the key in use.

    So it is as good as spliced: nothing but the day of the check may differ.
    """
    layout, said = layout_of(body), ident(fragment)
    ours = Keyring(keys.keys[:1])
    return any(
        said != "" and ident(block.fragment.decode("latin-1")) == said
        for block in _blocks(layout)
        if block.signed(ours) and _rest(layout, block) is not None
    )


def peel(body: bytes) -> tuple[bytes, bool]:
    """*body* without any block of our form, whoever made it: what ``remove --force`` does.

    Also whether each left a page of the digest that it stated, so that the bytes are those before
    it was put on.
    """
    while (rest := strip(body)) is not body:
        body = rest
    layout = layout_of(body)
    found = _outermost([(block.start, block.end) for block in _blocks(layout)])
    for start, end in found:  # from the end on, so that the places before stay
        body = body[: layout.byte(start)] + body[layout.byte(end) :]
    return body, not found


def _outermost(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of *spans* (ordered by start) that do not overlap an earlier one, last first."""
    kept: list[tuple[int, int]] = []
    for span in spans:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept[::-1]


def obstacle(body: bytes) -> str:
    """Why ``splice`` can't put a banner on *body*; empty if it can."""
    return _scan(layout_of(body)).obstacle


def _scan(layout: Layout) -> Scan:
    """In the first ``PREFIX``, or in all of it where that holds nothing but the head."""
    seen = scan(layout.view(PREFIX), layout.start)
    if seen.headed or seen.settled or layout.byte(PREFIX) >= len(layout.body):
        return seen
    return scan(layout.view(), layout.start)


def _blocks(layout: Layout) -> Iterator[Block]:
    return blocks(layout.view()) if layout.holds(END) else iter(())


def _rest(layout: Layout, block: Block) -> bytes | None:
    """The page without *block*, if that is the page which the block was put into."""
    if block.at is not None and block.at != layout.byte(block.start):
        return None
    rest = _without(layout, block)
    return rest if sha256(rest).hexdigest() == block.original else None


def _without(layout: Layout, block: Block) -> bytes:
    return layout.body[: layout.byte(block.start)] + layout.body[layout.byte(block.end) :]
