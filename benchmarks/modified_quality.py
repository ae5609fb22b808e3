"""How often the date that a page of terms states about its last change is found, and can be believed.

CHECKER_CORPORA=… python -m benchmarks.modified_quality [-v]

The labels are ``tests/golden/terms_dates.toml``. Each page of ``ota_genai`` also has its snapshot
before: a *stale* stamp is one that stayed the same although the text changed in between.
"""

import gzip
import hashlib
import json
import os
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from checker import extract_dates
from checker.model import DateEvidence, Precision

GOLDEN = Path(__file__).parent.parent / "tests" / "golden"
LABELS = GOLDEN / "terms_dates.toml"
BLIND = GOLDEN / "terms_dates_blind.tsv"


def written(found: DateEvidence | None) -> str | None:
    if found is None:
        return None
    if found.precision < Precision.DAY:
        return found.earliest.date().isoformat()[:7]
    return found.day.isoformat() if found.day else None


def agreement(labels: dict[str, Any]) -> str:
    """How far a second reader, blind to the labels, gives the same dates for a page."""
    lines = BLIND.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    same = sum(
        {one for one in dates if one != "-"} == set(labels[page]["dates"]) for page, *dates in rows
    )
    shared = sum(
        bool({*dates} & set(labels[page]["dates"])) or not labels[page]["dates"]
        for page, *dates in rows
    )
    return f"{same} of {len(rows)} pages alike, {shared} with a date (or none) in common"


def main() -> None:
    pages = tomllib.loads(LABELS.read_text(encoding="utf-8"))["page"]
    labels = {page["id"]: page for page in pages}
    counts: Counter[str] = Counter()
    path = Path(os.environ["CHECKER_CORPORA"]) / "pages" / "ota_genai.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            label = labels[row["id"]]
            digest = hashlib.sha256(row["html"].encode("utf-8", "replace")).hexdigest()
            assert digest == label["sha256"], f"{row['id']} is not the page that was labelled"
            found = written(extract_dates(row["html"], row["url"]).modified)
            states = "stated" if label["dates"] else "not stated"
            right = found in label["dates"] if label["dates"] else found is None
            counts[f"{states}, {'right' if right else 'wrong or none'}"] += 1
            if "-v" in sys.argv and not right:
                print("  ", row["id"], row["url"], label["dates"], found)
            if found is not None:
                before = written(extract_dates(row["prev_html"], row["url"]).modified)
                counts[
                    "stale" if found == before else "moved" if before else "not there before"
                ] += 1
    stated = counts["stated, right"] + counts["stated, wrong or none"]
    silent = counts["not stated, right"] + counts["not stated, wrong or none"]
    found = sum(counts[one] for one in ("stale", "moved", "not there before"))
    print(f"ota_genai labels, read by another, blind: {agreement(labels)}")
    print(f"ota_genai modified or effective: {counts['stated, right']} of {stated} that are stated "
          f"({counts['stated, right'] / stated:.3f}); given by data only on"
          f" {counts['not stated, wrong or none']} of {silent} whose text states none")  # fmt: skip
    print(f"ota_genai stamps while the text changed: {counts['stale']} of {found} stayed the same, "
          f"{counts['moved']} moved, {counts['not there before']} are new")  # fmt: skip


if __name__ == "__main__":
    main()
