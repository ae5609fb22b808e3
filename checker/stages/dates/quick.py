"""What a page's own data decide alone, without reading the rest of the page.

A statement of the first ranks (JSON-LD of this page, ``article:published_time``) with a time and
an offset can't be outvoted by anything that the page shows. One in UTC can be moved to another day
only by that day, shown somewhere: where its year stands in the source, no day beside it may be a
neighbour. Whatever is not certain is left to the whole page.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from checker.data import table
from checker.model import DateEvidence, DateKind, OriginKind, Precision, Zone
from checker.stages.dates import customs, decide, grammar, outside, structured
from checker.stages.dates.ranked import Ranked
from checker.stages.page import Page, addresses, is_inside, without_scripts

_SURE = 20  # the last rank that only this page's own data have
_NUMBER = re.compile(r"\d+")
_VALUE = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ](\d\d:\d\d)(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?(?=[\"'])"
)
_BESIDE = 40  # characters between a year and its day
_MAX_YEARS = 400
_STATING = ("itemprop", "property", "datetime")
_SIGNS = ("/", ".", "-", "'", "’")
# Written with other digits, years or calendars: a neighbour may be shown that is not looked for.
_OTHERWISE = frozenset(table("dates.toml")["customs"]["otherwise"])


def certain(
    outline: Page,
    source: str,
    *,
    now: datetime | None = None,
    captured_at: datetime | None = None,
) -> dict[DateKind, DateEvidence]:
    """The stamps that are certain: those that reading all of the page would give, too."""
    usual, said = customs.of_page(outline), addresses(outline)
    found = [
        *structured.json_ld(outline, said, usual),
        *structured.metas(outline, said, usual),
        *outside.address(outline, said),
    ]
    ordered = decide.prepared(found, now, captured_at)
    found_out = {}
    for kind in (DateKind.PUBLISHED, DateKind.MODIFIED):
        if best := _certain(ordered, kind, source, usual.language):
            found_out[kind] = best
    return found_out


def _certain(
    ordered: list[Ranked], kind: DateKind, source: str, language: str
) -> DateEvidence | None:
    able = [one for one in ordered if one.date.kind is kind and not one.date.weak]
    if not able or able[0].rank > _SURE or not _is_exact(able[0].date):
        return None
    best = able[0]
    if _is_of_its_scope(best) or _are_at_odds(able):
        return None
    if not decide.in_utc(best.date):
        return best.date
    days = set(_neighbours(best.date.earliest))
    if any(one.day in days for one in able) or (language in _OTHERWISE and days):
        return None
    shown = without_scripts(source) if days else ""
    instant = best.date.earliest
    return None if any(_is_near(shown, day, instant) for day in days) else best.date


def _is_exact(found: DateEvidence) -> bool:
    return found.precision >= Precision.MINUTE and found.zone is Zone.STATED


def _is_of_its_scope(best: Ranked) -> bool:
    """A ``<meta>`` named like a schema.org property counts by where it stands."""
    origin = best.date.origin
    return origin.kind is OriginKind.META and structured.is_property(origin.place)


def _are_at_odds(able: list[Ranked]) -> bool:
    """Objects that fit the page alike and say different things."""
    first = able[0]
    rivals = (one for one in able if one.date.origin.kind is OriginKind.JSON_LD)
    return any(
        one.day != first.day and one.rank <= _SURE for one in rivals if one.rank - first.rank < 4
    )


def _neighbours(instant: datetime) -> Iterator[date]:
    """The other days on which *instant* may have fallen where the page was written."""
    for shift in (decide.WEST, decide.EAST):
        day = (instant + shift).astimezone(UTC).date()
        if day != instant.date():
            yield day


def _is_near(shown: str, day: date, instant: datetime) -> bool:
    """Whether *day* may stand in what the page shows as that of *instant*: its number beside its
    year."""
    full, number = str(day.year), str(day.day)
    for count, place in enumerate(_places(shown, [full, *(sign + full[2:] for sign in _SIGNS)])):
        if count > _MAX_YEARS:
            return True
        around = shown[max(0, place - _BESIDE) : place + _BESIDE]
        if number in around and _names(around, day) and _counts(shown, place, instant):
            return True
    return False


def _places(source: str, marks: list[str]) -> Iterator[int]:
    for mark in marks:
        place = source.find(mark)
        while place >= 0:
            yield place
            place = source.find(mark, place + len(mark))


def _names(around: str, day: date) -> bool:
    """ "3", "03", and the day of "20240503"."""
    found = (one for one in _NUMBER.findall(around) if len(one) in {1, 2, 8, 14})
    return any(int(one[6:8] or one) == day.day for one in found)


def _counts(shown: str, place: int, instant: datetime) -> bool:
    """Text, or an attribute of an element that states dates; not a comment or an address."""
    start = shown.rfind("<", 0, place)
    if start >= 0 and shown.find(">", start, place) < 0:
        tag = shown[start:place]
        stating = tag.startswith("<time") or any(one in tag for one in _STATING)
        return stating and _may_tell(shown, place, instant)
    return not is_inside(shown, place, "<!--", "-->")


def _may_tell(shown: str, place: int, instant: datetime) -> bool:
    """Of a value for machines: a bare day tells no zone, and one with an offset only of its own."""
    value = _VALUE.match(shown, place)
    if value is None:
        return True
    if value[1] is None:
        return False
    read = grammar.read(value[0]) if value[2] else ()
    return not read or any(abs(one.earliest - instant) < decide.SAME for one in read)
