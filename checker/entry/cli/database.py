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


def backup(
    file: Annotated[Path, typer.Argument(help="The copy; must not exist.", metavar="FILE")],
    config: Config = None,
) -> None:
    """Copy the database while the daemon goes on."""
    with application(config) as app:
        app.store.backup(file)
    say(f"wrote {file}")
