"""``checker banner``: the notice on flagged copies."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from checker.entry.cli.common import (
    ArticleName,
    Config,
    Json,
    SourceName,
    application,
    note,
    print_json,
    say,
    settings_of,
)
from checker.entry.cli.progress import reading
from checker.errors import TargetError
from checker.model import Skipped

if TYPE_CHECKING:
    from checker.ports import BannerChange
    from checker.service import Service

Folder = Annotated[
    Path | None,
    typer.Argument(help="A folder of copies; needs no database.", metavar="[FOLDER]"),
]
Output = Annotated[
    Path | None,
    typer.Option(help="With FOLDER: write flagged copies below this one.", metavar="FOLDER"),
]
InPlace = Annotated[
    bool,
    typer.Option("--in-place", help="With FOLDER: one removable block inside the copies."),
]


def preview(
    article: ArticleName,
    config: Config = None,
    html: Annotated[bool, typer.Option("--html", help="Print the HTML that a copy gets.")] = False,
    as_json: Json = False,
) -> None:
    """Show the banner that an article's copy would bear now."""
    from checker.stages import banner

    with application(config) as app:
        standing = app.service.store.standing(app.service.article(article).id)
        now = app.service.context.ports.clock.now()
        rules = app.service.context.operation.banner
    if standing.verdict is None or standing.copy_reading is None:
        raise TargetError(f"article {article!r}", "it was not judged yet", "Run `checker check`.")
    uri = standing.article.uri
    notice = banner.compose(standing.verdict, standing.copy_reading, uri=uri, now=now, rules=rules)
    if as_json:
        from checker.codec import to_plain

        fragment = banner.render(notice) if notice is not None else None
        print_json({"uri": uri, "banner": to_plain(notice), "html": fragment})
    elif notice is None:
        say(f"{uri}: {standing.verdict.status}; no banner")
    elif html:
        say(banner.render(notice))
    else:
        link = [f"{notice.link_text}: {notice.link}"] if notice.link is not None else []
        say("\n".join([notice.heading, *notice.sentences, *link]))


def apply(
    folder: Folder = None,
    config: Config = None,
    source: SourceName = None,
    again: Annotated[
        bool, typer.Option("--all", help="Without FOLDER: on every copy, changed verdict or not.")
    ] = False,
    output: Output = None,
    in_place: InPlace = False,
    offline: Annotated[bool, typer.Option("--offline", help="With FOLDER: ask no source.")] = False,
    base_url: Annotated[
        str | None, typer.Option(help="With FOLDER: where its copies came from.")
    ] = None,
) -> None:
    """Bring banners into line with verdicts.

    Without FOLDER: on the copies of adopted sources, where a verdict changed. With FOLDER: audit
    it now, without a database, and flag what is outdated.
    """
    if folder is not None:
        if again or source is not None:
            raise typer.BadParameter("--all and --source go without FOLDER")
        told(_flag(folder, config, _target(folder, output, in_place), offline, base_url))
        return
    _refuse_folder_options(output, in_place)
    if offline or base_url is not None:
        raise typer.BadParameter("--offline and --base-url go with FOLDER")
    with application(config) as app:
        if source is not None:
            app.service.source(source)
        if again:
            for standing in app.service.store.standings(source):
                app.service.store.forget_banner(standing.article.id)
        done = app.service.publish_banners(source)
    told([Change(one.action, one.path, one.detail) for one in done])


def remove(
    folder: Folder = None,
    config: Config = None,
    source: SourceName = None,
    output: Output = None,
    in_place: InPlace = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="With --in-place: take out banners, too, that our key did not sign.",
        ),
    ] = False,
) -> None:
    """Take our banners off again.

    Published copies become byte-identical to the originals. A running daemon, or `banner apply`,
    puts them on again.
    """
    if force and not in_place:
        raise typer.BadParameter("--force goes with FOLDER and --in-place")
    if folder is not None:
        told(_unflag(folder, config, _target(folder, output, in_place), force))
        return
    _refuse_folder_options(output, in_place)
    with application(config) as app:
        if source is not None:
            app.service.source(source)
        told(take_off(app.service, source))


def key(
    config: Config = None,
    rotate: Annotated[
        bool, typer.Option("--rotate", help="Make a new one; those before it stay believed.")
    ] = False,
) -> None:
    """Say which key signs banners.

    Banners that bear its name, or that of a former one, are ours: `apply` replaces them and
    `remove` takes them off. The next `apply --all` signs with the new key.
    """
    from checker import wiring
    from checker.stages.banner import key_name

    settings = settings_of(config)
    keys = wiring.rotate_banner_keys(settings) if rotate else wiring.banner_keys(settings)
    first, *former = (key_name(one) for one in keys.keys)
    say(f"{first}  signs")
    for name in former:
        say(f"{name}  believed")


class Change(NamedTuple):
    """What became of one copy, for a line of output."""

    action: str
    path: str
    detail: str


def _changed(path: str, change: "BannerChange | Skipped") -> Change:
    if isinstance(change, Skipped):
        return Change("skipped", path, change.reason)
    return Change(change.action, change.path, change.detail)


def told(done: list[Change]) -> None:
    """One line per copy that changed or was left out; exit code 1 if any was left out."""
    for one in done:
        line = f"{one.action}  {one.path}{f'  {one.detail}' if one.detail else ''}"
        if one.action == "skipped":
            note(line)
        elif one.action != "unchanged":
            say(line)
    skipped = sum(one.action == "skipped" for one in done)
    note(f"{len(done):,} looked at, {skipped:,} skipped")
    if skipped:
        raise typer.Exit(1)


def _target(folder: Path, output: Path | None, in_place: bool) -> Path | None:
    """Where flagged forms of *folder*'s copies go; None is into the copies themselves."""
    if (output is None) != in_place:
        raise typer.BadParameter("with FOLDER give --output FOLDER or --in-place")
    if not folder.is_dir():
        raise TargetError(str(folder), "there is no such folder", "Name a folder of copies.")
    return output


def _refuse_folder_options(output: Path | None, in_place: bool) -> None:
    if output is not None or in_place:
        remedy = "the configuration says where the copies of sources go"
        raise typer.BadParameter(f"--output and --in-place go with FOLDER; {remedy}")


def _flag(
    folder: Path, config: Path | None, output: Path | None, offline: bool, base_url: str | None
) -> list[Change]:
    """Audit *folder* and bring each copy's banner into line with its verdict."""
    from checker import wiring
    from checker.service import AuditOptions
    from checker.stages import banner

    settings = settings_of(config)
    with wiring.auditor(settings) as auditor, reading() as progress:
        options = AuditOptions(offline=offline, base_url=base_url, progress=progress)
        report = auditor.audit([str(folder)], options)
    sink = wiring.banner_sink(folder, output, wiring.banner_keys(settings))
    done = [Change("skipped", one.name, one.reason) for one in report.skipped]
    for item in report.items:
        notice = banner.compose(
            item.verdict,
            item.reading,
            uri=item.uri,
            now=report.as_of,
            rules=settings.banner.rules,
        )
        path = Path(item.name)
        change = (
            sink.remove(path) if notice is None else sink.apply(path, notice, banner.render(notice))
        )
        done.append(_changed(item.name, change))
    return done


def _unflag(folder: Path, config: Path | None, output: Path | None, force: bool) -> list[Change]:
    from checker import wiring

    settings = settings_of(config)
    keys = wiring.banner_keys(settings, make=False)
    sink = wiring.banner_sink(folder, output, keys, force=force)
    with wiring.auditor(settings) as auditor:
        names = [one.name for one in auditor.shelf.open(folder, None)]
    return [_changed(name, sink.remove(Path(name))) for name in names]


def take_off(service: "Service", source: str | None) -> list[Change]:
    """Take the banners off the copies of *source*, or of all, wherever they can be had."""
    sink_of = service.context.ports.sink
    sinks = {one.name: sink_of(one) for one in service.context.operation.sources}
    removed: list[Change] = []
    for standing in service.store.standings(source):
        sink, copy = sinks.get(standing.article.source), standing.copy
        if sink is None or copy is None or copy.locator.offset is not None:
            continue
        path = copy.locator.path
        change = _changed(path, sink.remove(Path(path)))
        removed.append(change)
        if change.action == "removed":  # else the next `apply` would take it for still there
            service.store.forget_banner(standing.article.id)
    return removed
