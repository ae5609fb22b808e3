"""``checker status`` and ``checker report``: where the watched archive stands."""

from typing import TYPE_CHECKING

from checker.entry.cli.common import (
    Config,
    Json,
    SourceName,
    application,
    counted,
    instant,
    lasting,
    never_compared,
    print_json,
    say,
)
from checker.entry.cli.outputs import Format, Outputs, ReportFormat, deliver, named_files
from checker.model import AuditItem, Level, Outcome, Report, Skipped, Standing

if TYPE_CHECKING:
    from checker.service import Service


_BY = {
    Level.VALIDATORS: "validators",
    Level.BODY: "same bytes",
    Level.TEXT: "same text",
    Level.COMPARISON: "comparison",
}


def status(config: Config = None, as_json: Json = False) -> None:
    """Say where everything stands, in numbers."""
    with application(config) as app:
        counts = app.service.status()
        checked = app.service.checked()
        upcoming = app.service.store.next_due_at()
    if as_json:
        from checker.codec import to_plain

        decided = {one.value: checked.get(("level", one.value), 0) for one in Level}
        outcomes = {one.value: checked.get(("outcome", one.value), 0) for one in Outcome}
        more = {"next_due_at": to_plain(upcoming), "decided": decided, "checked": outcomes}
        print_json({**counts, **more})
        return
    say(f"{counted(counts['articles'], 'article')} watched")
    for key in ("outdated", "undetermined", "current", "unchecked"):
        say(f"  {key:<13}{counts[key]:>9,}")
    if counts["unlisted"]:
        say(f"{counts['unlisted']:,} of them no longer listed by their sources")
    late = (
        f", the first for {lasting(counts['overdue_seconds'])}" if counts["overdue_seconds"] else ""
    )
    say(f"{counts['due']:,} due now{late}; the next check is at {instant(upcoming)}")
    if counts["hosts_waiting"] or counts["hosts_working"]:
        working = counted(counts["hosts_working"], "host")
        say(f"  workers check {working}; {counts['hosts_waiting']:,} wait for one")
    _say_checks(checked)
    say(
        f"{counted(counts['mail_pending'], 'mail')} waiting, {counts['mail_failed']:,} failed; "
        f"{counted(counts['alerts_pending'], 'alert')} in no mail yet"
    )


def _say_checks(checked: dict[tuple[str, str], int]) -> None:
    """What the checks of the last month came to."""
    outcomes = [(one.value, checked.get(("outcome", one.value), 0)) for one in Outcome]
    if total := sum(number for _, number in outcomes):
        said = ", ".join(f"{number:,} {name}" for name, number in outcomes if number)
        say(f"{counted(total, 'check')} in the last 30 days: {said}")
    levels = {one: checked.get(("level", one.value), 0) for one in Level}
    if total := sum(levels.values()):
        shares = ", ".join(f"{number / total:.0%} {_BY[one]}" for one, number in levels.items())
        say(f"  decided by: {shares}")


def report(
    config: Config = None,
    source: SourceName = None,
    report_format: ReportFormat = Format.TABLE,
    output: Outputs = None,
) -> None:
    """Report the last verdicts, in the audit's formats."""
    files = named_files(output)
    with application(config) as app:
        if source is not None:
            app.service.source(source)
        found = _report(app.service, source)
    deliver(found, report_format, files)


def _report(service: "Service", source: str | None) -> Report:
    import checker

    items: list[AuditItem] = []
    skipped: list[Skipped] = []
    for standing in service.store.standings(source):
        item = _item(standing)
        if item is None:
            skipped.append(Skipped(standing.article.uri, _missing(service, standing)))
        else:
            items.append(item)
    now = service.context.ports.clock.now()
    return Report(tuple(items), tuple(skipped), now, f"archive-checker {checker.__version__}")


def _missing(service: "Service", standing: Standing) -> str:
    """Why there is nothing to report of an article."""
    last = service.store.history(standing.article.id, 1)
    if standing.verdict is None or not last:
        return "it was not checked yet"
    return f"{standing.verdict.status.value}, {never_compared(last[0])}"


def _item(standing: Standing) -> AuditItem | None:
    if standing.verdict is None or standing.copy_reading is None:
        return None
    return AuditItem(
        name=standing.article.uri,
        uri=standing.article.uri,
        mapped_by=f"source {standing.article.source}",
        reading=standing.copy_reading,
        verdict=standing.verdict,
        captured_at=standing.copy.memento_datetime if standing.copy is not None else None,
        comparison=standing.comparison,
    )
