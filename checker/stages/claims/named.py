"""Times as they are named in a sentence, before anything is counted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from checker.stages.claims.language import Language, Time

_SUFFIX = re.compile(r"(?<=\d)[a-z]{2}$")  # "2nd"


@dataclass(frozen=True, slots=True)
class Named:
    """A time as it stands in a sentence: what was found for each field of its pattern."""

    start: int
    end: int
    words: str
    time: Time
    fields: Mapping[str, Any]

    def get(self, name: str) -> Any:
        return self.fields.get(name)


def named(language: Language, text: str, most: int) -> list[Named]:
    """The times that *text* names, in order, at most so many."""
    return [_named(language, one) for one in islice(language.when.finditer(text), most)]


def _named(language: Language, found: Any) -> Named:
    number = int(found.lastgroup[1:])
    suffix = f"_{number}"
    fields = {}
    for name, value in found.groupdict().items():
        if value is not None and name.endswith(suffix):
            field = name.removesuffix(suffix)
            fields[field] = _meaning(language, field.rstrip("2"), value)
    return Named(found.start(), found.end(), found[0], language.times[number], fields)


def _meaning(language: Language, field: str, value: str) -> Any:
    word = value.lower()
    known = language.words.get(field)
    if known is not None:
        meant = known.get(word, known.get(word.rstrip(".")))
        return meant if meant is not None else int(word) if word.isdigit() else None
    digits = _SUFFIX.sub("", word)
    return int(digits) if digits.isdigit() else word
