"""Dates in the scripts of pages whose markup states none (state of a front end, data layers)."""

import re
from collections.abc import Iterator

from checker.data import table
from checker.model import DateKind, Origin, OriginKind
from checker.stages.dates.customs import Customs
from checker.stages.dates.ranked import Ranked, ranked
from checker.stages.page import Page

_KEYS = {
    key: DateKind(kind) for kind, keys in table("dates.toml")["script"].items() for key in keys
}
_STEMS = tuple(table("dates.toml")["script_stems"]["names"])
_VALUE = re.compile(
    rf"[\"']({'|'.join(_KEYS)})\\{{0,3}}[\"']\s?:\s?\\{{0,3}}[\"']?(\d[\d:.TZ /+-]{{7,34}})"
)
_LONGEST = max(map(len, _KEYS)) + 1
_MAX_HITS = 5_000
_RANK = 50
_MAX_DAYS = 2  # more belong to a list of other stories


def values(page: Page, customs: Customs) -> Iterator[Ranked]:
    """By well-known keys, the first of each; weak where a script holds many different days."""
    found: dict[str, list[str]] = {}
    for hit in _hits(page.source):
        found.setdefault(hit[1], []).append(hit[2])
    for key, texts in found.items():
        weak = len({text[:10] for text in texts[:50]}) > _MAX_DAYS
        origin = Origin(OriginKind.SCRIPT, key)
        yield from ranked(_KEYS[key], origin, texts[0].strip(), _RANK, customs=customs, weak=weak)


def _hits(source: str) -> list[re.Match[str]]:
    """Keys with their values in the order of the source."""
    found = {}
    for stem in _STEMS:
        place, left = source.find(stem), _MAX_HITS
        while place >= 0 and left:
            left -= 1
            near = max(0, place - _LONGEST)
            start = max(source.rfind('"', near, place), source.rfind("'", near, place))
            if start >= 0 and (hit := _VALUE.match(source, start)):
                found[start] = hit
            place = source.find(stem, place + 1)
    return [found[start] for start in sorted(found)]
