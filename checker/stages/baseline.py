"""Baselines: findings that are known are silent until their evidence changes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checker.model import AuditItem, Finding, Report

FORMAT = 1
MAX_SIZE = 200_000_000  # characters


@dataclass(frozen=True, slots=True)
class Baseline:
    """The fingerprints that are known of each document, by its address or, without one, name."""

    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, uri: str | None, name: str) -> tuple[str, ...]:
        return self.known.get(uri or name, ())


def write(report: Report) -> str:
    """The baseline of all that was found, one finding a line, sorted: made to be kept in version
    control. The same findings give the same text on whatever day they are found."""
    documents: dict[str, set[str]] = {}
    for item in report.items:
        for finding in (*item.verdict.findings, *item.verdict.set_aside):
            documents.setdefault(_key(item), set()).add(_line(finding))
    listed = {key: sorted(lines) for key, lines in sorted(documents.items())}
    return json.dumps({"format": FORMAT, "documents": listed}, indent=1) + "\n"


def _key(item: AuditItem) -> str:
    return item.uri or item.name


def _line(finding: Finding) -> str:
    return f"{finding.rule.value} {finding.fingerprint}"


def read(text: str) -> Baseline | str:
    """What ``write`` gave; for anything else why it is no baseline. Rules that this version does
    not know are known findings all the same."""
    if len(text) > MAX_SIZE:
        return f"{len(text):,} characters are too many for a baseline"
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return "it is no JSON"
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        return f"it is no baseline of format {FORMAT}"
    documents = data.get("documents")
    if not isinstance(documents, dict) or not all(map(_are_lines, documents.values())):
        return "its documents are no lists of findings"
    return Baseline({key: tuple(map(_mark, lines)) for key, lines in documents.items()})


def _are_lines(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(line, str) for line in value)


def _mark(line: str) -> str:
    return line.rpartition(" ")[2]
