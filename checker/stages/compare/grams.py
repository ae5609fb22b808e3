"""What a text says, as a set of word sequences: membership is one look-up, building is linear."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checker.stages.compare.words import words

SIZE = 4  # words: long enough to be no idiom, short enough to survive a cut sentence


@dataclass(frozen=True, slots=True)
class Grams:
    """All sequences of one to four words within a line of a text."""

    found: frozenset[tuple[str, ...]]

    def holds(self, sentence: Sequence[str]) -> bool:
        """Whether the text says *sentence*: each of its sequences stands there somewhere."""
        return all(gram in self.found for gram in sequences(sentence, SIZE))

    def share(self, lines: Iterable[Sequence[str]]) -> float:
        """The share of *lines*' sequences that the text has, 0…1; 0 where there are none."""
        total = hits = 0
        for line in lines:
            for gram in sequences(line, SIZE):
                total += 1
                hits += gram in self.found
        return hits / total if total else 0.0


def sequences(line: Sequence[str], size: int) -> Iterable[tuple[str, ...]]:
    """Every run of *size* words; the whole line where it is shorter."""
    size = min(size, len(line))
    return (tuple(line[at : at + size]) for at in range(len(line) - size + 1) if size)


def grams(lines: Iterable[Sequence[str]]) -> Grams:
    found: set[tuple[str, ...]] = set()
    for line in lines:
        for size in range(1, SIZE + 1):
            if size <= len(line):
                found.update(sequences(line, size))
    return Grams(frozenset(found))


def folded(text: str) -> list[str]:
    """The words of *text* without regard to case."""
    return [word.casefold() for word in words(text)]
