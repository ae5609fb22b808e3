"""The adoption report: what a source looked like when it was first checked."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from checker.model import Rule, Severity, Standing, Status, Verdict

_MAX_SECTIONS = 40  # columns of text that a reader of the report can still use
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Tally:
    """What was found, counted: ``cells`` by section and rule, the rest by section or status."""

    statuses: Counter[str] = field(default_factory=Counter)
    sections: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    cells: Counter[tuple[str, Rule]] = field(default_factory=Counter)

    def summary(self, *, narrow: bool = False) -> str:
        """Plain text, worded so that it is true before adoption and after it: a table of rules by
        section, or *narrow* two short ones, for mail, which is read on telephones."""
        flagged, all_of_them = self.flagged.total(), self.sections.total()
        is_are = "is" if flagged == 1 else "are"
        lines = [f"{flagged:,} of {all_of_them:,} articles {is_are} outdated."]
        if flagged:
            lines += ["", *(self._lists() if narrow else self._table())]
        for status, words in (
            (Status.UNDETERMINED.value, "could not be determined"),
            ("unchecked", "have not been checked yet"),
        ):
            if self.statuses[status]:
                lines += ["", f"{self.statuses[status]:,} {words}."]
        return "\n".join(lines) + "\n"

    def _rules(self) -> dict[Rule, int]:
        found: Counter[Rule] = Counter()
        for (_, rule), number in self.cells.items():
            found[rule] += number
        return {rule: found[rule] for rule in Rule if found[rule]}

    def _table(self) -> list[str]:
        """A row per section with flagged articles, most first, and one of sums."""
        rules = self._rules()
        rows = [["section", "articles", "outdated", *(rule.value for rule in rules)]]
        for name in self._names():
            cells = (self.cells[name, rule] for rule in rules)
            rows.append([name, *_numbers(self.sections[name], self.flagged[name], *cells)])
        return _aligned([*rows, *self._rest(), ["all", *self._sums(), *_numbers(*rules.values())]])

    def _lists(self) -> list[str]:
        rules = self._rules()
        by_rule = [["rule", "outdated"], *([rule.value, f"{n:,}"] for rule, n in rules.items())]
        rows = [["section", "articles", "outdated"]]
        rows += [
            [name, *_numbers(self.sections[name], self.flagged[name])] for name in self._names()
        ]
        return [*_aligned(by_rule), "", *_aligned([*rows, *self._rest(), ["all", *self._sums()]])]

    def _names(self) -> list[str]:
        names = sorted(self.flagged, key=lambda name: (-self.flagged[name], name))
        return names[:_MAX_SECTIONS]

    def _rest(self) -> list[list[str]]:
        more = len(self.flagged) - _MAX_SECTIONS
        return [[f"({more:,} more sections)"]] if more > 0 else []

    def _sums(self) -> list[str]:
        return _numbers(self.sections.total(), self.flagged.total())


def count(standings: Iterable[Standing]) -> Tally:
    """Reads *standings* once."""
    found = Tally()
    for standing in standings:
        section, verdict = _section(standing), standing.verdict
        found.sections[section] += 1
        found.statuses[verdict.status.value if verdict is not None else "unchecked"] += 1
        if verdict is not None and verdict.status is Status.OUTDATED:
            found.flagged[section] += 1
            found.cells.update((section, rule) for rule in _reasons(verdict))
    return found


def _section(standing: Standing) -> str:
    reading = standing.copy_reading
    section = standing.article.section or (reading.section if reading is not None else None)
    name = " ".join(_CONTROLS.sub(" ", (section or "")[:200]).split())
    return (name if len(name) <= 24 else name[:23] + "…") or "(no section)"


def _numbers(*counts: int) -> list[str]:
    return [f"{count:,}" for count in counts]


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
