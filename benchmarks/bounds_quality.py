"""How often the bounds of a text without its time stamp contain the day of the gold, and how wide.

CHECKER_CORPORA=… python -m benchmarks.bounds_quality [hd_default|fundus|traf_segments|readability …] [-v]

Stamps are taken away: every statement of a date of publication or change, the address, and each day
named in the text that is one of those days or the gold's own. What is left is what a text without a
time stamp has. ``reviewed`` leaves out pages that were edited after their gold
(``doubtful_bounds.toml``, each with its reason). The text is read with no capture and no headers, on the day given below, so only the text narrows it. No
library gives bounds; beside them stands what htmldate, in its extensive mode, answers for the same text
without those days: a date that it takes for the publication's.
"""

import gzip
import json
import os
import re
import statistics
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from html import escape
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from checker.model import Bounds, DateEvidence, DateKind, Dates, Text
from checker.stages import bounds, dates, page, text

Row = dict[str, Any]
NOW = datetime(2026, 11, 24, tzinfo=UTC)
STAMPS = {DateKind.PUBLISHED, DateKind.MODIFIED}


@dataclass
class Figures:
    """Counts over one set; widths in days of windows that have both ends."""

    pages: int = 0
    right: int = 0
    low: int = 0
    high: int = 0
    widths: list[int] = field(default_factory=list)
    behind: list[int] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)
    dropped: int = 0
    doubted: int = 0
    guessed: int = 0
    guessed_right: int = 0

    def add(self, gold: date, found: Bounds, spent: float) -> bool:
        self.pages += 1
        self.spent.append(spent)
        first = found.not_before.earliest.date() if found.not_before else None
        last = found.not_after.latest.date() if found.not_after else None
        holds = (first is None or first <= gold + SLACK) and (last is None or gold - SLACK <= last)
        self.right += holds
        self.low += first is not None
        self.high += last is not None
        self.dropped += any(limit.dropped for limit in found.limits)
        if first is not None:
            self.behind.append((gold - first).days)
        if first is not None and last is not None:
            self.widths.append((last - first).days)
        return holds

    def show(self, name: str) -> None:
        if not self.pages:
            return
        widths = f"median {statistics.median(self.widths):.0f} days" if self.widths else "none"
        behind = f"{statistics.median(self.behind):.0f}" if self.behind else "-"
        print(
            f"{name}: {self.pages} pages, window holds the gold {self.right / self.pages:.3f} "
            f"({self.pages - self.right} wrong); lower end on {self.low}, median {behind} days before"
            f" the gold; upper end on {self.high}; both on {len(self.widths)}, width {widths}; "
            f"reviewed {(self.right) / (self.pages - self.doubted):.3f}; contradictions told on {self.dropped}; "
            f"CPU {1000 * statistics.mean(self.spent):.2f} ms/page"
        )
        if find_spec("htmldate"):
            print(
                f"  htmldate 1.11 on the same text: answers on {self.guessed}, "
                f"right on {self.guessed_right}"
            )


_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-\d\d")
DOUBTFUL: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "doubtful_bounds.toml").read_text(encoding="utf-8")
)["pages"]
SLACK = timedelta(days=1)  # the gold's day is the publisher's, the bounds' may be another zone's


def rows(name: str) -> Iterator[Row]:
    path = Path(os.environ["CHECKER_CORPORA"]) / "pages" / f"{name}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if _DAY.fullmatch(row.get("date") or ""):
                yield row


def stripped(found: Dates, gold: date) -> Dates:
    """Without stamps, the address, and the days in the text that are those or the gold's."""
    stamps = {one.day for one in found.evidence if one.kind in STAMPS and not one.weak}
    stamps |= {gold, gold - timedelta(days=1), gold + timedelta(days=1)}
    kept = tuple(one for one in found.evidence if one.kind not in STAMPS and not _is(one, stamps))
    return replace(found, published=None, modified=None, evidence=kept)


def _is(one: DateEvidence, stamps: set[date | None]) -> bool:
    return one.kind is DateKind.MENTIONED and one.day in stamps


def theirs(words: Text, gold: date) -> date | None:
    """What htmldate answers for the text alone, without paragraphs that bear the gold's day."""
    if not find_spec("htmldate"):
        return None
    names = (str(gold), f"{gold:%B} {gold.day}, {gold.year}", f"{gold.day} {gold:%B} {gold.year}")
    kept = (one.text for one in words.blocks if not any(name in one.text for name in names))
    body = "".join(f"<p>{escape(one)}</p>" for one in kept)
    found = import_module("htmldate").find_date(
        f"<html><body>{body}</body></html>", original_date=True, extensive_search=True
    )
    return date.fromisoformat(found) if found else None


def measure(name: str, total: Figures, *, verbose: bool) -> None:
    figures = Figures()
    for row in rows(name):
        read = page.parse(row["html"], uri=row["url"])
        if not isinstance(read, page.Page):
            continue
        words, gold = text.extract(read), date.fromisoformat(row["date"][:10])
        given = stripped(dates.extract(read), gold)
        start = time.process_time()
        found = bounds.find(given, read, words, now=NOW)
        spent = time.process_time() - start
        guess = theirs(words, gold)
        for one in (total, figures):
            one.guessed += guess is not None
            one.guessed_right += guess == gold
        holds = total.add(gold, found, spent)
        figures.add(gold, found, spent)
        if not holds and row["id"] in DOUBTFUL:
            total.doubted += 1
            figures.doubted += 1
        if not holds and verbose:
            print(" ", row["id"], row["url"][:90], gold)
            show(found)
    figures.show(name)


def show(found: Bounds) -> None:
    for limit in found.limits:
        ends = [one for one in (limit.not_before, limit.not_after) if one is not None]
        days = " ".join(str(one.earliest.date()) for one in ends)
        print(
            "     ", days, limit.why, "|", ends[0].quote[:100] if ends else "", "|", limit.dropped
        )


def main() -> None:
    names = [one for one in sys.argv[1:] if not one.startswith("-")]
    total = Figures()
    for name in names or ["hd_default", "fundus", "traf_segments", "readability"]:
        measure(name, total, verbose="-v" in sys.argv)
    total.show("all")


if __name__ == "__main__":
    main()
