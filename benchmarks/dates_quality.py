"""How often ``stages/dates`` gives the published day of the gold, htmldate beside it, and CPU.

pip install -e .[bench]
CHECKER_CORPORA=… python benchmarks/dates_quality.py [hd_default|fundus|traf_segments …] [-v]

Page by page, one after the other; the rival is htmldate in its extensive mode. ``date`` of the gold
is the publisher's day. ``reviewed`` leaves out golds that are the displayed update or doubtful
(``doubtful_dates.toml``, with the reason of each); the first figure leaves out none.
"""

import gzip
import json
import os
import sys
import time
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from checker.model import DateEvidence, Dates, Precision
from checker.stages import dates, page

Row = dict[str, Any]
DOUBTFUL: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "doubtful_dates.toml").read_text(encoding="utf-8")
)["pages"]


@dataclass
class Figures:
    """Counts of one extractor on one set."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, ...]] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)

    def add(self, row: Row, found: str | None, why: str) -> None:
        outcome = "right" if found == row["date"] else "none" if found is None else "wrong"
        self.counts[outcome] += 1
        self.counts[f"reviewed {outcome}"] += row["id"] not in DOUBTFUL
        if outcome != "right":
            doubt = DOUBTFUL.get(row["id"], "")
            self.wrong.append((row["id"], row["date"], str(found), why, doubt and f"[{doubt}]"))

    def show(self, name: str, what: str) -> None:
        right, none, wrong = (self.counts[one] for one in ("right", "none", "wrong"))
        total = right + none + wrong
        f1 = 2 * right / max(1, 2 * right + none + wrong)
        least = sum(self.counts[f"reviewed {one}"] for one in ("right", "none", "wrong"))
        spent = sorted(self.spent)
        print(
            f"{name} {what}: right {right}, none {none}, wrong {wrong} of {total}; "
            f"accuracy {right / total:.3f}, F1 {f1:.3f}; "
            f"reviewed {self.counts['reviewed right'] / max(1, least):.3f} of {least}; "
            f"CPU {1000 * sum(spent) / total:.1f} ms/page, median {1000 * spent[total // 2]:.1f}"
        )
        if "-v" in sys.argv:
            for line in self.wrong:
                print("  ", *line)


def day(found: DateEvidence | None) -> str | None:
    """The calendar day as the page states it: gold days are the publisher's, not UTC's."""
    return found.day.isoformat() if found is not None and found.day is not None else None


def ours(row: Row) -> Dates:
    read = page.parse(row["html"], uri=row["url"])
    return dates.extract(read) if isinstance(read, page.Page) else Dates()


def theirs(row: Row) -> str | None:
    found: str | None = import_module("htmldate").find_date(
        row["html"], url=row["url"], original_date=True, extensive_search=True
    )
    return found


def instant(row: Row, found: DateEvidence | None) -> str:
    """right, day only, wrong, or "" where the gold has no instant; never is one made up."""
    text = str(row.get("datetime") or "")
    if "T" not in text and " " not in text:
        return ""
    gold = datetime.fromisoformat(text)
    if found is None or found.precision <= Precision.DAY:
        return "day only or none"
    if gold.tzinfo is None:  # a local time: what the page writes
        return "right" if f"{gold:%H:%M}" in found.quote else "wrong"
    return "right" if abs((found.earliest - gold).total_seconds()) < 60 else "wrong"


def measure(name: str, rows: list[Row]) -> None:
    mine, rival = Figures(), Figures()
    precise, instants = Counter[str](), Counter[str]()
    with_rival = find_spec("htmldate") is not None
    for row in rows:
        started = time.process_time()
        seen = ours(row)
        mine.spent.append(time.process_time() - started)
        found = seen.published or seen.modified  # gold has a page's one date, whatever its label
        place = f"{found.origin.kind}: {found.origin.place}" if found else ""
        mine.add(row, day(found), place)
        if seen.published is not None:
            right = day(seen.published) == row["date"]
            precise["right" if right else "wrong"] += 1
            precise["doubtful"] += not right and row["id"] in DOUBTFUL
            if not seen.doubt:
                precise["firm right" if right else "firm wrong"] += 1
        instants[instant(row, seen.published)] += 1
        if with_rival:
            started = time.process_time()
            other = theirs(row)
            rival.spent.append(time.process_time() - started)
            rival.add(row, other, "htmldate")
    mine.show(name, "ours")
    said = precise["right"] + precise["wrong"]
    print(
        f"{name} published: precision {precise['right'] / max(1, said):.3f}, without doubtful golds "
        f"{precise['right'] / max(1, said - precise['doubtful']):.3f}, coverage {said / len(rows):.3f}"
    )
    firm = precise["firm right"] + precise["firm wrong"]
    print(
        f"{name} published and not marked weak: precision {precise['firm right'] / max(1, firm):.3f},"
        f" {precise['firm wrong']} wrong, coverage {firm / len(rows):.3f}"
    )
    if instants["right"]:
        print(f"{name} instants:", {key: n for key, n in instants.items() if key})
    if with_rival:
        rival.show(name, "htmldate 1.11 extensive")
    else:
        print("htmldate is not installed (pip install -e .[bench]): no figure beside ours")


def rows_of(name: str) -> list[Row]:
    """The pages of a set that have a gold day."""
    path = Path(os.environ["CHECKER_CORPORA"]) / "pages" / f"{name}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if row["date"]]


def main(names: list[str]) -> None:
    for name in names:
        measure(name, rows_of(name))


if __name__ == "__main__":
    main([name for name in sys.argv[1:] if name != "-v"] or ["hd_default", "fundus"])
