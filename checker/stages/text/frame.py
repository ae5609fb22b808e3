"""What a page is besides its words: where its links lead, and the elements that mean something.

And two digests of the page itself, by which a check knows without the copy that nothing differs.
"""

import re
from collections import Counter
from collections.abc import Iterable

from checker.data import table
from checker.model import digest_of
from checker.stages.page import Page, attribute, text_of

_MEANING: tuple[str, ...] = tuple(table("text.toml")["meaning"])
_TOKENS = re.compile("|".join(map(re.escape, table("text.toml")["tokens"])))
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_MAX_ELEMENTS = 2_000


def frame_digest(page: Page) -> str:
    """Equal where links lead to the same places and buttons, lists, tables, emphasis are as many.

    The query and fragment of a link are left out, for they carry sessions and campaigns; boxes,
    pictures, scripts and names of classes are, because builds and visits change them. Linear.
    """
    layout = page.layout
    places = Counter(map(_place, layout.links))
    elements = Counter(layout.met)
    counts = [*((name, elements[name]) for name in _MEANING), *sorted(places.items())]
    return _digest(f"{name}\t{number}" for name, number in counts)


def shown_digest(page: Page, frame: str) -> str:
    """Equal where readers see the same: every line as it is written, the title, the frame."""
    title = page.tree.css_first("title")
    named = text_of(title, 500) if title is not None else ""
    lines = (block.text for block in page.layout.blocks)
    return _digest((frame, as_seen("\n".join((named, page.meta("og:title") or "", *lines)))))


def stated_digest(page: Page) -> str:
    """Equal where machines are told the same: metadata without tokens, JSON-LD, microdata, times."""
    root = page.tree.root
    said = [
        attribute(root, "lang") if root is not None else "",
        page.canonical,
        *(f"{name}\t{content}" for name, content in page.metas if not _TOKENS.search(name)),
        *(f"{name}\t{value}" for name, value in page.front),
    ]
    scripts = page.tree.css('script[type*="ld+json" i]')[:_MAX_ELEMENTS]
    said += [node.text(deep=True) for node in scripts]
    for node in page.tree.css("time, [itemprop]")[:_MAX_ELEMENTS]:
        said += (attribute(node, "datetime"), attribute(node, "content"))
    return _digest(said)


def as_seen(text: str) -> str:
    """*text* without what nobody sees; quotes, dashes and line ends as they are."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def _digest(parts: Iterable[str]) -> str:
    return digest_of("\n".join(parts).encode("utf-8", "replace"))


def _place(href: str) -> str:
    return href.partition("#")[0].partition("?")[0].strip()
