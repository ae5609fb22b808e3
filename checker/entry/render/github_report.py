"""A report as workflow commands of GitHub Actions: annotations beside the lines concerned."""

from checker.entry.render.clean import clean, one_line
from checker.entry.render.wording import summary, with_lines
from checker.model import AuditItem, Finding, Report, Severity

_COMMANDS = {Severity.OUTDATED: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_QUOTE = 300


def to_github(report: Report, *, info: bool = False) -> str:
    """One command a finding, worst documents first as they come; remarks only with *info*."""
    lines = [
        _command(_COMMANDS[finding.severity], item, finding, line)
        for item in report.items
        for finding, line in with_lines(item)
        if finding.severity in _COMMANDS and (info or finding.severity is not Severity.INFO)
    ]
    lines += [
        f"::warning title=skipped::{_data(f'{one.name}: {one.reason}')}" for one in report.skipped
    ]
    return "".join(f"{line}\n" for line in [*lines, summary(report)])


def _command(kind: str, item: AuditItem, finding: Finding, line: int) -> str:
    place = {"file": item.path, "line": str(line or 1) if item.path else ""}
    properties = {**place, "title": f"{finding.rule.value}: {one_line(item.name, 120)}"}
    given = ",".join(f"{name}={_property(text)}" for name, text in properties.items() if text)
    quote = one_line(finding.evidence.quote, _QUOTE)
    said = finding.message if not quote or quote in finding.message else (
        f"{finding.message}\n“{quote}”"
    )  # fmt: skip
    return f"::{kind} {given}::{_data(said)}"


def _data(text: str) -> str:
    """The escapes of actions/toolkit: nothing in *text* starts another command."""
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
