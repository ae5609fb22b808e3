"""A block of text as words: where each stands, and in which sentence."""

import re
from bisect import bisect_right
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from checker.stages.dates import names

_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"\w\w*+")
# A full stop after initials, one or two letters, or before a small one, is an abbreviation's.
_END = re.compile(
    r"(?<![^\W\d_]\.[^\W\d_])(?:(?<=[^\s.]{3})|(?<=\s\d)|(?<=\s\d\d))[.!?…。][.!?…]{0,9}"
    r"[\"'”’»)]{0,9}\s+(?=[\"“«¿¡(]{0,2}[^\W\da-zà-ÿ])|[!?。\n]+"
)
_REACH = 60  # words
_ORDINAL = re.compile(r"\d\.\s+([^\W\d_]+)")


@dataclass(frozen=True)  # no slots: sentences are found once
class Words:
    """The words of one block in lower case; ``raw`` as written, ``starts`` and ``ends`` in it."""

    text: str
    raw: tuple[str, ...]
    folded: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def gap(self, number: int) -> str:
        """What stands between a word and the next; a space where there is none."""
        if not 0 <= number < len(self.raw) - 1:
            return "\n"
        return self.text[self.ends[number] : self.starts[number + 1]][:12]

    def at(self, place: int) -> int:
        """The number of the first word that ends after the character *place*."""
        return bisect_right(self.ends, place)

    @cached_property
    def _stops(self) -> list[int]:
        stops = (found for found in _END.finditer(self.text))
        return [one.end() for one in stops if not self._is_ordinal(one.start())]

    def _is_ordinal(self, stop: int) -> bool:
        """ "5. September", not "Nov. 5. The"."""
        found = _ORDINAL.match(self.text, max(0, stop - 1), stop + 24)
        return found is not None and names.is_month(found[1])

    def sentence(self, number: int) -> tuple[int, int]:
        """The first word of the sentence that word *number* stands in, and the one after its last;
        of a sentence without end as many words as may still tell of each other."""
        stops = self._stops
        at = bisect_right(stops, self.starts[number])
        start = stops[at - 1] if at else 0
        end = stops[at] if at < len(stops) else len(self.text) + 1
        first, last = bisect_right(self.ends, start), bisect_right(self.starts, end - 1)
        return max(first, number - _REACH), min(last, number + _REACH)


def split(text: str) -> Words:
    """*text* as words; linear in its length."""
    found = [(hit[0], hit.start(), hit.end()) for hit in _WORD.finditer(text)]
    raw = tuple(one[0] for one in found)
    folded = tuple(fold(one) for one in raw)
    return Words(text, raw, folded, tuple(o[1] for o in found), tuple(o[2] for o in found))


def fold(word: str) -> str:
    """In lower case, but for the month (and the prime minister) that is no "may"."""
    return word if word == "May" else word.lower()


def may_hold(text: str, words: AbstractSet[str]) -> bool:
    """Whether *text* may have one of *words*, which are folded; costs less than ``split``."""
    return bool(words) and not words.isdisjoint(vocabulary(text))


def vocabulary(text: str) -> set[str]:
    """The words of *text*, folded; "may" also where it may be the month."""
    raw = set(_LETTERS.findall(text.replace("_", " ")))  # as ``_WORD`` finds them, but faster
    return {*map(str.lower, raw), *({"May"} & raw)}


def phrase(text: str) -> tuple[str, ...]:
    """*text* as ``Words`` would have it: to be looked for in them."""
    return tuple(fold(word) for word in _WORD.findall(text))
