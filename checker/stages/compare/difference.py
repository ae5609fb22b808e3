"""What the words of two cleaned texts tell: edits, each with why it matters, and the class."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from checker.model import Block, BlockKind, Change, Edit
from checker.stages.compare import facts
from checker.stages.compare.align import (
    Pair,
    Passage,
    hunks,
    likeness,
    outside,
    pair,
    passages,
    shifted_days,
    unmatched,
    unnumbered,
)
from checker.stages.compare.bylines import is_same_byline, is_stamp
from checker.stages.compare.grams import Grams
from checker.stages.compare.noise import Cleaned, headline, is_boilerplate
from checker.stages.compare.teasers import without_teasers
from checker.stages.compare.words import folded

_EDITS = 200
_PASSAGES = 4000  # changed passages a side; more is another text, and the pairing stays bounded
_PARAGRAPH = 8  # words: shorter passages without counterpart are labels, unless they hold a fact
_FEW_LINES = 3
_TOP = 5  # blocks in which the headline is looked for
_ALIKE = 0.7  # from which two lines beside the article are one line edited
_BALANCE = 0.6  # lists that a machine fills keep their length: fewer / more lines exchanged
_SWAPPED = 0.25  # of the page's lines: more is a new template
_LABEL = 200  # characters
_LONE_LINE = 12  # words: a shorter line beside the article without counterpart is a label
_STOPS = (*".!?…", "。", "！", "？", "।", "؟", "۔")
_SENTENCE_ENDS = (*_STOPS, *":;\"')]»", "」", "』")
_MARKUP = re.compile(r"</?[a-z]{1,10}[ >/]|&[a-z]{2,6};|\{\{")
_PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})


class Difference:
    """Everything that the words of two cleaned texts tell; computed once, then only read."""

    def __init__(self, old: Cleaned, new: Cleaned, language: str | None) -> None:
        self._language = language
        self.cut = self._overflow = False
        self._old, self._new = old, new
        lost, gained = unmatched(old.blocks, new.blocks), unmatched(new.blocks, old.blocks)
        zoned = shifted_days(old.blocks, new.blocks) if lost and gained else frozenset()
        self._lost = [one for one in lost if one not in zoned]
        self._gained = [one for one in gained if one not in zoned]
        self.similarity = _similarity(old.blocks, self._lost, new.blocks, self._gained)
        self.title_changed = self._title_changed(old.title, new.title)
        self.edits = self._edits(old, new)
        self.noise: tuple[str, ...] = ("time zone",) if zoned else ()
        self.change = self._class(old, new)

    @cached_property
    def old_page(self) -> Grams:
        return self._said(self._old)

    @cached_property
    def new_page(self) -> Grams:
        return self._said(self._new)

    @cached_property
    def _shared(self) -> tuple[Grams, frozenset[str]]:
        """What both pages say line by line, read once."""
        lines = frozenset(_lines(self._old)) & frozenset(_lines(self._new))
        return Grams(lines), lines

    def _said(self, cleaned: Cleaned) -> Grams:
        shared, lines = self._shared
        return Grams((line for line in _lines(cleaned) if line not in lines), shared)

    def _title_changed(self, old: str, new: str) -> bool:
        """The whole page lost the old headline and gained the new one; what sites add to a
        title, such as their name, is none of it."""
        lost, gained = folded(headline(old)), folded(headline(new))
        if not lost or not gained or lost == gained:
            return False
        return not self.new_page.says(old, lost) and not self.old_page.says(new, gained)

    def _edits(self, old: Cleaned, new: Cleaned) -> tuple[Edit, ...]:
        lost = passages(self._lost, self.new_page)
        gained = passages(self._gained, self.old_page)
        self._overflow = self.cut = max(len(lost), len(gained)) > _PASSAGES
        pairs = without_teasers(pair(lost[:_PASSAGES], gained[:_PASSAGES]), old, new)
        made = [self._edit(one) for one in pairs]
        if self.title_changed:
            made.insert(0, self._headline(old.title, new.title))
        found = [edit for edit in made if edit is not None] + self._beside_edits(old, new)
        found = _with_headline(found, old, new)
        self.cut = self.cut or len(found) > _EDITS
        # Facts first, so that a bound never hides what matters; the rest in the text's order.
        return tuple(sorted(found, key=lambda edit: not edit.why)[:_EDITS])

    def _beside_edits(self, old: Cleaned, new: Cleaned) -> list[Edit]:
        """Prose that the extractor left out of the article: edited lines, and, where hardly
        anything else changed on the page, lines that came or went."""
        lost = outside(old.page, old.blocks, new.page, self.new_page)
        gained = outside(new.page, new.blocks, old.page, self.old_page)
        few = len(lost) + len(gained) <= _FEW_LINES
        made: list[Edit | None] = []
        for one in pair(lost[:_PASSAGES], gained[:_PASSAGES]):
            sides = [side for side in (one.before, one.after) if side is not None]
            least = _PARAGRAPH if len(sides) == 2 else _LONE_LINE
            prose = all(len(side.words) >= least and side.text.endswith(_STOPS) for side in sides)
            contact = few and len(sides) == 2 and all("@" in side.text for side in sides)
            if contact or (prose and (few or (len(sides) == 2 and _alike(one)))):
                made.append(self._edit(one))
        return [edit for edit in made if edit is not None]

    def _headline(self, old: str, new: str) -> Edit:
        groups, _ = hunks(old, new)
        removed = tuple(word for hunk in groups for word in hunk.removed)
        added = tuple(word for hunk in groups for word in hunk.added)
        return Edit(BlockKind.HEADING, old, new, removed, added, "headline")

    def _edit(self, one: Pair) -> Edit | None:
        match one:
            case Pair(Passage() as before, Passage() as after):
                return self._changed(before, after)
            case Pair(Passage() as before, None):
                gone = tuple(before.text.split()[:_EDITS])
                return Edit(before.kind, before.text, "", gone, (), self._alone(before))
            case Pair(None, Passage() as after):
                come = tuple(after.text.split()[:_EDITS])
                return Edit(after.kind, "", after.text, (), come, self._alone(after))
        return None

    def _changed(self, before: Passage, after: Passage) -> Edit | None:
        was, now = _numbered_alike(before.text, after.text)
        groups, cut = hunks(was, now)
        self.cut = self.cut or cut
        if not cut and all(_same_letters(hunk) for hunk in groups):
            return None
        if is_same_byline(before.text, after.text):
            return None
        why = facts.why(groups, was, now, self._language)
        if not why and facts.quotation(before.block, after.block):
            why = "quotation"
        promotion = is_boilerplate(before.text) and is_boilerplate(after.text)
        if promotion and why != "number":
            return None
        removed = tuple(word for hunk in groups for word in hunk.removed)
        added = tuple(word for hunk in groups for word in hunk.added)
        return Edit(
            after.kind, before.text, after.text, removed, added, why or ("length" if cut else "")
        )

    def _alone(self, passage: Passage) -> str:
        """Why a passage without counterpart matters: it is prose, or a sentence with a fact."""
        if passage.kind is BlockKind.CAPTION:
            return "paragraph" if len(passage.words) > _LONE_LINE else ""
        if passage.kind not in _PROSE or is_boilerplate(passage.text):
            return ""
        if is_stamp(passage.text):
            return ""
        row = passage.kind is not BlockKind.PARAGRAPH
        if not row and not _is_sentence(passage.text):
            return ""
        if len(passage.words) >= _PARAGRAPH:
            return "paragraph"
        return facts.fact_in(passage.text, self._language) if len(passage.words) > 2 else ""

    def _class(self, old: Cleaned, new: Cleaned) -> Change:
        # What lies behind a bound was not looked at: better a false alarm than a missed fact.
        if self._overflow or any(edit.why for edit in self.edits):
            return Change.SUBSTANTIVE
        if any(edit.before and edit.after for edit in self.edits):
            return Change.MINOR
        return self._beside(old, new)

    def _beside(self, old: Cleaned, new: Cleaned) -> Change:
        """Nothing in the article's words differs: is it the template, or lists that a machine
        fills? Those change in equal numbers and leave the rest of the page as it was."""
        # A title that only one version gives, though both pages say it, is the extractor's choice.
        retitled = old.title != new.title and folded(old.title) == folded(new.title)
        if retitled or self._lost or self._gained or self.edits:
            return Change.COSMETIC
        lost, gained = Counter(old.page) - Counter(new.page), Counter(new.page) - Counter(old.page)
        few, many = sorted((lost.total(), gained.total()))
        if many == 0:
            self.noise += ("order",)
            return Change.IDENTICAL
        if _is_template(lost, gained):
            return Change.COSMETIC
        labels = all(len(line.split()) < 3 for line in (lost + gained))
        swapped = few >= _BALANCE * many and many <= _SWAPPED * len(old.page)
        if swapped and not labels:
            self.noise += ("lists beside the article",)
            return Change.IDENTICAL
        return Change.COSMETIC


def _first_heading(cleaned: Cleaned) -> str:
    """The headline above the article, where it is one of its blocks."""
    first = (block.text for block in cleaned.blocks[:_TOP] if block.kind is BlockKind.HEADING)
    return next(first, "")


def _with_headline(edits: list[Edit], old: Cleaned, new: Cleaned) -> list[Edit]:
    """*edits* with the article's headline marked, though the page says the old one elsewhere."""
    was, now = _first_heading(old), _first_heading(new)
    come = [one for one in edits if one.block is BlockKind.HEADING and now and one.after == now]
    stays = any(block.text == was for block in new.blocks)
    if not was or not come or stays or any(one.why == "headline" for one in edits):
        return edits
    edit = Edit(BlockKind.HEADING, was, now, tuple(was.split()), come[0].added, "headline")
    others = (one for one in edits if one is not come[0] and one.before != was)
    return [edit, *others]


def _is_template(lost: Counter[str], gained: Counter[str]) -> bool:
    """A template did it: it shows its own markup on one side, or words a byline otherwise."""
    few = len(lost) + len(gained) <= 2 * _FEW_LINES
    glitch = any(map(_MARKUP.search, lost)) != any(map(_MARKUP.search, gained))
    return glitch or (few and any(is_same_byline(a, b) for a in lost for b in gained))


def _numbered_alike(before: str, after: str) -> tuple[str, str]:
    """Both without the number of their place in a list, if one side alone prints it."""
    one, other = unnumbered(before), unnumbered(after)
    return (before, after) if (one == before) == (other == after) else (one, other)


def _same_letters(hunk: facts.Hunk) -> bool:
    """A drop cap or a hyphen cut a word: the letters are the same. Digits may be two numbers."""
    old, new = "".join(hunk.removed).casefold(), "".join(hunk.added).casefold()
    letters = old.replace("-", "") == new.replace("-", "")
    return letters and not any(char.isdigit() for char in old)


def _is_sentence(text: str) -> bool:
    """Ends like one, or is too long for a label. Thai and Lao put no stop."""
    ends = text.endswith(_SENTENCE_ENDS) or "\u0e00" <= text[-1:] <= "\u0eff"
    return ends or len(text) > _LABEL


def _alike(one: Pair) -> bool:
    assert one.before is not None
    assert one.after is not None
    return likeness(one.before, one.after) >= _ALIKE


def _lines(cleaned: Cleaned) -> Iterator[str]:
    """Everything a page says: its lines, its article, its title, what a click would show."""
    yield from cleaned.page
    yield from cleaned.hidden
    yield from (block.text for block in cleaned.blocks)
    yield cleaned.title


def _similarity(
    old: tuple[Block, ...], lost: list[Block], new: tuple[Block, ...], gained: list[Block]
) -> float:
    """Dice's share of common words: all of the blocks that match, and word by word, whatever
    their order, of those that do not. Linear, symmetric."""
    total = _count(old) + _count(new)
    apart = _count(lost) + _count(gained)
    common = (_bag(lost) & _bag(gained)).total()
    return min(1.0, (total - apart + 2 * common) / total) if total else 1.0


def _count(blocks: Iterable[Block]) -> int:
    return sum(block.text.count(" ") + 1 for block in blocks)


def _bag(blocks: Iterable[Block]) -> Counter[str]:
    return Counter(word for block in blocks for word in block.text.casefold().split())
