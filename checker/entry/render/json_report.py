"""A report as JSON; its shape is a promise, kept by ``docs/reference/report.schema.json``."""

import json
from typing import Any

from checker.entry.render.tally import Tally
from checker.entry.render.wording import ORDER, with_lines
from checker.model import (
    AuditItem,
    Claim,
    Comparison,
    Corrected,
    DateConflict,
    Dates,
    Edit,
    Limit,
    Notice,
    RelativeDate,
    Replacement,
    Report,
)
from checker.stages.report_form import FORMAT, date_data, finding_data, instant


def to_json(report: Report) -> str:
    """The report as indented JSON text with a final newline; ASCII only, so any pipe takes it."""
    return json.dumps(report_data(report), indent=2) + "\n"


def report_data(report: Report) -> dict[str, Any]:
    """The report as JSON types."""
    return {
        "format": FORMAT,
        "tool": report.tool,
        "as_of": instant(report.as_of),
        "complete": report.complete,
        "counts": counts(Tally.of(report)),
        "documents": [item_data(item) for item in report.items],
        "skipped": [{"name": one.name, "reason": one.reason} for one in report.skipped],
    }


def counts(tally: Tally) -> dict[str, int]:
    """How many documents came to what."""
    by_status = {status.value: tally.statuses[status] for status in ORDER}
    return {"documents": tally.documents, **by_status, "skipped": tally.skipped}


def item_data(item: AuditItem) -> dict[str, Any]:
    """One document as in the report's schema."""
    reading, verdict = item.reading, item.verdict
    return {
        "name": item.name,
        "path": item.path,
        "uri": item.uri,
        "mapped_by": item.mapped_by,
        "captured_at": instant(item.captured_at),
        "digest": reading.digest,
        "title": reading.title,
        "language": reading.language,
        "genre": reading.genre,
        "section": reading.section,
        "tags": list(reading.tags),
        "words": reading.words,
        "problem": reading.problem,
        "status": verdict.status.value,
        "policy": verdict.policy,
        "policy_line": verdict.policy_line,
        "rules_version": verdict.version,
        "findings": [finding_data(one, line) for one, line in with_lines(item)],
        "set_aside": [finding_data(one, 0) for one in verdict.set_aside],
        **_dates(reading.dates),
        "notices": [_notice(one) for one in reading.notices],
        "relative_dates": [_relative(one) for one in reading.relative_dates],
        "claims": [claim_data(one) for one in reading.claims],
        "comparison": comparison_data(item.comparison),
    }


def _dates(dates: Dates) -> dict[str, Any]:
    return {
        "published": date_data(dates.published),
        "doubt": dates.doubt or None,
        "modified": date_data(dates.modified),
        "not_before": date_data(dates.bounds.not_before),
        "not_after": date_data(dates.bounds.not_after),
        "limits": [_limit(one) for one in dates.bounds.limits],
        "evidence": [date_data(one) for one in dates.evidence],
        "conflicts": [_conflict(one) for one in dates.conflicts],
    }


def _limit(limit: Limit) -> dict[str, Any]:
    return {
        "why": limit.why,
        "not_before": date_data(limit.not_before),
        "not_after": date_data(limit.not_after),
        "dropped": limit.dropped,
    }


def _conflict(conflict: DateConflict) -> dict[str, Any]:
    return {
        "why": conflict.why,
        "believed": date_data(conflict.believed),
        "other": date_data(conflict.other),
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "kind": notice.kind.value,
        "quote": notice.quote,
        "language": notice.language,
        "date": date_data(notice.date),
    }


def _relative(relative: RelativeDate) -> dict[str, Any]:
    return {"words": relative.words, "sentence": relative.sentence}


def claim_data(claim: Claim) -> dict[str, Any]:
    """A claim as in the report's schema."""
    return {
        "rule": claim.rule.value,
        "strength": claim.strength.value if claim.strength is not None else None,
        "words": claim.words,
        "sentence": claim.quote,
        "earliest": instant(claim.earliest),
        "latest": instant(claim.latest),
        "anchor": instant(claim.anchor),
        "anchor_origin": claim.anchor_origin,
        "cue": claim.cue,
    }


def comparison_data(comparison: Comparison | None) -> dict[str, Any] | None:
    """A comparison as in the report's schema."""
    if comparison is None:
        return None
    return {
        "change": comparison.change.value,
        "similarity": round(comparison.similarity, 4),
        "title_changed": comparison.title_changed,
        "noise": list(comparison.noise),
        "notice": _notice(comparison.notice) if comparison.notice is not None else None,
        "corrected": _corrected(comparison.corrected),
        "replacement": _replacement(comparison.replacement),
        "edits": [_edit(one) for one in comparison.edits],
        "cut": comparison.cut,
    }


def _corrected(corrected: Corrected | None) -> dict[str, Any] | None:
    if corrected is None:
        return None
    return {"before": corrected.before, "after": corrected.after}


def _replacement(replacement: Replacement | None) -> dict[str, Any] | None:
    if replacement is None:
        return None
    return {
        "kind": replacement.kind.value,
        "direction": replacement.direction.value,
        "quote": replacement.quote,
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "block": edit.block.value,
        "before": edit.before,
        "after": edit.after,
        "why": edit.why,
    }
