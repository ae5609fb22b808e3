"""How well ``stages/text`` finds the article: bag-of-words F1 against the gold text, and CPU.

CHECKER_CORPORA=… python benchmarks/text_quality.py [aeb|fundus|andy …]
"""

import gzip
import json
import os
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from checker.stages import page, text


def f1(found: str, wanted: str) -> float:
    ours, gold = Counter(found.split()), Counter(wanted.split())
    common = (ours & gold).total()
    return 2 * common / (ours.total() + gold.total()) if common else 0.0


def main(names: list[str]) -> None:
    for name in names:
        path = Path(os.environ["CHECKER_CORPORA"]) / "pages" / f"{name}.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if row["text"]]
        scores = []
        started = time.process_time()
        for row in rows:
            read = page.parse(row["html"], uri=row["url"])
            found = ""
            if isinstance(read, page.Page):
                found = "\n".join(block.text for block in text.extract(read).blocks)
            score = f1(text.normalise(found), text.normalise(row["text"]))
            scores.append((score, row["id"]))
        spent = (time.process_time() - started) / len(rows) * 1000
        mean = statistics.mean(score for score, _ in scores)
        median = statistics.median(score for score, _ in scores)
        print(f"{name}: {len(rows)} pages, F1 mean {mean:.3f} median {median:.3f}, {spent:.1f} ms")
        if "-v" in sys.argv:
            for score, identity in sorted(scores)[:12]:
                print(f"   {score:.2f} {identity}")


if __name__ == "__main__":
    main([name for name in sys.argv[1:] if name != "-v"] or ["aeb"])
