"""Finds which sentences the whole page lost or gained, and pairs what became of what."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from checker.model import Block, BlockKind
from checker.stages.compare.bylines import is_stamp
from checker.stages.compare.facts import Hunk
from checker.stages.compare.grams import Grams
from checker.stages.compare.indel import opcodes, similarity
from checker.stages.compare.words import folded, sentences, words

PAIR = 0.4  # Indel similarity from which two passages are one passage edited
_SAME_BLOCK = 0.7  # from which two blocks are one, whatever became of a part of it
_COMMON = 40  # passages: a word that so many have says nothing about which belong together
_CANDIDATES = 6
_WORDS = 3000  # per passage; a longer one is compared by its beginning, and the cut is said


_SHIFTED = 3  # lone days that moved together; fewer may be edits
_TURN = 26  # days: from the end of one month to the first of the next
_NUMBERS = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_NUMBERING = re.compile(r"\A\d{1,3}[.)] (?=\S)")


@dataclass(frozen=True, slots=True)
class Passage:
    """The changed sentences of one block. ``news`` is false where the other side's page says
    the same elsewhere: then it only shows what a lost passage became. ``block`` is all of it."""

    kind: BlockKind
    text: str
    words: tuple[str, ...]
    news: bool
    block: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A passage before and after; None where there is no counterpart."""

    before: Passage | None
    after: Passage | None


def unmatched(blocks: Iterable[Block], others: Iterable[Block]) -> list[Block]:
    """Those of *blocks* that are not, word by word, a block of *others*; in their order."""
    there = Counter(block.text for block in others)
    left: list[Block] = []
    for block in blocks:
        if there[block.text] > 0:
            there[block.text] -= 1
        else:
            left.append(block)
    return left


def passages(blocks: list[Block], there: Grams) -> list[Passage]:
    """What of *blocks*, sentence by sentence, stands nowhere on the other side's page."""
    found: list[Passage] = []
    for block in blocks:
        parts = [one for one in sentences(block.text) if not _stands(one, there)]
        text = " ".join(parts) or block.text
        found.append(Passage(block.kind, text, tuple(folded(text)), bool(parts), block.text))
    return [passage for passage in found if passage.words]


def shifted_days(old: Iterable[Block], new: Iterable[Block]) -> frozenset[Block]:
    """Lines that are a day and nothing else, all of which moved by one day to the same side: a
    time zone did that, nobody edited them."""
    before, after = ([one for one in side if is_stamp(one.text)] for side in (old, new))
    if not _SHIFTED <= len(before) == len(after):
        return frozenset()
    shifts = {_day(b.text) - _day(a.text) for a, b in zip(before, after, strict=True)}
    later = all(one == 1 or one < -_TURN for one in shifts)
    earlier = all(one == -1 or one > _TURN for one in shifts)
    return frozenset((*before, *after)) if later or earlier else frozenset()


def _day(line: str) -> int:
    """The day of the month, as the first number that may be one; 0 for none."""
    found = (int(one) for one in _NUMBERS.findall(line) if len(one) <= 2)
    return next((one for one in found if 1 <= one <= 31), 0)


def _stands(sentence: str, there: Grams) -> bool:
    """On the other side's page, where a template may number its lists or not."""
    bare = unnumbered(sentence)
    return there.says(sentence) or (bare != sentence and there.begins(bare))


def unnumbered(text: str) -> str:
    """*text* without the number of its place in a list."""
    return _NUMBERING.sub("", text, count=1) if text[:1].isdigit() else text


def outside(
    lines: Iterable[str], blocks: Iterable[Block], others: Iterable[str], there: Grams
) -> list[Passage]:
    """The lines beside the article that the other side's page does not have, each once."""
    known = {block.text for block in blocks} | set(others)
    fresh = [line for line in dict.fromkeys(lines) if line not in known]
    return [
        Passage(BlockKind.PARAGRAPH, line, tuple(key), news=True)
        for line in fresh
        if (key := folded(line)) and not there.says(line, key)
    ]


def pair(old: list[Passage], new: list[Passage]) -> list[Pair]:
    """Greedy, most similar first; near-linear, for only passages that share a rare word or a
    rank are looked at. Passages without counterpart count only if they are news."""
    scored = sorted(_scored(old, new), reverse=True)
    left, right = set(range(len(old))), set(range(len(new)))
    found: dict[int, int] = {}
    for _score, negative, at in scored:
        index = -negative
        if index in left and at in right:
            left.discard(index)
            right.discard(at)
            found[index] = at
    pairs = [Pair(old[i], new[found[i]] if i in found else None) for i in range(len(old))]
    pairs += [Pair(None, new[at]) for at in sorted(right)]
    return [p for p in pairs if (p.before and p.before.news) or (p.after and p.after.news)]


def _scored(old: list[Passage], new: list[Passage]) -> Iterable[tuple[float, int, int]]:
    where: defaultdict[str, list[int]] = defaultdict(list)
    for at, passage in enumerate(new):
        for word in set(passage.words):
            where[word].append(at)
    for index, passage in enumerate(old):
        shared = Counter(
            at
            for word in set(passage.words)
            if len(where.get(word, ())) <= _COMMON
            for at in where.get(word, ())
        )
        candidates = {at for at, _ in shared.most_common(_CANDIDATES)}
        candidates |= {at for at in (index - 1, index, index + 1) if 0 <= at < len(new)}
        for at in sorted(candidates):
            score = _similarity(passage.words, new[at].words)
            if score < PAIR and abs(at - index) <= 1:
                score = _around(passage, new[at])
            if score >= PAIR:
                yield score, -index, at


def _around(one: Passage, other: Passage) -> float:
    """How alike the blocks are of which these few words are a part: "6." may be "13." now."""
    if one.text == one.block or other.text == other.block:
        return 0.0
    score = _similarity(tuple(folded(one.block)), tuple(folded(other.block)))
    return score if score >= _SAME_BLOCK else 0.0


def likeness(a: Passage, b: Passage) -> float:
    """0…1 over the words in their order."""
    return _similarity(a.words, b.words)


def _similarity(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    return similarity(a[:_WORDS], b[:_WORDS])


def hunks(before: str, after: str) -> tuple[list[Hunk], bool]:
    """The words that differ, grouped, as written; and whether a bound cut the comparison."""
    old, new = words(before), words(after)
    cut = max(len(old), len(new)) > _WORDS
    old, new = old[:_WORDS], new[:_WORDS]
    steps = opcodes([word.casefold() for word in old], [word.casefold() for word in new])
    found: list[Hunk] = []
    removed: list[str] = []
    added: list[str] = []
    for step in steps:
        if step.tag == "equal":
            if removed or added:
                found.append(Hunk(tuple(removed), tuple(added)))
            removed, added = [], []
        else:
            removed += old[step.src_start : step.src_end]
            added += new[step.dest_start : step.dest_end]
    if removed or added:
        found.append(Hunk(tuple(removed), tuple(added)))
    return found, cut
