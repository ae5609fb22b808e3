"""Precision and recall of lapsed claims on the labelled sentences, dateparser's search beside ours.

pip install -e .[bench]
CHECKER_CORPORA=… python benchmarks/claims_quality.py [-v]

Labels, guideline and strata: benchmarks/claims/README.md. A sentence counts as found when at least
one claim in it has lapsed as of 2026-11-24. The rival fires on any date that it finds after the day
of writing (its relative base) and before the as-of day, in its own setting "prefer dates from the
future" and with the language given. Speed is CPU time over the text of whole pages.
"""

import csv
import datetime as dt
import gzip
import hashlib
import json
import os
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from checker import find_claims
from checker.model import ClaimRule, Strength

AS_OF = datetime(2026, 11, 24, tzinfo=UTC)
HERE = Path(__file__).parent / "claims"
SETS = ("hd_default", "fundus", "traf_segments", "andy", "aeb", "readability")


@dataclass(frozen=True)
class Row:
    """A labelled sentence with its text, taken from the corpora."""

    text: str
    language: str
    anchor: date
    split: str
    page: str
    tier: str
    latest: str
    second: str

    @property
    def lapsed(self) -> bool:
        return self.tier != "-" and date.fromisoformat(self.latest) < AS_OF.date()


def pages(root: Path, wanted: set[str]) -> dict[str, str]:
    """The folded body text of the wanted pages, by the digest of their HTML."""
    found = {}
    for name in SETS:
        with gzip.open(root / "pages" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                html = json.loads(line).get("html", "")
                digest = hashlib.sha256(html.encode()).hexdigest()[:16]
                if digest in wanted and (body := LexborHTMLParser(html).body) is not None:
                    found[digest] = " ".join(body.text(separator="").split())
    return found


def rows(root: Path) -> tuple[list[Row], dict[str, str]]:
    with (HERE / "labels.tsv").open(encoding="utf-8") as file:
        labels = list(csv.DictReader(file, delimiter="\t"))
    texts = pages(root, {one["page"] for one in labels})
    found = []
    for one in labels:
        at, length = int(one["at"]), int(one["length"])
        text = texts[one["page"]][at : at + length]
        if hashlib.sha256(text.encode()).hexdigest()[:12] != one["sentence"]:
            raise SystemExit(f"{one['page']} at {at}: the text is not the one that was labelled")
        found.append(
            Row(
                text,
                one["language"],
                date.fromisoformat(one["anchor"]),
                one["split"],
                one["page"],
                one["tier"],
                one["latest"],
                one["second"],
            )
        )
    return found, texts


def ours(row: Row, *, strong: bool = False) -> bool:
    return any(
        one.rule is ClaimRule.LAPSED and (one.strength is Strength.STRONG or not strong)
        for one in find_claims(row.text, row.anchor, row.language, as_of=AS_OF)
    )


def rival() -> Callable[[Row], bool] | None:
    if find_spec("dateparser") is None:
        return None
    search_dates = import_module("dateparser.search").search_dates

    def fires(row: Row) -> bool:
        base = datetime.combine(row.anchor, dt.time())
        settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "future"}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = search_dates(row.text, languages=[row.language], settings=settings) or []
        days = [when.date() for _, when in found]
        return any(row.anchor <= day < AS_OF.date() for day in days)

    return fires


def show(name: str, said: list[bool], truth: list[bool]) -> None:
    counts = Counter(zip(said, truth, strict=True))
    right, wrong, missed = counts[True, True], counts[True, False], counts[False, True]
    print(
        f"  {name:<24} found {right:3}, wrong {wrong:3}, missed {missed:3}: "
        f"precision {right / max(1, right + wrong):.3f}, recall {right / max(1, right + missed):.3f}"
    )


def details(part: list[Row]) -> None:
    """Tiers and last days of what both call a claim."""
    both = tiers = ends = 0
    for row in part:
        found = find_claims(row.text, row.anchor, row.language, as_of=AS_OF)
        found = [one for one in found if one.rule is ClaimRule.LAPSED]
        if not row.lapsed or not found:
            continue
        both += 1
        tier = "S" if any(one.strength is Strength.STRONG for one in found) else "W"
        tiers += tier == row.tier
        ends += row.latest in {one.latest.date().isoformat() for one in found if one.latest}
    print(f"  of {both} found: tier as labelled {tiers}, last day as labelled {ends}")


def agreement(all_rows: list[Row]) -> None:
    """Cohen's kappa of the two readings, where a second one is recorded."""
    read = [(row.tier != "-", row.second != "-") for row in all_rows if row.second]
    if not read:
        print("second reading: none recorded")
        return
    same = sum(one == two for one, two in read) / len(read)
    first, second = (sum(pair[at] for pair in read) / len(read) for at in (0, 1))
    chance = first * second + (1 - first) * (1 - second)
    kappa = (same - chance) / (1 - chance)
    print(f"two readings of {len(read)}: the same for {same:.3f}, Cohen's kappa {kappa:.2f}")


def speed(labelled: list[Row], texts: dict[str, str], language: str) -> None:
    """Whole pages as they are, cut into paragraphs of 1,500 characters."""
    of = {row.page for row in labelled if row.language == language}
    whole = " ".join(texts[page] for page in sorted(of))[:600_000]
    paragraphs = "\n\n".join(whole[at : at + 1500] for at in range(0, len(whole), 1500))
    find_claims("x", AS_OF, language)  # compiles the table
    start = time.process_time()
    # In parts: what is beyond half a million characters, or a hundred claims, is not read.
    for at in range(0, len(paragraphs), 30_000):
        find_claims(paragraphs[at : at + 30_000], AS_OF, language)
    spent = time.process_time() - start
    print(f"  {language}: {len(whole.split()) / spent:,.0f} words a second")


def main(arguments: list[str]) -> None:
    root = os.environ.get("CHECKER_CORPORA")
    if not root:
        raise SystemExit("CHECKER_CORPORA is not set: no sentences to measure on")
    labelled, texts = rows(Path(root))
    other = rival()
    for split in ("dev", "unseen", "fresh"):
        part = [row for row in labelled if row.split == split]
        truth = [row.lapsed for row in part]
        print(f"{split}: {len(part)} sentences, {sum(truth)} with a lapsed claim")
        said = [ours(row) for row in part]
        show("ours", said, truth)
        for language in ("en", "de", "fr", "es"):
            of = [at for at, row in enumerate(part) if row.language == language]
            show(f"  ours, {language}", [said[at] for at in of], [truth[at] for at in of])
        strict = [row.lapsed and row.tier == "S" for row in part]
        show("ours, strong tier only", [ours(row, strong=True) for row in part], strict)
        details(part)
        if other is not None:
            show("dateparser.search", [other(row) for row in part], truth)
        if "-v" in arguments:
            for row, got, want in zip(part, said, truth, strict=True):
                if got != want:
                    print("    wrong " if got else "    missed", row.anchor, row.text)
    agreement(labelled)
    print("speed, CPU:")
    for language in ("en", "de", "fr", "es"):
        speed(labelled, texts, language)


if __name__ == "__main__":
    main(sys.argv[1:])
