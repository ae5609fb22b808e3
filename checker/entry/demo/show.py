"""What the demo prints. Text from pages is shown as text, never as markup."""

import shlex
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from checker.entry.demo.ledger import Ledger, Moment, slug_of
from checker.entry.demo.story import DID, OPENED
from checker.model import Severity, Standing, Status, Verdict

COLOURS = {Status.OUTDATED: "bold red", Status.CURRENT: "green", Status.UNDETERMINED: "yellow"}


# The table at the end, and whether a column's words stay whole even where there is little room.
COLUMNS = (
    ("article", True),
    ("newsroom", False),
    ("verdict", True),
    ("flagged", True),
    ("because", True),
)


def opening(console: Console, folder: Path, base: str, smtp_port: int, articles: int) -> None:
    body = Text.assemble(
        ("The Tidewater Courier", "bold"),
        f" publishes at {base}.\n",
        f"Its archive holds {articles} copies. Its editors will now do what editors do;\n",
        "the checker asks every article's source once a day and knows nothing of their plans.\n",
        f"Mail goes to an SMTP server on port {smtp_port}. All files: ",
        (str(folder), "cyan"),
    )
    console.print(Panel(body, title="checker demo", border_style="blue", expand=False))


def moment(console: Console, seen: Moment) -> None:
    """One point in time, with everything that came of it."""
    now = seen.now
    console.print()
    console.print(Text(f"Day {day_of(now)} · {now:%A} {now.day} {now:%B %Y, %H:%M}", style="bold"))
    for line in seen.told:
        _line(console, "newsroom", line, "magenta")
    first = not seen.passed
    if first:
        _first_verdicts(console, [verdict for _, verdict in seen.changed])
    for standing, verdict in seen.changed:
        if not (first and verdict.status is Status.CURRENT):
            _verdict(console, standing, verdict)
    for banner in seen.banners:
        if banner.action in {"applied", "replaced", "removed"}:
            _line(console, f"banner {banner.action}", _tail(banner.path), "cyan")
    for subject in seen.mails:
        _line(console, "mail", subject, "blue")


def _first_verdicts(console: Console, verdicts: Sequence[Verdict]) -> None:
    current = sum(verdict.status is Status.CURRENT for verdict in verdicts)
    text = f"{len(verdicts)} articles compared with their copies: {current} current"
    _line(console, "first check", text, "green")


def _verdict(console: Console, standing: Standing, verdict: Verdict) -> None:
    title = standing.copy_reading.title if standing.copy_reading else standing.article.uri
    _line(console, verdict.status.value, title, COLOURS[verdict.status])
    for finding in verdict.findings:
        if finding.severity in {Severity.OUTDATED, Severity.WARNING}:
            words = Text.assemble((f"{finding.rule.value}: ", "dim"), finding.message)
            console.print(Padding(words, (0, 0, 0, 20)))


def day_of(instant: datetime) -> int:
    """By the calendar: what happens after midnight happens on the next day."""
    return (instant.date() - OPENED.date()).days


def _line(console: Console, label: str, text: str, style: str) -> None:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=18, justify="right")
    grid.add_column()
    grid.add_row(Text(label, style=style), Text(text))
    console.print(grid)


def _tail(path: str) -> str:
    return "/".join(Path(path).parts[-3:])


def summary(console: Console, standings: Sequence[Standing], ledger: Ledger) -> None:
    """The table at the end."""
    table = Table(
        title="What three weeks brought",
        title_style="bold",
        header_style="bold",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    for heading, whole in COLUMNS:
        table.add_column(heading, overflow="fold", no_wrap=whole)
    for standing in standings:
        slug = slug_of(standing)
        table.add_row(
            Text(slug),
            Text(DID[slug]),
            _status(standing.verdict),
            Text(_latency(slug, ledger)),
            Text(_because(standing)),
        )
    console.print()
    console.print(table)
    asked = sum(standing.checks for standing in standings)
    outage = f"{ledger.outage_checks} of them during the outage, which changed"
    changed = ledger.outage_changes or "no"
    verdicts = "verdict" if ledger.outage_changes in {0, 1} else "verdicts"
    console.print(Text(f"{asked} checks, {outage} {changed} {verdicts}. {ledger.mails} mails."))


def _status(verdict: Verdict | None) -> Text:
    if verdict is None:
        return Text("never checked", style="yellow")
    return Text(verdict.status.value, style=COLOURS[verdict.status])


def _latency(slug: str, ledger: Ledger) -> str:
    if slug not in ledger.flagged:
        return "never"
    told = _span(ledger.flagged[slug] - ledger.edited.get(slug, OPENED))
    if slug in ledger.cleared:
        return f"{told},\ncleared day {day_of(ledger.cleared[slug])}"
    return told


def _span(after: timedelta) -> str:
    if not after:
        return "at once"
    if after < timedelta(days=1):
        return f"after {after // timedelta(hours=1)} h"
    days = round(after / timedelta(days=1))
    return f"after {days} day{'' if days == 1 else 's'}"


def _because(standing: Standing) -> str:
    """The rules that speak, gravest first; the sentences stood where they came up."""
    findings = standing.verdict.findings if standing.verdict else ()
    telling = [one.rule.value for one in findings if one.severity is not Severity.INFO]
    if telling or standing.comparison is None:
        return "\n".join(dict.fromkeys(telling))
    return f"change: {standing.comparison.change.value}"


def where(console: Console, folder: Path) -> None:
    grid = Table.grid(padding=(0, 2))
    for name, what in (
        ("copies/", "the archive as it was made; not a byte of it was altered"),
        ("flagged/", "the flagged copies with their banners: open one in a browser"),
        ("mail/", "every mail as it arrived (.eml)"),
        ("archive/", "all captures, WARC 1.1"),
        ("checker.db", "checks, verdicts, outbox"),
        ("checker.toml", "the configuration; commands take it with --config"),
    ):
        grid.add_row(Text(name, style="cyan"), Text(what))
    console.print()
    console.print(Text(f"Look into {folder}:", style="bold"))
    console.print(Padding(grid, (0, 0, 0, 2), expand=False))
    console.print(Text("For one article, the whole story:"))
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    for command in ("article list", "article show 2", "diff 2", "banner preview 2"):
        line = Text(f"  checker {command} --config {shlex.quote(str(shown / 'checker.toml'))}")
        console.print(line, soft_wrap=True)


def kept(console: Console, base: str) -> None:
    console.print()
    console.print(Text(f"The newsroom stays up at {base} until you press Ctrl-C."))
