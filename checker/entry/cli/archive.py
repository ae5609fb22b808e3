"""``checker archive``: work on the captures that were kept."""

from typing import TYPE_CHECKING, Annotated

import typer

from checker.entry.cli.common import (
    Config,
    Json,
    SourceName,
    application,
    counted,
    display,
    note,
    print_json,
    say,
)
from checker.entry.cli.progress import bar

if TYPE_CHECKING:
    from rich.console import Console

    from checker.service.rederive import Rederived


def rederive(
    config: Config = None,
    source: SourceName = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only report what would differ; change nothing.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what the present version derived.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Derive again what an older version derived, from the archive.

    Readings, comparisons and verdicts; no source is asked and nobody is told. What comes out
    otherwise than before is reported.
    """
    from checker.service.rederive import Plan

    with application(config) as app:
        if source is not None:
            app.service.source(source)
        with bar("deriving", len(app.service.store.article_ids(source))) as step:
            found = app.service.rederive(Plan(source, everything, dry_run), step)
    if as_json:
        from checker.codec import to_plain

        print_json([to_plain(one) for one in found])
        return
    differ = [one for one in found if one.differs]
    troubles = [one for one in found if one.problem]
    if differ:
        display(lambda out: _print(out, differ))
    would = "would differ" if dry_run else "differ now; nobody is told"
    say(f"{counted(len(found), 'article')} derived again, {len(differ):,} {would}")
    for one in troubles:
        note(f"not derived: {one.uri}: {one.problem}")


def _print(out: "Console", differ: "list[Rederived]") -> None:
    from rich.padding import Padding
    from rich.text import Text

    from checker.entry.render.clean import one_line

    for one in differ:
        out.print(Text(one_line(one.title or one.uri), "bold"))
        if one.title:
            out.print(Text(f"  {one_line(one.uri)}", "dim"))
        for what, before, after in one.differs:
            line = f"{what}: {one_line(before, 120) or 'none'} → {one_line(after, 120) or 'none'}"
            out.print(Padding(Text(line), (0, 0, 0, 2)))
