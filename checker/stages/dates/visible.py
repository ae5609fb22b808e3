"""Dates that readers see: ``<time>``, labelled bylines, captions and the text itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checker.data import table
from checker.model import BlockKind, DateKind, Origin, OriginKind
from checker.stages.dates import grammar
from checker.stages.dates.moment import Moment
from checker.stages.dates.ranked import Ranked, from_moment, ranked
from checker.stages.page import Layout, Node, Page, ancestors, attribute, text_of

TO_COME = "spoken of as yet to come"
MAX_TEXT = 400_000  # characters of visible text that are searched for days
_DATA = table("dates.toml")
_LABELS = {
    label: DateKind(kind)
    for kind, languages in _DATA["labels"].items()
    for labels in languages.values()
    for label in labels
}
_CREDITS: tuple[str, ...] = tuple(_DATA["captions"]["credits"])
_TO_COME = frozenset(_DATA["to_come"]["words"])
_ELSEWHERE_TAGS = frozenset(_DATA["elsewhere"]["tags"])
_ELSEWHERE = re.compile("|".join(map(re.escape, _DATA["elsewhere"]["names"])))
_UPDATE = re.compile(r"updat|modif|revis|aktuali|geändert|edited", re.IGNORECASE)
_PUBLISH = re.compile(
    r"publish|pubdate|entry-date|post-date|posted|dateline|veröffent", re.IGNORECASE
)
_COPYRIGHT = re.compile(r"©|\(c\)\s|copyright|all rights reserved", re.IGNORECASE)
_LABEL_TAIL = re.compile(
    r"([^\W\d_][^\W\d_\s]*(?:\s[^\W\d_]+){0,4})[\s:.,|–-]*(?:\w{2,12}[.,]?\s*)?$"
)
_FILLER = frozenset(
    [
        "on",
        "am",
        "den",
        "um",
        "le",
        "il",
        "el",
        "op",
        "om",
        "at",
        "by",
        "den",
        "the",
        "the:",
        "em",
        "på",
        "kl",
        "vom",
        "der",
        "dem",
        "it",
        "was:",
        "was",
        "is",
        "ist",
    ]
)
_MAX_TIMES = 60
_MAX_BYLINE = 320
_OLDEST_BYLINE = 1970  # older days in a line are its subject


def times(page: Page, day_first: bool | None) -> Iterator[Ranked]:
    """``<time>`` elements of the article: named ones first, then by their order."""
    mine = [node for node in page.tree.css("time")[: _MAX_TIMES * 5] if not _is_elsewhere(node)]
    many = len({attribute(node, "datetime")[:10] or text_of(node, 80) for node in mine}) > 4
    for order, node in enumerate(mine[:_MAX_TIMES]):
        value = attribute(node, "datetime") or text_of(node, 120)
        around = text_of(node.parent, 160) if node.parent is not None else ""
        inner = text_of(node, 80)
        before = around.partition(inner)[0] if inner else ""
        names = " ".join(f"{attribute(n, 'class')} {attribute(n, 'itemprop')}" for n in _near(node))
        kind = _labelled(before) or (DateKind.MODIFIED if _UPDATE.search(names) else None)
        named = kind is not None or bool(_PUBLISH.search(names)) or "pubdate" in node.attributes
        rank = (31 if named else 34) + min(order, 3)
        weak = not named and order > 0 if not many else order > 0
        origin = Origin(OriginKind.TIME_ELEMENT, "time" if not named else "time, named")
        yield from ranked(
            kind or DateKind.PUBLISHED, origin, value, rank, day_first=day_first, weak=weak
        )


def _near(node: Node) -> list[Node]:
    return [node, node.parent] if node.parent is not None else [node]


def _is_elsewhere(node: Node) -> bool:
    for parent in ancestors(node):
        if parent.tag in {"main", "body"}:
            return False
        if parent.tag in _ELSEWHERE_TAGS:
            return True
        names = f"{attribute(parent, 'class')} {attribute(parent, 'id')}".lower()
        if _ELSEWHERE.search(names):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Around:
    """The headline's block, and which blocks belong to other stories, comments or furniture."""

    headline: int | None
    elsewhere: tuple[bool, ...]


def around(page: Page) -> Around:
    """Where things stand on *page*; asked once, used for bylines and mentions."""
    headline = _headline(page)
    return Around(headline, tuple(_elsewhere(page.layout, headline)))


@dataclass(frozen=True, slots=True)
class _Line:
    """A day in one block: where it stands in it, and how far the block is from the headline."""

    text: str
    start: int
    end: int
    distance: int
    elsewhere: bool

    @property
    def bare(self) -> int:
        """Characters of the block beside the date."""
        return len(self.text) - (self.end - self.start)


def bylines(page: Page, around: Around, day_first: bool | None) -> Iterator[Ranked]:
    """Days in lines that bear a label, stand beside the headline, or stand alone."""
    alone: set[str] = set()
    for line, readings in _lines(page, around, day_first):
        kind = _label(line)
        if line.elsewhere:
            place, rank = (
                ("labelled, outside the article", 52) if kind is DateKind.MODIFIED else ("", 0)
            )
        else:
            place, rank = ("labelled", 36) if kind else _standing(line)
        if not rank:
            continue
        weak = False
        if place == "alone":
            alone.add(line.text[line.start : line.end])
            weak = len(alone) > 3
            rank += min(len(alone), 3)
        elif kind and not -6 <= line.distance <= 12:
            rank += 4
        origin = Origin(OriginKind.BYLINE, place)
        for found in readings:
            said = kind or DateKind.PUBLISHED
            old = found.day.year < _OLDEST_BYLINE
            yield from_moment(said, origin, line.text, rank, found, weak=weak or old)


def _standing(line: _Line) -> tuple[str, int]:
    """A place and its rank for a day without label; rank 0 when it is just part of the text."""
    away = abs(line.distance)
    if -5 <= line.distance <= 8 and line.bare < 75:
        return "beside the headline", 38 + away // 3
    if line.distance == 0 and line.bare < 100:
        return "in the headline", 43
    if 0 < line.distance <= 4 and line.start < 30:
        return "dateline", 44
    if line.bare < 40:
        return "alone", 48
    return "", 0


def _lines(
    page: Page, around: Around, day_first: bool | None
) -> Iterator[tuple[_Line, tuple[Moment, ...]]]:
    headline, elsewhere = around.headline, around.elsewhere
    for number, block in enumerate(page.layout.blocks[:5_000]):
        distance = number - headline if headline is not None else 99
        near = -3 <= distance <= 7
        if _COPYRIGHT.search(block.text[:600]):
            continue
        head = block.text[:_MAX_BYLINE]
        if _is_caption(block.kind, block.text) and not (near and len(head) < 40):
            continue
        for start, end, readings in grammar.find(head, day_first=day_first):
            if len(head) < _MAX_BYLINE or start < 60:
                yield (
                    _Line(block.text, start, end, distance, elsewhere[number] and not near),
                    readings,
                )


def _label(line: _Line) -> DateKind | None:
    """From the words before the date; in one sentence, also from those after it."""
    before = _labelled(line.text[: line.start])
    if before or len(line.text) > _MAX_BYLINE or line.bare < 20:
        return before
    after = re.findall(r"[^\W\d_]+", line.text[line.end : line.end + 60].lower())
    return next((_LABELS[word] for word in after if word in _LABELS and len(word) > 6), None)


def _labelled(before: str) -> DateKind | None:
    """What the words right before a date say that it is."""
    tail = _LABEL_TAIL.search(before[-80:].lower().rstrip())
    words = re.findall(r"[^\W\d_]+", before[-80:].lower()) if tail else []
    while words and words[-1] in _FILLER:
        words.pop()
    for length in (5, 4, 3, 2, 1):
        if (kind := _LABELS.get(" ".join(words[-length:]))) and len(words) >= length:
            return kind
    return None


def _headline(page: Page) -> int | None:
    """The block of the headline: an ``<h1>`` that the title repeats, else the first one."""
    title = page.tree.css_first("title")
    told = f"{text_of(title, 500) if title is not None else ''}\n{page.meta('og:title') or ''}"
    starts = [box.start for box in page.layout.boxes if box.tag == "h1" and box.end > box.start]
    headings = [
        number
        for number, block in enumerate(page.layout.blocks)
        if block.kind is BlockKind.HEADING and len(block.text) > 8 and block.text[:80] in told
    ]
    first_level = frozenset(starts)
    matching = [number for number in headings if number in first_level] or headings
    return next(iter(matching or starts), None)


def _elsewhere(layout: Layout, headline: int | None) -> list[bool]:
    """Which blocks belong to other stories, comments or furniture; never the headline's own box."""
    total = len(layout.blocks)
    edges = [0] * (total + 1)
    for box in layout.boxes:
        own = headline is not None and box.start <= headline < box.end
        small = box.end - box.start <= 0.6 * total
        if (
            small
            and not own
            and (box.tag in _ELSEWHERE_TAGS or (box.name and _ELSEWHERE.search(box.name)))
        ):
            edges[box.start] += 1
            edges[box.end] -= 1
    depth, found = 0, []
    for edge in edges[:-1]:
        depth += edge
        found.append(depth > 0)
    return found


def mentions(page: Page, around: Around, day_first: bool | None) -> Iterator[Ranked]:
    """Every explicit day in captions and text: bounds, never time stamps."""
    left = MAX_TEXT
    for number, block in enumerate(page.layout.blocks):
        left -= len(block.text)
        if left < 0:
            return
        if around.elsewhere[number] or block.linked > 0.5:
            continue
        caption = _is_caption(block.kind, block.text)
        origin = (
            Origin(OriginKind.CAPTION, "caption") if caption else Origin(OriginKind.TEXT, "text")
        )
        for start, end, readings in grammar.find(block.text, day_first=day_first):
            quote = block.text[start:end] if len(block.text) > 200 else block.text
            ahead = not _TO_COME.isdisjoint(
                re.findall(r"\w+", block.text[max(0, start - 60) : start].lower())
            )
            note = TO_COME if ahead else ""
            for found in readings:
                yield from_moment(
                    DateKind.MENTIONED, origin, quote, 90, found, weak=True, note=note
                )


def _is_caption(kind: BlockKind, text: str) -> bool:
    if kind is BlockKind.CAPTION:
        return True
    low = text[-300:].lower()
    return len(text) < 600 and any(credit in low for credit in _CREDITS)
