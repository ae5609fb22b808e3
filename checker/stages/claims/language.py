"""The tables of a language (``checker/data/claims``), compiled: how it names times, and its cues.

Nothing here knows a language: ``{month}`` and the like in a table's patterns become named groups
of the names that CLDR and the table give.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from checker.data import names, table
from checker.stages.claims.starts import Edges, Guarded, guarded

DEFAULT = "en"
# The first that matches at a place is taken: what blocks stands before what it would be without.
MARKS = (
    "block",
    "future",
    "weak",
    "present",
    "modal",
    "past",
    "skip",
    "boundary",
    "condition",
    "hedge",
)
BESIDE = ("deadline", "start", "since", "owner")  # looked for right before a time only

_FIELDS = re.compile(r"\{(\w+?)(\d?)\}|\{after:([^}]*)\}|\(\?P<(\w+)>")
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_NUMERIC = {
    "day": rf"{_DAY}(?:st|nd|rd|th)?(?![\w%]|[.,:]\d)",
    "year": r"(?:19|20)\d\d(?!\d|[.,]\d)",
    "short_year": r"(?:(?:19|20)\d\d|\d\d)(?!\d)",
    "month_number": r"(?:1[0-2]|0?[1-9])(?!\d)",
}
_NAMES = table("date_names.toml")
_WORD = Edges(joins="-", signs="©'’")
_ORDINALS = re.compile(r"\D+$")


@dataclass(frozen=True, slots=True)
class Time:
    """One way to name a time: its kind, what the table says of it, and the number of its pattern."""

    kind: str
    said: Mapping[str, Any]
    number: int


@dataclass(frozen=True, slots=True)
class Language:
    """A compiled table. ``words`` maps the words of each field to what they mean."""

    when: Guarded
    times: tuple[Time, ...]
    words: Mapping[str, Mapping[str, Any]]
    marks: Guarded
    beside: Mapping[str, re.Pattern[str]]
    after: Mapping[str, re.Pattern[str]]
    hedge: re.Pattern[str]
    promise: Guarded | None
    hint: re.Pattern[str]


def known(language: str | None) -> "Language | None":
    """The table for a language tag; English for none, None where there is no table."""
    code = (language or DEFAULT).replace("_", "-").partition("-")[0].lower()
    return _load(code) if code in names("claims") else None


@cache
def _load(code: str) -> Language:
    data = table(f"claims/{code}.toml")
    words = _words(code, data)
    fields = {name: _alternatives(name, meant, data) for name, meant in words.items()} | _NUMERIC
    times: list[Time] = []
    patterns: list[str] = []
    for entry in data["when"]:
        for pattern in entry["words"]:
            times.append(Time(entry["kind"], entry, len(times)))
            patterns.append(f"(?P<k{len(patterns)}>{_expanded(pattern, len(patterns), fields)})")
    marks = data["marks"]
    promise = marks.get("promise")
    return Language(
        when=guarded([("", patterns)], _WORD),
        times=tuple(times),
        words=words,
        marks=guarded([(one, marks[one]) for one in MARKS if marks.get(one)], _WORD),
        beside={name: _before(marks[name]) for name in BESIDE if name in marks},
        after={
            name: re.compile(rf"(?:{'|'.join(data['after'][name])})", re.IGNORECASE)
            for name in data.get("after", {})
        },
        hedge=_whole("|".join(marks["hedge"])),
        promise=guarded([("", promise)], _WORD) if promise else None,
        hint=_hint(words, data["hints"]),
    )


def _words(code: str, data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    more = data.get("names", {})
    found: dict[str, dict[str, Any]] = {
        "month": dict(_named(_NAMES["months"][code], more.get("months", ()), 1)),
        "weekday": dict(_named(_NAMES["weekdays"][code], more.get("weekdays", ()), 0)),
        "number": dict(data["numbers"]["words"]),
        "season": dict(data["seasons"]),
    }
    for field, key in (("part", "parts"), ("unit", "units")):
        found[field] = {word: name for name, all_ in data[key].items() for word in all_}
    return found


def _named(cldr: list[str], more: list[str], first: int) -> Iterator[tuple[str, int]]:
    for number, variants in enumerate(cldr):
        for name in (*variants.split(), *(more[number].split() if more else ())):
            yield name, number + first


def _alternatives(field: str, words: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The words of a field, longest first. Abbreviated weekdays need their full stop."""
    longest = sorted(words, key=len, reverse=True)
    if field == "number":
        return "|".join((r"\d{1,3}", *map(re.escape, longest)))
    if field not in {"month", "weekday"}:
        return "|".join(map(re.escape, longest))
    full = {variants.split()[0] for variants in _NAMES[f"{field}s"][data["code"]]}
    stop = r"\.?" if field == "month" and data["capitals"] else r"\."
    shown = [f"{re.escape(word)}{'' if word in full else stop}" for word in longest]
    if not data["capitals"]:
        return "|".join(shown)
    return f"(?-i:{'|'.join(form for one in shown for form in (_title(one), one.upper()))})"


def _title(pattern: str) -> str:
    return pattern[:1].upper() + pattern[1:]


def _expanded(pattern: str, number: int, fields: Mapping[str, str]) -> str:
    """The pattern with its fields filled in; of a field that is there twice the first is kept."""
    seen: set[str] = set()

    def field(found: re.Match[str]) -> str:
        if found[3] is not None:
            return f"(?:{'|'.join(rf'(?<={re.escape(one)} )' for one in found[3].split('|'))})"
        if found[4] is not None:
            return f"(?P<{found[4]}_{number}>"
        name = found[1] + found[2]
        group = f"?P<{name}_{number}>" if name not in seen else "?:"
        seen.add(name)
        return f"({group}{fields[found[1]]})"

    return _FIELDS.sub(field, pattern)


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{_WORD.before}(?:{pattern}){_WORD.after}", re.IGNORECASE)


def _before(patterns: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})\s?$", re.IGNORECASE)


def _hint(words: Mapping[str, Mapping[str, Any]], more: list[str]) -> re.Pattern[str]:
    """What a sentence that names a time holds at least: a digit, or one of the names."""
    stems = {
        word.split()[0] for field in ("month", "weekday", "unit", "season") for word in words[field]
    }
    return re.compile("|".join(("[0-9]", *sorted(map(re.escape, {*stems, *more})))))
