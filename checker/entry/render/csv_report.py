"""A report as CSV: one line per finding, for spreadsheets."""

import csv
import io
from collections.abc import Iterator

from checker.entry.render.clean import clean
from checker.entry.render.wording import when
from checker.model import AuditItem, Report

COLUMNS = (
    "name",
    "uri",
    "title",
    "status",
    "rule",
    "severity",
    "message",
    "quote",
    "place",
    "published",
    "modified",
    "not_before",
    "not_after",
    "policy",
    "captured_at",
)
# What makes Excel, Calc and Sheets take a cell for a formula (OWASP, "CSV injection"); full-width
# signs are folded to these by some.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(report: Report) -> str:
    """RFC 4180 with CRLF; documents without findings have one line, skipped ones too."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for item in report.items:
        writer.writerows([_cell(value) for value in row] for row in _rows(item))
    for skipped in report.skipped:
        row = [skipped.name, "", "", "skipped", "", "", skipped.reason]
        writer.writerow([_cell(value) for value in row + [""] * (len(COLUMNS) - len(row))])
    return out.getvalue()


def _rows(item: AuditItem) -> Iterator[list[str]]:
    dates = item.reading.dates
    head = [item.name, item.uri or "", item.reading.title, item.verdict.status.value]
    tail = [
        when(dates.published),
        when(dates.modified),
        when(dates.bounds.not_before),
        when(dates.bounds.not_after),
        item.verdict.policy,
        item.captured_at.isoformat() if item.captured_at is not None else "",
    ]
    for one in item.verdict.findings:
        found = [one.rule.value, one.severity.value, one.message]
        yield [*head, *found, one.evidence.quote, one.evidence.place, *tail]
    if not item.verdict.findings:
        yield [*head, "", "", "", "", "", *tail]


def _cell(value: str) -> str:
    """*value* as text that no spreadsheet runs (faults E6)."""
    text = clean(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
