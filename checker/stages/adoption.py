"""The adoption report: what a source looked like when it was first checked."""

import re
from collections import Counter
from collections.abc import Iterable

from checker.model import Rule, Severity, Standing, Status, Verdict

_MAX_SECTIONS = 40  # columns of text that a reader of the report can still use
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


def adoption_summary(standings: Iterable[Standing]) -> str:
    """What is outdated, as a plain text table of rules by section; reads *standings* once.

    Worded so that it is true before adoption and after it.
    """
    statuses: Counter[str] = Counter()
    cells: Counter[tuple[str, Rule]] = Counter()
    sections: Counter[str] = Counter()
    flagged: Counter[str] = Counter()
    for standing in standings:
        section, verdict = _section(standing), standing.verdict
        sections[section] += 1
        statuses[verdict.status.value if verdict is not None else "unchecked"] += 1
        if verdict is not None and verdict.status is Status.OUTDATED:
            flagged[section] += 1
            cells.update((section, rule) for rule in _reasons(verdict))
    is_are = "is" if flagged.total() == 1 else "are"
    lines = [f"{flagged.total():,} of {sections.total():,} articles {is_are} outdated."]
    if flagged:
        lines += ["", *_table(sections, flagged, cells)]
    for status, words in (
        (Status.UNDETERMINED.value, "could not be determined"),
        ("unchecked", "have not been checked yet"),
    ):
        if statuses[status]:
            lines += ["", f"{statuses[status]:,} {words}."]
    return "\n".join(lines) + "\n"


def _section(standing: Standing) -> str:
    reading = standing.copy_reading
    section = standing.article.section or (reading.section if reading is not None else None)
    name = " ".join(_CONTROLS.sub(" ", (section or "")[:200]).split())
    return (name if len(name) <= 24 else name[:23] + "…") or "(no section)"


def _table(
    sections: Counter[str], flagged: Counter[str], cells: Counter[tuple[str, Rule]]
) -> list[str]:
    """A row per section with flagged articles, most first, and one of sums."""
    rules = [rule for rule in Rule if any(cell[1] is rule for cell in cells)]
    names = sorted(flagged, key=lambda name: (-flagged[name], name))
    rows = [["section", "articles", "outdated", *(rule.value for rule in rules)]]
    for name in names[:_MAX_SECTIONS]:
        counts = (sections[name], flagged[name], *(cells[name, rule] for rule in rules))
        rows.append([name, *(f"{count:,}" for count in counts)])
    if len(names) > _MAX_SECTIONS:
        rows.append([f"({len(names) - _MAX_SECTIONS:,} more sections)"])
    sums = (sum(count for (_, one), count in cells.items() if one is rule) for rule in rules)
    rows.append(["all", *(f"{count:,}" for count in (sections.total(), flagged.total(), *sums))])
    return _aligned(rows)


def _aligned(rows: list[list[str]]) -> list[str]:
    columns = max(len(row) for row in rows)
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(columns)]
    return [
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=False))
        ).rstrip()
        for row in rows
    ]


def _reasons(verdict: Verdict) -> frozenset[Rule]:
    return frozenset(one.rule for one in verdict.findings if one.severity is Severity.OUTDATED)
