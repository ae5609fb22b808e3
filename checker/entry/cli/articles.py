"""``checker article``: what is watched and what is known of it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from checker.entry.cli.common import (
    ArticleName,
    Config,
    Json,
    SourceName,
    application,
    counted,
    display,
    instant,
    lasting,
    never_compared,
    print_json,
    rows,
    say,
)
from checker.entry.cli.review import said
from checker.model import CheckRecord, Standing, Status

if TYPE_CHECKING:
    from rich.console import Console

_COLUMNS = ("ID", "STATUS", "CHECKED", "NEXT", "WHY", "ADDRESS")


def list_articles(
    config: Config = None,
    source: SourceName = None,
    status: Annotated[
        Status | None, typer.Option(help="Only articles with this verdict.", show_default=False)
    ] = None,
    unlisted: Annotated[
        bool, typer.Option("--unlisted", help="Only those that their source lists no more.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List the watched articles and their verdicts."""
    with application(config) as app:
        if source is not None:
            app.service.source(source)
        standings = tuple(app.service.store.standings(source, status, unlisted=unlisted))
    if as_json:
        print_json([_brief(one) for one in standings])
        return
    rows(
        _COLUMNS,
        [
            (
                str(one.article.id),
                str(_status(one) or "unchecked"),
                instant(one.last_checked_at),
                instant(one.next_check_at),
                _why(one),
                one.article.uri,
            )
            for one in standings
        ],
    )


def show(article: ArticleName, config: Config = None, as_json: Json = False) -> None:
    """Show everything that is known of an article."""
    with application(config) as app:
        number = app.service.article(article).id
        standing = app.service.store.standing(number)
        last = app.service.store.history(number, 1)
        why = app.service.planned(standing)
        when = _when(standing.next_check_at, app.service.context.ports.clock.now())
    if as_json:
        from checker.codec import to_plain

        plain = to_plain(standing)
        if last:
            plain["last_check"] = {
                "outcome": last[0].outcome.value,
                "status": last[0].status,
                "detail": last[0].detail,
            }
        plain["planned"] = why
        print_json(plain)
        return
    display(lambda out: _print_standing(out, standing, last[0] if last else None, f"{when}: {why}"))


def _print_standing(
    out: "Console", standing: Standing, last: CheckRecord | None, planned: str
) -> None:
    from rich.text import Text

    from checker.entry.render.clean import one_line
    from checker.entry.render.columns import print_facts
    from checker.entry.render.table import print_finding

    out.print(Text(one_line(standing.title or standing.article.uri), "bold"))
    print_facts(out, _facts(standing, last, planned))
    for finding in standing.verdict.findings if standing.verdict else ():
        print_finding(out, finding)
    for known in standing.verdict.set_aside if standing.verdict else ():
        out.print(Text(f"    set aside: {known.rule.value}: {one_line(known.message)}", "dim"))


def history(
    article: ArticleName,
    config: Config = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many checks.")] = 20,
    as_json: Json = False,
) -> None:
    """List the checks of an article, newest first."""
    with application(config) as app:
        records = app.service.store.history(app.service.article(article).id, limit)
    if as_json:
        from checker.codec import to_plain

        print_json([to_plain(one) for one in records])
        return
    rows(
        ("CHECKED", "OUTCOME", "HTTP", "STATUS", "DETAIL"),
        [
            (
                instant(one.started_at),
                one.outcome.value,
                str(one.status or "-"),
                str(_status(one.standing) or "-"),
                one.detail,
            )
            for one in records
        ],
    )


def accept(article: ArticleName, config: Config = None) -> None:
    """Make the newest capture the copy.

    The next check compares with that one.
    """
    with application(config) as app:
        memento = app.service.accept(article)
    say(
        f"the capture of {instant(memento.memento_datetime)} UTC is the copy of {memento.uri_r} now"
    )


def _status(standing: Standing) -> Status | None:
    return standing.verdict.status if standing.verdict is not None else None


def _rules(standing: Standing) -> list[str]:
    findings = standing.verdict.findings if standing.verdict is not None else ()
    return [one.rule.value for one in findings]


def _why(standing: Standing) -> str:
    if standing.same_as is not None:
        return f"is article {standing.same_as}, moved"
    return ", ".join(list(dict.fromkeys(_rules(standing)))[:3])


def _brief(standing: Standing) -> dict[str, Any]:
    from checker.codec import to_plain

    return {
        "id": standing.article.id,
        "uri": standing.article.uri,
        "source": standing.article.source,
        "title": standing.title,
        "section": standing.article.section,
        "status": to_plain(_status(standing)),
        "rules": _rules(standing),
        "last_checked_at": to_plain(standing.last_checked_at),
        "next_check_at": to_plain(standing.next_check_at),
        "unlisted_at": to_plain(standing.unlisted_at),
        "same_as": standing.same_as,
    }


def _troubles(standing: Standing) -> list[tuple[str, str]]:
    """What keeps the source from being seen, in the words of the last check."""
    absences = standing.absences
    return [
        (label, f"since {instant(one.since)}, {counted(one.checks, 'check')}: {one.detail}")
        for label, one in (
            ("gone", absences.gone),
            ("replaced", absences.replaced),
            ("blocked", absences.blocked),
            ("unreachable", absences.unreachable),
        )
        if one is not None
    ]


def _verdict(standing: Standing, last: CheckRecord | None) -> str:
    """The verdict; with its reason where no finding gives one."""
    if standing.verdict is None:
        return "unchecked"
    status = standing.verdict.status.value
    if standing.last_compared_at is not None or standing.verdict.findings or last is None:
        return status
    return f"{status}, {never_compared(last)}"


def _policy(standing: Standing) -> str:
    """The policy that applied, and the line of the configuration that chose it."""
    verdict = standing.verdict
    if verdict is None:
        return "-"
    return f"{verdict.policy} ({verdict.policy_line})" if verdict.policy_line else verdict.policy


def _when(due: datetime | None, now: datetime) -> str:
    """``"in 3 days, 2026-11-27 09:12"``."""
    if due is None or due <= now:
        return "now" if due is not None else "not scheduled"
    return f"in {lasting(int((due - now).total_seconds()))}, {instant(due)}"


def _facts(standing: Standing, last: CheckRecord | None, planned: str) -> list[tuple[str, str]]:
    copy = standing.copy
    facts = [
        ("number", str(standing.article.id)),
        ("address", standing.article.uri),
        ("source", standing.article.source),
        ("verdict", _verdict(standing, last)),
        ("policy", _policy(standing)),
        ("checks", f"{standing.checks:,}, {standing.changes:,} with a change"),
        ("checked", instant(standing.last_checked_at)),
        ("next check", planned),
        ("copy", f"of {instant(copy.memento_datetime)}, {copy.locator.path}" if copy else "none"),
    ]
    if last is not None:
        facts.insert(7, ("last check", last.outcome.value + (last.detail and f": {last.detail}")))
    if standing.newest is not None:
        facts.append(("differs since", instant(standing.changed_at)))
    if standing.moved_to is not None:
        facts.append(("moved to", standing.moved_to))
    if standing.same_as is not None:
        facts.append(("is", f"article {standing.same_as}, which moved here and is watched for it"))
    if standing.unlisted_at is not None:
        facts.append(("listed", f"not any more since {instant(standing.unlisted_at)}"))
    facts += _troubles(standing)
    return facts + [said(one) for one in standing.words]
