"""``checker demo`` and ``checker init``: the first minutes."""

from pathlib import Path
from typing import Annotated

import typer

from checker.entry.cli.common import console, say, write_file
from checker.errors import CheckerError


def demo(
    folder: Annotated[
        Path | None,
        typer.Option(help="Where everything is kept; must be new. Default: checker-demo."),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the newsroom up at the end, until Ctrl-C.")
    ] = False,
    pace: Annotated[
        float, typer.Option(min=0, max=60, help="Seconds to pause after each eventful day.")
    ] = 0.0,
) -> None:
    """Watch a small news site being edited.

    Its archive is checked while its editors correct, rewrite and remove: see the flags and why,
    the banners on the copies and the mails. No network is needed; a folder is left to look at.
    """
    from checker.entry.demo import run

    run(folder or _unused(Path("checker-demo")), console(), keep=keep, pace=pace)


def _unused(wanted: Path) -> Path:
    """*wanted*, or the first of ``wanted-2``, ``wanted-3`` … that is not there."""
    number, path = 1, wanted
    while path.exists():
        number += 1
        path = wanted.with_name(f"{wanted.name}-{number}")
    return path


def init(
    folder: Annotated[
        Path, typer.Argument(help="The project folder.", metavar="[FOLDER]")
    ] = Path(),
    feed: Annotated[
        str | None, typer.Option(help="Watch this feed instead of the sample newsroom.")
    ] = None,
    copies: Annotated[
        Path | None, typer.Option(help="The folder or WARC file with your copies.")
    ] = None,
    recipient: Annotated[str | None, typer.Option(help="The mail address that is told.")] = None,
) -> None:
    """Write a commented configuration.

    config/checker.toml and config/policies.toml, as shipped or with what the options say.
    """
    from checker.data import text
    from checker.settings import load

    target = folder / "config" / "checker.toml"
    policies = target.with_name("policies.toml")
    for path in (target, policies):
        if path.exists():
            cause = "it is there already and is not overwritten"
            raise CheckerError(str(path), cause, "Edit it, or name another folder.")
    if copies is not None and feed is None:
        raise typer.BadParameter("--copies goes with --feed")
    write_file(policies, text("templates/config/policies.toml"))
    write_file(
        target, _configuration(text("templates/config/checker.toml"), feed, copies, recipient)
    )
    try:
        load(target, {})
    except CheckerError:
        target.unlink()
        policies.unlink()
        raise
    say(f"wrote {target} and {policies}; `checker run -c {target}` starts the daemon")


def _configuration(text: str, feed: str | None, copies: Path | None, recipient: str | None) -> str:
    """The shipped file with what the user gave in the places that its comments name."""
    if feed is not None:
        text = _replaced(text, "feed", feed)
        text = _replaced(text, "copies", str(copies.absolute()) if copies is not None else None)
    return _replaced(text, "address", recipient) if recipient is not None else text


def _replaced(text: str, key: str, value: str | None) -> str:
    from checker.settings import quoted

    lines = text.splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.startswith(f"{key} = "))
    lines[at] = f"{key} = {quoted(value)}\n" if value is not None else f'# {key} = "…"\n'
    return "".join(lines)
