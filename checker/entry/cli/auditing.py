"""Runs an audit for the command line: streams, counts, stops on request, and says how it ended."""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from checker.entry.cli.common import UNUSABLE, note, say
from checker.entry.cli.outputs import Files, Format, deliver
from checker.entry.cli.progress import reading
from checker.entry.render.clean import one_line
from checker.entry.render.tally import Tally
from checker.errors import TargetError
from checker.model import AuditItem, Report, Severity, Skipped, Status

if TYPE_CHECKING:
    from checker.service import AuditOptions, Auditor
    from checker.settings import Settings

INTERRUPTED = 130


class FailOn(StrEnum):
    OUTDATED = "outdated"
    WARNING = "warning"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Plan:
    """How the user wants the audit run and its result told."""

    report_format: Format
    files: Files
    fail_on: FailOn = FailOn.OUTDATED
    strict: bool = False
    quiet: bool = False
    jobs: int | None = None
    resume: Path | None = None
    keep: bool = False  # all results, for what else is done with them
    cache: Path | None = None

    @property
    def aside(self) -> bool:
        """Remarks go to stderr, as stdout is for a program."""
        return self.report_format is not Format.TABLE

    @property
    def streams(self) -> bool:
        return self.report_format is Format.JSONL and not self.quiet

    @property
    def keeps(self) -> bool:
        """Whether anything needs all results at the end."""
        return self.keep or bool(self.files) or not (self.streams or self.quiet)


@dataclass(frozen=True, slots=True)
class Done:
    """What an audit came to; ``report`` holds no documents where nothing needs them."""

    report: Report
    tally: Tally
    unreadable: bool

    def deliver(self, plan: Plan, *, info: bool | None, mapping: bool) -> None:
        """Print the report, unless it was streamed, and write the files."""
        printed = None if plan.streams or plan.quiet else plan.report_format
        deliver(self.report, printed, plan.files, info=info, mapping=mapping)

    def exit_code(self, plan: Plan) -> int:
        """130 if stopped, 2 for a target that can't be read or, if strict, a skipped document, 1
        for what the user wants to fail on, else 0."""
        if not self.report.complete:
            return INTERRUPTED
        if self.unreadable or (plan.strict and self.tally.skipped):
            return UNUSABLE
        if plan.fail_on is FailOn.NEVER:
            return 0
        warned = plan.fail_on is FailOn.WARNING and self.tally.warned
        return int(bool(self.tally.statuses[Status.OUTDATED] or warned))


@dataclass(slots=True)
class _Passing:
    """Sees each result as it comes."""

    plan: Plan
    tally: Tally = field(default_factory=Tally)

    def __call__(self, result: AuditItem | Skipped) -> None:
        self.tally.add(result)
        if self.plan.streams:
            from checker.entry.render import jsonl_report

            _at_once(jsonl_report.line(result))
        elif self.plan.quiet:
            for line in failing(result, self.plan):
                say(line)


def run(settings: "Settings", targets: list[str], options: "AuditOptions", plan: Plan) -> Done:
    """Audit *targets*. Raises TargetError if none of them could be read."""
    from checker import wiring

    unreadable: list[TargetError] = []
    passing = _Passing(plan)
    with ExitStack() as stack:
        auditor = stack.enter_context(wiring.auditor(settings, jobs=plan.jobs, cache=plan.cache))
        progress = stack.enter_context(reading())
        options = replace(
            options, progress=progress, unreadable=unreadable.append, stoppable=True,
            as_of=options.as_of or datetime.now(UTC),
        )  # fmt: skip
        if plan.resume is not None:
            auditor, options = _resumed(auditor, targets, options, plan.resume, stack)
        _head(auditor, options, plan)
        report = auditor.audit(targets, options, passing, keep=plan.keeps)
        _tail(passing, report, plan)
    for error in unreadable:
        note(str(error))
    if (
        targets
        and report.complete
        and not plan.quiet
        and not (passing.tally.documents or passing.tally.skipped)
    ):
        note(f"nothing to look at: {_listed(targets)} held no page, archive, feed or index")
    if unreadable and not passing.tally.documents:
        raise SystemExit(UNUSABLE)
    if not report.complete and plan.resume is not None:
        note(f"stopped; the same command with --resume {plan.resume} goes on from here")
    return Done(report, passing.tally, bool(unreadable))


def _listed(targets: list[str]) -> str:
    more = f" and {len(targets) - 3:,} more" if len(targets) > 3 else ""
    return ", ".join(targets[:3]) + more


def named(targets: list[str], revision: str | None = None) -> list[str]:
    """The targets, those of standard input in place of ``-``; with a *revision*, of each only the
    files that differ from it. Raises TargetError."""
    found = list(_with_stdin(targets))
    if "" in found:  # an unset variable of a script: it would be the folder that we are in
        raise TargetError("''", "a target without a name", "Name a file, a folder or an address.")
    if revision is None:
        return found
    from checker import wiring

    return [str(path) for target in found for path in wiring.changed_since(Path(target), revision)]


def _with_stdin(targets: list[str]) -> Iterator[str]:
    for target in targets:
        if target == "-":
            lines = (line.strip().removeprefix("\ufeff") for line in sys.stdin)
            yield from (line for line in lines if line)
        else:
            yield target


def failing(result: AuditItem | Skipped, plan: Plan) -> Iterator[str]:
    """One line for each finding that the exit code is about, as compilers write them."""
    from checker.entry.render.wording import with_lines

    if isinstance(result, Skipped):
        if plan.strict:
            yield f"{one_line(result.name)}: skipped: {one_line(result.reason)}"
        return
    wanted = {
        FailOn.NEVER: set[Severity](),
        FailOn.OUTDATED: {Severity.OUTDATED},
        FailOn.WARNING: {Severity.OUTDATED, Severity.WARNING},
    }[plan.fail_on]
    for finding, line in with_lines(result):
        if finding.severity in wanted:
            place = one_line(result.path or result.name) + (f":{line}" if line else "")
            yield f"{place}: {finding.rule.value}: {one_line(finding.message)}"


def _resumed(
    auditor: "Auditor", targets: list[str], options: "AuditOptions", state: Path, stack: ExitStack
) -> tuple["Auditor", "AuditOptions"]:
    """The auditor with the state's ledger, and its instant, which all its results are judged by."""
    from checker import wiring

    fixed = replace(options.without_callbacks(), as_of=None)
    asked = repr((targets, fixed, auditor.policies, auditor.tool))
    digest = hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()
    assert options.as_of is not None
    ledger = stack.enter_context(wiring.ledger(state, digest, options.as_of))
    return replace(auditor, ledger=ledger), replace(options, as_of=ledger.as_of)


def _head(auditor: "Auditor", options: "AuditOptions", plan: Plan) -> None:
    if plan.streams and options.as_of is not None:
        from checker.entry.render import jsonl_report

        _at_once(jsonl_report.head(auditor.tool, options.as_of))


def _tail(passing: _Passing, report: Report, plan: Plan) -> None:
    if plan.streams:
        from checker.entry.render import jsonl_report

        _at_once(jsonl_report.tail(passing.tally, complete=report.complete))


def _at_once(line: str) -> None:
    """Who reads along through a pipe sees each line when it is known."""
    sys.stdout.write(line)
    sys.stdout.flush()
