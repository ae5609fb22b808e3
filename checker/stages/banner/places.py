"""The place of a notice in a page of which only the beginning is known: for pages being served."""

import re
from dataclasses import dataclass

from checker.stages.banner.blocks import Keyring, blocks
from checker.stages.banner.layout import layout_of
from checker.stages.banner.policy import fitted
from checker.stages.banner.scan import PREFIX, scan

_WHOLE = re.compile(rb"<(?:!doctype|html|head|body)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """``at`` is an offset in bytes, None where no notice can go.

    ``settled`` says that nothing behind the first ``read`` bytes could move it; else it is where
    the notice would go if the page ended here.
    """

    at: int | None
    settled: bool
    read: int
    encoding: str = "ascii"
    policies: tuple[str, ...] = ()

    def fitted(self, fragment: str, begin: bytes, keys: Keyring) -> bytes | None:
        """*fragment* as it may stand in the page that begins with *begin*, in its encoding.

        None where no notice can go, or where one stands already that *keys* signed.
        """
        if self.at is None or _bears(begin, self.at, keys):
            return None
        return fitted(fragment, self.policies).encode(self.encoding)


def find(begin: bytes) -> Place:
    """Where in the page that begins with *begin*."""
    layout = layout_of(begin)
    view = layout.view(PREFIX)
    seen = scan(view, layout.start)
    if _WHOLE.search(view) is None:  # a fragment that a script asked for
        return Place(None, seen.settled, layout.byte(seen.read))
    at = layout.byte(seen.place) if seen.place is not None else None
    return Place(at, seen.settled, layout.byte(seen.read), layout.encoding, seen.policies)


def _bears(begin: bytes, at: int, keys: Keyring) -> bool:
    layout = layout_of(begin)
    if not keys.keys or not layout.holds("<!--archive-checker banner"):
        return False
    found = blocks(layout.view(PREFIX))
    return any(
        at in {layout.byte(one.start), layout.byte(one.end)} and one.signed(keys) for one in found
    )
