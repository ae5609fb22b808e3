"""Every date that a page gives, with its origin and precision, and what is decided from them.

Origins are ranked as data (``checker/data/dates.toml`` and the ranks in this package): what the
page states for machines about itself, then what it shows beside its headline, then its address.
``Last-Modified``, feeds, captions and text are weak: they bound or hint and never decide.
"""

from collections.abc import Iterator
from datetime import datetime

from checker.model import (
    DateEvidence,
    DateKind,
    Dates,
    Headers,
)
from checker.stages.dates import (
    conflicts,
    customs,
    decide,
    outside,
    script,
    structured,
    teaser,
    times,
    visible,
)
from checker.stages.dates.lazy import LazyDates
from checker.stages.dates.outside import http_date, shared
from checker.stages.dates.place import around
from checker.stages.dates.quick import certain
from checker.stages.dates.ranked import Ranked
from checker.stages.page import Page, addresses

__all__ = ["LazyDates", "certain", "extract", "http_date", "shared"]

MAX_EVIDENCE = 200


def extract(
    page: Page,
    *,
    headers: Headers = (),
    hints: tuple[DateEvidence, ...] = (),
    captured_at: datetime | None = None,
    now: datetime | None = None,
) -> Dates:
    """All evidence, best first, and the decision. Never raises; linear in the page.

    ``now`` is used only to mark dates that lie in its future; ``hints`` are dates that a feed or
    sitemap gave, or ``shared`` made. Precision and zone are as written: midnight counts as a day
    (trap 7). The bounds of a lost time stamp are another stage's.
    """
    found = [
        *_stated(page),
        *outside.http(headers, now, hints),
        *outside.hints(hints),
    ]
    ordered = decide.prepared(found, now, captured_at)
    capture = outside.captured(captured_at)
    evidence = tuple(item.date for item in ordered[:MAX_EVIDENCE])
    published = decide.stamp(ordered, DateKind.PUBLISHED)
    modified = decide.stamp(ordered, DateKind.MODIFIED)
    return Dates(
        published=published,
        modified=modified,
        evidence=(*evidence, capture) if capture else evidence,
        conflicts=conflicts.conflicts(published, modified, evidence),
    )


def _stated(page: Page) -> Iterator[Ranked]:
    """What the page says; its scripts are asked only when its markup says nothing."""
    usual = customs.of_page(page)
    place, said = around(page), addresses(page)
    days = visible.dated(page, usual)
    declared = [
        *structured.json_ld(page, said, usual),
        *structured.metas(page, said, usual),
        *structured.microdata(page, usual),
        *structured.front(page, usual),
        *times.times(page, place, usual),
    ]
    shown = [*visible.bylines(page, place, days), *outside.address(page, said)]
    yield from declared
    yield from shown
    yield from visible.mentions(place, days)
    if not _publishes(declared):
        scripts = list(script.values(page, usual))
        yield from scripts
        if not _publishes([*shown, *scripts]):
            yield from teaser.of_itself(page, usual)


def _publishes(found: list[Ranked]) -> bool:
    return any(one.date.kind is DateKind.PUBLISHED and not one.date.weak for one in found)
