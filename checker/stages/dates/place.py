"""Where things stand on a page: its headline, and what belongs to other stories."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from checker.data import table
from checker.model import BlockKind
from checker.stages.page import Layout, Page, any_of, fold, text_of

_DATA = table("dates.toml")
ELSEWHERE_TAGS = frozenset(_DATA["elsewhere"]["tags"])
ELSEWHERE = any_of(_DATA["elsewhere"]["names"])
_TALK = re.compile("comment|respond|cookie")  # may hold more text than the article
_CREDIT = re.compile("|".join(map(re.escape, _DATA["captions"]["credits"])))
_TITLE_PARTS = re.compile(r"\s[|–—·•:»«-]++\s")
_MAX_HEADINGS = 300
_MIN_TEXT = 400  # characters


@dataclass(frozen=True, slots=True)
class Around:
    """The headline's block, and which blocks belong to other stories, comments or furniture."""

    headline: int | None
    elsewhere: tuple[bool, ...]

    def distance(self, block: int) -> int:
        """Blocks after the headline (before it: negative); 99 where there is none."""
        return block - self.headline if self.headline is not None else 99


def around(page: Page) -> Around:
    """Where things stand on *page*; asked once, used for ``<time>``, bylines and mentions."""
    headline = _headline(page)
    return Around(headline, tuple(_elsewhere(page.layout, headline)))


def _headline(page: Page) -> int | None:
    """The heading that the page's titles repeat best; else the first ``<h1>``."""
    blocks = page.layout.blocks
    starts = [box.start for box in page.layout.boxes if box.tag == "h1" and box.end > box.start]
    first_level = frozenset(starts)
    told = tuple(_titles(page))
    site = fold(page.meta("og:site_name") or "").lower()
    best, score = None, 0
    headings = (number for number, one in enumerate(blocks) if one.kind is BlockKind.HEADING)
    for number in list(headings)[:_MAX_HEADINGS]:
        text = blocks[number].text[:200].lower()
        fit = 0 if text == site else _fit(text, told)
        fit += 10 if fit and number in first_level else 0
        if fit > score:
            best, score = number, fit
    if best is None and starts:
        return starts[0]
    return best if best is not None else _above_the_text(page)


def _above_the_text(page: Page) -> int | None:
    """Without ``<h1>`` or a title that fits: the heading that most text follows."""
    blocks = page.layout.blocks
    best, most = None, _MIN_TEXT
    headings = [number for number, one in enumerate(blocks) if one.kind is BlockKind.HEADING]
    for number in headings[:_MAX_HEADINGS]:
        below = blocks[number + 1 : number + 8]
        length = sum(len(one.text) for one in below if one.linked < 0.3)
        if length > most and blocks[number].linked < 0.5:
            best, most = number, length
    return best


def _fit(text: str, told: tuple[str, ...]) -> int:
    """How much of the titles a heading repeats, in characters; 0 for a few of them."""
    if len(text) <= 3:
        return 0
    repeated = (len(text) for one in told if text == one or (len(text) > 8 and text in one))
    within = (len(one) for one in told if len(text) // 2 < len(one) > 15 and one in text)
    return max(*repeated, *within, 0, 0)


def _titles(page: Page) -> Iterator[str]:
    title = page.tree.css_first("title")
    whole = text_of(title, 500).lower() if title is not None else ""
    yield whole
    yield from _TITLE_PARTS.split(whole)
    for name in ("og:title", "twitter:title", "title", "dc.title"):
        if said := page.meta(name):
            yield fold(said)[:500].lower()
    for item in page.linked[:50]:
        headline = item.data.get("headline")
        if isinstance(headline, str) and not item.path:
            yield fold(headline)[:500].lower()


@dataclass(frozen=True, slots=True)
class _Texts:
    """Characters of unlinked text up to each block."""

    sums: tuple[int, ...]

    @classmethod
    def of(cls, layout: Layout) -> "_Texts":
        lengths = (len(one.text) if one.linked < 0.3 else 0 for one in layout.blocks)
        return cls((0, *accumulate(lengths)))

    def has_most(self, start: int, end: int) -> bool:
        """Whether that is no teaser, whatever it is called: it holds the page's text."""
        inside = self.sums[end] - self.sums[start]
        return inside > _MIN_TEXT and 2 * inside > self.sums[-1]


def _elsewhere(layout: Layout, headline: int | None) -> list[bool]:
    """Which blocks belong to other stories, comments or furniture; never the headline's own box."""
    total = len(layout.blocks)
    edges = [0] * (total + 1)
    texts = _Texts.of(layout)
    for box in layout.boxes:
        tagged = box.tag in ELSEWHERE_TAGS
        if not tagged and (not box.name or not _is_named_so(box.name)):
            continue
        own = headline is not None and box.start <= headline < box.end
        if not own and not tagged:
            own = texts.has_most(box.start, box.end) and not _TALK.search(box.name)
        if not own and box.end - box.start <= 0.6 * total:
            edges[box.start] += 1
            edges[box.end] -= 1
    depth, found = 0, []
    for edge in edges[:-1]:
        depth += edge
        found.append(depth > 0)
    return found


@lru_cache(maxsize=10_000)
def _is_named_so(name: str) -> bool:
    """Remembered, because a site's pages, and a page's boxes, repeat their names."""
    return ELSEWHERE.search(name) is not None


def is_caption(kind: BlockKind, text: str) -> bool:
    """A picture's caption, by its element or by the credit that it bears."""
    if kind is BlockKind.CAPTION:
        return True
    return len(text) < 600 and _CREDIT.search(text[-300:].lower()) is not None
