"""No pattern that judges costs more than a moment on text made to hurt it."""

import re
import time

import pytest

from checker.stages import ask, freshness, http_fields, notices
from checker.stages.judge import date_rules, info, source_rules, text_rules, words

SIZE = 100_000
LIMIT = 0.1  # seconds of CPU for one pattern and one text
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
}


MODULES = (ask, date_rules, freshness, http_fields, info, notices, source_rules, text_rules, words)


def patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern of the stages that judge, of the notices' table, and of a glob."""
    listed = [
        (f"{module.__name__}.{name}", value)
        for module in MODULES
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
    ]
    for form in notices._forms(""):
        listed.append((f"notice {form.language} {form.needles[0]}", form.pattern))
        listed += [(f"unless {form.needles[0]}", form.unless)] if form.unless else []
    globs = ("/**/a/**", "/*a*b*c*", "**/??/**.html")
    return listed + [(f"glob {glob}", freshness._glob(glob)) for glob in globs]


def test_there_are_patterns_to_test():
    assert len(patterns()) > 200


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_every_pattern_is_quick_on_hostile_text(text):
    long = (text * SIZE)[:SIZE]
    slow = []
    for name, pattern in patterns():
        anchored = name.startswith(("notice ", "unless ", "glob "))
        given = long[: freshness.MAX_PATH] if name.startswith("glob ") else long
        start = time.process_time()
        (pattern.match if anchored else pattern.search)(given)
        spent = time.process_time() - start
        if spent > LIMIT:
            slow.append(f"{name}: {spent:.2f} s")
    assert slow == []
