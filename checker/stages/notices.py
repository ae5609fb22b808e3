"""Publishers' own notices in a text: archived, outdated, corrected, updated, retracted.

The table ``data/notices.toml`` says in a small form of its own what they look like; every form
is anchored to the start of a block or sentence and belongs to a language, so that a menu item
("Suggest a correction") or a sentence about corrections is none.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

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
from checker.stages.compare.noise import one_style
from checker.stages.compare.words import sentences
from checker.stages.dates.names import month
from checker.stages.notice_forms import Form, base_of, by_needle, fold, forms_of

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

_LINE_END = re.compile("\n")
_DAY = re.compile(
    r"(?P<d>\d{1,2})(?:\.|st|nd|rd|th|er|º)? (?:de |of )?(?P<m>[^\W\d_]{3,12})\.?,? (?:de )?(?P<y>\d{4})"
    r"|(?P<m2>[^\W\d_]{3,12})\.? (?P<d2>\d{1,2})(?:st|nd|rd|th)?,? (?P<y2>\d{4})"
    r"|(?P<y3>\d{4})(?:-|年 ?|년 ?)(?P<m3>\d{1,2})(?:-|月 ?|월 ?)(?P<d3>\d{1,2})"
    r"|(?P<d4>\d{1,2})\. ?(?P<m4>\d{1,2})\. ?(?P<y4>\d{4})"
)


def find(text: Text) -> tuple[Notice, ...]:
    """The notices that *text* and its page bear, in their order, each quoted once.

    Forms of the text's own language are tried; of all languages where it is not known. A label
    ("Correction: …") counts in the article only, a whole sentence anywhere on the page.
    """
    lines = [(line, True) for line in (text.title, *_labelled(text)) if line]
    known = {block.text for block in text.blocks} | {line for line, _ in lines}
    lines += [(line, False) for line in dict.fromkeys(text.page) if line not in known]
    found: dict[tuple[NoticeKind, str], Notice] = {}
    for number, forms in _candidates([line for line, _ in lines], base_of(text.language)):
        line, in_article = lines[number]
        able = [form for form in forms if in_article or form.at != "start"]
        notice = _in_line(line, able) if able else None
        if notice is not None:
            found.setdefault((notice.kind, notice.quote), notice)
    return tuple(found.values())


def _candidates(lines: list[str], base: str) -> Iterator[tuple[int, list[Form]]]:
    """The lines that hold a needle, by number, each with its forms; most lines hold none."""
    hay, forms = _hay(lines), forms_of(base)
    starts = [0, *(hit.end() for hit in _LINE_END.finditer(hay))]
    held: dict[int, set[int]] = {}
    for needle, numbers in by_needle(base).items():
        place = hay.find(needle)
        while place >= 0:
            line = bisect_right(starts, place)
            held.setdefault(line - 1, set()).update(numbers)
            place = hay.find(needle, starts[line]) if line < len(starts) else -1
    for line, found in sorted(held.items()):
        yield line, [forms[number] for number in sorted(found)]


def _hay(lines: list[str]) -> str:
    """The lines as ``_needle(fold(line))`` has them, one below the other."""
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


def _in_line(line: str, forms: list[Form]) -> Notice | None:
    best: tuple[int, int, Form] | None = None
    units = sentences(line[:_LINE])
    for at, folded in _starts(units):
        for form in forms:
            if _matches(form, folded, first=at == 0, alone=len(units) == 1):
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
        folded = fold(" ".join(units[at : at + 3]) if at == 0 else unit)
        yield at, folded
        label, colon, rest = folded.partition(": ")
        if colon and len(label) <= _LABEL:
            yield at, rest


def _matches(form: Form, folded: str, *, first: bool, alone: bool) -> bool:
    if form.at != "sentence" and not first:
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
    names: list[str] = table("notices.toml")["months"].get(base_of(language), [])
    found = [at for at, name in enumerate(names, start=1) if name.startswith(word.casefold())]
    if len(found) == 1:
        return found[0]
    return None if names else month(word, base_of(language)) or None
