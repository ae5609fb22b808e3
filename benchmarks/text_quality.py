"""How well ``stages/text`` finds the article, beside the field's libraries.

    CHECKER_CORPORA=… python -m benchmarks.text_quality [aeb|fundus|traf_segments …] [-v]

Prints for each set and extractor bag-of-words F1 against the gold text, CPU a page, and stability:
noise that nobody edited is put into the page (``made_pairs``: counters, lists, advertising, cookie
text, names of classes), and the text before and after is compared. "broken" are pages of whose
words a tenth or more came or went. A library that is not installed is left out in a line.
"""

import gzip
import importlib
import importlib.util
import json
import logging
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.made_pairs import made
from checker.stages import page, text

SETS = ("aeb", "fundus")
SAMPLE = 120  # pages of a set for those that take tens of milliseconds, every nth
NOISE = frozenset(
    [
        "token",
        "assets",
        "counter",
        "clock",
        "today",
        "footer_year",
        "related",
        "teasers",
        "advert",
        "cookies",
        "promotion",
        "restyled",
        "tracking",
    ]
)
BROKEN = 0.9

Extractor = Callable[[str], str]


def f1(found: str, wanted: str) -> float:
    ours, gold = Counter(found.split()), Counter(wanted.split())
    common = (ours & gold).total()
    return 2 * common / (ours.total() + gold.total()) if common else 0.0


def ours(html: str) -> str:
    """The article below its headline, which ``Text.title`` gives, and the gold texts leave out."""
    read = page.parse(html)
    if not isinstance(read, page.Page):
        return ""
    found = text.extract(read)
    title = text.normalise(found.title)
    return "\n".join(one.text for one in found.blocks if text.normalise(one.text) != title)


def trafilatura(html: str) -> str:
    library = importlib.import_module("trafilatura")
    return library.extract(html, include_comments=False) or ""


def resiliparse(html: str) -> str:
    library = importlib.import_module("resiliparse.extract.html2text")
    return str(library.extract_plain_text(html, main_content=True))


def readability(html: str) -> str:
    summary = importlib.import_module("readability").Document(html).summary()
    return str(importlib.import_module("lxml.html").fromstring(summary).text_content())


def extractors() -> Iterator[tuple[str, Extractor, bool]]:
    """(name, function, whether it is fast enough for every page)."""
    yield "checker", ours, True
    for name, work, fast in (
        ("resiliparse", resiliparse, True),
        ("trafilatura", trafilatura, False),
        ("readability", readability, False),
    ):
        if importlib.util.find_spec(name) is None:
            print(f"{name} is not installed: left out")
        else:
            yield name, work, fast


def rows(name: str) -> list[dict[str, Any]]:
    path = Path(os.environ["CHECKER_CORPORA"]) / "pages" / f"{name}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if row["text"]]


def run(work: Extractor, html: str) -> str:
    try:
        return text.normalise(work(html))
    except Exception:  # noqa: BLE001 — a library that breaks on a page has found nothing
        return ""


def quality(name: str, work: Extractor, pages: list[dict[str, Any]]) -> None:
    start = time.process_time()
    scores = [(f1(run(work, row["html"]), text.normalise(row["text"])), row["id"]) for row in pages]
    spent = (time.process_time() - start) / len(pages) * 1000
    mean = statistics.mean(score for score, _ in scores)
    median = statistics.median(score for score, _ in scores)
    print(
        f"  {name:<12} F1 mean {mean:.3f} median {median:.3f}  {spent:>6.1f} ms  {len(pages)} pages"
    )
    if "-v" in sys.argv and name == "checker":
        for score, identity in sorted(scores)[:12]:
            print(f"     {score:.2f} {identity}")


def stability(name: str, work: Extractor, pairs: list[tuple[str, str]]) -> None:
    same = [f1(run(work, before), run(work, after)) for before, after in pairs]
    exact = sum(one == 1.0 for one in same)
    broken = sum(one < BROKEN for one in same)
    print(
        f"  {name:<12} the same text after noise {exact}/{len(pairs)} = {exact / len(pairs):.3f}, "
        f"broken {broken}/{len(pairs)} = {broken / len(pairs):.3f}"
    )


def main(names: list[str]) -> None:
    logging.disable(logging.ERROR)  # the libraries' own
    found = list(extractors())
    for name in names:
        print(f"{name}:")
        pages = rows(name)
        step = max(1, len(pages) // SAMPLE)
        for label, work, fast in found:
            quality(label, work, pages if fast else pages[::step])
    root = Path(os.environ["CHECKER_CORPORA"])
    every = [(one.before, one.after) for one in made(root, ("aeb",)) if one.kind in NOISE]
    pairs = every[:: max(1, len(every) // SAMPLE)]
    print("stability, aeb with noise:")
    for label, work, _ in found:
        stability(label, work, pairs)


if __name__ == "__main__":
    main([name for name in sys.argv[1:] if name != "-v"] or list(SETS))
