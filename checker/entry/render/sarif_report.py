"""A report as SARIF 2.1.0 (OASIS), which code-scanning services and editors show.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import hashlib
import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from checker.entry.render.clean import clean, one_line
from checker.entry.render.wording import web_link, with_lines
from checker.model import AuditItem, Finding, Report, Rule, Severity, Skipped
from checker.stages.judge import RULES

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_HOME = "https://github.com/archive-checker/archive-checker"
_LEVELS = {
    Severity.OUTDATED: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
    Severity.OFF: "none",
}
# What GitHub's code scanning sorts and filters by, where the level is no security matter.
_PROBLEMS = {Severity.OUTDATED: "error", Severity.WARNING: "warning"}
_ROOT = "%SRCROOT%"  # the checkout, by convention
_SHOWN = tuple(RULES)
_QUOTE = 300


def to_sarif(report: Report) -> str:
    """The findings of every severity; what was skipped is a notification of the run."""
    return (
        json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=2) + "\n"
    )


def _run(report: Report) -> dict[str, Any]:
    name, _, version = report.tool.partition(" ")
    driver: dict[str, Any] = {
        "name": name,
        "informationUri": _HOME,
        "rules": [_rule(rule) for rule in _SHOWN],
    }
    return {
        "tool": {"driver": driver | ({"semanticVersion": version} if version else {})},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The folder from which the audit was called."}}
        },
        "invocations": [
            {
                "executionSuccessful": report.complete,
                "toolExecutionNotifications": [_notification(one) for one in report.skipped],
            }
        ],
        "properties": {"asOf": report.as_of.isoformat().replace("+00:00", "Z")},
        "results": [
            _result(item, finding, line)
            for item in report.items
            for finding, line in with_lines(item)
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    info = RULES[rule]
    return {
        "id": rule.value,
        "name": "".join(part.capitalize() for part in rule.value.split("-")),
        "shortDescription": {"text": info.sees},
        "fullDescription": {"text": f"{info.sees} {info.why}"},
        "helpUri": f"{_HOME}/blob/main/docs/reference/rules.md#{rule.value}",
        "help": {
            "text": f"{info.why} {info.configure}",
            "markdown": f"{info.why}\n\n{info.configure}",
        },
        "defaultConfiguration": {"level": _LEVELS[info.default]},
        "properties": {
            "tags": ["freshness"],
            "problem.severity": _PROBLEMS.get(info.default, "recommendation"),
        },
    }


def _result(item: AuditItem, finding: Finding, line: int) -> dict[str, Any]:
    said = one_line(finding.message)
    quoted = one_line(finding.evidence.quote, _QUOTE)
    found: dict[str, Any] = {
        "ruleId": finding.rule.value,
        "ruleIndex": _SHOWN.index(finding.rule),
        "level": _LEVELS[finding.severity],
        "message": {"text": said if not quoted or quoted in said else f"{said} “{quoted}”"},
        "locations": [_location(item, line)],
        "partialFingerprints": {"findingHash/v1": _fingerprint(item, finding)},
        "properties": {"document": clean(item.name), "status": item.verdict.status.value},
    }
    if (link := web_link(item.uri)) is not None:
        found["properties"]["uri"] = clean(link)
    return found


def _location(item: AuditItem, line: int) -> dict[str, Any]:
    """The file, or for a page that was fetched its address."""
    place = {"uri": _reference(item)}
    if item.path and not PurePath(item.path).is_absolute():
        place["uriBaseId"] = _ROOT
    return {
        "physicalLocation": {"artifactLocation": place, "region": {"startLine": line or 1}},
        "logicalLocations": [{"fullyQualifiedName": one_line(item.uri or item.name), "kind": "resource"}],
    }  # fmt: skip


def _reference(item: AuditItem) -> str:
    """A URI reference (RFC 3986 §4.1) that is no other scheme's, whatever the file is called."""
    if item.path:
        path = PurePath(item.path)
        if path.is_absolute():
            return "file://" + quote(path.as_posix(), errors="replace")
        return quote(path.as_posix(), errors="replace").replace(":", "%3A")
    return quote(web_link(item.uri) or item.name, safe="/:?#[]@!$&'()*+,;=%~", errors="replace")


def _fingerprint(item: AuditItem, finding: Finding) -> str:
    """The same as long as the same rule finds the same words in the same document."""
    parts = (finding.rule.value, item.path or item.name, item.uri or "", finding.evidence.quote)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _notification(one: Skipped) -> dict[str, Any]:
    return {
        "level": "warning",
        "message": {"text": f"{one_line(one.name)}: {one_line(one.reason)}"},
    }
