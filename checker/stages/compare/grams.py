"""What a text says, by its word sequences.

A few sentences are looked for in the text itself, which the machine does fast; where many are
asked for, the sequences of the text are put into sets first, so that the work stays linear.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

from checker.stages.compare.words import folded, folded_lines

SIZE = 4  # words: long enough to be no idiom, short enough to survive a cut sentence
_SEARCHED = 2_000_000  # characters: then the sequences are made

Gram = tuple[str, ...]


class Grams:
    """All sequences of one to four words within a line of a text; none runs over a line's end."""

    def __init__(self, lines: Iterable[str], shared: "Grams | None" = None) -> None:
        """*shared* is of further lines, which another text has, too."""
        self._lines = list(dict.fromkeys(lines))
        self._shared = shared
        self._searched = 0
        self._found: dict[int, set[Gram]] = {}  # by length, made when it is first needed

    def says(self, sentence: str, words: Sequence[str] = ()) -> bool:
        """Whether the text says *sentence*: each sequence of its *words* stands there somewhere.

        Mostly it stands there whole, or a word of it stands nowhere: then no sequence is made.
        """
        words = words or folded(sentence)
        if self._searched < _SEARCHED:
            if self._has_line(sentence):
                return True
            if not all(map(self._has_letters, words)):
                return False
        size = min(SIZE, len(words))
        return all(self._has(run, size) for run in _runs(words, size)) if size else True

    def begins(self, sentence: str) -> bool:
        """Whether a line of the text begins with *sentence*."""
        shared = self._shared is not None and self._shared.begins(sentence)
        return shared or f"\n{_fold(sentence)}" in self._letters

    def share(self, lines: Iterable[Sequence[str]]) -> float:
        """The share of *lines*' sequences that the text has, 0…1; 0 where there are none."""
        total = hits = 0
        for line in lines:
            size = min(SIZE, len(line))
            if size:
                runs = list(_runs(line, size))
                total += len(runs)
                hits += sum(self._has(run, size) for run in runs)
        return hits / total if total else 0.0

    @cached_property
    def _words(self) -> list[str]:
        return folded_lines(self._lines)

    @cached_property
    def _letters(self) -> str:
        return _fold("\n".join(("", *self._lines, "")))

    def _has_line(self, sentence: str) -> bool:
        """From one blank or line end to another."""
        shared = self._shared is not None and self._shared._has_line(sentence)  # noqa: SLF001 — its own
        said = _fold(sentence)
        self._searched += len(self._letters)
        return shared or any(form in self._letters for form in _forms(said))

    def _has_letters(self, word: str) -> bool:
        self._searched += len(self._letters)
        shared = self._shared is not None and self._shared._has_letters(word)  # noqa: SLF001 — its own
        return shared or word in self._letters

    def _has(self, run: Gram, size: int) -> bool:
        if size not in self._found:
            self._found[size] = set(_runs(self._words, size))
        if run in self._found[size]:
            return True
        return self._shared is not None and self._shared._has(run, size)  # noqa: SLF001 — its own


def _fold(text: str) -> str:
    return text.casefold().replace("’", "'")


def _forms(sentence: str) -> tuple[str, ...]:
    return tuple(f"{before}{sentence}{after}" for before in " \n" for after in " \n")


def _runs(line: Sequence[str], size: int) -> Iterable[Gram]:
    """Every run of *size* words."""
    return zip(*(line[at:] for at in range(size)), strict=False)
