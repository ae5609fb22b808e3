"""``checker archive export``: captures handed on as a WACZ."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from checker.entry.cli.common import (
    Config,
    Json,
    SourceName,
    an_instant,
    application,
    counted,
    note,
    print_json,
    say,
)
from checker.entry.cli.progress import bar
from checker.errors import TargetError

_STATUSES = ("current", "outdated", "undetermined", "unchecked")


def export(
    file: Annotated[Path, typer.Argument(help="The WACZ to be written.", metavar="FILE")],
    articles: Annotated[
        list[str] | None,
        typer.Argument(help="Only these: numbers or addresses.", metavar="ARTICLE"),
    ] = None,
    config: Config = None,
    source: SourceName = None,
    status: Annotated[
        str | None,
        typer.Option(
            "--status",
            help="Only articles that are current, outdated, undetermined or unchecked.",
            metavar="STATUS",
            show_default=False,
        ),
    ] = None,
    every_capture: Annotated[
        bool,
        typer.Option("--all-captures", help="Every capture, not only the copy and the newest."),
    ] = False,
    title: Annotated[str, typer.Option("--title", help="What it is called.")] = "Archived copies",
    created: Annotated[
        datetime | None,
        typer.Option(
            "--created",
            parser=an_instant,
            metavar="DATE",
            help="Its date; the same captures and date give the same bytes. Default: now.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write captures as a WACZ that pywb opens.

    Flags and notices stand in its list of pages. The exit code is 1 if a capture could not be read
    and was left out.
    """
    from checker.service import Selection

    if file.suffix.lower() != ".wacz":
        raise TargetError(str(file), "is no name of a WACZ", "Let it end in .wacz.")
    if status is not None and status not in _STATUSES:
        raise typer.BadParameter(f"{status!r} is none of {', '.join(_STATUSES)}")
    with application(config) as app:
        if source is not None:
            app.service.source(source)
        ids = tuple(app.service.article(one).id for one in articles or ())
        total = len(ids) or len(app.store.article_ids(source))
        selection = Selection(ids, source, status, every_capture)
        with bar("exporting", total) as step:
            tell = None if step is None else lambda done: step(done, total)
            done = app.service.export(file, selection, title, created, tell)
    if as_json:
        skipped = [{"name": one.name, "reason": one.reason} for one in done.skipped]
        print_json({"file": str(file), "articles": done.articles, "captures": done.captures,
                    "skipped": skipped})  # fmt: skip
    else:
        say(f"{file}: {counted(done.articles, 'article')}, {counted(done.captures, 'capture')}")
    for one in done.skipped:
        note(f"left out: {one.name}: {one.reason}")
    raise typer.Exit(int(bool(done.skipped)))
