"""Every pattern that reads dates stays linear on 100 KB of hostile text."""

import importlib
import pkgutil
import re
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest

from checker.stages import dates
from checker.stages.dates import grammar
from tests.growth import steep

SIZE = 100_000
HOSTILE = {
    "one letter": "a", "letters": "é", "digits": "1", "digits and dots": "1.1.", "blanks": " ",
    "words": "ab ", "dates": "12 March 2019, ", "numbers": "03/04/2015 ", "days": "2024-05-03 ",
    "times": "10:15 ", "brackets": "([{<", "quotes": "\"'", "stops": ". ", "dashes": "- ",
    "slashes": "/2024", "bars": "|", "bars and blanks": " | ", "thai": "ก.", "kanji": "2024年",
    "tags": '<a b="', "comments": "<!--", "keys": '"datePublished":"', "escapes": "\\",
    "at": "(@a", "colons": ":", "signs": "’", "spans": "1 - ",
}  # fmt: skip


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    modules: list[Any] = []
    for found in pkgutil.iter_modules(dates.__path__):
        modules.append(importlib.import_module(f"{dates.__name__}.{found.name}"))
    for module in modules:
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield f"{module.__name__}.{name}", value
    for number, (_, pattern) in enumerate(grammar._PATTERNS):
        yield f"grammar pattern {number}", pattern


def test_there_are_patterns_to_test() -> None:
    assert len(list(patterns())) > 40


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_every_pattern_is_linear(text: str) -> None:
    long = (text * SIZE)[:SIZE]
    slow = []
    for name, pattern in patterns():
        told = steep(lambda size, of=pattern: lambda: deque(of.finditer(long[:size]), 0), SIZE)
        if told:
            slow.append(f"{name}: {told}")
    assert slow == []
