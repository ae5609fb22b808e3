"""How often ``stages/dates`` gives the published day of the gold, and its CPU per page.

pip install -e .[bench]; CHECKER_CORPORA=… python benchmarks/dates_quality.py [hd_default|fundus|traf_segments …] [-v]
"""

import gzip
import json
import os
import sys
import time
from collections import Counter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from checker.model import DateEvidence
from checker.stages import dates, page


def day(found: DateEvidence | None) -> str | None:
    """The calendar day as the page states it: gold days are the publisher's, not UTC's."""
    return found.day.isoformat() if found is not None and found.day is not None else None


def ours(row: dict[str, str]) -> tuple[str | None, str]:
    read = page.parse(row["html"], uri=row["url"])
    if not isinstance(read, page.Page):
        return None, read.reason
    seen = dates.extract(read)
    found = seen.published or seen.modified  # gold has a page's one date, whatever its label
    return day(found), f"{found.origin.kind}: {found.origin.place}" if found else ""


def theirs(row: dict[str, str]) -> tuple[str | None, str]:
    find_date = import_module("htmldate").find_date
    return find_date(row["html"], url=row["url"], original_date=True), "htmldate"


def measure(name: str, rows: list[dict[str, str]], what: str) -> None:
    method = ours if what == "ours" else theirs
    counts: Counter[str] = Counter()
    wrong = []
    started = time.process_time()
    for row in rows:
        found, why = method(row)
        outcome = "right" if found == row["date"] else "none" if found is None else "wrong"
        counts[outcome] += 1
        if outcome != "right":
            wrong.append((row["id"], row["date"], found, why))
    spent = (time.process_time() - started) / len(rows) * 1000
    share = counts["right"] / len(rows)
    print(f"{name} {what}: {dict(counts)} of {len(rows)}, right {share:.3f}, {spent:.1f} ms/page")
    if "-v" in sys.argv:
        for line in wrong:
            print("  ", *line)


def main(names: list[str]) -> None:
    for name in names:
        path = Path(os.environ["CHECKER_CORPORA"]) / "pages" / f"{name}.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if row["date"]]
        measure(name, rows, "ours")
        if find_spec("htmldate"):
            measure(name, rows, "htmldate")
        else:
            print("htmldate is not installed: no figure beside ours")


if __name__ == "__main__":
    main([name for name in sys.argv[1:] if name != "-v"] or ["hd_default", "fundus"])
