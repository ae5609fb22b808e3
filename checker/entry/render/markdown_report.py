"""A report in Markdown: for merge requests, issues and the job summaries of CI services."""

import re
from collections.abc import Iterator

from checker.entry.render.clean import one_line
from checker.entry.render.wording import by_status, dated, shown, summary, web_link
from checker.model import AuditItem, Finding, Report, Status

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+.!|~-])")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}  # @ would call somebody
_QUOTE = 300
_LISTED = 100  # current documents; with more, only their number is said


def to_markdown(report: Report) -> str:
    """Every document that is not current with its findings, the current ones as a list."""
    return "\n".join(_lines(report)).rstrip("\n") + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield "# Freshness report"
    yield ""
    yield f"{escaped(summary(report))} (as of {report.as_of:%Y-%m-%d %H:%M} UTC, {report.tool})"
    yield ""
    for status, items in by_status(report):
        yield f"## {status.value.capitalize()} ({len(items):,})"
        yield ""
        if status is Status.CURRENT and len(items) > _LISTED:
            yield "Too many to list; the JSON report has them."
            yield ""
            continue
        for item in items:
            yield from _item(item)
        yield ""
    if report.skipped:
        yield f"## Skipped ({len(report.skipped):,})"
        yield ""
        for one in report.skipped:
            yield f"- {escaped(one.name)}: {escaped(one.reason)}"


def _item(item: AuditItem) -> Iterator[str]:
    title = escaped(item.reading.title or item.name)
    link = web_link(item.uri)
    heading = f"[{title}](<{_target(link)}>)" if link else title
    name = f" — {escaped(item.name)}" if item.reading.title else ""
    yield f"- **{heading}**{name}; {escaped(item.reading.problem or dated(item))}"
    for finding in shown(item.verdict.findings, info=False):
        yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[str]:
    yield f"  - `{finding.rule.value}` ({finding.severity.value}): {escaped(finding.message)}"
    quote = one_line(finding.evidence.quote, _QUOTE)
    if quote and quote not in finding.message:
        yield f"    > {escaped(quote)}"


def escaped(text: str) -> str:
    """*text* on one line, as text: no markup, no HTML, no link, nobody mentioned."""
    line = _SPECIAL.sub(r"\\\1", one_line(text))
    return "".join(_HTML.get(letter, letter) for letter in line).replace("://", ":\u200b//")


def _target(uri: str) -> str:
    """Inside ``<…>``: nothing that ends it."""
    return one_line(uri).replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
