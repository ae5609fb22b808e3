"""Every pattern that reads dates stays linear: 100 KB of hostile text cost it a moment."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from checker.stages import dates
from checker.stages.dates import grammar

SIZE = 100_000
LIMIT = 0.4  # seconds of CPU; a square would take a minute
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
        start = time.process_time()
        for _ in pattern.finditer(long):
            pass
        spent = time.process_time() - start
        if spent > LIMIT:
            slow.append(f"{name}: {spent:.2f} s")
    assert slow == []
