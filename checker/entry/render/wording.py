"""How verdicts, dates and counts are worded in every report for people."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from checker.model import (
    SEVERITY_ORDER,
    AuditItem,
    DateEvidence,
    Finding,
    Precision,
    Report,
    Severity,
    Status,
)

ORDER = (Status.OUTDATED, Status.UNDETERMINED, Status.CURRENT)
_FORMATS = {
    Precision.YEAR: "%Y",
    Precision.MONTH: "%Y-%m",
    Precision.DAY: "%Y-%m-%d",
    Precision.HOUR: "%Y-%m-%d %H h UTC",
    Precision.MINUTE: "%Y-%m-%d %H:%M UTC",
    Precision.SECOND: "%Y-%m-%d %H:%M:%S UTC",
}


def when(date: DateEvidence | None) -> str:
    """A date no more exact than it is known: ``"2015-10-14"``; empty for none."""
    return "" if date is None else date.earliest.strftime(_FORMATS[date.precision])


def dated(item: AuditItem) -> str:
    """One phrase on the document's age: its own dates, or the bounds that are left."""
    dates = item.reading.dates
    if dates.published is not None and dates.modified is not None:
        return f"published {when(dates.published)}, modified {when(dates.modified)}"
    if dates.published is not None:
        return f"published {when(dates.published)}"
    if dates.modified is not None:
        return f"modified {when(dates.modified)}"
    known = ends(dates.bounds.not_before, dates.bounds.not_after)
    return f"no time stamp; {known}" if known else "no time stamp"


def ends(not_before: DateEvidence | None, not_after: DateEvidence | None) -> str:
    """``"not before 2017-02-09, not after 2017-07-31"``; empty where there is neither."""
    parts = [f"not before {when(not_before)}"] if not_before else []
    parts += [f"not after {when(not_after)}"] if not_after else []
    return ", ".join(parts)


def shown(findings: Iterable[Finding], info: bool) -> list[Finding]:
    """The findings that a person is shown, most serious first; ``INFO`` on request."""
    least = Severity.INFO if info else Severity.WARNING
    rank = SEVERITY_ORDER.index
    wanted = [one for one in findings if rank(one.severity) >= rank(least)]
    return sorted(wanted, key=lambda one: -rank(one.severity))


def with_lines(item: AuditItem) -> list[tuple[Finding, int]]:
    """Each finding with the line of its quote in ``item.path`` (0: not known)."""
    lines = (*item.lines, *[0] * len(item.verdict.findings))
    return list(zip(item.verdict.findings, lines, strict=False))


def known_words(number: int) -> str:
    """``"2 known findings set aside"``; empty for none."""
    return f"{number:,} known finding{'' if number == 1 else 's'} set aside" if number else ""


def by_status(report: Report) -> list[tuple[Status, list[AuditItem]]]:
    """The documents in groups, worst first; empty groups are left out."""
    groups = [(s, [one for one in report.items if one.verdict.status is s]) for s in ORDER]
    return [(status, items) for status, items in groups if items]


def summary(report: Report) -> str:
    """``"12 documents: 3 outdated, 1 undetermined, 8 current; 2 skipped"``."""
    total = len(report.items)
    counts = ", ".join(f"{len(items):,} {status}" for status, items in by_status(report))
    text = f"{total:,} document{'' if total == 1 else 's'}{': ' if counts else ''}{counts}"
    text = f"{text}; {len(report.skipped):,} skipped" if report.skipped else text
    return text if report.complete else f"stopped early, so far: {text}"


def web_link(uri: str | None) -> str | None:
    """*uri* if it is safe as a link: http(s) and nothing else (faults E3)."""
    if uri is None:
        return None
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    return uri if parts.scheme in {"http", "https"} and parts.netloc else None
