"""Values as ``docs/reference/report.schema.json`` has them, for whoever writes a report of that shape:
the audit's files, and what webhooks are sent."""

from datetime import datetime
from typing import Any, overload

from checker.model import DateEvidence, Finding

FORMAT = 1  # raised when a key changes its meaning or goes; a new key does not raise it


@overload
def instant(moment: datetime) -> str: ...
@overload
def instant(moment: datetime | None) -> str | None: ...
def instant(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment is not None else None


def finding_data(finding: Finding, line: int = 0) -> dict[str, Any]:
    """A finding, and the line of its file on which the quote stands (0: not known)."""
    return {
        "rule": finding.rule.value,
        "severity": finding.severity.value,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
        "quote": finding.evidence.quote,
        "place": finding.evidence.place,
        "line": line or None,
        "values": dict(finding.evidence.values),
    }


def date_data(date: DateEvidence | None) -> dict[str, Any] | None:
    if date is None:
        return None
    return {
        "kind": date.kind.value,
        "earliest": instant(date.earliest),
        "latest": instant(date.latest),
        "precision": date.precision.name.lower(),
        "zone": date.zone.value,
        "origin": date.origin.kind.value,
        "place": date.origin.place,
        "quote": date.quote,
        "weak": date.weak,
        "note": date.note,
    }
