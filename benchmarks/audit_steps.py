"""What a page of 80 kB costs in an audit, step by step, beside the libraries that people would glue.

CHECKER_CORPORA=… python -m benchmarks.audit_steps

All pages of 60 to 100 kB that the corpora have, as one WARC file; everything is CPU on one core, in
this process, the least of three passes in turn. Beside the times stands the quality of both: the
published day where the corpora know it, F1 of the words of the article where they know its text.
The rivals need `pip install htmldate trafilatura`.
"""

import contextlib
import gzip
import importlib
import importlib.util
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.audit_speed import make_warc, read_alone
from benchmarks.text_quality import f1, trafilatura
from benchmarks.text_quality import ours as our_text
from checker import garbage, wiring
from checker.model import Report, Rule
from checker.service import AuditOptions
from checker.settings import load
from checker.stages import page, text

SETS = ("aeb", "fundus", "hd_default", "traf_segments")
SIZES = range(60_000, 100_001)  # bytes
PASSES = 3
GLUED = 4  # every so many pages go through the libraries, which take their time
BASIC = (
    Rule.AGE_EXCEEDED, Rule.EXPIRED, Rule.REVIEW_OVERDUE, Rule.NO_TIMESTAMP,
    Rule.TIMESTAMP_CONFLICT, Rule.TIMESTAMP_IN_FUTURE, Rule.HAS_NOTICE,
)  # fmt: skip
Row = dict[str, Any]


def rows() -> Iterator[Row]:
    for name in SETS:
        path = Path(os.environ["CHECKER_CORPORA"]) / "pages" / f"{name}.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if len(row["html"].encode("utf-8", "replace")) in SIZES:
                    yield row


def least(steps: dict[str, Callable[[], object]], passes: int = PASSES) -> dict[str, float]:
    """CPU seconds of each step, the least of some passes; the first of all only warms up."""
    spent = dict.fromkeys(steps, 9e9)
    for number in range(passes + 1):
        for name, step in steps.items():
            start = time.process_time()
            step()
            if number:
                spent[name] = min(spent[name], time.process_time() - start)
    return spent


def steps(warc: Path, given: list[Row]) -> tuple[float, Report]:
    """Prints the steps; gives what all of an audit costs, and its report."""
    parsed = [one for row in given if isinstance(one := page.parse(row["html"]), page.Page)]
    for one in parsed:
        assert one.layout.blocks is not None  # made once, and counted with what is read
    reports: list[Report] = []

    def audit(*rules: Rule) -> None:
        options = AuditOptions(offline=True, select=rules)
        with wiring.auditor(load(None, os.environ), jobs=0) as auditor:
            reports[:] = [auditor.audit([str(warc)], options)]

    spent = least(
        {
            "alone": lambda: read_alone(warc),
            "basic": lambda: audit(*BASIC),
            "text": lambda: [text.extract(one) for one in parsed],
            "all": audit,
        }
    )
    each = {name: 1000 * seconds / len(given) for name, seconds in spent.items()}
    for name, value in (
        ("fastwarc, reading alone", each["alone"]),
        ("age, date, notice, expiry rules *", each["basic"] - each["text"]),
        ("+ main text", each["text"]),
        ("+ claims, relative dates, offices", each["all"] - each["basic"]),
        ("all rules", each["all"]),
    ):
        print(f"{name:38} {value:8.2f}")
    print("* read, decoded, parsed, laid out, dated, its notices found, digests made, judged")
    return each["all"], reports[0]


def glue(source: str) -> tuple[str | None, str]:
    find_date = importlib.import_module("htmldate").find_date
    with contextlib.redirect_stderr(io.StringIO()):
        return find_date(source, outputformat="%Y-%m-%d"), trafilatura(source)


def beside(given: list[Row], report: Report, own: float) -> None:
    """The libraries' time and both qualities, on the same pages."""
    sample = given[::GLUED]
    found: list[tuple[str | None, str]] = []
    seconds = least({"glue": lambda: found.extend(glue(row["html"]) for row in sample)}, 1)["glue"]
    found = found[-len(sample) :]
    each = 1000 * seconds / len(sample)
    print(
        f"{'htmldate + trafilatura, pages in memory':38} {each:8.2f}   {each / own:.1f} x all rules"
    )
    dates = {item.uri: item.reading.dates.published for item in report.items}
    ours = [(str(one.day) if (one := dates.get(row["url"])) else None, "") for row in sample]
    print(f"{'published day right, ours':38} {_right(sample, ours)}")
    print(f"{'published day right, theirs':38} {_right(sample, found)}")
    known = [number for number, row in enumerate(sample) if row.get("text")]
    if known:
        mine = statistics.mean(f1(our_text(sample[n]["html"]), sample[n]["text"]) for n in known)
        their = statistics.mean(f1(found[n][1], sample[n]["text"]) for n in known)
        print(
            f"{'F1 of the text, ours and theirs':38} {mine:.3f} {their:.3f} of {len(known)} pages"
        )


def _right(sample: list[Row], found: list[tuple[str | None, str]]) -> str:
    labelled = [
        day == row["date"] for row, (day, _) in zip(sample, found, strict=True) if row.get("date")
    ]
    return f"{sum(labelled)} of {len(labelled)}"


def start(warc_page: str, place: Path) -> None:
    """What the command costs before it does anything, and with one page; compiled before."""
    (place / "one.html").write_text(warc_page, encoding="utf-8", errors="replace")
    # A shell in which Python keeps no compiled modules would compile them all each time.
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    for words in (["--help"], ["audit", str(place / "one.html"), "--offline"]):
        costs = []
        for _ in range(PASSES + 1):
            before = os.times()
            subprocess.run(
                [sys.executable, "-m", "checker", *words],
                check=False, env=clean, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            after = os.times()
            costs.append(
                after.children_user + after.children_system
                - before.children_user - before.children_system
            )  # fmt: skip
        said = "checker " + " ".join("PAGE" if "/" in word else word for word in words)
        print(f"{said:38} {1000 * min(costs):8.0f}")


def main() -> None:
    garbage.collect_seldom()  # as the command and its workers do
    given = list(rows())
    size = sum(len(row["html"].encode("utf-8", "replace")) for row in given) // len(given)
    print(
        f"{len(given)} pages of {size:,} bytes; CPU ms a page, one core, load {os.getloadavg()[0]:.1f}"
    )
    with tempfile.TemporaryDirectory() as folder:
        warc = Path(folder) / "pages.warc.gz"
        make_warc(warc, 1, [(row["url"], row["html"].encode("utf-8", "replace")) for row in given])
        own, report = steps(warc, given)
        if all(importlib.util.find_spec(name) for name in ("htmldate", "trafilatura")):
            beside(given, report, own)
        else:
            print("htmldate or trafilatura is not installed: no rival")
        print("CPU ms of a whole command:")
        start(given[0]["html"], Path(folder))


if __name__ == "__main__":
    main()
