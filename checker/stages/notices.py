"""Publishers' own notices in a text: archived, outdated, corrected, updated, retracted.

The table ``data/notices.toml`` says in a small form of its own what they look like; every form
is anchored to the start of a block or sentence and belongs to a language, so that a menu item
("Suggest a correction") or a sentence about corrections is none.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from checker.data import table
from checker.model import (
    DateEvidence,
    DateKind,
    Notice,
    NoticeKind,
    Origin,
    OriginKind,
    Precision,
    Text,
    Zone,
)
from checker.stages.compare.noise import one_style, styled
from checker.stages.compare.words import sentences
from checker.stages.dates.names import month

_QUOTE = 600  # characters
_LINE = 2000  # characters of a block that are looked at for the start of a notice
_LABEL = 40  # characters within which "Editor's note: " may stand before the notice proper
# What one block says is one notice: the gravest.
_GRAVITY = (
    NoticeKind.RETRACTION,
    NoticeKind.WITHDRAWAL,
    NoticeKind.CORRECTION,
    NoticeKind.AMENDMENT,
    NoticeKind.CLARIFICATION,
    NoticeKind.ARCHIVED,
    NoticeKind.OUTDATED,
    NoticeKind.UPDATE,
    NoticeKind.EDITORS_NOTE,
)

# Every quantifier is bounded, none is nested: hostile text costs no more than long text.
_SLOTS = {
    "{gap}": r"[^!?\n]{1,80}",
    "{word}": r"\w{1,20}",
    "{n}": r"\d{1,4}",
    "{day}": r"(?:[^\W\d_]{3,9}\.? \d{1,2}, \d{4}|\d{1,2}\.? [^\W\d_]{3,9}\.? \d{4})",
    "{date}": r"(?=[\w., /-]{0,40}\d)[\w., /-]{2,40}",
}
_LINE_END = re.compile("\n")
_PIECES = re.compile(r"(\[[^\[\]]*\]|\{\w+\})")
_DAY = re.compile(
    r"(?P<d>\d{1,2})(?:\.|st|nd|rd|th|er|º)? (?:de |of )?(?P<m>[^\W\d_]{3,12})\.?,? (?:de )?(?P<y>\d{4})"
    r"|(?P<m2>[^\W\d_]{3,12})\.? (?P<d2>\d{1,2})(?:st|nd|rd|th)?,? (?P<y2>\d{4})"
    r"|(?P<y3>\d{4})(?:-|年 ?|년 ?)(?P<m3>\d{1,2})(?:-|月 ?|월 ?)(?P<d3>\d{1,2})"
    r"|(?P<d4>\d{1,2})\. ?(?P<m4>\d{1,2})\. ?(?P<y4>\d{4})"
)


@dataclass(frozen=True, slots=True)
class Form:
    """One row of the table, compiled. One of ``needles`` must be in a text that matches."""

    kind: NoticeKind
    language: str
    at: str
    more: int
    needles: tuple[str, ...]
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None  # what follows of something that is no notice


def find(text: Text) -> tuple[Notice, ...]:
    """The notices that *text* and its page bear, in their order, each quoted once.

    Forms of the text's own language are tried; of all languages where it is not known. A label
    ("Correction: …") counts in the article only, a whole sentence anywhere on the page.
    """
    lines = [(line, True) for line in (text.title, *_labelled(text)) if line]
    known = {block.text for block in text.blocks} | {line for line, _ in lines}
    lines += [(line, False) for line in dict.fromkeys(text.page) if line not in known]
    found: dict[tuple[NoticeKind, str], Notice] = {}
    for number, forms in _candidates([line for line, _ in lines], _forms(_base(text.language))):
        notice = _in_line(*lines[number], forms)
        if notice is not None:
            found.setdefault((notice.kind, notice.quote), notice)
    return tuple(found.values())


def _candidates(lines: list[str], forms: tuple[Form, ...]) -> Iterator[tuple[int, list[Form]]]:
    """The lines that hold a needle, by number, each with its forms; most lines hold none."""
    hay = _hay(lines)
    starts = [0, *(hit.end() for hit in _LINE_END.finditer(hay))]
    held: dict[int, list[Form]] = {}
    for form in forms:
        places = {place for needle in form.needles for place in _places(needle, hay)}
        for number in {bisect_right(starts, place) - 1 for place in places}:
            held.setdefault(number, []).append(form)
    yield from sorted(held.items(), key=lambda one: one[0])


def _places(needle: str, hay: str) -> Iterator[int]:
    place = hay.find(needle)
    while place >= 0:
        yield place
        place = hay.find(needle, place + 1)


def _hay(lines: list[str]) -> str:
    """The lines as ``_needle(_fold(line))`` has them, one below the other."""
    bare = "\n".join(["".join(line.split()) for line in lines])
    return one_style(bare).replace(" ", "").casefold()


def _labelled(text: Text) -> Iterator[str]:
    """The blocks of the article; one that is a label alone ("Correction, May 3:") with the next."""
    label = ""
    for block in text.blocks:
        line = f"{label} {block.text}".strip()
        label = line if len(line) <= _LABEL and line.endswith((":", "：")) else ""
        if not label:
            yield line
    yield label


def _needle(folded: str) -> str:
    """Without spaces: how sentences are cut and joined makes no difference to what is in it."""
    return folded.replace(" ", "")


def _in_line(line: str, in_article: bool, forms: list[Form]) -> Notice | None:
    best: tuple[int, int, Form] | None = None
    units = sentences(line[:_LINE])
    for at, folded in _starts(units):
        for form in forms:
            if _matches(form, folded, first=at == 0, in_article=in_article, alone=len(units) == 1):
                rank = (_GRAVITY.index(form.kind), at, form)
                best = min(best, rank, key=lambda one: one[:2]) if best else rank
    if best is None:
        return None
    _, at, form = best
    quote = line if len(line) <= _QUOTE else " ".join(units[at:])[:_QUOTE]
    return Notice(form.kind, quote, form.language, _date(quote, form.language))


def _starts(units: list[str]) -> Iterator[tuple[int, str]]:
    """Where a notice may begin: at each sentence, and behind a label such as "Editor's note: ".

    The unit's number and the folded text from there to the end of the block's next sentences.
    """
    for at, unit in enumerate(units):
        folded = _fold(" ".join(units[at : at + 3]) if at == 0 else unit)
        yield at, folded
        label, colon, rest = folded.partition(": ")
        if colon and len(label) <= _LABEL:
            yield at, rest


def _matches(form: Form, folded: str, *, first: bool, in_article: bool, alone: bool) -> bool:
    if form.at != "sentence" and not first:
        return False
    if form.at == "start" and not in_article:
        return False
    match = form.pattern.match(folded)
    if match is None:
        return False
    rest = folded[match.end() :]
    if form.unless is not None and form.unless.match(rest):
        return False
    if form.at == "whole" and (not alone or rest.strip(" .:!)]*")):
        return False
    return len(rest.split()) >= form.more or (form.more > 0 and len(rest) >= 6 * form.more)


def _fold(line: str) -> str:
    return styled(line).casefold()


def _base(language: str | None) -> str:
    return (language or "").replace("_", "-").split("-")[0].casefold()


def _date(quote: str, language: str) -> DateEvidence | None:
    """The first full day that the notice states; a day bounds, it is no time stamp of the page."""
    for match in _DAY.finditer(quote):
        year, named, day = (
            next(found for at in ("", "2", "3", "4") if (found := match[f"{part}{at}"]))
            for part in ("y", "m", "d")
        )
        number = int(named) if named.isdecimal() else _month(named, language)
        if number is None:
            continue
        try:
            start = datetime(int(year), number, int(day), tzinfo=UTC)
            end = start + timedelta(days=1, seconds=-1)
        except (ValueError, OverflowError):
            continue
        return DateEvidence(
            DateKind.MENTIONED,
            start,
            end,
            Precision.DAY,
            Zone.NONE,
            Origin(OriginKind.TEXT, "notice"),
            match.group(),
            weak=True,
            note="the day that a publisher's notice states",
        )
    return None


def _month(word: str, language: str) -> int | None:
    """The month that *word* is or abbreviates, if just one begins so."""
    if len(word) < 3:
        return None
    names: list[str] = table("notices.toml")["months"].get(_base(language), [])
    found = [at for at, name in enumerate(names, start=1) if name.startswith(word.casefold())]
    if len(found) == 1:
        return found[0]
    return None if names else month(word, _base(language)) or None


@cache
def _forms(base: str) -> tuple[Form, ...]:
    rows = table("notices.toml")["notice"]
    return tuple(_form(row) for row in rows if not base or _base(row["language"]) == base)


def _form(row: dict[str, Any]) -> Form:
    language = str(row["language"])
    written = styled(str(row["form"])).casefold()
    parts = [part for part in _PIECES.split(written) if part]
    pattern = _all_compiled(written, language)
    end = r"(?!\w)" if written[-1].isalpha() and written.isascii() else ""
    end = r"(?!\d)" if written.endswith(":") else end  # "Updated May 3, 7:58" is a time
    return Form(
        kind=NoticeKind(str(row["kind"])),
        language=language,
        at=str(row["at"]),
        more=int(row.get("more", 0)),
        needles=_needles(parts),
        pattern=re.compile(rf"[\W_]{{0,3}}{pattern}{end}"),
        unless=_unless(row.get("unless"), language),
    )


def _unless(listed: object, language: str) -> re.Pattern[str] | None:
    if not isinstance(listed, list):
        return None
    choices = (_all_compiled(str(one), language) for one in listed)
    return re.compile(r"\W{0,3}(?:" + "|".join(choices) + r")(?!\w)")


def _all_compiled(written: str, language: str) -> str:
    folded = styled(written).casefold()
    return "".join(_compiled(part, language) for part in _PIECES.split(folded) if part)


def _compiled(part: str, language: str) -> str:
    """One element of a form as a pattern: literal, slot, or choice."""
    if part == "{piece}":
        return "(?:" + "|".join(re.escape(word) for word in _pieces(language)) + ")"
    if part in _SLOTS:
        return _SLOTS[part]
    if part.startswith("["):
        choices = (
            "".join(_compiled(piece, language) for piece in _PIECES.split(choice) if piece)
            for choice in part[1:-1].split("|")
        )
        return "(?:" + "|".join(choices) + ")"
    return re.escape(part)


def _pieces(language: str) -> list[str]:
    known = table("notices.toml")["piece"]
    found: list[str] = known.get(_base(language), known["en"])
    return sorted(found, key=len, reverse=True)


def _needles(parts: list[str]) -> tuple[str, ...]:
    """Literals of which a matching text must have one: those of the most telling element."""
    choices: list[tuple[str, ...]] = [("",)]
    for part in parts:
        if part.startswith("["):
            choices.append(tuple(_longest(choice) for choice in part[1:-1].split("|")))
        elif not part.startswith("{"):
            choices.append((part,))
    best = max(choices, key=lambda needles: min(map(len, needles)))
    return tuple(map(_needle, best))


def _longest(choice: str) -> str:
    return max(re.split(r"\{\w+\}", choice), key=len)
