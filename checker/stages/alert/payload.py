"""Alerts for programs: JSON whose ``report`` has the shape of ``docs/reference/report.schema.json``.

What an alert does not know of its article (digest, words, evidence of dates) is empty there.
"""

import json
from datetime import datetime
from typing import Any

from checker.model import Alert, AlertEvent, DateKind, Status, Verdict
from checker.stages.report_form import FORMAT, date_data, finding_data, instant


def payload(alerts: list[Alert], *, now: datetime, tool: str) -> str:
    """All of *alerts* as ASCII JSON: ``events`` say what happened, ``report`` what is so now."""
    changes = [one for one in alerts if one.event is not AlertEvent.ADOPTION]
    documents = [_document(one, one.verdict) for one in changes if one.verdict is not None]
    counts = {status.value: 0 for status in Status}
    for document in documents:
        counts[document["status"]] += 1
    report = {
        "format": FORMAT,
        "tool": tool,
        "as_of": instant(now),
        "complete": True,
        "counts": {"documents": len(documents), **counts, "skipped": 0},
        "documents": documents,
        "skipped": [],
    }
    return json.dumps({"events": [_event(one) for one in alerts], "report": report})


def _event(alert: Alert) -> dict[str, Any]:
    return {
        "key": alert.key,
        "event": alert.event.value,
        "at": instant(alert.created_at),
        "uri": alert.uri,
        "article": alert.article_id or None,
        "source": alert.source,
        "summary": alert.summary,
    }


def _document(alert: Alert, verdict: Verdict) -> dict[str, Any]:
    dates = {
        name: date_data(alert.newest) if alert.newest and alert.newest.kind is kind else None
        for name, kind in (("published", DateKind.PUBLISHED), ("modified", DateKind.MODIFIED))
    }
    empty: dict[str, Any] = dict.fromkeys(_UNSAID)
    empty |= {name: [] for name in _UNTOLD}
    return {
        "name": alert.uri,
        "path": "",
        "uri": alert.uri,
        "mapped_by": "watched",
        "captured_at": None,
        "digest": "",
        "title": alert.title,
        "language": None,
        "genre": None,
        "section": alert.section or None,
        "words": 0,
        "problem": "",
        "status": verdict.status.value,
        "policy": verdict.policy,
        "policy_line": "",
        "rules_version": verdict.version,
        "findings": [finding_data(one) for one in verdict.findings],
        **dates,
        **empty,
    }


# What a report says of the page, and an alert does not; and what it lists.
_UNSAID = ("not_before", "not_after", "comparison", "doubt")
_UNTOLD = (
    "tags",
    "set_aside",
    "limits",
    "evidence",
    "conflicts",
    "notices",
    "relative_dates",
    "claims",
)
