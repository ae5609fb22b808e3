"""Commands that look at one thing: a rule, a page's dates."""

from typing import TYPE_CHECKING, Annotated

import typer

from checker.entry.cli.common import (
    Config,
    Json,
    display,
    print_json,
    settings_of,
)
from checker.errors import TargetError
from checker.model import DateConflict, DateEvidence, Limit, Report, Rule

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from checker.stages.judge import RuleInfo


def rules(
    rule: Annotated[
        Rule | None, typer.Argument(help="One rule's id; none shows all.", metavar="[RULE]")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what each rule sees and how to set it."""
    from checker.stages.judge import RULES

    chosen = [RULES[rule]] if rule is not None else list(RULES.values())
    if as_json:
        print_json(
            [
                {
                    "rule": one.rule.value,
                    "default": one.default.value,
                    "sees": one.sees,
                    "why": one.why,
                    "configure": one.configure,
                }
                for one in chosen
            ]
        )
        return
    display(lambda out: _print_rules(out, chosen, explain=rule is not None))


def _print_rules(out: "Console", chosen: "list[RuleInfo]", *, explain: bool) -> None:
    from rich.padding import Padding
    from rich.text import Text

    for one in chosen:
        out.print(Text.assemble((one.rule.value, "bold"), f"  ({one.default.value} by default)"))
        out.print(Padding(Text(one.sees), (0, 0, 0, 2)))
        if explain:
            out.print(Padding(Text(f"{one.why}\n{one.configure}"), (0, 0, 0, 2)))


def dates(
    target: Annotated[str, typer.Argument(help="A file or a URL.", metavar="FILE|URL")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show every date of a page, and the decision.

    Dates are shown best first, with where they were seen and how exact they are.
    """
    from checker import wiring
    from checker.entry.render.json_report import report_data
    from checker.service import AuditOptions

    with wiring.auditor(settings_of(config)) as auditor:
        report = auditor.audit([target], AuditOptions(offline=True))
    if as_json:
        bounds = ("not_before", "not_after", "limits")
        keys = ("name", "published", "doubt", "modified", *bounds, "evidence", "conflicts")
        documents = report_data(report)["documents"]
        print_json([{key: one[key] for key in keys} for one in documents])
    else:
        display(lambda out: _print_dates(out, report), width=10_000)
    if report.skipped and not report.items:
        one = report.skipped[0]
        raise TargetError(one.name, one.reason, "Name a page that can be read.")


def _print_dates(out: "Console", report: Report) -> None:
    from rich.text import Text

    from checker.entry.render.clean import one_line
    from checker.entry.render.wording import dated

    for item in report.items:
        out.print(Text.assemble((one_line(item.name), "bold"), f"  {dated(item)}"))
        if item.reading.problem:
            out.print(Text(f"  {one_line(item.reading.problem)}"))
        if doubt := item.reading.dates.doubt:
            out.print(Text.assemble(("  weak         ", "yellow"), f"published: {doubt}"))
        for evidence in item.reading.dates.evidence:
            out.print(_evidence(evidence), overflow="ellipsis", no_wrap=True)
        for limit in item.reading.dates.bounds.limits:
            out.print(_limit(limit), overflow="ellipsis", no_wrap=True)
        for one in item.reading.dates.conflicts:
            out.print(_conflict(one), overflow="ellipsis", no_wrap=True)


def _limit(limit: Limit) -> "Text":
    """What bounds a lost time stamp: ends, why, and what was dropped."""
    from rich.text import Text

    from checker.entry.render.clean import one_line
    from checker.entry.render.wording import ends

    shown = limit.not_before or limit.not_after
    quote = one_line(shown.quote, 60) if shown is not None else ""
    return Text.assemble(
        f"  {'written':<12} ",
        (f"{ends(limit.not_before, limit.not_after):<45}", "bold"),
        f" {one_line(limit.why)}",
        (f"  “{quote}”" if quote else "", "italic dim"),
        (f"  dropped: {one_line(limit.dropped)}" if limit.dropped else "", "yellow"),
    )


def _conflict(conflict: DateConflict) -> "Text":
    from rich.text import Text

    from checker.entry.render.clean import one_line
    from checker.entry.render.wording import when

    one, other = conflict.believed, conflict.other
    return Text.assemble(
        ("  conflict     ", "yellow"),
        f"{conflict.why}: {when(one)} ({one_line(one.origin.place, 40)}) is believed,"
        f" {when(other)} ({one_line(other.origin.place, 40)}) is not",
    )


def _evidence(evidence: DateEvidence) -> "Text":
    from rich.text import Text

    from checker.entry.render.clean import one_line
    from checker.entry.render.wording import when

    note = "; ".join(part for part in ("weak" if evidence.weak else "", evidence.note) if part)
    kind, place = evidence.origin.kind.value, one_line(evidence.origin.place, 40)
    origin = place if place.startswith(kind) else f"{kind} {place}"
    return Text.assemble(
        f"  {evidence.kind.value:<12} ",
        (f"{when(evidence):<24}", "bold"),
        f" {origin}",
        (f"  “{one_line(evidence.quote, 60)}”", "italic dim"),
        (f"  {one_line(note)}" if note else "", "yellow"),
    )
