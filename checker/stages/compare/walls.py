"""Recognises that another page answers where an article was: by what the page says of itself,
by where the answer came from, or by how little two versions have in common."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from checker.data import table
from checker.model import BlockKind, Direction, ReplacedKind, Replacement, Version
from checker.stages.compare import led
from checker.stages.compare.grams import Grams
from checker.stages.compare.noise import styled
from checker.stages.compare.words import folded

_LINES = 400  # lines of a page that are looked at, and characters in each
_LINE = 300
_QUOTE = 200
_SEPARATORS = re.compile(r" [|·:»«-] ")

# Below these shares of common word sequences two texts are not versions of one another.
_UNLIKE = 0.04
_SHELL_SHARE = 0.1
_AKIN = 0.2  # of an article's characters
_KEPT = 0.7
_PART = 0.7  # of an article's words: what a paywall leaves at most
_LEFT = 0.3  # of the article, on a page whose title says that it is not there
_ENOUGH = 60  # words: fewer are too few to say that two texts have nothing in common

_NAMED = frozenset({ReplacedKind.SOFT_404, ReplacedKind.ERROR})
Odd = tuple[ReplacedKind, str]


@dataclass(frozen=True, slots=True)
class Wall:
    """One row of ``data/walls.toml``."""

    kind: ReplacedKind
    page_words: int
    article_words: int
    title: frozenset[str]
    openings: tuple[str, ...]
    line: tuple[str, ...]
    part: tuple[str, ...]
    path: frozenset[str]


class Face:
    """What a page shows of itself, each line folded and as written, and its sizes in words; its
    lines are only looked at where the sizes let them matter."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.shown = version.text.page or tuple(block.text for block in version.text.blocks)
        self.article_words = version.text.words

    @property
    def is_blank(self) -> bool:
        return not any(line.strip() for line in self.shown)

    @cached_property
    def page_words(self) -> int:
        return sum(len(line.split()) for line in self.shown)

    @cached_property
    def lines(self) -> tuple[tuple[str, str], ...]:
        return tuple((_fold(line), styled(line[:_LINE])) for line in self.shown[:_LINES])

    @cached_property
    def titles(self) -> tuple[tuple[str, str], ...]:
        blocks = self.version.text.blocks[:5]
        headings = [one.text for one in blocks if one.kind is BlockKind.HEADING][:1]
        titles: list[str] = []
        for title in (self.version.text.title, *headings):
            whole = styled(title[:_LINE])
            titles += [whole, *_SEPARATORS.split(whole)]
        bare = (part.strip(" .!…") for part in titles)
        return tuple((part.casefold(), part) for part in dict.fromkeys(bare) if part)

    def lines_without(self, other: "Face") -> Iterator[tuple[str, str]]:
        """The lines that *other* does not show, each folded and as written."""
        ours, theirs = (dict.fromkeys(one.shown[:_LINES]) for one in (self, other))
        known = {_fold(line) for line in theirs if line not in ours}
        for line in ours:
            if line not in theirs and (folded_line := _fold(line)) not in known:
                yield folded_line, styled(line[:_LINE])


def replacement(new: Version, old: Version | None) -> Replacement | None:
    """What *new* is instead of the article, or, with *old*, which of the two is the odd one.

    Without *old* (a first capture) only what the page says of itself counts. The quote is what
    shows it: the page's own words, or a measure where it has none.
    """
    face = Face(new)
    bad = _odd(face)
    former = Face(old) if old is not None else None
    was = _odd(former) if former is not None else None
    if old is not None and (bad is None) != (was is None) and _kept(old, new):
        return None  # it only speaks like a wall
    if bad is not None:
        return Replacement(bad[0], Direction.BOTH_BAD if was else Direction.BAD, bad[1])
    if was is not None:
        return Replacement(was[0], Direction.RECOVERED, was[1])
    if former is None:
        return None
    named = _retitled(former, face) or _truncated(former, face)
    return named or _to_section(former.version, new) or _unlike(former, face)


def _odd(face: Face) -> Odd | None:
    for wall in _walls():
        quote = _shows(wall, face)
        if quote:
            return wall.kind, quote[:_QUOTE]
    if face.is_blank:
        return ReplacedKind.BLANK, "the page shows no words"
    return _led(face)


def _led(face: Face) -> Odd | None:
    """What the address that answered says by itself, where the page does not say it."""
    asked, final = face.version.uri, face.version.final_uri
    quote = f"{asked} led to {final}"[:_QUOTE]
    for wall in _walls():
        if face.article_words <= wall.article_words and led.to_door(asked, final, wall.path):
            return wall.kind, quote
    return (ReplacedKind.HOME_PAGE, quote) if led.to_root(asked, final) else None


def _to_section(old: Version, new: Version) -> Replacement | None:
    """The folder above the article answers for it, with little of the article."""
    if not led.to_section(new.uri, new.final_uri) or _akin(old, new):
        return None
    quote = f"{new.uri} led to {new.final_uri}"[:_QUOTE]
    return Replacement(ReplacedKind.HOME_PAGE, Direction.BAD, quote)


def _shows(wall: Wall, face: Face) -> str:
    """The words that show that *face* is *wall*, or ""."""
    if face.article_words > wall.article_words:
        return ""
    for title, written in face.titles:
        if title in wall.title:
            return written
    if face.page_words > wall.page_words:
        return ""
    for title, written in face.titles:
        if title.startswith(wall.openings):
            return written
    for line, written in face.lines:
        if _says(wall, line):
            return written
    return ""


def _says(wall: Wall, line: str) -> bool:
    if line.startswith(wall.line):  # "404" begins no line that says 40,400 of something
        return any(line.startswith(one) and not line[len(one) :][:1].isdigit() for one in wall.line)
    return any(phrase in line for phrase in wall.part)


def _fold(line: str) -> str:
    return styled(line[:_LINE]).casefold()


def _retitled(old: Face, new: Face) -> Replacement | None:
    """A site's whole frame with "not found" for a headline, and next to nothing of the article."""
    for odd, whole, direction in ((new, old, Direction.BAD), (old, new, Direction.RECOVERED)):
        said = _titled(odd)
        if said is None or _titled(whole) is not None:
            continue
        lost = _article(whole.version)
        if Grams(_page(odd.version)).share(lost) < _LEFT:
            return Replacement(said[0], direction, said[1][:_QUOTE])
    return None


def _titled(face: Face) -> Odd | None:
    """The wall that a page's title or headline names, whatever its size."""
    for wall in _walls():
        if wall.kind not in _NAMED:
            continue
        for title, written in face.titles:
            if title in wall.title or title.startswith((*wall.openings, *wall.line)):
                return wall.kind, written
    return None


def _truncated(old: Face, new: Face) -> Replacement | None:
    """A paywall: one side has the other's beginning only, and asks for a subscription."""
    for odd, whole, direction in (
        (new, old, Direction.BAD),
        (old, new, Direction.RECOVERED),
    ):
        quote = _asks_to_pay(odd, whole)
        if quote:
            return Replacement(ReplacedKind.PAYWALL, direction, quote[:_QUOTE])
    return None


def _asks_to_pay(odd: Face, whole: Face) -> str:
    """A line that asks to subscribe, which *whole* does not have, where *odd* has much less of
    the article or hides it (scrambled letters share no word sequence with the text)."""
    if whole.article_words < _ENOUGH:
        return ""
    wall = next(wall for wall in _walls() if wall.kind is ReplacedKind.PAYWALL)
    fresh = odd.lines_without(whole)
    quote = next((written for line, written in fresh if _says(wall, line)), "")
    if not quote or odd.article_words <= _PART * whole.article_words:
        return quote
    share = Grams(_page(odd.version)).share(_article(whole.version))
    return quote if share < _SHELL_SHARE else ""


def _unlike(old: Face, new: Face) -> Replacement | None:
    """The two have next to nothing in common, and are not called the same."""
    before, after = old.version, new.version
    if _akin(before, after) and _akin(after, before):
        return None
    old_lines, new_lines = (_article(version) for version in (before, after))
    sizes = [sum(len(line) for line in lines) for lines in (old_lines, new_lines)]
    if _fold(before.text.title) == _fold(after.text.title) and min(sizes) >= _ENOUGH:
        return None
    if max(sizes) < _ENOUGH:
        return None
    kept = Grams(_page(after)).share(old_lines)
    known = Grams(_page(before)).share(new_lines)
    if min(sizes) < _ENOUGH:
        return _shell(old, new, sizes, kept if sizes[0] > sizes[1] else known)
    if max(kept, known) >= _UNLIKE:
        return None
    direction = Direction.RECOVERED if _prose(after) > 3 * _prose(before) else Direction.BAD
    odd = before if direction is Direction.RECOVERED else after
    quote = odd.text.title or odd.text.blocks[0].text
    return Replacement(ReplacedKind.OTHER_CONTENT, direction, quote[:_QUOTE])


def _shell(old: Face, new: Face, sizes: list[int], kept: float) -> Replacement | None:
    """An article of some length against next to nothing, with nothing of it anywhere."""
    small, large = (old, new) if sizes[0] < sizes[1] else (new, old)
    if max(sizes) < 2 * _ENOUGH or kept >= _SHELL_SHARE:
        return None
    if small.page_words > 0.25 * large.article_words:
        return None
    direction = Direction.BAD if small is new else Direction.RECOVERED
    quote = " / ".join(written for _, written in small.lines)[:_QUOTE]
    return Replacement(ReplacedKind.SCRIPT_SHELL, direction, quote)


def _article(version: Version) -> list[list[str]]:
    return [folded(block.text) for block in version.text.blocks]


def _page(version: Version) -> list[str]:
    return [*version.text.page, *(block.text for block in version.text.blocks)]


def _akin(old: Version, new: Version, least: float = _AKIN) -> bool:
    """A cheap look before the costly one: the two share much of their prose word by word."""
    blocks = {block.text for block in old.text.blocks}
    size = sum(len(block.text) for block in new.text.blocks)
    same = sum(len(block.text) for block in new.text.blocks if block.text in blocks)
    return same > least * size


def _kept(old: Version, new: Version) -> bool:
    """Whether both are mostly the other's blocks, and not by a few words."""
    return old.text.words >= _ENOUGH and _akin(old, new, _KEPT) and _akin(new, old, _KEPT)


def _prose(version: Version) -> int:
    """Words in blocks that are long enough to be prose."""
    sizes = (len(block.text.split()) for block in version.text.blocks)
    return sum(size for size in sizes if size >= 15)


@cache
def _walls() -> tuple[Wall, ...]:
    return tuple(_wall(row) for row in table("walls.toml")["wall"])


def _wall(row: dict[str, object]) -> Wall:
    def phrases(key: str) -> tuple[str, ...]:
        listed = row.get(key, [])
        assert isinstance(listed, list)
        return tuple(styled(phrase).casefold() for phrase in listed)

    titles = phrases("title")
    return Wall(
        kind=ReplacedKind(str(row["kind"])),
        page_words=int(str(row["page_words"])),
        article_words=int(str(row["article_words"])),
        title=frozenset(titles),
        openings=tuple(title for title in titles if len(title.split()) > 1),
        line=phrases("line"),
        part=phrases("part"),
        path=frozenset(phrases("path")),
    )
