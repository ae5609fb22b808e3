"""``checker source``: where articles are found."""

import os
import shlex
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from checker.entry.cli.banner_folders import Change, told
from checker.entry.cli.banners import take_off
from checker.entry.cli.common import (
    Config,
    Json,
    application,
    note,
    print_json,
    rows,
    say,
    settings_of,
    write_file,
)
from checker.entry.cli.progress import bar
from checker.errors import CheckerError, ConfigError
from checker.model import Adoption, Source

if TYPE_CHECKING:
    from checker.service import Discovered
    from checker.settings import Settings

_DAEMON = "a running daemon takes it up within a minute"

Names = Annotated[
    list[str] | None,
    typer.Argument(help="The sources; none means all.", metavar="[NAME]", show_default=False),
]
Name = Annotated[str, typer.Argument(help="The source's name.", metavar="NAME")]


def add(
    name: Name,
    config: Config = None,
    feed: Annotated[str | None, typer.Option(help="URL of an RSS or Atom feed.")] = None,
    sitemap: Annotated[str | None, typer.Option(help="URL of a sitemap or its index.")] = None,
    url_list: Annotated[
        Path | None, typer.Option("--list", help="A file of URLs, one a line.")
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="A folder of HTML copies.")] = None,
    warc: Annotated[Path | None, typer.Option(help="A WARC file.")] = None,
    wordpress: Annotated[
        str | None, typer.Option(help="URL of a WordPress site, or of its list of posts.")
    ] = None,
    cdx: Annotated[str | None, typer.Option(help="URL of a CDX server's answer.")] = None,
    timemap: Annotated[str | None, typer.Option(help="URL of a TimeMap.")] = None,
    copies: Annotated[
        Path | None, typer.Option(help="The folder or WARC file that holds the copies.")
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(help="Where copies came from that do not say so themselves.")
    ] = None,
    adoption: Annotated[
        Adoption | None, typer.Option(help="Whether first verdicts wait for `source adopt`.")
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOST:PORT|CIDR", help="A private address that it may reach. Repeatable."
        ),
    ] = None,
    policy: Annotated[str | None, typer.Option(help="The policy of all its articles.")] = None,
    section: Annotated[str | None, typer.Option(help="For articles that state none.")] = None,
    recipient: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="Who is told, instead of everybody. Repeatable."),
    ] = None,
) -> None:
    """Add a source to the configuration file; its comments stay."""
    from checker.settings import add_source, root_of

    path = _file(config)
    root = root_of(path)
    keys: dict[str, Any] = {
        "name": name,
        "feed": feed,
        "sitemap": sitemap,
        "list": _from_root(url_list, root),
        "folder": _from_root(folder, root),
        "warc": _from_root(warc, root),
        "wordpress": wordpress,
        "cdx": cdx,
        "timemap": timemap,
        "copies": _from_root(copies, root),
        "base_url": base_url,
        "adoption": adoption.value if adoption is not None else None,
        "allow": allow or None,
        "policy": policy,
        "section": section,
        "recipients": recipient or None,
    }
    given = {key: value for key, value in keys.items() if value is not None}
    _replace(path, add_source(_read(path), given))
    say(f"added {name} to {path}; `checker source sync {name}` looks into it now; {_DAEMON}")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store knows of a source."""

    articles: int
    unlisted: int
    adopted_at: datetime | None
    pushed_until: datetime | None


def list_sources(config: Config = None, as_json: Json = False) -> None:
    """List the configured sources."""
    from checker.codec import to_plain

    with application(config) as app:
        sources, store = app.service.context.operation.sources, app.service.store
        now = app.service.context.ports.clock.now()
        counts = store.article_counts()
        pushed = {one.source: one.lease_until for one in store.pushes()}
        known = [
            _Known(*counts.get(one.name, (0, 0)), store.adopted_at(one.name), pushed.get(one.name))
            for one in sources
        ]
    if as_json:
        both = zip(sources, known, strict=True)
        print_json([to_plain(one) | to_plain(more) for one, more in both])
        return
    head = ("NAME", "KIND", "ARTICLES", "UNLISTED", "ADOPTED", "LOCATION", "COPIES")
    rows(head, [_row(one, more, now) for one, more in zip(sources, known, strict=True)])


def _row(source: Source, known: _Known, now: datetime) -> tuple[str, ...]:
    kind = source.kind.value
    if not source.enabled:
        kind = f"{kind} (off)"
    elif known.pushed_until is not None and known.pushed_until > now:
        kind = f"{kind}, pushed"
    adopted = f"{known.adopted_at:%Y-%m-%d}" if known.adopted_at else "not yet"
    counts = [f"{number:,}" if number else "-" for number in (known.articles, known.unlisted)]
    return source.name, kind, *counts, adopted, source.location, source.copies or "-"


def remove(
    name: Name,
    config: Config = None,
    keep_banners: Annotated[
        bool, typer.Option("--keep-banners", help="Leave them; print how to take them off.")
    ] = False,
) -> None:
    """Remove a source from the configuration file, and its banners.

    What is known of its articles stays, unscheduled. Its copies become what they were.
    """
    from checker.settings import remove_source

    path = _file(config)
    before = settings_of(config)
    _replace(path, remove_source(_read(path), name))
    say(f"removed {name} from {path}; {_DAEMON}")
    by_hand = _taking_off(before, name)
    if by_hand is None:
        return
    if keep_banners:
        say(f"its banners stay; this takes them off:\n  {by_hand}")
        return
    try:
        done = _take_off(before, config, name)
    except CheckerError as error:
        remedy = f"Then take them off by `{by_hand}`."
        raise CheckerError(f"banners of {name}", str(error), remedy) from error
    if done:
        told(done)


def _taking_off(settings: "Settings", name: str) -> str | None:
    """The command that takes a source's banners off; None if its copies can bear none."""
    from checker import wiring

    source = next((one for one in settings.sources if one.name == name), None)
    place = wiring.published(settings, source) if source is not None else None
    if place is None:
        return None
    copies, output = place
    words = ["checker", "banner", "remove", str(copies)]
    words += ["--in-place"] if output is None else ["--output", str(output)]
    return shlex.join(words)


def _take_off(before: "Settings", config: Path | None, name: str) -> "list[Change]":
    """By the configuration as it was; the store first gets that of now, so that a daemon that has
    not read it yet puts nothing on again."""
    from checker import wiring

    with wiring.build(before) as app:
        app.store.put_sources(settings_of(config).sources, app.service.context.ports.clock.now())
        return [one for one in take_off(app.service, name) if one.action != "unchanged"]


def sync(names: Names = None, config: Config = None) -> None:
    """Look into the sources for new articles and copies."""
    with application(config) as app:
        chosen = names or [one.name for one in app.service.context.operation.sources]
        found: list[Discovered] = []
        with bar("looking", len(chosen)) as step:
            for number, one in enumerate(chosen, start=1):
                found += app.service.discover([one])
                if step is not None:
                    step(number, len(chosen))
    for looked in found:
        say(f"{looked.source}: {_gave(looked)}")
        for problem in looked.problems:
            note(f"  {problem}")
    if found and all(one.problems and not one.found for one in found):
        raise typer.Exit(2)


def _gave(looked: "Discovered") -> str:
    if looked.unchanged and not (looked.found or looked.removed or looked.problems):
        return "nothing has changed since the last look"
    told = f"{looked.found:,} articles, {looked.new:,} new, {looked.hinted:,} hinted"
    return told + (f", {looked.removed:,} no longer listed" if looked.removed else "")


def adopt(
    name: Name,
    config: Config = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be flagged.")
    ] = False,
) -> None:
    """Confirm first verdicts: banners and alerts start."""
    with application(config) as app:
        report = app.service.adoption_report(name) if dry_run else app.service.adopt(name)
    say(report.rstrip())
    if dry_run:
        say("\nNothing was changed. Without --dry-run banners and alerts start.")
    else:
        say(f"\n{name} is adopted: banners and alerts start; a report goes to its recipients.")


def _file(config: Path | None) -> Path:
    from checker.settings import find

    path = find(config, os.environ)
    if path is None:
        cause = "there is none here"
        raise CheckerError("configuration file", cause, "`checker init` writes one.")
    return path


def _read(path: Path) -> str:
    """The file's text with its line ends as they are; that it is TOML is checked on the way."""
    from checker.settings import load

    load(path, {})
    with path.open(encoding="utf-8-sig", newline="") as file:
        return file.read()


def _replace(path: Path, text: str) -> None:
    """Write *text* to *path*, but only if it is a valid configuration."""
    from checker.settings import load

    candidate = path.with_name(f".{path.name}.new")
    write_file(candidate, text)
    try:
        load(candidate, {})
    except ConfigError as error:
        problems = [one.replace(str(candidate), str(path)) for one in error.problems]
        raise ConfigError(problems) from error
    finally:
        candidate.unlink(missing_ok=True)
    write_file(path, text)


def _from_root(path: Path | None, root: Path) -> str | None:
    """A path as typed here, written as the file means it: relative to the project folder."""
    if path is None:
        return None
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 — resolve() would follow links
    return str(absolute.relative_to(root)) if absolute.is_relative_to(root) else str(absolute)
