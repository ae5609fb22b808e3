"""``checker diff``: what changed between two versions, wherever they lie."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.entry.cli.common import (
    Config,
    Json,
    an_instant,
    application,
    display,
    note,
    plain_text,
    print_json,
    settings_of,
    write_file,
)

if TYPE_CHECKING:
    from checker.entry.render.differences import Diff

_DAY = len("2027-06-30")


def diff(
    old: Annotated[
        str,
        typer.Argument(
            help="A file, URL, folder or WARC; or, without NEW, a watched article.",
            metavar="OLD|ARTICLE",
        ),
    ],
    new: Annotated[
        str | None,
        typer.Argument(
            help="A file, URL, folder or WARC. Without it: two captures of the article.",
            metavar="[NEW]",
            show_default=False,
        ),
    ] = None,
    config: Config = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="The article as captured by then. Default: its copy.",
            metavar="DATE",
            show_default=False,
        ),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="The article as captured by then. Default: its newest capture.",
            metavar="DATE",
            show_default=False,
        ),
    ] = None,
    html: Annotated[
        bool, typer.Option("--html", help="A web page with both versions side by side.")
    ] = False,
    inline: Annotated[
        bool, typer.Option("--inline", help="A web page with both versions in one text.")
    ] = False,
    as_json: Json = False,
    output: Annotated[
        Path | None,
        typer.Option(help="Write there instead.", metavar="FILE", show_default=False),
    ] = None,
) -> None:
    """Show what changed between two versions.

    Of two folders or WARC files, page by page: of an address in both, the newest captures.
    """
    if sum((html or inline, as_json)) > 1:
        raise typer.BadParameter("choose one of --json and --html or --inline")
    if new is not None and (start or end):
        raise typer.BadParameter("--from and --to go with an article, without NEW")
    found = _article(old, start, end, config) if new is None else _two(old, new, config)
    for one in found.skipped:
        note(f"skipped: {one.name}: {one.reason}")
    if html or inline:
        _deliver(_page(found, inline=inline), output)
    elif as_json and output is None:
        from checker.entry.cli.difference import diff_data

        print_json(diff_data(found))
    else:
        _print(found, output, as_json=as_json)


def _two(old: str, new: str, config: Path | None) -> "Diff":
    from checker import wiring
    from checker.entry.cli.versions import between

    with wiring.auditor(settings_of(config)) as auditor:
        return between(auditor, old, new)


def _article(name: str, start: str | None, end: str | None, config: Path | None) -> "Diff":
    from checker.entry.cli.versions import captures

    with application(config) as app:
        return captures(app.service, name, _by(start), _by(end))


def _by(text: str | None) -> datetime | None:
    """An instant; of a day its last moment. Raises typer.BadParameter."""
    if text is None:
        return None
    moment = an_instant(text)
    return moment + timedelta(days=1, microseconds=-1) if len(text) == _DAY else moment


def _page(found: "Diff", *, inline: bool) -> str:
    import checker
    from checker.entry.render.diff_html import to_html

    return to_html(found, f"archive-checker {checker.__version__}", inline=inline)


def _print(found: "Diff", output: Path | None, *, as_json: bool) -> None:
    import json

    from checker.entry.cli.difference import diff_data, print_diff

    if as_json:
        _deliver(json.dumps(diff_data(found), indent=2) + "\n", output)
    elif output is None:
        display(lambda out: print_diff(out, found))
    else:
        _deliver(plain_text(lambda out: print_diff(out, found)), output)


def _deliver(text: str, output: Path | None) -> None:
    if output is None:
        import sys

        sys.stdout.write(text)
    else:
        write_file(output, text)
        note(f"wrote {output}")
