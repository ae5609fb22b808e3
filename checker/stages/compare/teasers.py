"""Tells teasers that an extractor took for the article's end from paragraphs of the article."""

from checker.stages.compare.align import Pair, Passage
from checker.stages.compare.noise import Cleaned

_BEFORE = 3  # lines: the title of a teaser, its author, its day
_TITLE = 4  # words
_TEASER = 60  # words
_LEAST = 2  # teasers on each side: a list; a single one may be anything


def without_teasers(pairs: list[Pair], old: Cleaned, new: Cleaned) -> list[Pair]:
    """*pairs* without paragraphs that came and went with a title of their own: a list that a
    machine filled anew. Such a title is a line that only this side's page has, no part of the
    article, right above the paragraph; an article's paragraph follows another."""
    gone = [one for one in pairs if one.after is None]
    come = [one for one in pairs if one.before is None]
    if min(len(gone), len(come)) < _LEAST:
        return pairs
    before, after = _Titles(old, new), _Titles(new, old)
    left = [one for one in gone if one.before and before.stand_above(one.before)]
    right = [one for one in come if one.after and after.stand_above(one.after)]
    if min(len(left), len(right)) < _LEAST:
        return pairs
    teasers = {id(one) for one in (*left, *right)}
    return [one for one in pairs if id(one) not in teasers]


class _Titles:
    """The lines of one page that may be titles of teasers, and where each line stands."""

    def __init__(self, here: Cleaned, there: Cleaned) -> None:
        self._page = here.page
        self._places = {line: at for at, line in enumerate(here.page)}
        self._others = {*there.page, *(block.text for block in here.blocks)}

    def stand_above(self, passage: Passage) -> bool:
        at = self._places.get(passage.block)
        if at is None or len(passage.words) > _TEASER:
            return False
        return any(self._is_title(line) for line in self._page[max(0, at - _BEFORE) : at])

    def _is_title(self, line: str) -> bool:
        return line not in self._others and len(line.split()) >= _TITLE
