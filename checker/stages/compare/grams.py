"""What a text says, as a set of word sequences: membership is one look-up, building is linear."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checker.stages.compare.words import LINE_END, folded, folded_lines

SIZE = 4  # words: long enough to be no idiom, short enough to survive a cut sentence

Gram = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grams:
    """All sequences of one to four words within a line of a text."""

    found: tuple[set[Gram], ...]  # by length, shortest first

    def holds(self, sentence: Sequence[str]) -> bool:
        """Whether the text says *sentence*: each of its sequences stands there somewhere."""
        size = min(SIZE, len(sentence))
        return not size or self.found[size - 1].issuperset(_runs(sentence, size))

    def share(self, lines: Iterable[Sequence[str]]) -> float:
        """The share of *lines*' sequences that the text has, 0…1; 0 where there are none."""
        total = hits = 0
        for line in lines:
            size = min(SIZE, len(line))
            if size:
                known = self.found[size - 1]
                runs = list(_runs(line, size))
                total += len(runs)
                hits += sum(run in known for run in runs)
        return hits / total if total else 0.0


def grams(lines: Iterable[str]) -> Grams:
    """The sequences of *lines*; none runs over a line's end, for the end is a word of its own."""
    flat = folded_lines(dict.fromkeys(lines))
    return Grams(tuple(set(_runs(flat, size)) for size in range(1, SIZE + 1)))


def _runs(line: Sequence[str], size: int) -> Iterable[Gram]:
    """Every run of *size* words."""
    return zip(*(line[at:] for at in range(size)), strict=False)


__all__ = ["LINE_END", "Grams", "folded", "grams"]
