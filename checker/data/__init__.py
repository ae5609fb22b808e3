"""The one loader of the tables and templates that ship in the wheel.

To a stage these are constants: adding a language or a notice changes a file, not code.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def text(name: str) -> str:
    """The packaged file *name* (relative to ``checker/data``) as UTF-8 text."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@cache
def table(name: str) -> dict[str, Any]:
    """The packaged TOML file *name*, parsed. Treat the result as read-only."""
    return tomllib.loads(text(name))


@cache
def names(folder: str) -> tuple[str, ...]:
    """The names without ``.toml`` of the packaged tables in *folder*: a language each, say."""
    found = (one.name for one in files(__name__).joinpath(folder).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))
