"""Adding and removing a ``[[source]]`` as an edit of the file's text.

The user's comments and order stay. tomlkit would do the same for a fifth dependency's price;
here an edit touches whole blocks only, and is checked: the new text must parse to exactly the
old data with that one source more or less, or nothing is written.
"""

import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checker.errors import CheckerError

_HEADER = re.compile(r"\s*\[")
_SOURCE = re.compile(r"\s*\[\[\s*source\s*\]\]\s*(#.*)?")


def add_source(text: str, source: Mapping[str, Any]) -> str:
    """*text* with a ``[[source]]`` block of *source*'s keys at its end. Values: str, list[str]."""
    before = tomllib.loads(text)
    lines = [f"{key} = {quoted(value)}" for key, value in source.items()]
    block = "\n".join(["[[source]]", *lines])
    after = f"{text.rstrip()}\n\n{block}\n" if text.strip() else f"{block}\n"
    before.setdefault("source", []).append(dict(source))
    return _checked(after, before)


def remove_source(text: str, name: str) -> str:
    """*text* without the ``[[source]]`` block called *name*; its own comments go with it.

    Raises CheckerError if there is none, or the file is written so that no block can be cut.
    """
    data = tomllib.loads(text)
    sources = data.get("source", [])
    index = next((n for n, one in enumerate(sources) if one.get("name") == name), None)
    if index is None:
        known = ", ".join(str(one.get("name")) for one in sources) or "none"
        raise CheckerError(f"source {name!r}", "the file has none", f"Known: {known}.")
    del sources[index]
    if not sources:
        data.pop("source")
    lines = text.splitlines(keepends=True)
    starts = [n for n, line in enumerate(lines) if _SOURCE.fullmatch(line.rstrip("\r\n"))]
    if index >= len(starts):
        return _checked("", data)
    first = starts[index]
    later = (n for n in range(first + 1, len(lines)) if _HEADER.match(lines[n]))
    return _checked("".join(lines[:first] + lines[_above(lines, first, next(later, None)) :]), data)


def _above(lines: list[str], first: int, header: int | None) -> int:
    """Where the block ends: comments right above the next header belong to that one."""
    end = header if header is not None else len(lines)
    while end > first + 1 and header is not None and lines[end - 1].lstrip().startswith("#"):
        end -= 1
    return end


def quoted(value: str | list[str]) -> str:
    """*value* as TOML writes it."""
    if isinstance(value, list):
        return f"[{', '.join(quoted(item) for item in value)}]"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda c: f"\\u{ord(c[0]):04x}", escaped) + '"'


def _checked(text: str, wanted: dict[str, Any]) -> str:
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        parsed = None
    if parsed != wanted:
        raise CheckerError(
            "the configuration file",
            "it is written in a way that can't be edited safely",
            "Edit the [[source]] block by hand; nothing was changed.",
        )
    return text


def write(path: Path, text: str) -> None:
    """Replace *path* by *text* at once: readers see the old file or the new one, whole. A link
    stays, and leads to the new one; a device is written to."""
    path = path.resolve()
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_text(text, encoding="utf-8", newline="")
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(path.stat().st_mode if path.exists() else 0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
