"""``checker check`` and ``checker run``: one pass now, or for good."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from checker.entry.cli.common import (
    Config,
    SourceName,
    application,
    counted,
    note,
    say,
    settings_of,
)
from checker.entry.cli.progress import bar, reading

if TYPE_CHECKING:
    from checker.service import Checked


def check(
    articles: Annotated[
        list[str] | None,
        typer.Argument(help="Numbers or addresses.", metavar="[ARTICLE]", show_default=False),
    ] = None,
    config: Config = None,
    due: Annotated[bool, typer.Option("--due", help="What is due now (the default).")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Everything, due or not.")] = False,
    source: SourceName = None,
) -> None:
    """Check articles now and record what is seen.

    Banners and mail are commands of their own: `banner apply`, `alerts send`.
    """
    if sum((bool(articles), due, everything)) > 1:
        raise typer.BadParameter("name articles, or --due, or --all")
    if source is not None and not everything:
        raise typer.BadParameter("--source goes with --all")
    with application(config) as app:
        service = app.service
        if articles or everything:
            if source is not None:
                service.source(source)
            named = [service.article(one).id for one in articles or ()]
            found = named or service.store.article_ids(source)
            with bar("checking", len(found)) as step:
                done = service.check(found, step)
            if done.total < len(found):
                note(f"{len(found) - done.total:,} are held by another process and were left out")
        else:
            with reading() as tell:
                if tell is not None:
                    tell("what is due", 0.0)
                done = service.check_due()
        counts = service.status()
    _tell(done, counts)


def _tell(done: "Checked", counts: Mapping[str, int]) -> None:
    from checker.entry.render.clean import one_line  # the package costs what help must not cost

    outcomes = ", ".join(f"{count:,} {outcome.value}" for outcome, count in done.outcomes)
    say(f"{done.total:,} checked{': ' if outcomes else ''}{outcomes}")
    for said, number in done.troubles:
        note(f"  {number:,} {one_line(said, 200)}")
    say(
        f"{counts['outdated']:,} outdated, {counts['undetermined']:,} undetermined, "
        f"{counts['current']:,} current; {counted(done.alerts, 'new alert')}"
    )


def run(config: Config = None) -> None:
    """Run the daemon until SIGTERM or Ctrl-C.

    It looks into the sources, checks what is due, publishes banners and delivers mail.
    """
    from checker.entry.logs import to_stderr
    from checker.entry.serving import serve

    settings = settings_of(config)
    to_stderr(settings.log)
    serve(settings)


def worker(config: Config = None) -> None:
    """Take checks from the queue until SIGTERM or Ctrl-C.

    For further machines at one PostgreSQL store; `checker run` leads and works, too. Copies and
    archive must lie where all of them reach them.
    """
    import threading

    from checker.entry.logs import to_stderr
    from checker.entry.serving import work

    settings = settings_of(config)
    to_stderr(settings.log)
    work(settings, threading.Event())


def serve(
    config: Config = None,
    listen: Annotated[
        str | None,
        typer.Option(help="host:port instead of [web] listen.", show_default=False),
    ] = None,
) -> None:
    """Serve notices over HTTP until SIGTERM or Ctrl-C.

    The status API, banner.js and /healthz, from a store that another process keeps. `checker run`
    does this by itself where [web] listen is set.
    """
    import threading

    from checker.entry.logs import to_stderr
    from checker.entry.serving import serve_notices

    settings = settings_of(config)
    place = listen or settings.web.listen or "127.0.0.1:8907"
    if not place.rpartition(":")[2].isdigit():
        raise typer.BadParameter(f"{place!r} is no host:port", param_hint="--listen")
    to_stderr(settings.log)
    serve_notices(settings, place, threading.Event())
