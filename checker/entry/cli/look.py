"""Commands that look at one thing: a rule, a page's dates, a difference."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.entry.cli.common import (
    Config,
    Json,
    application,
    display,
    print_json,
    say,
    settings_of,
)
from checker.errors import TargetError
from checker.model import DateEvidence, Report, Rule, Version

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
        keys = ("name", "published", "modified", "not_before", "not_after", "evidence")
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
        for evidence in item.reading.dates.evidence:
            out.print(_evidence(evidence), overflow="ellipsis", no_wrap=True)


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


def diff(
    old: Annotated[
        str, typer.Argument(help="A file, a URL, or a watched article.", metavar="OLD|ARTICLE")
    ],
    new: Annotated[
        str | None,
        typer.Argument(
            help="A file or a URL. Without it: the article's newest capture.",
            metavar="[NEW]",
            show_default=False,
        ),
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show what changed between two versions."""
    from checker.entry.cli.difference import comparison_data, print_comparison
    from checker.stages.compare import compare

    before, after = _article(old, config) if new is None else _two(old, new, config)
    comparison = compare(before, after)
    if as_json:
        print_json(comparison_data(comparison))
    else:
        display(lambda out: print_comparison(out, comparison))


def _two(old: str, new: str, config: Path | None) -> tuple[Version, Version]:
    from checker import wiring
    from checker.entry.cli.difference import version_of

    with wiring.auditor(settings_of(config)) as auditor:
        return version_of(auditor, old), version_of(auditor, new)


def _article(name: str, config: Path | None) -> tuple[Version, Version]:
    """A watched article's copy and its newest capture."""
    from checker.pipeline import read

    with application(config) as app:
        ports = app.service.context.ports
        standing = app.service.store.standing(app.service.article(name).id)
        if standing.copy is None or standing.newest is None:
            raise TargetError(
                f"article {name!r}",
                "no capture differs from its copy",
                "`checker check` looks again; `checker article show` says what is known.",
            )
        uri, now = standing.article.uri, ports.clock.now()
        _, before = read(ports.archive.load(standing.copy), uri=uri, now=now)
        _, after = read(ports.archive.load(standing.newest), uri=uri, now=now)
    say(f"{uri}: the copy and the capture of {standing.newest.memento_datetime:%Y-%m-%d %H:%M} UTC")
    return before, after
