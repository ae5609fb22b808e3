"""What a page is besides its words: where its links lead, and the elements that mean something."""

from collections import Counter

from checker.data import table
from checker.model import digest_of
from checker.stages.page import Page, attribute

_MEANING = ", ".join(table("text.toml")["meaning"])


def frame_digest(page: Page) -> str:
    """Equal where links lead to the same places and buttons, lists, tables, emphasis are as many.

    The query and fragment of a link are left out, for they carry sessions and campaigns; boxes,
    pictures, scripts and names of classes are, because builds and visits change them. Linear.
    """
    counts: Counter[str] = Counter()
    for node in page.tree.css(_MEANING):
        tag = node.tag or ""
        if tag == "a":
            counts[f"a {_place(attribute(node, 'href'))}"] += 1
        else:
            counts[tag] += 1
    said = "\n".join(f"{name}\t{number}" for name, number in sorted(counts.items()))
    return digest_of(said.encode("utf-8", "replace"))


def _place(href: str) -> str:
    return href.partition("#")[0].partition("?")[0].strip()
