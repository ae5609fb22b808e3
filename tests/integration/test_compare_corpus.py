"""Real pairs, end to end: nothing raises, and the classes agree with a reader often enough."""

import gzip
import itertools
import json

import pytest

from checker.api.comparing import compare
from checker.model import Change
from tests.corpora import corpora

LABELS = {
    "identical": {Change.IDENTICAL},
    "noise-only": {Change.IDENTICAL},
    "cosmetic": {Change.COSMETIC},
    "minor-edit": {Change.MINOR},
    "substantive": {Change.SUBSTANTIVE, Change.CORRECTED, Change.RETRACTED},
    "replaced": {Change.REPLACED},
}
PAIRS = 50
# Measured: 116 of all 133 (benchmarks/compare_quality.py). Floors only rise.
FLOOR = 0.80


@pytest.mark.slow
def test_fifty_real_pairs_are_classed_like_a_reader_does():
    with gzip.open(corpora("pairs/dev.jsonl.gz"), "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in itertools.islice(lines, 0, None, 2)][:PAIRS]
    assert len(rows) == PAIRS
    agreed, false_replaced = 0, []
    for row in rows:
        found = compare(row["before"], row["after"], row["url"] or None)
        agreed += found.change in LABELS[row["label"]]
        if found.change is Change.REPLACED and row["label"] != "replaced":
            false_replaced.append(row["id"])
        assert (found.replacement is not None) == (found.change is Change.REPLACED)
        assert all(edit.before or edit.after for edit in found.edits)
    assert false_replaced == []
    assert agreed / PAIRS >= FLOOR, f"{agreed} of {PAIRS}"
