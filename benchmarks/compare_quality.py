"""How well the comparison classes real pairs: ``CHECKER_CORPORA=… python -m benchmarks.compare_quality``.

Reads ``pairs/dev.jsonl.gz`` (two captures of one address and one reader's label), prints the
confusion matrix, F1 of "replaced" and of "edited", six-class accuracy with 95 % intervals
(Wilson), and CPU per pair. ``--misses`` lists each disagreement with what was found. With so few
pairs a row is a percentage: do not tune to single pages.
"""

import argparse
import gzip
import json
import math
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.made_pairs import made
from checker.api.comparing import compare
from checker.model import CHANGE_ORDER, Change, Comparison

# design: identical and noise-only are no change; a correction is an edit of substance.
LABELS = {
    "identical": Change.IDENTICAL,
    "noise-only": Change.IDENTICAL,
    "cosmetic": Change.COSMETIC,
    "minor-edit": Change.MINOR,
    "substantive": Change.SUBSTANTIVE,
    "replaced": Change.REPLACED,
}
CLASSES = tuple(dict.fromkeys(LABELS.values()))
EDITED = frozenset({Change.MINOR, Change.SUBSTANTIVE})


def folded(change: Change) -> Change:
    """A change as one of the labels' classes."""
    return Change.SUBSTANTIVE if change in {Change.CORRECTED, Change.RETRACTED} else change


def pairs() -> Iterator[dict[str, Any]]:
    root = os.environ.get("CHECKER_CORPORA")
    if not root:
        sys.exit("CHECKER_CORPORA is not set: no pairs to measure on")
    with gzip.open(Path(root) / "pairs" / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def wilson(hits: int, total: int) -> str:
    """``hits/total = share [95 % interval]``."""
    if not total:
        return "0/0"
    share, z = hits / total, 1.96
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total**2)) / (1 + z * z / total)
    return f"{hits}/{total} = {share:.3f} [{middle - half:.3f}, {middle + half:.3f}]"


def f1(confusion: Counter[tuple[Change, Change]], positive: frozenset[Change]) -> str:
    hit = sum(n for (want, got), n in confusion.items() if want in positive and got in positive)
    missed = sum(n for (want, got), n in confusion.items() if want in positive) - hit
    false = sum(n for (want, got), n in confusion.items() if got in positive) - hit
    score = 2 * hit / (2 * hit + missed + false) if hit else 0.0
    return f"{score:.3f} (hit {hit}, missed {missed}, false {false})"


def show(pair: dict[str, Any], found: Comparison) -> None:
    said = found.replacement or found.notice
    print(
        f"{pair['id']}: {pair['label']} -> {found.change} | {pair['note']} | {said} | {found.noise}"
    )
    for edit in found.edits[:5]:
        print(f"    {edit.block} {edit.why!r} -{edit.before[:110]!r} +{edit.after[:110]!r}")


def report_made() -> None:
    """Pairs made from ``pages/``: by what was done, how often the class is one that is right."""
    hits: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    least: dict[str, Change] = {}
    groups: Counter[tuple[str, bool]] = Counter()
    rank = CHANGE_ORDER.index
    for pair in made(Path(os.environ["CHECKER_CORPORA"])):
        found = compare(pair.before, pair.after, pair.url).change
        right = rank(pair.least) <= rank(found) <= rank(pair.most)
        totals[pair.kind] += 1
        hits[pair.kind] += right
        least[pair.kind] = pair.least
        quiet = rank(pair.most) <= rank(Change.COSMETIC)
        groups["quiet" if quiet else pair.least.value, right] += 1
        if quiet:
            groups["alarm", rank(found) > rank(Change.COSMETIC)] += 1
        elif pair.least is Change.SUBSTANTIVE:
            groups["under", rank(found) < rank(Change.SUBSTANTIVE)] += 1
    print(f"\nmade from pages/: {totals.total()} pairs, labelled by construction")
    for kind in sorted(totals, key=lambda one: (rank(least[one]), one)):
        print(f"{least[kind].value:>12} {kind:<14} {wilson(hits[kind], totals[kind])}")
    for group, words in (("alarm", "alarm on noise or template"), ("under", "substance missed")):
        print(
            f"{words:<27} {wilson(groups[group, True], groups[group, True] + groups[group, False])}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list every disagreement")
    options = parser.parse_args()
    confusion: Counter[tuple[Change, Change]] = Counter()
    start = time.process_time()
    for pair in pairs():
        found = compare(pair["before"], pair["after"], pair["url"] or None)
        want = LABELS[pair["label"]]
        confusion[want, folded(found.change)] += 1
        if options.misses and want is not folded(found.change):
            show(pair, found)
    report(confusion, time.process_time() - start)
    if not options.misses:
        report_made()


def report(confusion: Counter[tuple[Change, Change]], cpu: float) -> None:
    total = confusion.total()
    print(f"\n{'label / found':>14}" + "".join(f"{change:>13}" for change in CLASSES))
    for want in CLASSES:
        print(f"{want:>14}" + "".join(f"{confusion[want, got]:>13}" for got in CLASSES))
    none = frozenset({Change.IDENTICAL, Change.COSMETIC})
    changed = [n for (want, got), n in confusion.items() if want is Change.SUBSTANTIVE]
    under = [
        n
        for (want, got), n in confusion.items()
        if want is Change.SUBSTANTIVE and got in none | {Change.MINOR}
    ]
    quiet = [n for (want, got), n in confusion.items() if want in none]
    false = [n for (want, got), n in confusion.items() if want in none and got not in none]
    print(
        f"accuracy, six labels in five classes {wilson(sum(confusion[c, c] for c in CLASSES), total)}"
    )
    print(f"replaced against the rest, F1        {f1(confusion, frozenset({Change.REPLACED}))}")
    edits = Counter({k: n for k, n in confusion.items() if Change.REPLACED not in k})
    print(f"edit against none, F1                {f1(edits, EDITED)}")
    print(f"substantive called minor or less     {wilson(sum(under), sum(changed))}")
    print(f"alarm where nothing was edited       {wilson(sum(false), sum(quiet))}")
    print(f"CPU {1000 * cpu / max(total, 1):.1f} ms a pair, parsing included")


if __name__ == "__main__":
    main()
