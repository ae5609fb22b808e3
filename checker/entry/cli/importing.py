"""``checker archive import``: captures of other programs taken in."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.entry.cli.common import (
    UNUSABLE,
    Config,
    Json,
    application,
    counted,
    note,
    print_json,
    say,
)
from checker.entry.cli.progress import counting

if TYPE_CHECKING:
    from checker.model import Skipped
    from checker.ports import Offer
    from checker.service import TakenIn


def take_in(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="WARC, ARC or WACZ files, folders of them, of pages, or of ArchiveBox.",
            metavar="PATH",
        ),
    ],
    config: Config = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            help="Add articles that are not watched yet to this source. Default: captures of "
            "watched articles only.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only report what would be taken in.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 2 if anything could not be read.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take in captures that others made, with their dates and addresses.

    What is known already is passed over: after a stop, call it again. Nothing is fetched.
    """
    from checker import wiring
    from checker.service import Intake

    skipped: list[Skipped] = []
    with application(config) as app, counting("looked at") as step:
        offers: Iterator[Offer | Skipped] = chain.from_iterable(
            [wiring.bring(path, app.service.context.ports.clock) for path in paths]
        )
        whose = app.service.source(source) if source is not None else None
        tell = skipped.append if as_json else _tell
        done = app.service.take_in(offers, Intake(tell, whose, dry_run, step))
    if as_json:
        left_out = [{"name": one.name, "reason": one.reason} for one in skipped]
        print_json({**asdict(done), "dry_run": dry_run, "left_out": left_out})
    else:
        say(_summary(done, dry_run=dry_run))
    raise typer.Exit(UNUSABLE if strict and done.skipped else 0)


def _tell(one: "Skipped") -> None:
    note(f"left out: {one.name}: {one.reason}")


def _summary(done: "TakenIn", *, dry_run: bool) -> str:
    """One line of counts."""
    would = "would be taken in" if dry_run else "taken in"
    parts = [
        f"{counted(done.captures, 'capture')} {would}",
        counted(done.new_articles, "new article"),
        f"{counted(done.copies, 'capture')} {'would become' if dry_run else 'became'} the copy",
        f"{done.known:,} known already",
        f"{done.unwatched:,} of no watched article",
        f"{done.skipped:,} unreadable",
    ]
    return ", ".join(part for part in parts if not part.startswith("0 ") or part == parts[0])
