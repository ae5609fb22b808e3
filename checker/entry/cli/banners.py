"""``checker banner``: the notice on flagged copies."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.entry.cli.banner_folders import Change, Where, changed, flag, told, unflag
from checker.entry.cli.common import (
    Config,
    Json,
    SourceName,
    a_web_address,
    application,
    print_json,
    say,
    settings_of,
)
from checker.errors import TargetError
from checker.model import BANNER_LANGUAGES

if TYPE_CHECKING:
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
Jobs = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="With FOLDER: worker processes. Default: one a core; 0: none but this.",
    ),
]


def preview(
    article: Annotated[
        str | None, typer.Argument(help="An article's number or address.", metavar="[ARTICLE]")
    ] = None,
    config: Config = None,
    html: Annotated[bool, typer.Option("--html", help="Print the HTML that a copy gets.")] = False,
    as_json: Json = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Without ARTICLE: every variant, from invented findings.")
    ] = False,
    language: Annotated[
        str | None, typer.Option(help="With --all: in this language only.", metavar="TAG")
    ] = None,
) -> None:
    """Show the banner that an article's copy would bear now, or all that there can be."""
    if (article is None) != everything:
        raise typer.BadParameter("give either ARTICLE or --all")
    if article is None:
        _all(config, language, html=html, as_json=as_json)
        return
    if language is not None:
        raise typer.BadParameter("--language goes with --all")
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


def _all(config: Path | None, language: str | None, *, html: bool, as_json: bool) -> None:
    from checker import wiring
    from checker.codec import to_plain
    from checker.entry.render.gallery import gallery_html, gallery_text
    from checker.stages import banner

    if language is not None and language.partition("-")[0] not in BANNER_LANGUAGES:
        known = ", ".join(BANNER_LANGUAGES)
        raise typer.BadParameter(f"no catalogue for {language!r}; there are {known}")
    tags = (language,) if language is not None else (*BANNER_LANGUAGES, "zh-Hant")
    rules, now = settings_of(config).banner.rules, wiring.SystemClock().now()
    if as_json:
        shown = [one for tag in tags for one in banner.samples(tag, now, rules)]
        print_json([{"variant": one.name, "banner": to_plain(one.banner)} for one in shown])
    else:
        say((gallery_html if html else gallery_text)(tags, now, rules))


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
    jobs: Jobs = None,
) -> None:
    """Bring banners into line with verdicts.

    Without FOLDER: on the copies of adopted sources, where a verdict changed. With FOLDER: audit
    it now, without a database, and flag what is outdated.
    """
    if folder is not None:
        if again or source is not None:
            raise typer.BadParameter("--all and --source go without FOLDER")
        where = Where(folder, _target(folder, output, in_place), config, jobs)
        told(flag(where, offline=offline, base_url=a_web_address(base_url, "--base-url")))
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
    jobs: Jobs = None,
) -> None:
    """Take our banners off again.

    Published copies become byte-identical to the originals. A running daemon, or `banner apply`,
    puts them on again.
    """
    if force and not in_place:
        raise typer.BadParameter("--force goes with FOLDER and --in-place")
    if folder is not None:
        told(unflag(Where(folder, _target(folder, output, in_place), config, jobs, force)))
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
        change = changed(path, sink.remove(Path(path)))
        removed.append(change)
        if change.action == "removed":  # else the next `apply` would take it for still there
            service.store.forget_banner(standing.article.id)
    return removed
