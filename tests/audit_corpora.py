"""Everything hostile in the corpora through one audit: each document ends in a result or in a skip
with its reason. `make audit-corpora` runs all of it, a test a sample.

CHECKER_CORPORA=… python -m tests.audit_corpora [EVERY]
"""

import json
import os
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

from checker.entry.cli import main as cli

SECTION = re.compile(rb"^#data\r?\n", re.MULTILINE)


def html5lib(source: Path, target: Path, every: int) -> int:
    """The `#data` sections of the parser tests as files; how many there are."""
    target.mkdir()
    number = 0
    for path in sorted(source.glob("*.dat")):
        for test in SECTION.split(path.read_bytes())[1:]:
            number += 1
            if number % every == 0:
                data = test.split(b"\n#errors", 1)[0]
                (target / f"{path.stem}-{number}.html").write_bytes(data)
    return len(list(target.iterdir()))


def feeds(source: Path, target: Path, every: int) -> int:
    """Feeds as if they were saved pages: markup that nobody tidied, in every encoding."""
    target.mkdir()
    found = sorted(source.rglob("*.xml"))[::every]
    for number, path in enumerate(found):
        (target / f"{number:04}-{path.stem}.html").write_bytes(path.read_bytes())
    return len(found)


def warcs(source: Path) -> list[str]:
    suffixes = (".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz", ".warc.zst", ".warc.lz4")
    found = sorted(path for path in source.rglob("*") if path.name.lower().endswith(suffixes))
    return [str(path) for path in found]


def audited(targets: list[str], output: Path, jobs: int) -> tuple[int, list[dict]]:
    """The exit code of a real command, and the lines of its report."""
    words = ["audit", *targets, "--offline", "--as-of", "2026-11-24", "--jobs", str(jobs)]
    code = cli([*words, "--quiet", "--fail-on", "never", "--output", str(output)])
    return code, [json.loads(line) for line in output.read_text().splitlines()]


def run(corpora: Path, folder: Path, every: int, jobs: int = 2) -> dict[str, Counter[str]]:
    """The outcomes by part of the corpora. Asserts that nothing got lost and all is explained."""
    pages = html5lib(corpora / "html5lib", folder / "html5lib", every)
    markup = feeds(corpora / "feeds", folder / "feeds", every)
    found: dict[str, Counter[str]] = {}
    targets = {
        "html5lib": ([str(folder / "html5lib")], pages),
        "feeds": ([str(folder / "feeds")], markup),
        "warc": (warcs(corpora / "warc"), None),
    }
    for name, (paths, expected) in targets.items():
        _, lines = audited(paths, folder / f"{name}.jsonl", jobs)
        documents = [one for one in lines if one["type"] == "document"]
        skipped = [one for one in lines if one["type"] == "skipped"]
        assert lines[-1]["complete"] is True
        assert expected is None or len(documents) + len(skipped) == expected
        assert all(one["reason"].strip() for one in skipped)
        found[name] = Counter(one["status"] for one in documents)
        found[name] += Counter(f"skipped: {one['reason'][:60]}" for one in skipped)
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        step = int(sys.argv[1]) if len(sys.argv) > 1 else 1
        outcomes = run(Path(os.environ["CHECKER_CORPORA"]), Path(place), step)
    for part, counts in outcomes.items():
        print(f"{part}: {counts.total():,}")
        for outcome, count in counts.most_common():
            print(f"  {count:6,}  {outcome}")
