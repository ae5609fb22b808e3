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
MAX_BYTES = 7_000_000  # 10 MB in a mail, which many servers take and few take much more
# What makes Excel, Calc and Sheets take a cell for a formula (OWASP, "CSV injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def sheet(changes: list[Alert]) -> Attachment:
    """A row per finding, an article without any has one row; the gravest first. What would make it
    too large to be sent is counted in the last row."""
    buffer = io.BytesIO()
    out = io.TextIOWrapper(buffer, "utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for number, alert in enumerate(changes):
        if buffer.tell() > MAX_BYTES:
            writer.writerow([f"({len(changes) - number:,} more articles)"])
            break
        writer.writerows([[_cell(value) for value in row] for row in _rows(alert)])
    return Attachment("articles.csv", "text/csv", buffer.getvalue().decode())


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
