"""Two texts side by side for people: blocks in order, and the words of each that differ.

Nothing is set aside here: what noise rules ignore is shown all the same, as it stands on the page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from checker.model import Block, BlockKind, Text
from checker.stages.compare.align import PAIR
from checker.stages.compare.indel import opcodes, similarity
from checker.stages.compare.noise import styled
from checker.stages.compare.words import folded, pieces

MAX_BLOCKS = 3_000  # of a side; the alignment is quadratic in what differs
MAX_PIECES = 4_000  # of a block: words, spaces and signs
_WINDOW = 8  # blocks ahead that are looked at for a counterpart
_LOOK = 200  # words of a block that are looked at for that
_TOP = 5  # blocks in which the headline is looked for
_SURE = 0.6
_WORD = re.compile(r"\w")


class Mark(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Segment:
    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A block before and after; ``segments`` hold both texts in one, in reading order."""

    kind: BlockKind
    segments: tuple[Segment, ...]
    moved: bool = False  # the other text has the same block elsewhere

    @property
    def changed(self) -> bool:
        return any(one.mark is not Mark.SAME for one in self.segments)

    @property
    def before(self) -> tuple[Segment, ...]:
        return tuple(one for one in self.segments if one.mark is not Mark.ADDED)

    @property
    def after(self) -> tuple[Segment, ...]:
        return tuple(one for one in self.segments if one.mark is not Mark.REMOVED)


@dataclass(frozen=True, slots=True)
class Rows:
    """``cut`` says that a bound left out the end of a text."""

    rows: tuple[Row, ...]
    cut: bool


def rows(old: Text, new: Text) -> Rows:
    """The headline and the article of both versions, aligned. Bounded in time."""
    before, after = (_below_headline(text)[:MAX_BLOCKS] for text in (old, new))
    cut = max(len(old.blocks), len(new.blocks)) > MAX_BLOCKS
    olds, news = ({styled(one.text) for one in side} for side in (before, after))
    found = [
        _row(one, other, moved=_is_moved(one, other, olds, news))
        for one, other in _aligned(before, after)
    ]
    return Rows((*_headline(old, new), *found), cut)


def segments(before: str, after: str) -> tuple[Segment, ...]:
    """The two texts word by word. One that is longer than the bound is shown whole on each side."""
    if not before or not after:
        return _whole(before, after)
    old, new = pieces(before), pieces(after)
    if max(len(old), len(new)) > MAX_PIECES:
        return (Segment(Mark.SAME, before),) if before == after else _whole(before, after)
    steps: list[tuple[str, str]] = []  # what was removed and added; equal in both where it stays
    for step in opcodes(old, new):
        removed = "".join(old[step.src_start : step.src_end])
        added = "".join(new[step.dest_start : step.dest_end])
        if step.tag == "equal" or not steps or steps[-1][0] == steps[-1][1]:
            steps.append((removed, added))
        else:
            steps[-1] = (steps[-1][0] + removed, steps[-1][1] + added)
    return tuple(_segments(_joined(steps)))


def _joined(steps: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Blanks and signs alone between two changes belong to them: words change, not syllables."""
    joined: list[tuple[str, str]] = []
    for at, (old, new) in enumerate(steps):
        same = old == new
        between = same and 0 < at < len(steps) - 1 and not _WORD.search(old)
        last_changed = bool(joined) and joined[-1][0] != joined[-1][1]
        if last_changed and (between or not same):
            joined[-1] = (joined[-1][0] + old, joined[-1][1] + new)
        else:
            joined.append((old, new))
    return joined


def _segments(steps: list[tuple[str, str]]) -> Iterator[Segment]:
    for old, new in steps:
        if old == new or not (old + new).strip():
            yield Segment(Mark.SAME, new or old)
            continue
        if old:
            yield Segment(Mark.REMOVED, old)
        if new:
            yield Segment(Mark.ADDED, new)


def _whole(before: str, after: str) -> tuple[Segment, ...]:
    both = (Segment(Mark.REMOVED, before), Segment(Mark.ADDED, after))
    return tuple(one for one in both if one.text)


def _headline(old: Text, new: Text) -> list[Row]:
    if not (old.title or new.title):
        return []
    return [Row(BlockKind.HEADING, segments(old.title, new.title))]


def _below_headline(text: Text) -> tuple[Block, ...]:
    """The blocks without the headline, which one template puts into the article, another above."""
    for at, block in enumerate(text.blocks[:_TOP]):
        if block.kind is BlockKind.HEADING and styled(block.text) == styled(text.title):
            return (*text.blocks[:at], *text.blocks[at + 1 :])
    return text.blocks


def _row(old: Block | None, new: Block | None, *, moved: bool) -> Row:
    one = new or old
    assert one is not None
    before, after = old.text if old else "", new.text if new else ""
    return Row(one.kind, segments(before, after), moved)


def _is_moved(old: Block | None, new: Block | None, olds: set[str], news: set[str]) -> bool:
    if old is not None and new is not None:
        return False
    return styled(new.text) in olds if new else old is not None and styled(old.text) in news


def _aligned(
    old: tuple[Block, ...], new: tuple[Block, ...]
) -> Iterator[tuple[Block | None, Block | None]]:
    steps = opcodes([styled(one.text) for one in old], [styled(one.text) for one in new])
    gap_old: list[Block] = []
    gap_new: list[Block] = []
    for step in steps:
        if step.tag != "equal":
            gap_old += old[step.src_start : step.src_end]
            gap_new += new[step.dest_start : step.dest_end]
            continue
        yield from _gap(gap_old, gap_new)
        gap_old, gap_new = [], []
        pairs = zip(
            old[step.src_start : step.src_end], new[step.dest_start : step.dest_end], strict=True
        )
        yield from pairs
    yield from _gap(gap_old, gap_new)


def _gap(old: list[Block], new: list[Block]) -> Iterator[tuple[Block | None, Block | None]]:
    """Between blocks that stayed: each with the next that is like it, in order."""
    at = 0
    for block in old:
        place = _counterpart(block, new[at : at + _WINDOW])
        if place is None:
            yield block, None
            continue
        for skipped in new[at : at + place]:
            yield None, skipped
        yield block, new[at + place]
        at += place + 1
    for left in new[at:]:
        yield None, left


def _counterpart(block: Block, ahead: list[Block]) -> int | None:
    words = folded(block.text)[:_LOOK]
    best, most = None, PAIR
    for place, other in enumerate(ahead):
        score = similarity(words, folded(other.text)[:_LOOK])
        if score >= _SURE:
            return place
        if score >= most:
            best, most = place, score
    return best
