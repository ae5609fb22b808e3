"""Sets aside what nobody edited, by the table ``data/noise.toml``."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from checker.data import table
from checker.model import Block, BlockKind, Text
from checker.stages.compare import bylines
from checker.stages.compare.bylines import is_stamp

_LINE_LIMIT = 400  # longer lines are prose: no whole-line rule looks at them
_SEPARATORS = re.compile(r" [|·:»«-] ")
_SECTION_END = 25  # words: a paragraph this long ends a list of related articles


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is left of a text. ``aside`` counts what was set aside, by (rule, words)."""

    title: str
    blocks: tuple[Block, ...]
    page: tuple[str, ...]
    aside: Counter[tuple[str, str]]


def clean(text: Text) -> Cleaned:
    """*text* without noise. Its length is linear in the input; numbers in prose are kept."""
    aside: Counter[tuple[str, str]] = Counter()
    blocks: list[Block] = []
    for block in _without_sections(text.blocks, aside):
        left = clean_line(block.text, aside, article=True)
        if left and is_stamp(left, block.kind):
            aside[bylines.NAME, left] += 1
        elif left:
            blocks.append(Block(block.kind, left))
    page = tuple(
        left for line in text.page if (left := clean_line(line, aside)) and not is_stamp(left)
    )
    return Cleaned(styled(text.title), tuple(blocks), page, aside)


def names(old: Cleaned, new: Cleaned) -> tuple[str, ...]:
    """The rules that set aside something that differs, sorted."""
    differs = (old.aside - new.aside) + (new.aside - old.aside)
    return tuple(sorted({rule for rule, _ in differs}))


def styled(line: str) -> str:
    """*line* in one style of quotes, dashes and spaces."""
    return " ".join(line.translate(_styles()).split())


def clean_line(line: str, aside: Counter[tuple[str, str]], *, article: bool = False) -> str:
    """*line* without noise, "" if all of it was; what was removed is counted in *aside*.

    In the *article* fewer rules hold than elsewhere on the page.
    """
    left = styled(line)
    if len(left) <= _LINE_LIMIT:
        lines = _article_lines() if article else _page_lines()
        if match := lines.pattern.fullmatch(left):
            aside[lines.name(match), left] += 1
            return ""
    if not _hint().search(left):
        return left
    for match in _insides().pattern.finditer(left):
        aside[_insides().name(match), match.group()] += 1
    return " ".join(_insides().pattern.sub(" ", left).split())


def headline(title: str, other: str) -> str:
    """What *title* says that *other* does not, without what the site adds to it: the longest part
    between separators; "" if the longest part is the other's longest, too."""
    parts, theirs = (_SEPARATORS.split(one.casefold()) for one in (title, other))
    own = max(parts, key=len)
    return "" if own == max(theirs, key=len) else own


def _without_sections(blocks: tuple[Block, ...], aside: Counter[tuple[str, str]]) -> list[Block]:
    """*blocks* without lists that a machine picked: from their heading to the next of another
    kind, or to a paragraph too long to be a teaser."""
    kept: list[Block] = []
    section = ""
    for block in blocks:
        heading = block.kind is BlockKind.HEADING
        name = _sections().get(styled(block.text).casefold().rstrip(": "), "")
        if name and len(block.text) < 60:
            section = name
        elif section and _ends_section(block, heading=heading):
            section = ""
        if section:
            aside[section, block.text] += 1
        else:
            kept.append(block)
    return kept


def _ends_section(block: Block, *, heading: bool) -> bool:
    if heading or block.kind is BlockKind.LIST_ITEM:
        return False
    return block.kind is not BlockKind.PARAGRAPH or len(block.text.split()) >= _SECTION_END


def is_boilerplate(passage: str) -> bool:
    """Whether *passage* is an offer, a promotion or a legal line beside the article."""
    folded = styled(passage).casefold()
    return any(phrase in folded for phrase in _boilerplate())


@cache
def _boilerplate() -> tuple[str, ...]:
    return tuple(table("noise.toml")["boilerplate"]["phrases"])


@cache
def _styles() -> dict[int, str]:
    return {ord(char): row["to"] for row in table("noise.toml")["style"] for char in row["from"]}


@dataclass(frozen=True, slots=True)
class _Rules:
    """Many rules as one pattern, a group for each; the group leads back to the rule's name."""

    names: tuple[str, ...]
    pattern: re.Pattern[str]

    def name(self, match: re.Match[str]) -> str:
        return self.names[int((match.lastgroup or "r0")[1:])]


def _rules(rows: list[dict[str, str]]) -> _Rules:
    parts = (f"(?P<r{i}>{row['pattern']})" for i, row in enumerate(rows))
    return _Rules(tuple(row["name"] for row in rows), re.compile("|".join(parts), re.IGNORECASE))


@cache
def _page_lines() -> _Rules:
    return _rules(table("noise.toml")["line"])


@cache
def _article_lines() -> _Rules:
    return _rules([row for row in table("noise.toml")["line"] if row.get("where") != "page"])


@cache
def _insides() -> _Rules:
    return _rules(table("noise.toml")["inside"])


@cache
def _hint() -> re.Pattern[str]:
    """A cheap look before the expensive one."""
    return re.compile(
        r"©|~\[|\(c\)|copyright|\(opens|\(will|\(öffnet|\(s'|\(se |\(abre|\(si|\(opent",
        re.IGNORECASE,
    )


@cache
def _sections() -> dict[str, str]:
    return {
        heading: row["name"]
        for row in table("noise.toml")["section"]
        for heading in row["headings"]
    }
