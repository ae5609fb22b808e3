"""What the commands share: options, output, the application."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from checker.errors import TargetError

if TYPE_CHECKING:  # these cost what help must not cost
    from rich.console import Console

    from checker.model import CheckRecord
    from checker.settings import Settings
    from checker.wiring import Application

UNUSABLE = 2  # the exit code where what was given can't be worked with

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="The configuration file. Default: CHECKER_CONFIG, config/checker.toml, checker.toml.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
SourceName = Annotated[
    str | None, typer.Option("--source", help="Only articles of this source.", show_default=False)
]
ArticleName = Annotated[
    str, typer.Argument(help="An article's number or address.", metavar="ARTICLE")
]


def settings_of(config: Path | None) -> "Settings":
    """The configuration; its warnings go to stderr. Raises ConfigError."""
    from checker.settings import load

    settings = load(config, os.environ)
    for warning in settings.warnings:
        note(f"warning: {warning}")
    return settings


@contextmanager
def application(config: Path | None) -> Iterator["Application"]:
    """The application over the configured store, with the configured sources made known to it."""
    from checker import wiring

    settings = settings_of(config)
    with wiring.build(settings) as app:
        # Without a file nothing is configured, which takes nothing away. And who only looks should
        # not wait for a writer: only what changed is written.
        if settings.file is not None and app.store.sources() != settings.sources:
            app.service.know_sources()
        yield app


def console(*, stderr: bool = False) -> "Console":
    """A console without markup in what it prints; colours are the terminal's and NO_COLOR's."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, highlight=False, markup=False, emoji=False)


def say(text: str) -> None:
    """Print lines to stdout; whatever they quote is cleaned."""
    from checker.entry.render.clean import clean

    sys.stdout.write(f"{clean(text)}\n")


def note(text: str) -> None:
    """Print a remark to stderr, where it does not get into anybody's pipe."""
    from checker.entry.render.clean import clean

    sys.stderr.write(f"{clean(text)}\n")


def print_json(data: Any) -> None:
    """Print JSON, ASCII only."""
    sys.stdout.write(json.dumps(data, indent=2) + "\n")


def rows(header: tuple[str, ...], lines: list[tuple[str, ...]]) -> None:
    """Print a table without lines, cut to the terminal's width where it is one."""
    from checker.entry.render.columns import print_rows

    display(lambda out: print_rows(out, header, lines), width=10_000)


def display(show: Callable[["Console"], None], width: int = 100) -> None:
    """Let *show* print to the terminal; a pipe gets it plain, *width* columns wide."""
    out = console()
    if out.is_terminal:
        show(out)
    else:
        sys.stdout.write(plain_text(show, width))


def plain_text(show: Callable[["Console"], None], width: int = 100) -> str:
    """What *show* prints, without colours and trailing blanks."""
    import io

    from rich.console import Console

    out = io.StringIO()
    show(Console(file=out, width=width, color_system=None, highlight=False))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def counted(number: int, noun: str) -> str:
    """``"1 source"``, ``"2 sources"``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def lasting(seconds: int) -> str:
    """For people, in the largest unit that fits: ``"40 seconds"``, ``"3 hours"``, ``"245 days"``."""
    for size, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return counted(seconds // size, noun)
    return counted(seconds, "second")


def a_day(text: str) -> date:
    """``2027-06-30`` as a date. Raises typer.BadParameter."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it as 2027-06-30") from None


def an_instant(text: str) -> datetime:
    """A day (its start, UTC) or an ISO 8601 instant with its zone. Raises typer.BadParameter."""
    try:
        if len(text) == len("2027-06-30"):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        instant = datetime.fromisoformat(text)
    except ValueError:
        how = "write 2027-06-30 or 2027-06-30T12:00:00Z"
        raise typer.BadParameter(f"{text!r} is no date; {how}") from None
    if instant.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no time zone; add Z for UTC")
    return instant.astimezone(UTC)


def a_web_address(text: str | None, option: str) -> str | None:
    """An http(s) address. Raises typer.BadParameter."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text or "https://nothing.example")
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise typer.BadParameter(f"{option}: {text!r} is no address; write https://example.org/")
    return text


def write_file(path: Path, text: str) -> None:
    """Write *path* at once. Raises TargetError."""
    from checker.settings import write

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, text)
    except OSError as error:
        remedy = "Name a file in a folder that can be written to."
        raise TargetError(str(path), error.strerror or str(error), remedy) from error


def never_compared(last: "CheckRecord") -> str:
    """Why there is nothing to judge by, in the words of the last check."""
    return f"never compared: {last.detail or last.outcome.value}"


def instant(moment: datetime | None) -> str:
    """For people: ``2026-11-24 06:30``; a dash for never."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment is not None else "-"
