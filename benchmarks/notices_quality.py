"""How many of the phrases that publishers use are found, by language and kind; and what is taken
for a notice on real pages, against labels made by reading each quote.

CHECKER_CORPORA=… python -m benchmarks.notices_quality [-v]

A phrase of the corpora is a regular expression; each is spelled out once (the first choice of
every choice, digits as dates) and put where such a phrase stands: a paragraph of an article in
its language, with a sentence behind it where it is a label. Phrases that are no notice of ours
(time stamps, menu items, "republished") must find nothing graver than an editor's note.
"""

import csv
import gzip
import hashlib
import json
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.spelled import spelled
from checker.model import Block, BlockKind, Notice, NoticeKind, Text
from checker.stages import notices, page, text

LABELS = Path(__file__).with_name("notice_labels.toml")
K = NoticeKind
KINDS = {
    "archived": {K.ARCHIVED, K.OUTDATED},
    "history-mode": {K.ARCHIVED},
    "outdated": {K.OUTDATED, K.ARCHIVED},
    "outdated-age": {K.OUTDATED},
    "outdated-copy": {K.OUTDATED},
    "outdated-version": {K.OUTDATED},
    "correction": {K.CORRECTION, K.AMENDMENT, K.CLARIFICATION},
    "clarification": {K.CLARIFICATION, K.CORRECTION},
    "editors-note": {K.EDITORS_NOTE, K.CORRECTION, K.UPDATE},
    "update": {K.UPDATE},
    "retraction": {K.RETRACTION},
    "withdrawn": {K.WITHDRAWAL, K.OUTDATED},
    "removal": {K.WITHDRAWAL, K.RETRACTION},
    "wire-correction": {K.CORRECTION},
    "wire-withdrawal": {K.WITHDRAWAL},
}
NOTHING = {"timestamp", "ui-not-notice", "asof", "cancelled", "developing", "note", "republished"}
GRAVE = set(K) - {K.EDITORS_NOTE, K.UPDATE}
BEHIND = "The mayor of the town is 54 years old, not 45 as we said."


def borne(phrase: str, language: str, *, label: bool) -> tuple[Notice, ...]:
    """What is found where the phrase stands as publishers put it: alone, before a sentence, or as
    the label of one."""
    bare = phrase.strip()
    lines = [bare, f"{bare} {BEHIND}"]
    if label:
        lines += [f"{bare}: {BEHIND}", f"{bare} gave a wrong age of the mayor."]
    for line in lines:
        blocks = (Block(BlockKind.PARAGRAPH, "The council met."), Block(BlockKind.PARAGRAPH, line))
        found = notices.find(Text("Council", blocks, language, ""))
        if found:
            return found
    return ()


def phrases(verbose: bool) -> None:
    path = Path(os.environ["CHECKER_CORPORA"]) / "notices.tsv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    hits: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    languages: dict[str, list[bool]] = {}
    false = 0
    for row in rows:
        found = {
            one.kind
            for one in borne(spelled(row["regex"]), row["language"], label=row["kind"] in KINDS)
        }
        if row["kind"] in NOTHING:
            false += bool(found & GRAVE)
            if verbose and found & GRAVE:
                print("  taken for a notice:", row["language"], spelled(row["regex"]), found)
        elif row["kind"] in KINDS:
            hit = bool(found & KINDS[row["kind"]])
            hits[row["kind"]] += hit
            totals[row["kind"]] += 1
            languages.setdefault(row["language"], []).append(hit)
            if verbose and not hit:
                said = [kind.value for kind in found]
                print("  missed:", row["kind"], row["language"], spelled(row["regex"]), said)
    table(hits, totals)
    whole = sum(all(some) for some in languages.values())
    print(f"languages: {len(languages)}, of which {whole} without a miss")
    others = sum(row["kind"] in NOTHING for row in rows)
    print(f"no notices: {others} phrases, {false} taken for one")


def table(hits: Counter[str], totals: Counter[str]) -> None:
    for kind in KINDS:
        print(f"{kind:<17} {hits[kind]:>3} of {totals[kind]:>3}")
    print(f"{'all':<17} {hits.total():>3} of {totals.total():>3}, "
          f"recall {hits.total() / totals.total():.3f}")  # fmt: skip


def pages() -> Iterator[tuple[str, Notice]]:
    root = Path(os.environ["CHECKER_CORPORA"]) / "pages"
    for path in sorted(root.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                read = page.parse(row["html"], uri=row["url"]) if row.get("html") else None
                if isinstance(read, page.Page):
                    yield "", Notice(K.UPDATE, "", "")
                    for one in notices.find(text.extract(read)):
                        yield str(row["id"]), one


def mark(notice: Notice) -> str:
    """Quotes are referenced, never copied."""
    return hashlib.sha256(f"{notice.kind.value}\0{notice.quote}".encode()).hexdigest()[:16]


def precision(verbose: bool) -> None:
    labels = tomllib.loads(LABELS.read_text(encoding="utf-8"))
    right, wrong, unread, seen = 0, 0, 0, 0
    for identity, one in pages():
        if not identity:
            seen += 1
            continue
        known = mark(one)
        right += known in labels["right"]
        wrong += known in labels["wrong"]
        unread += known not in labels["right"] and known not in labels["wrong"]
        if verbose or known not in labels["right"]:
            print(f"  {known} {one.kind.value} {one.language} {one.quote[:150]!r}")
    print(f"pages: {seen}, notices found {right + wrong + unread}: {right} right, {wrong} wrong, "
          f"{unread} without a label")  # fmt: skip


def main(arguments: list[str]) -> None:
    phrases(verbose="-v" in arguments)
    precision(verbose="-v" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
