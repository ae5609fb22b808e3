"""Recognises that another page answers where an article was: by what the page says of itself,
by where the answer came from, or by how little two versions have in common."""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from checker.data import table
from checker.model import BlockKind, Direction, ReplacedKind, Replacement, Version
from checker.stages.compare.grams import grams
from checker.stages.compare.noise import styled
from checker.stages.compare.words import folded

_LINES = 400  # lines of a page that are looked at, and characters in each
_LINE = 300
_QUOTE = 200
_SEPARATORS = re.compile(r" [|·:»«-] ")
_ROOT = re.compile(r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:index\.[a-z]{2,5})?", re.IGNORECASE)

# Below these shares of common word sequences two texts are not versions of one another.
_UNLIKE = 0.04
_SHELL_SHARE = 0.1
_AKIN = 0.2  # of an article's characters
_PART = 0.7  # of an article's words: what a paywall leaves at most
_ENOUGH = 60  # words: fewer are too few to say that two texts have nothing in common

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


@dataclass(frozen=True, slots=True)
class Face:
    """What a page shows of itself, each line folded and as written, and its sizes in words."""

    titles: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]
    page_words: int
    article_words: int


def replacement(new: Version, old: Version | None) -> Replacement | None:
    """What *new* is instead of the article, or, with *old*, which of the two is the odd one.

    Without *old* (a first capture) only what the page says of itself counts. The quote is what
    shows it: the page's own words, or a measure where it has none.
    """
    bad = _odd(new)
    was = _odd(old) if old is not None else None
    if bad is not None:
        return Replacement(bad[0], Direction.BOTH_BAD if was else Direction.BAD, bad[1])
    if was is not None:
        return Replacement(was[0], Direction.RECOVERED, was[1])
    return None if old is None else _truncated(old, new) or _unlike(old, new)


def _odd(version: Version) -> Odd | None:
    face = _face(version)
    for wall in _walls():
        quote = _shows(wall, face)
        if quote:
            return wall.kind, quote[:_QUOTE]
    if face.page_words == 0:
        return ReplacedKind.BLANK, "the page shows no words"
    if _is_root(version.final_uri) and version.uri and not _is_root(version.uri):
        return ReplacedKind.HOME_PAGE, f"{version.uri} led to {version.final_uri}"[:_QUOTE]
    return None


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
    return line.startswith(wall.line) or any(phrase in line for phrase in wall.part)


def _face(version: Version) -> Face:
    text = version.text
    lines = text.page or tuple(block.text for block in text.blocks)
    headings = [b.text for b in text.blocks[:5] if b.kind is BlockKind.HEADING][:1]
    titles: list[str] = []
    for title in (text.title, *headings):
        whole = styled(title[:_LINE])
        titles += [whole, *_SEPARATORS.split(whole)]
    bare = (part.strip(" .!…") for part in titles)
    return Face(
        titles=tuple((part.casefold(), part) for part in dict.fromkeys(bare) if part),
        lines=tuple((_fold(line), styled(line[:_LINE])) for line in lines[:_LINES]),
        page_words=sum(len(line.split()) for line in lines),
        article_words=text.words,
    )


def _fold(line: str) -> str:
    return styled(line[:_LINE]).casefold()


def _is_root(uri: str | None) -> bool:
    if not uri:
        return False
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return not parts.query and _ROOT.fullmatch(parts.path) is not None


def _truncated(old: Version, new: Version) -> Replacement | None:
    """A paywall: one side has the other's beginning only, and asks for a subscription."""
    for odd, whole, direction in (
        (new, old, Direction.BAD),
        (old, new, Direction.RECOVERED),
    ):
        quote = _asks_to_pay(odd, whole)
        if quote:
            return Replacement(ReplacedKind.PAYWALL, direction, quote[:_QUOTE])
    return None


def _asks_to_pay(odd: Version, whole: Version) -> str:
    """A line that asks to subscribe, which *whole* does not have, where *odd* has much less of
    the article or hides it (scrambled letters share no word sequence with the text)."""
    if whole.text.words < _ENOUGH:
        return ""
    wall = next(wall for wall in _walls() if wall.kind is ReplacedKind.PAYWALL)
    known = {line for line, _ in _face(whole).lines}
    asks = (
        written for line, written in _face(odd).lines if line not in known and _says(wall, line)
    )
    quote = next(asks, "")
    if not quote or odd.text.words <= _PART * whole.text.words:
        return quote
    return quote if grams(_page(odd)).share(_article(whole)) < _SHELL_SHARE else ""


def _unlike(old: Version, new: Version) -> Replacement | None:
    """The two have next to nothing in common, and are not called the same."""
    if _akin(old, new) and _akin(new, old):
        return None
    old_lines, new_lines = (_article(version) for version in (old, new))
    sizes = [sum(len(line) for line in lines) for lines in (old_lines, new_lines)]
    if _fold(old.text.title) == _fold(new.text.title) and min(sizes) >= _ENOUGH:
        return None
    if max(sizes) < _ENOUGH:
        return None
    kept = grams(_page(new)).share(old_lines)
    known = grams(_page(old)).share(new_lines)
    if min(sizes) < _ENOUGH:
        return _shell(old, new, sizes, kept if sizes[0] > sizes[1] else known)
    if max(kept, known) >= _UNLIKE:
        return None
    direction = Direction.RECOVERED if _prose(new) > 3 * _prose(old) else Direction.BAD
    odd = old if direction is Direction.RECOVERED else new
    quote = odd.text.title or odd.text.blocks[0].text
    return Replacement(ReplacedKind.OTHER_CONTENT, direction, quote[:_QUOTE])


def _shell(old: Version, new: Version, sizes: list[int], kept: float) -> Replacement | None:
    """An article of some length against next to nothing, with nothing of it anywhere."""
    small, large = (old, new) if sizes[0] < sizes[1] else (new, old)
    if max(sizes) < 2 * _ENOUGH or kept >= _SHELL_SHARE:
        return None
    if _face(small).page_words > 0.25 * large.text.words:
        return None
    direction = Direction.BAD if small is new else Direction.RECOVERED
    quote = " / ".join(written for _, written in _face(small).lines)[:_QUOTE]
    return Replacement(ReplacedKind.SCRIPT_SHELL, direction, quote)


def _article(version: Version) -> list[list[str]]:
    return [folded(block.text) for block in version.text.blocks]


def _page(version: Version) -> list[str]:
    return [*version.text.page, *(block.text for block in version.text.blocks)]


def _akin(old: Version, new: Version) -> bool:
    """A cheap look before the costly one: the two share much of their prose word by word."""
    blocks = {block.text for block in old.text.blocks}
    size = sum(len(block.text) for block in new.text.blocks)
    same = sum(len(block.text) for block in new.text.blocks if block.text in blocks)
    return same > _AKIN * size


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
    )
