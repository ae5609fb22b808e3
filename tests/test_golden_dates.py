"""A corpus of our own pages in 28 languages, with a floor that may only rise."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from checker import extract_dates
from checker.model import DateEvidence, Precision

GOLDEN = Path(__file__).parent / "golden" / "dates.toml"
PAGES = tomllib.loads(GOLDEN.read_text(encoding="utf-8"))["page"]
FLOOR = 1.0  # share of pages on which everything is right; it may only rise
KNOWN: frozenset[str] = frozenset()  # pages that are still wrong


def written(found: DateEvidence | None) -> str | None:
    """The day, or the instant in UTC."""
    if found is None:
        return None
    if found.precision is Precision.DAY:
        return found.earliest.date().isoformat()
    return f"{found.earliest:%Y-%m-%dT%H:%M:%S}Z"


def faults(page: dict[str, str]) -> list[str]:
    found = extract_dates(page["html"], page["url"])
    one, bound = found.published, found.bounds.not_before
    seen = {
        "published": written(one),
        "modified": written(found.modified),
        "precision": one.precision.name.lower() if one else None,
        "origin": one.origin.kind.value if one else None,
        "day": one.day.isoformat() if one and one.day else None,
    }
    if "bound" in page:
        seen["bound"] = bound.day.isoformat() if bound and bound.day else None
    return [
        f"{key}: {page.get(key)} expected, {value} seen"
        for key, value in seen.items()
        if page.get(key) != value
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["id"])
def test_a_page_gives_what_it_says(page: dict[str, str]) -> None:
    assert (faults(page) == []) == (page["id"] not in KNOWN), faults(page)


def test_the_corpus_is_broad_and_the_floor_holds() -> None:
    assert len(PAGES) >= 280
    assert len({page["id"] for page in PAGES}) == len(PAGES)
    languages = {page["html"].partition('lang="')[2].partition('"')[0][:2] for page in PAGES}
    assert len(languages) >= 12
    assert 1 - len(KNOWN) / len(PAGES) >= FLOOR


def test_nothing_is_invented_or_completed() -> None:
    """No time of day where a page gives a day, no day where it gives a month or nothing."""
    for page in PAGES:
        found = extract_dates(page["html"], page["url"]).published
        if page.get("precision") == "day":
            assert found is None or found.precision is Precision.DAY, page["id"]
        if "published" not in page:
            assert found is None, page["id"]
        if found is not None and found.precision is Precision.DAY:
            assert isinstance(found.day, date)
