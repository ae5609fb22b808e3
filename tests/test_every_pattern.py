"""No pattern of the package costs more than its length on 100 kB of text made to hurt it.

Every module is imported, every compiled pattern in it found (in tables and tuples too), and run as
the source runs it: with the methods that stand behind its name there. A pattern that is bound to a
name which only ``fullmatch`` asks is not searched with.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import checker
from checker import data
from checker.stages.claims import language, relative
from checker.stages.claims.find import MAX_READ
from checker.stages.claims.starts import Guarded
from tests.growth import steep
from tests.stages.test_hostile_patterns import HOSTILE, MODULES, SIZE

ROOT = Path(checker.__file__).parent
METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")
# Entry points and migrations run what they hold when they are imported.
ASIDE = ("checker.__main__", "checker.store.migrations")


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(checker.__path__, "checker."):
        if not found.name.startswith(ASIDE):
            module = importlib.import_module(found.name)
            if module not in MODULES:  # those have a test of their own, beside their tables
                yield module


def inside(value: object, depth: int = 0) -> Iterator[re.Pattern[str]]:
    """The patterns of a value: itself, or what a table of it holds."""
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif isinstance(value, Guarded):
        yield value.guard  # its pattern is never searched with
    elif isinstance(value, Mapping) and depth < 3:
        for one in value.values():
            yield from inside(one, depth + 1)
    elif isinstance(value, (tuple, list, set, frozenset)) and depth < 3:
        for one in value:
            yield from inside(one, depth + 1)


@cache
def sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(ROOT.rglob("*.py")))


@cache
def methods(name: str) -> tuple[str, ...]:
    """How the source asks the pattern of that name; searched with, where it does not say."""
    used = set(re.findall(rf"\b{re.escape(name)}\.({'|'.join(METHODS)})\b", sources()))
    return tuple(sorted(used)) or ("search",)


@cache
def patterns() -> dict[str, tuple[re.Pattern[str], tuple[str, ...]]]:
    """Each pattern once, by where it was found, and the methods that it is asked with."""
    listed: dict[str, tuple[re.Pattern[str], tuple[str, ...]]] = {}
    seen: set[int] = set()
    for module in modules():
        for name, value in vars(module).items():
            for at, pattern in enumerate(inside(value)):
                if id(pattern) not in seen:
                    seen.add(id(pattern))
                    listed[f"{module.__name__}.{name}[{at}]"] = pattern, methods(name)
    for tag in data.names("claims"):
        table = language.known(tag)
        assert table is not None
        single = (table.hint, table.hedge, table.when, table.marks, table.promise)
        for at, pattern in enumerate(inside((*single, table.beside, table.after))):
            listed[f"claims {tag}[{at}]"] = pattern, ("search",)
    for tag in data.table("claims.toml"):
        for at, pattern in enumerate(inside(relative.compiled(tag))):
            listed[f"relative {tag}[{at}]"] = pattern, ("search",)
    return listed


def run(pattern: re.Pattern[str], method: str, given: str) -> object:
    asked: dict[str, Callable[[], object]] = {
        "search": lambda: pattern.search(given),
        "match": lambda: pattern.match(given),
        "fullmatch": lambda: pattern.fullmatch(given),
        "finditer": lambda: sum(1 for _ in pattern.finditer(given)),
        "findall": lambda: pattern.findall(given),
        "sub": lambda: pattern.sub("", given),
        "subn": lambda: pattern.subn("", given),
        "split": lambda: pattern.split(given),
    }
    return asked[method]()


def slow(piece: str) -> list[str]:
    listed = []
    for name, (pattern, asked) in patterns().items():
        # What reads sentences is given no longer one than the stage reads.
        given = (piece * SIZE)[: MAX_READ if name.startswith("claims ") else SIZE]
        for method in asked:
            told = growth(pattern, method, given)
            if told:
                listed.append(f"{name} {method}: {told}")
    return listed


def growth(pattern: re.Pattern[str], method: str, given: str) -> str:
    return steep(lambda size: lambda: run(pattern, method, given[:size]), len(given))


def test_there_are_patterns_of_every_part() -> None:
    parts = {name.split(".")[1] for name in patterns() if name.startswith("checker.")}
    assert {"adapters", "entry", "settings", "stages", "store"} <= parts
    assert len(patterns()) > 120


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_every_pattern_is_linear(piece: str) -> None:
    assert slow(piece) == []


def test_a_wall_is_seen() -> None:
    assert growth(re.compile(r"(?:a+)+b"), "match", "a" * 25)
    assert growth(re.compile(r"a[^b]*b"), "finditer", "a" * 50_000)
