"""All articles of a digest as a table for spreadsheets (RFC 4180)."""

import csv
import io

from checker.model import Alert, Attachment
from checker.stages.alert.entries import title_of, told_findings
from checker.stages.banner.words import clean

COLUMNS = (
    "event", "title", "address", "source", "section", "status", "outdated_since", "rule",
    "severity", "message", "quote", "copy", "article",
)  # fmt: skip
MAX_ROWS = 50_000
# What makes Excel, Calc and Sheets take a cell for a formula (OWASP, "CSV injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def sheet(changes: list[Alert]) -> Attachment:
    """A row per finding, an article without any has one row; the gravest first."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    rows = (row for alert in changes for row in _rows(alert))
    for _, row in zip(range(MAX_ROWS), rows, strict=False):
        writer.writerow([_cell(value) for value in row])
    return Attachment("articles.csv", "text/csv", out.getvalue())


def _rows(alert: Alert) -> list[list[str]]:
    verdict = alert.verdict
    since = verdict.outdated_since if verdict else None
    head = [
        alert.event.value, title_of(alert), alert.uri, alert.source, alert.section,
        verdict.status.value if verdict else "", since.isoformat() if since else "",
    ]  # fmt: skip
    tail = [alert.copy, str(alert.article_id or "")]
    found = [
        [*head, one.rule.value, one.severity.value, one.message, one.evidence.quote, *tail]
        for one in told_findings(alert)
    ]
    return found or [[*head, "", "", "", "", *tail]]


def _cell(value: str) -> str:
    """*value* as text that no spreadsheet runs (faults E6)."""
    text = clean(value, 1000)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
