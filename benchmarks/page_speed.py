"""CPU of each step from a body to what judging and comparing need, beside lexbor's bare parse.

CHECKER_CORPORA=… python benchmarks/page_speed.py [aeb|hd_default|fundus …]

All steps of a page are timed in turn before the next page, so that a busy machine slows them alike;
"x lexbor" is the ratio of the medians. ``extract_dates`` and ``extract_text`` are whole calls,
from bytes. The first pass over the pages warms caches and is not counted.
"""

import gzip
import json
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from selectolax.lexbor import LexborHTMLParser

from checker import extract_dates, extract_text
from checker.stages import claims, dates, notices, page, text

EVERY = 4  # every fourth page of a set
PASSES = 3
T = TypeVar("T")


class Watch:
    def __init__(self) -> None:
        self.spent: defaultdict[str, list[float]] = defaultdict(list)

    def __call__(self, name: str, step: Callable[[], T]) -> T:
        started = time.process_time()
        result = step()
        self.spent[name].append((time.process_time() - started) * 1000)
        return result


def steps(watch: Watch, body: bytes, uri: str) -> None:
    source = body.decode()
    watch("lexbor, bare", lambda: LexborHTMLParser(source))
    found = watch("parse", lambda: page.parse(body, uri=uri))
    if isinstance(found, page.Unreadable):
        return
    watch("layout", lambda: found.layout)
    watch("about", lambda: page.about(found))
    watch("dates", lambda: dates.extract(found))
    words = watch("text", lambda: text.extract(found))
    watch("notices", lambda: notices.find(words))
    watch("claims", lambda: claims.relative_dates(words))
    watch("extract_dates", lambda: extract_dates(body, uri))
    watch("extract_text", lambda: extract_text(body, uri))


def pages(name: str) -> list[tuple[bytes, str]]:
    path = Path(os.environ["CHECKER_CORPORA"]) / "pages" / f"{name}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for number, line in enumerate(lines) if number % EVERY == 0]
    return [(row["html"].encode("utf-8", "replace"), row["url"]) for row in rows]


def main(names: list[str]) -> None:
    corpus = [one for name in names for one in pages(name)]
    for number in range(PASSES + 1):
        if number < 2:
            watch = Watch()
        for body, uri in corpus:
            steps(watch, body, uri)
    sizes = [len(body) / 1000 for body, _ in corpus]
    print(f"{len(corpus)} pages of {'+'.join(names)}, {PASSES} passes; kB: median "
          f"{statistics.median(sizes):.0f}, mean {statistics.mean(sizes):.0f}")  # fmt: skip
    bare = statistics.median(watch.spent["lexbor, bare"])
    print(f"{'CPU ms a page':15} {'median':>7} {'mean':>7} {'x lexbor':>9}")
    for name, spent in watch.spent.items():
        median = statistics.median(spent)
        print(f"{name:15} {median:7.2f} {statistics.mean(spent):7.2f} {median / bare:9.1f}")


if __name__ == "__main__":
    main(sys.argv[1:] or ["aeb", "hd_default", "fundus"])
