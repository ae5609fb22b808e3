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
    hidden: tuple[str, ...] = ()


def clean_both(old: Text, new: Text) -> tuple[Cleaned, Cleaned]:
    """Both texts without noise. Lines that stand in both as often are most, and are left as they
    are but for the style: noise or not, they differ in nothing."""
    blocks = [Counter((block.text, block.kind) for block in text.blocks) for text in (old, new)]
    lines = [Counter(text.page) for text in (old, new)]
    kept = {one: styled(one[0]) for one, number in blocks[0].items() if blocks[1][one] == number}
    page = {one: styled(one) for one, number in lines[0].items() if lines[1][one] == number}
    return _clean(old, kept, page), _clean(new, kept, page)


def clean(text: Text) -> Cleaned:
    """One text without noise."""
    return _clean(text, {}, {})


def _clean(text: Text, kept: dict[tuple[str, BlockKind], str], page: dict[str, str]) -> Cleaned:
    """*kept* and *page* are lines of article and page that are known to be left."""
    aside: Counter[tuple[str, str]] = Counter()

    def left_of(line: str, kind: BlockKind | None) -> str:
        left, removed = clean_line(line, kind)
        aside.update(removed)
        return left

    every = _without_sections(text.blocks, aside)
    blocks = [
        Block(block.kind, kept.get((block.text, block.kind)) or left_of(block.text, block.kind))
        for block in every
    ]
    lines = [page.get(line) or left_of(line, None) for line in text.page]
    return Cleaned(
        styled(text.title),
        tuple(block for block in blocks if block.text),
        tuple(line for line in lines if line),
        aside,
        tuple(map(styled, text.hidden)),
    )


_Left = tuple[str, tuple[tuple[str, str], ...]]  # what is left, and what was set aside


def names(old: Cleaned, new: Cleaned) -> tuple[str, ...]:
    """The rules that set aside something that differs, sorted."""
    differs = (old.aside - new.aside) + (new.aside - old.aside)
    return tuple(sorted({rule for rule, _ in differs}))


def styled(line: str) -> str:
    """*line* in one style of quotes, dashes and spaces."""
    return " ".join(one_style(line).split())


def one_style(text: str) -> str:
    """*text* in one style of quotes and dashes, with its spaces as they are."""
    if text.isascii():
        return text
    styles, pattern = _styles()  # faster than str.translate where few characters are meant
    return pattern.sub(lambda found: styles[found[0]], text)


def clean_line(line: str, kind: BlockKind | None) -> _Left:
    """*line* without noise, "" if all of it was, and what was set aside.

    In the article, where a line has a *kind*, fewer rules hold than elsewhere on the page.
    """
    left = styled(line)
    if len(left) <= _LINE_LIMIT:
        lines = lines_of(kind)
        if match := lines.pattern.fullmatch(left):
            return "", ((lines.name(match), left),)
    removed: tuple[tuple[str, str], ...] = ()
    if _hint().search(left):
        inside = _insides()
        found = inside.pattern.finditer(left)
        removed = tuple((inside.name(match), match.group()) for match in found)
        left = " ".join(inside.pattern.sub(" ", left).split())
        if len(left) <= _LINE_LIMIT and (match := lines_of(kind).pattern.fullmatch(left)):
            return "", (*removed, (lines_of(kind).name(match), left))
    if is_stamp(left, kind or BlockKind.PARAGRAPH):
        return "", (*removed, (bylines.NAME, left))
    return left, removed


def lines_of(kind: BlockKind | None) -> "_Rules":
    """The whole-line rules: of the article where there is a *kind*, else of the page."""
    return _article_lines() if kind else _page_lines()


def headline(title: str) -> str:
    """*title* without what the site adds to it: the longest part between separators."""
    return max(_SEPARATORS.split(title.casefold()), key=len)


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
    row = table("noise.toml")["boilerplate"]
    if len(passage.split()) > row["words"]:
        return False
    folded = styled(passage).casefold()
    return any(phrase in folded for phrase in row["phrases"])


@cache
def _styles() -> tuple[dict[str, str], re.Pattern[str]]:
    styles = {char: row["to"] for row in table("noise.toml")["style"] for char in row["from"]}
    return styles, re.compile(f"[{re.escape(''.join(styles))}]")


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
