"""Faults in a configuration, each with its file, line, key, cause and remedy."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from checker.settings.sections import SECTIONS

Key = tuple[str | int, ...]  # ("fetch", "delay"), ("source", 1, "feed"), ("data_dir",)

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\"' -]+?)\s*\]\]?\s*(#.*)?")
_ASSIGNMENT = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_LARGEST = 1_000_000  # bytes; a configuration is written by hand


@dataclass(frozen=True, slots=True)
class Toml:
    """A parsed file with the line of every key, so that a fault can be found."""

    name: str
    data: dict[str, Any]
    lines: Mapping[Key, int] = field(default_factory=dict)

    def at(self, key: Key) -> str:
        """``"config/checker.toml:12: [fetch] delay"``; the nearest known line above a key."""
        known = next((key[:n] for n in range(len(key), 0, -1) if key[:n] in self.lines), None)
        line = f":{self.lines[known]}" if known is not None else ""
        return f"{self.name}{line}: {spelled(key)}"


def spelled(key: Key) -> str:
    """A key as people find it: ``[fetch] delay``, ``[[source]] 2 feed``, ``data_dir``."""
    match key:
        case (str(section), int(index), *rest):
            return " ".join([f"[[{section}]] {index + 1}", *(_part(rest))])
        case ("policy", str(name), *rest):
            return " ".join([f"[policy.{name}]", *(_part(rest))])
        case (str(section), *rest) if rest or section in SECTIONS:
            return " ".join([f"[{section}]", *(_part(rest))])
        case _:
            return str(key[0]) if key else "the file"


def _part(rest: list[str | int]) -> list[str]:
    name = ".".join(str(part) for part in rest if isinstance(part, str))
    numbers = "".join(f" item {part + 1}" for part in rest if isinstance(part, int))
    return [name + numbers] if name or numbers else []


def read(path: Path, name: str) -> Toml | str:
    """The file at *path*, or one sentence that says why it can't be used."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return f"{name}: {error.strerror or error}. Name a file that can be read."
    if len(raw) > _LARGEST:
        return f"{name}: {len(raw):,} bytes. No configuration is that long; name the right file."
    try:
        text = raw.decode("utf-8-sig")  # a byte order mark is what some editors leave
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return f"{name}:{line}: byte 0x{raw[error.start]:02x} is not UTF-8. Save it as UTF-8."
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _syntax(name, text, error)
    except RecursionError:
        return f"{name}: nested too deeply. A configuration needs two levels."
    return Toml(name, data, line_numbers(text))


def _syntax(name: str, text: str, error: tomllib.TOMLDecodeError) -> str:
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line = int(found[1]) if found else text.count("\n") + 1
    cause = str(error).split(" (at ")[0]
    return f"{name}:{line}: no valid TOML: {cause}. Strings need quotes, each key stands once."


def line_numbers(text: str) -> dict[Key, int]:
    """Where each table and key stands. Counted from the text: tomllib keeps no positions."""
    lines: dict[Key, int] = {}
    counts: dict[str, int] = {}
    here: Key = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.fullmatch(line):
            parts = tuple(part.strip(" \"'") for part in header[2].split("."))
            here = parts
            if header[1] == "[[":
                counts[header[2]] = counts.get(header[2], -1) + 1
                here = (*parts, counts[header[2]])
            lines.setdefault(here, number)
        elif assignment := _ASSIGNMENT.match(line):
            lines.setdefault((*here, assignment[1]), number)
    return lines


def explain(where: Toml, base: Key, error: ValidationError, known: tuple[str, ...]) -> list[str]:
    """One sentence per fault that pydantic found below *base*; *known* are the keys allowed."""
    return [
        f"{where.at((*base, *_real(detail['loc'])))}: {_sentence(detail, known)}"
        for detail in error.errors()
    ]


def _real(loc: tuple[int | str, ...]) -> Key:
    """A location without the names that pydantic gives to members of unions."""
    return tuple(part for part in loc if isinstance(part, int) or re.fullmatch(r"[\w-]+", part))


_KINDS = {
    "string_type": ("it must be text", 'Put it in quotes: "…"'),
    "int_type": ("it must be a whole number", "Write it without quotes and without a point"),
    "bool_type": ("it must be true or false", "Write true or false, without quotes"),
    "list_type": ("it must be a list", 'Write it in brackets: ["…", "…"]'),
    "tuple_type": ("it must be a list", 'Write it in brackets: ["…", "…"]'),
    "dict_type": ("it must be a table", "Write it under a heading of its own"),
    "model_type": ("it must be a table", "Write it under a heading of its own"),
    "string_too_short": ("it is empty", "Give a value or take the key out"),
    "string_too_long": ("it is too long", "Shorten it"),
    "string_pattern_mismatch": (
        "it has characters that don't belong there",
        "Use letters, digits, '.', '_' and '-'; no control characters",
    ),
}


def _sentence(detail: ErrorDetails, known: tuple[str, ...]) -> str:
    match detail["type"]:
        case "fault":
            return f"{detail['msg']}."
        case "extra_forbidden":
            return unknown(str(detail["loc"][-1]), known)
        case "missing":
            return "missing. Give it."
        case kind if kind in _KINDS:
            cause, remedy = _KINDS[kind]
            return f"{cause}. {remedy}."
        case _:
            return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}. Correct the value."


def unknown(key: str, known: tuple[str, ...]) -> str:
    """The sentence for a key that nobody reads, with the one that was probably meant."""
    close = difflib.get_close_matches(key, known, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"Known here: {', '.join(sorted(known))}."
    return f"unknown key. {hint}"
