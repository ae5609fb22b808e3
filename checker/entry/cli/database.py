"""``checker db``: the database."""

from pathlib import Path
from typing import Annotated

import typer

from checker.entry.cli.common import Config, application, say


def upgrade(config: Config = None) -> None:
    """Bring the database to this program's version.

    Every start does it, too; this also tests the whole file.
    """
    with application(config) as app:
        problems = app.store.check()
    for problem in problems:
        say(problem)
    if problems:
        raise typer.Exit(1)
    say("the database is of this program's version and sound")


def tidy(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    config: Config = None,
) -> None:
    """Thin out old checks that say nothing new.

    The daemon does it once a day, as `store.keep_checks` and `store.thin_to` say. Changes, captures,
    verdicts and what alerts rest on are kept for good.
    """
    with application(config) as app:
        app.service.know_sources()
        done = app.service.tidy(dry_run=dry_run)
        free = app.store.reusable_bytes()
    went = "would go" if dry_run else "are gone"
    say(f"{done.removed:,} of {done.looked_at:,} old checks {went}")
    if free is not None:
        say(f"{free:,} bytes of the file are free and filled before it grows; a backup is compact")


def backup(
    file: Annotated[Path, typer.Argument(help="The copy; must not exist.", metavar="FILE")],
    config: Config = None,
) -> None:
    """Copy the database while the daemon goes on."""
    with application(config) as app:
        app.store.backup(file)
    say(f"wrote {file}")
