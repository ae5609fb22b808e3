"""The table ``data/notices.toml`` compiled: forms in which publishers write their notices."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from checker.data import table
from checker.model import NoticeKind
from checker.stages.compare.noise import styled

# Every quantifier is bounded, none is nested: hostile text costs no more than long text.
_SLOTS = {
    "{gap}": r"[^!?\n]{1,80}",
    "{word}": r"\w{1,20}",
    "{n}": r"\d{1,4}",
    "{day}": r"(?:[^\W\d_]{3,9}\.? \d{1,2}, \d{4}|\d{1,2}\.? [^\W\d_]{3,9}\.? \d{4})",
    "{date}": r"(?=[\w., /-]{0,40}\d)[\w., /-]{2,40}",
}
_PIECES = re.compile(r"(\[[^\[\]]*\]|\{\w+\})")


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


@cache
def by_needle(base: str) -> dict[str, list[int]]:
    """Each needle with the numbers of its forms: many forms share one."""
    found: dict[str, list[int]] = {}
    for number, form in enumerate(forms_of(base)):
        for needle in form.needles:
            found.setdefault(needle, []).append(number)
    return found


def _needle(folded: str) -> str:
    """Without spaces: how sentences are cut and joined makes no difference to what is in it."""
    return folded.replace(" ", "")


def fold(line: str) -> str:
    """One style of quotes, dashes and spaces, without regard to case."""
    return styled(line).casefold()


def base_of(language: str | None) -> str:
    """The primary subtag of a language tag, "" where there is none."""
    return (language or "").replace("_", "-").split("-")[0].casefold()


@cache
def forms_of(base: str) -> tuple[Form, ...]:
    """The forms of that language, of all languages where it is not known."""
    rows = table("notices.toml")["notice"]
    return tuple(_form(row) for row in rows if not base or base_of(row["language"]) == base)


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
    found: list[str] = known.get(base_of(language), known["en"])
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
