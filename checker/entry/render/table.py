"""A report for the terminal: verdicts in groups, each finding's sentence, the quote beneath.

Everything from outside goes through ``Text``, never through rich's markup, and is cleaned first.
"""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from checker.entry.render.clean import one_line
from checker.entry.render.wording import by_status, dated, shown, summary
from checker.model import AuditItem, Evidence, Report, Severity, Status

_STYLES = {
    Status.OUTDATED: "bold red",
    Status.UNDETERMINED: "bold yellow",
    Status.CURRENT: "bold green",
}
_SEVERITIES = {
    Severity.OUTDATED: "red",
    Severity.WARNING: "yellow",
    Severity.INFO: "cyan",
    Severity.OFF: "dim",
}
_FEW = 5  # documents: with no more, everything that was seen is of interest
_LISTED = 20  # current documents: with more, only their number is
_QUOTES = 200  # characters


def print_report(
    console: Console, report: Report, *, info: bool | None = None, mapping: bool = False
) -> None:
    """Print *report*. *info* None shows INFO findings where there are few documents only;
    *mapping* says of each document how its address is known."""
    with_info = len(report.items) <= _FEW if info is None else info
    for status, items in by_status(report):
        _print_line(console, Text(f"{status.value} ({len(items):,})", style=_STYLES[status]))
        if status is Status.CURRENT and len(items) > _LISTED:
            _print_line(console, Text("  too many to list; --format json has them", style="dim"))
            continue
        for item in items:
            _print_item(console, item, with_info, mapping)
        console.print()
    if report.skipped:
        _print_line(console, Text(f"skipped ({len(report.skipped):,})", style="bold magenta"))
        for one in report.skipped:
            name = Text(one_line(one.name), style="bold")
            _print_wrapped(console, name + Text(f"  {one_line(one.reason)}"), indent=2)
        console.print()
    _print_line(console, Text(f"{summary(report)} (as of {report.as_of:%Y-%m-%d %H:%M} UTC)"))
    hidden = sum(len(one.verdict.findings) for one in report.items) - sum(
        len(shown(one.verdict.findings, with_info)) for one in report.items
    )
    if hidden:
        _print_line(console, Text(f"{hidden:,} remarks not shown; --info shows them", style="dim"))


def _print_line(console: Console, text: Text) -> None:
    """One line, cut to the terminal's width."""
    console.print(text, overflow="ellipsis", no_wrap=True, crop=True)


def _print_wrapped(console: Console, text: Text, indent: int) -> None:
    console.print(Padding(text, (0, 0, 0, indent)))


def _print_item(console: Console, item: AuditItem, info: bool, mapping: bool) -> None:
    name = Text("  ") + Text(one_line(item.name), style="bold")
    title = one_line(item.reading.title)
    _print_line(console, name + Text(f"  {title}" if title else ""))
    facts = [dated(item)] if not item.reading.problem else [one_line(item.reading.problem)]
    facts += [f"policy {item.verdict.policy}"] if item.verdict.policy else []
    _print_line(console, Text(f"    {one_line('; '.join(facts))}", style="dim"))
    if mapping:
        origin = f"{one_line(item.uri)} (by {one_line(item.mapped_by)})" if item.uri else "unknown"
        _print_wrapped(console, Text(f"original: {origin}"), indent=4)
    for finding in shown(item.verdict.findings, info):
        rule = Text(finding.rule.value, style=_SEVERITIES[finding.severity])
        _print_wrapped(console, rule + Text(f"  {one_line(finding.message)}", style=""), indent=4)
        _print_evidence(console, finding.evidence, one_line(finding.message))


def _print_evidence(console: Console, evidence: Evidence, message: str) -> None:
    """The quote and its place, unless the sentence has said them already."""
    quote = one_line(evidence.quote, _QUOTES)
    if not quote or one_line(evidence.quote) in message:
        return
    place = f" ({one_line(evidence.place)})" if evidence.place else ""
    _print_wrapped(console, Text(f"“{quote}”{place}", style="italic dim"), indent=8)
