"""``checker banner``: the notice on flagged copies."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.entry.cli.common import (
    ArticleName,
    Config,
    SourceName,
    application,
    note,
    say,
)
from checker.errors import TargetError
from checker.model import Skipped

if TYPE_CHECKING:
    from checker.ports import BannerChange
    from checker.service import Service


def preview(
    article: ArticleName,
    config: Config = None,
    html: Annotated[bool, typer.Option("--html", help="Print the HTML that a copy gets.")] = False,
) -> None:
    """Show the banner that an article's copy would bear now."""
    from checker.stages import banner

    with application(config) as app:
        standing = app.service.store.standing(app.service.article(article).id)
        now = app.service.context.ports.clock.now()
    if standing.verdict is None or standing.copy_reading is None:
        raise TargetError(f"article {article!r}", "it was not judged yet", "Run `checker check`.")
    uri = standing.article.uri
    notice = banner.compose(standing.verdict, standing.copy_reading, uri=uri, now=now)
    if notice is None:
        say(f"{uri}: {standing.verdict.status}; no banner")
    elif html:
        say(banner.render(notice))
    else:
        link = [f"{notice.link_text}: {notice.link}"] if notice.link is not None else []
        say("\n".join([notice.heading, *notice.sentences, *link]))


def apply(config: Config = None, source: SourceName = None) -> None:
    """Bring banners into line with verdicts.

    Only copies of adopted sources bear banners.
    """
    with application(config) as app:
        if source is not None:
            app.service.source(source)
        done = app.service.publish_banners(source)
    for one in done:
        say(f"{one.action}  {one.path}{f'  {one.detail}' if one.detail else ''}")
    skipped = sum(one.action == "skipped" for one in done)
    note(f"{len(done):,} looked at, {skipped:,} skipped")
    if skipped:
        raise typer.Exit(1)


def remove(config: Config = None, source: SourceName = None) -> None:
    """Take our banners off again.

    Published copies become byte-identical to the originals.
    """
    with application(config) as app:
        if source is not None:
            app.service.source(source)
        done = list(_removed(app.service, source))
    for path, change in done:
        if isinstance(change, Skipped):
            note(f"skipped  {path}  {change.reason}")
        elif change.action != "unchanged":
            say(f"{change.action}  {change.path}")
    if any(isinstance(change, Skipped) for _, change in done):
        raise typer.Exit(1)


def _removed(service: "Service", source: str | None) -> "list[tuple[Path, BannerChange | Skipped]]":
    sink_of = service.context.ports.sink
    sinks = {one.name: sink_of(one) for one in service.context.operation.sources}
    removed: list[tuple[Path, BannerChange | Skipped]] = []
    for standing in service.store.standings(source):
        sink, copy = sinks.get(standing.article.source), standing.copy
        if sink is None or copy is None or copy.locator.offset is not None:
            continue
        path = Path(copy.locator.path)
        removed.append((path, sink.remove(path)))
    return removed
