"""A report for the terminal: verdicts in groups, each finding's sentence, the quote beneath.

Everything from outside goes through ``Text``, never through rich's markup, and is cleaned first.
"""

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from checker.entry.render.clean import one_line
from checker.entry.render.wording import by_status, dated, known_words, shown, summary
from checker.model import AuditItem, Evidence, Finding, Report, Rule, Severity, Status

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
_SAID = 60  # characters: a sentence that has so much of a quote has said it
_RULE_WIDTH = max(len(rule.value) for rule in Rule)
_NARROW = 60  # columns


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
            text = Text.assemble((one_line(one.name), "bold"), f"  {one_line(one.reason)}")
            for n, line in enumerate(text.wrap(console, max(console.width - 4, 10))):
                _print_wrapped(console, line, indent=4 if n else 2)
        console.print()
    console.print(Text(f"{summary(report)} (as of {report.as_of:%Y-%m-%d %H:%M} UTC)"))
    hidden = sum(len(one.verdict.findings) for one in report.items) - sum(
        len(shown(one.verdict.findings, with_info)) for one in report.items
    )
    if hidden:
        _print_line(
            console, Text(f"not shown: {hidden:,} of severity info; --info shows them", style="dim")
        )


def _print_line(console: Console, text: Text) -> None:
    """One line, cut to the terminal's width."""
    console.print(text, overflow="ellipsis", no_wrap=True, crop=True)


def _print_wrapped(console: Console, text: RenderableType, indent: int) -> None:
    console.print(Padding(text, (0, 0, 0, indent)))


def _print_item(console: Console, item: AuditItem, info: bool, mapping: bool) -> None:
    title = one_line(item.reading.title)
    heading = Text.assemble("  ", (one_line(item.name), "bold"), f"  {title}" if title else "")
    _print_line(console, heading)
    facts = [item.reading.problem or dated(item)]
    facts += [f"policy {item.verdict.policy}"] if item.verdict.policy else []
    facts += [words] if (words := known_words(len(item.verdict.set_aside))) else []
    _print_line(console, Text(f"    {one_line('; '.join(facts))}", style="dim"))
    if mapping:
        origin = f"{one_line(item.uri)} (by {one_line(item.mapped_by)})" if item.uri else "unknown"
        _print_wrapped(console, Text(f"original: {origin}"), indent=4)
    for finding in shown(item.verdict.findings, info):
        print_finding(console, finding)


def print_finding(console: Console, finding: Finding) -> None:
    """Rule and sentence side by side where there is room, else one below the other."""
    message = one_line(finding.message)
    quote = _quote(finding.evidence, message)
    rule = Text(finding.rule.value, style=_SEVERITIES[finding.severity])
    if console.width < _NARROW:
        _print_wrapped(console, rule, indent=4)
        for text in [Text(message), *quote]:
            _print_wrapped(console, text, indent=6)
        return
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=_RULE_WIDTH, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(rule, Text(message))
    for text in quote:
        grid.add_row("", text)
    _print_wrapped(console, grid, indent=4)


def _quote(evidence: Evidence, message: str) -> list[Text]:
    """The quote and its place, unless the sentence has said them already."""
    quote = one_line(evidence.quote, _QUOTES)
    if not quote or one_line(evidence.quote)[:_SAID] in message:
        return []
    place = f" ({one_line(evidence.place, _QUOTES)})" if evidence.place else ""
    return [Text(f"“{quote}”{place}", style="italic dim")]
