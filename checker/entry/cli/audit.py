"""``checker audit``: judge documents without remembering anything."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from checker.entry.cli import baselines
from checker.entry.cli.auditing import FailOn, Plan, named, run
from checker.entry.cli.common import Config, a_web_address, an_instant, settings_of
from checker.entry.cli.outputs import Format, Outputs, ReportFormat, explained, named_files
from checker.errors import TargetError
from checker.model import Policy, PolicySet, Rule
from checker.ports.selection import Selection
from checker.stages.memento import Wanted, wanted


def audit(
    targets: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders, WARC files, URLs of pages, feeds or sitemaps; - reads such "
            "names from standard input, one a line.",
            metavar="TARGET",
        ),
    ],
    config: Config = None,
    base_url: Annotated[
        str | None,
        typer.Option(help="Where a folder's copies came from, for pages that do not say."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", help="A CSV file of name,URL: where each copy came from."),
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option(
            help="Of folders only files that match, as in a .gitignore. Repeatable.",
            metavar="PATTERN",
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(help="Of folders no files that match. Repeatable.", metavar="PATTERN"),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no source; judge by what the copies say.")
    ] = False,
    against: Annotated[
        str | None,
        typer.Option(
            help="Where the copies are: wayback, the address of a TimeGate, TimeMap or CDX server, "
            "a folder, a WARC or WACZ file. The targets are what they are compared with.",
            metavar="ARCHIVE",
        ),
    ] = None,
    memento: Annotated[
        str,
        typer.Option(
            help="Which copy: latest, the one nearest to a DATE, before:DATE or after:DATE.",
            metavar="WHICH",
        ),
    ] = "latest",
    as_of: Annotated[
        str | None, typer.Option(help="Judge ages as of this day or instant instead of now.")
    ] = None,
    policy: Annotated[
        str | None, typer.Option(help="Use this policy for everything (see policies.toml).")
    ] = None,
    select: Annotated[
        list[Rule] | None, typer.Option(help="Apply this rule only. Repeatable.", metavar="RULE")
    ] = None,
    ignore: Annotated[
        list[Rule] | None, typer.Option(help="Leave this rule out. Repeatable.", metavar="RULE")
    ] = None,
    explain: Annotated[
        list[Rule] | None,
        typer.Option(
            help="Also say, document by document, why this rule fires or does not. Repeatable.",
            metavar="RULE",
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(help="Findings in this file are known: silent until their evidence changes."),
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(help="Write all findings to this file, as a later baseline.")
    ] = None,
    fail_on: Annotated[FailOn, typer.Option(help="What makes the exit code 1.")] = FailOn.OUTDATED,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 2 if any document was skipped.")
    ] = False,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", help="Print only what --fail-on names, one line a finding, no report."
        ),
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Worker processes; 0: none. Default: one a core with more than a few documents.",
            show_default=False,
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            help="Note here what is done, and go on from there when called again.", metavar="STATE"
        ),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(
            help="Keep here what was read of each file, and read only what has changed.",
            metavar="FOLDER",
        ),
    ] = None,
    changed_since: Annotated[
        str | None,
        typer.Option(help="Only files that differ from this git revision.", metavar="REV"),
    ] = None,
    explain_mapping: Annotated[
        bool, typer.Option("--explain-mapping", help="Say how each original address is known.")
    ] = False,
    info: Annotated[
        bool | None,
        typer.Option(
            "--info/--no-info",
            help="Show remarks (severity info) in the table. Default: with up to 5 documents.",
            show_default=False,
        ),
    ] = None,
    report_format: ReportFormat = Format.TABLE,
    output: Outputs = None,
) -> None:
    """Judge documents: which are outdated, and how we know. Nothing is remembered."""
    from checker.service import AuditOptions

    files = named_files(output)
    _go_together(memento=memento, against=against)
    settings = settings_of(config)
    _known_policy(settings.policies, policy)
    options = AuditOptions(
        base_url=a_web_address(base_url, "--base-url"),
        mapping=_mapping(mapping),
        chosen=Selection(tuple(include or ()), tuple(exclude or ())),
        offline=offline,
        against=_against(against, targets, offline=offline),
        memento=_which(memento),
        as_of=an_instant(as_of) if as_of is not None else None,
        policy=policy,
        select=tuple(select or ()),
        ignore=tuple(ignore or ()),
        baseline=baselines.known(baseline),
    )
    keep = bool(explain or write_baseline)
    plan = Plan(report_format, files, fail_on, strict, quiet, jobs, resume, keep, cache)
    done = run(settings, named(targets, changed_since), options, plan)
    done.deliver(plan, info=info, mapping=explain_mapping)
    if explain:
        explained(done.report, settings.policies, explain, aside=quiet or plan.aside)
    if write_baseline is not None:
        baselines.keep(write_baseline, done.report)
        plan = replace(plan, fail_on=FailOn.NEVER)  # whatever was found is known now
    raise typer.Exit(done.exit_code(plan))


def _known_policy(policies: PolicySet, name: str | None) -> Policy | None:
    found = next((one for one in policies.policies if one.name == name), None)
    if name is not None and found is None:
        known = ", ".join(one.name for one in policies.policies)
        raise typer.BadParameter(f"no policy {name!r}; known: {known}")
    return found


def _go_together(*, memento: str, against: str | None) -> None:
    if memento != "latest" and against is None:
        raise typer.BadParameter("--memento says which copy of --against is meant: give both")


def _against(archive: str | None, targets: list[str], *, offline: bool) -> str | None:
    if archive is not None and "://" in archive:
        a_web_address(archive, "--against")
    online = [name for name in (archive or "", *targets) if "://" in name]
    if offline and archive is not None and (online or archive == "wayback"):
        raise typer.BadParameter(f"--offline asks nobody, but {(online or [archive])[0]} is asked")
    return archive


def _which(text: str) -> Wanted:
    try:
        return wanted(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} names no copy; write latest, 2024-06-30, before:2024-06-30 or after:2024-06-30"
        ) from None


def _mapping(path: Path | None) -> tuple[tuple[str, str], ...]:
    """The user's map: two columns, a document's name and its address; a header is allowed."""
    if path is None:
        return ()
    remedy = "Give a CSV file with two columns: name,URL."
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [(n, row) for n, row in enumerate(csv.reader(file, strict=True), 1) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise TargetError(str(path), cause, remedy) from error
    if lines and "://" not in "".join(lines[0][1]):
        lines = lines[1:]
        if not lines:
            raise TargetError(str(path), "names no document but a header", remedy)
    for number, row in lines:
        if len(row) != 2 or not row[1].startswith(("http://", "https://")):
            raise TargetError(f"{path}:{number}", f"{row!r} is no name and http(s) URL", remedy)
    return tuple((name, uri) for _, (name, uri) in lines)
