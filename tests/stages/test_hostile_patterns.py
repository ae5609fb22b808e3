"""No pattern that judges costs more than its length on text made to hurt it."""

import importlib
import pkgutil
import re
from types import ModuleType

import pytest

from checker.model import BlockKind
from checker.stages import (
    ask,
    bounds,
    compare,
    freshness,
    http_fields,
    judge,
    notice_forms,
    notices,
    page,
    text,
)
from checker.stages.compare import noise
from tests.growth import steep

SIZE = 100_000
HOSTILE = {
    "one letter": "a",
    "digits": "1",
    "blanks": " ",
    "words": "ab ",
    "dates": "12 March 2019, ",
    "brackets": "([{<",
    "quotes": "\"'",
    "stops": ". ",
    "dashes": "- ",
    "slashes": "/a",
    "mixed scripts": "aяあ1 ",
    "notices": "this article was updated ",
    "markup": '<a b="',
    "line ends": "\n",
    "tags": "<",
    "attributes": "a=",
    "counts": "5 min read ",
    "times": "12:30 ",
    "separators": " | ",
}


def modules_of(package: ModuleType) -> list[ModuleType]:
    inner = pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    return [package, *(importlib.import_module(one.name) for one in inner)]


MODULES = (
    ask,
    freshness,
    http_fields,
    notice_forms,
    notices,
    *modules_of(bounds),
    *modules_of(compare),
    *modules_of(judge),
    *modules_of(page),
    *modules_of(text),
)


def patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern of the stages that read, compare and judge, of the tables of notices
    and noise, and of a glob. What is only ever matched whole is marked as anchored."""
    listed = [
        (f"{module.__name__}.{name}", value)
        for module in MODULES
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str)
    ]
    listed.append(("inside a line", noise._insides().pattern))
    listed.append(("noise whole line", noise.lines_of(None).pattern))
    listed.append(("noise whole line of an article", noise.lines_of(BlockKind.PARAGRAPH).pattern))
    for form in notice_forms.forms_of(""):
        listed.append((f"notice {form.language} {form.needles[0]}", form.pattern))
        listed += [(f"unless {form.needles[0]}", form.unless)] if form.unless else []
    globs = ("/**/a/**", "/*a*b*c*", "**/??/**.html")
    return listed + [(f"glob {glob}", freshness._glob(glob)) for glob in globs]


def test_there_are_patterns_to_test():
    assert len(patterns()) > 200


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_every_pattern_is_linear_on_hostile_text(piece):
    long = (piece * SIZE)[:SIZE]
    slow = []
    for name, pattern in patterns():
        anchored = name.startswith(("notice ", "noise ", "unless ", "glob "))
        given = long[: freshness.MAX_PATH] if name.startswith("glob ") else long
        asked = pattern.match if anchored else pattern.search
        told = steep(lambda size, by=asked, of=given: lambda: by(of[:size]), len(given))
        if told:
            slow.append(f"{name}: {told}")
    assert slow == []
