"""The counts of an audit, kept while its results pass by."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Self

from checker.model import AuditItem, Report, Severity, Skipped, Status


@dataclass(slots=True)
class Tally:
    """What summaries and the exit code need, in constant memory."""

    statuses: Counter[Status] = field(default_factory=Counter)
    skipped: int = 0
    warned: int = 0  # documents with a finding of severity warning

    @classmethod
    def of(cls, report: Report) -> Self:
        tally = cls()
        for item in report.items:
            tally.add(item)
        tally.skipped = len(report.skipped)
        return tally

    def add(self, result: AuditItem | Skipped) -> None:
        if isinstance(result, Skipped):
            self.skipped += 1
            return
        self.statuses[result.verdict.status] += 1
        findings = result.verdict.findings
        self.warned += any(one.severity is Severity.WARNING for one in findings)

    @property
    def documents(self) -> int:
        return self.statuses.total()
