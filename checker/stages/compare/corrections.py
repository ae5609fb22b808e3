"""Which sentence a correction speaks of: found by the words that notice and sentence share."""

from collections import Counter
from collections.abc import Iterable

from checker.model import Corrected, Edit, Notice
from checker.stages.compare.noise import Cleaned
from checker.stages.compare.words import folded, has_digit, sentences

_SENTENCES = 2_000  # of the older article that are looked at
_RARE = 3  # sentences: a word that more have tells nothing
_SHARED = 3  # rare words, or one changed word, that notice and sentence must share
_LONG = 4  # characters: shorter words tell nothing, unless they are numbers


def corrected(
    notice: Notice, edits: Iterable[Edit], old: Cleaned, had: Iterable[Notice] = ()
) -> Corrected | None:
    """The edit that *notice* explains, else the sentence of the older text that it quotes; a
    notice that the older text *had* is none.

    None where neither is clear: a wrong pair would be worse than none.
    """
    said = set(folded(notice.quote))
    notices = (notice, *had)
    return _edited(said, notices, edits) or _quoted(said, notices, old)


def _edited(said: set[str], notices: tuple[Notice, ...], edits: Iterable[Edit]) -> Corrected | None:
    """Among edits of a passage: the one whose changed words the notice repeats."""
    best, most = None, 0
    for edit in edits:
        if not edit.before or _is(edit.after, notices) or _is(edit.before, notices):
            continue
        removed, added = set(folded(" ".join(edit.removed))), set(folded(" ".join(edit.added)))
        changed = {word for word in (removed | added) & said if _tells(word)}
        around = {word for word in set(folded(edit.before)) & said if _tells(word)} - changed
        score = 3 * len(changed) + len(around)
        if score > most and (changed or len(around) >= _SHARED):
            best, most = edit, score
    return Corrected(best.before, best.after) if best is not None else None


def _quoted(said: set[str], notices: tuple[Notice, ...], old: Cleaned) -> Corrected | None:
    """A sentence that stayed as it was, and that the notice paraphrases: "… said that …"."""
    every = [one for block in old.blocks for one in sentences(block.text)][:_SENTENCES]
    bags = [{word for word in folded(one) if _tells(word)} for one in every]
    common = Counter(word for bag in bags for word in bag)
    best, most = None, 0
    for sentence, bag in zip(every, bags, strict=True):
        shared = [word for word in bag & said if common[word] <= _RARE]
        if len(shared) > max(most, _SHARED - 1) and not _is(sentence, notices):
            best, most = sentence, len(shared)
    return Corrected(best, best) if best is not None else None


def _tells(word: str) -> bool:
    """A number, a word of some length, or a character of a script without spaces."""
    return has_digit(word) or len(word) >= _LONG or not word.isascii()


def _is(text: str, notices: tuple[Notice, ...]) -> bool:
    """Whether *text* is one of the notices, or part of one."""
    words = " ".join(folded(text))
    return bool(words) and any(words in " ".join(folded(one.quote)) for one in notices)
