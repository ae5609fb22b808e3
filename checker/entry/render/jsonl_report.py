"""A report as JSON lines, each written when it is known: head, documents and skipped, tail."""

import json
from datetime import datetime
from typing import Any

from checker.entry.render.json_report import counts, item_data
from checker.entry.render.tally import Tally
from checker.model import AuditItem, Report, Skipped
from checker.stages.report_form import FORMAT, instant


def head(tool: str, as_of: datetime) -> str:
    return _line("report", {"format": FORMAT, "tool": tool, "as_of": instant(as_of)})


def line(result: AuditItem | Skipped) -> str:
    """One document as in the JSON report, or one that was skipped."""
    if isinstance(result, Skipped):
        return _line("skipped", {"name": result.name, "reason": result.reason})
    return _line("document", item_data(result))


def tail(tally: Tally, *, complete: bool) -> str:
    return _line("summary", {"counts": counts(tally), "complete": complete})


def to_jsonl(report: Report) -> str:
    """The whole report at once, for where it is at hand."""
    lines = [line(one) for one in report.items] + [line(one) for one in report.skipped]
    end = tail(Tally.of(report), complete=report.complete)
    return "".join([head(report.tool, report.as_of), *lines, end])


def _line(kind: str, data: dict[str, Any]) -> str:
    return json.dumps({"type": kind, **data}, separators=(",", ":")) + "\n"
