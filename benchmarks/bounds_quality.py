"""How often the bounds of a text without its time stamp contain the day of the gold, and how wide.

CHECKER_CORPORA=… python -m benchmarks.bounds_quality [hd_default|fundus|traf_segments|readability …] [-v]

Stamps are taken away: every statement of a date of publication or change, the address, and each day
named in the text that is one of those days or the gold's own. What is left is what a text without a
time stamp has. It is read with no capture and no headers, on the day given below, so only the text narrows it. The
rival is htmldate on the page without its stamps' elements: what it answers is taken for a date.
"""

import gzip
import json
import os
import re
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from checker.model import Bounds, DateEvidence, DateKind, Dates
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
            f"contradictions told on {self.dropped}; "
            f"CPU {1000 * statistics.mean(self.spent):.2f} ms/page"
        )


_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-\d\d")
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
        total.add(gold, found, spent)
        if not figures.add(gold, found, spent) and verbose:
            print(" ", row["id"], row["url"][:90], gold)
            for limit in found.limits:
                ends = [
                    str(one.earliest.date()) if one else ""
                    for one in (limit.not_before, limit.not_after)
                ]
                seen = limit.not_before or limit.not_after
                if limit.why.startswith("It was"):
                    continue
                print(
                    "     ",
                    *ends,
                    limit.why[:90],
                    "|",
                    seen.quote[:100] if seen else "",
                    "|",
                    limit.dropped[:60],
                )
    figures.show(name)


def main() -> None:
    names = [one for one in sys.argv[1:] if not one.startswith("-")]
    total = Figures()
    for name in names or ["hd_default", "fundus", "traf_segments", "readability"]:
        measure(name, total, verbose="-v" in sys.argv)
    total.show("all")


if __name__ == "__main__":
    main()
