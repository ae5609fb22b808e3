"""Which of a page's blocks are its article: weigh, drop furniture, descend to where the text is."""

import re

from checker.model import Block, BlockKind
from checker.stages.page import Layout, Seen

_SENTENCE = re.compile(r"[.!?…。！？][\"'”’»)]*(?:\s|$)|[,;:]\s")
_DOMINANT = 0.62  # share of the text that one child must hold to be the article alone
_HALF = 0.5
_NO_TEXT = frozenset({BlockKind.HEADING, BlockKind.CAPTION})
_RUNNING = frozenset({BlockKind.PARAGRAPH, BlockKind.QUOTE})


def weight(block: Seen) -> float:
    """How much *block* looks like running text: its characters that are no links."""
    if block.kind in _NO_TEXT or block.linked > _HALF:
        return 0.0
    length = len(block.text) * (1.0 - block.linked)
    if length < 30 or (length < 120 and not _SENTENCE.search(block.text)):
        return 0.0
    return length if block.kind in _RUNNING else length * _HALF


def choose(layout: Layout) -> tuple[Block, ...]:
    """The article's blocks in order; everything the page shows when nothing stands out."""
    weights = [weight(block) for block in layout.blocks]
    dropped = _dropped(layout, weights)
    kept = [0.0 if drop else value for value, drop in zip(weights, dropped, strict=True)]
    start, end = _range(layout, kept)
    chosen = [
        block
        for block, drop in zip(layout.blocks[start:end], dropped[start:end], strict=True)
        if not drop and not _is_link_list(block)
    ]
    if not any(weight(block) for block in chosen):
        chosen = [block for block in layout.blocks if not _is_link_list(block)] or layout.blocks
    return tuple(Block(block.kind, block.text) for block in _without_tail(chosen))


def _sums(weights: list[float]) -> list[float]:
    total, sums = 0.0, [0.0]
    for value in weights:
        total += value
        sums.append(total)
    return sums


def _dropped(layout: Layout, weights: list[float]) -> list[bool]:
    """Blocks inside furniture; a box that holds half of the text is misnamed, not furniture."""
    sums = _sums(weights)
    edges = [0] * (len(layout.blocks) + 1)
    for box in layout.boxes:
        share = sums[box.end] - sums[box.start]
        if box.furniture and share <= _HALF * sums[-1]:
            edges[box.start] += 1
            edges[box.end] -= 1
    depth, dropped = 0, []
    for edge in edges[:-1]:
        depth += edge
        dropped.append(depth > 0)
    return dropped


def _range(layout: Layout, kept: list[float]) -> tuple[int, int]:
    """From the whole page down, while one child holds nearly all of the text."""
    sums = _sums(kept)
    held = [sums[box.end] - sums[box.start] for box in layout.boxes]
    marked = [
        number
        for number, box in enumerate(layout.boxes)
        if box.body and held[number] > _HALF * sums[-1]
    ]
    if marked:
        best = max(marked, key=lambda number: held[number])
        return layout.boxes[best].start, layout.boxes[best].end
    heaviest: dict[int, int] = {}
    for number, box in enumerate(layout.boxes):
        rival = heaviest.get(box.parent)
        if rival is None or held[number] > held[rival]:
            heaviest[box.parent] = number
    place = heaviest.get(-1)
    while place is not None:
        child = heaviest.get(place)
        if child is None or held[child] < _DOMINANT * held[place] or held[child] == 0:
            return layout.boxes[place].start, layout.boxes[place].end
        if layout.boxes[place].tag == "article":
            return layout.boxes[place].start, layout.boxes[place].end
        place = child
    return 0, len(layout.blocks)


def _is_link_list(block: Seen) -> bool:
    return block.linked > 0.6 and len(block.text) < 200


def _without_tail(blocks: list[Seen]) -> list[Seen]:
    """A heading with nothing below it introduces what was dropped."""
    end = len(blocks)
    while end > 1 and blocks[end - 1].kind is BlockKind.HEADING:
        end -= 1
    return blocks[:end]
