"""``checker alerts recipients|subscribe|unsubscribe``: who is told of what, and when."""

from typing import Annotated

import typer

from checker.entry.cli.common import Config, Json, application, instant, print_json, rows, say
from checker.errors import TargetError

Address = Annotated[
    str, typer.Argument(help="A mail address, webhook:NAME or channel:NAME.", metavar="ADDRESS")
]


def recipients(config: Config = None, as_json: Json = False) -> None:
    """List who is told of what, how often, and when the next mail goes out."""
    from checker.service.deliver import next_mails
    from checker.stages.cadence import spoken

    with application(config) as app:
        known = app.service.context.recipients()
        silent = [one.address for one in app.service.store.subscriptions() if not one.recipient]
        due = {one.recipient.address.casefold(): one for one in next_mails(app.service.context)}
    if as_json:
        from checker.codec import to_plain

        print_json({"recipients": [to_plain(one) for one in known], "unsubscribed": silent})
        return
    lines: list[tuple[str, ...]] = []
    for one in known:
        scope = [*one.sources, *one.sections, *one.paths, *(str(rule) for rule in one.rules)]
        owned = [f"owner {name}" for name in one.owns]
        waits = due.get(one.address.casefold())
        next_one = f"{instant(waits.at)} ({waits.alerts:,})" if waits else "-"
        zone = f" {one.cadence.zone}" if spoken(one.cadence) != "immediately" else ""
        what = ", ".join([*scope, *owned]) or "all"
        lines.append((one.address, what, one.minimum.value, spoken(one.cadence) + zone, next_one))
    lines += [(address, "nothing", "-", "unsubscribed", "-") for address in silent]
    rows(("ADDRESS", "OF WHAT", "FROM", "WHEN", "NEXT (ALERTS)"), lines)


def subscribe(
    address: Address,
    config: Config = None,
    source: Annotated[list[str] | None, typer.Option(help="Of this source. Repeatable.")] = None,
    section: Annotated[list[str] | None, typer.Option(help="Of this section. Repeatable.")] = None,
    path: Annotated[
        list[str] | None, typer.Option(help="Of addresses with this path, a glob. Repeatable.")
    ] = None,
    rule: Annotated[list[str] | None, typer.Option(help="Of this rule. Repeatable.")] = None,
    owns: Annotated[
        list[str] | None, typer.Option(help="Of articles that name this owner. Repeatable.")
    ] = None,
    minimum: Annotated[str, typer.Option(help="outdated, or warning.")] = "outdated",
    cadence: Annotated[
        str, typer.Option(help="immediately, hourly, daily at 08:00, weekly on Monday at 08:00.")
    ] = "immediately",
    quiet: Annotated[
        str | None, typer.Option(help="Hours without mail: 22:00-07:00.", show_default=False)
    ] = None,
    zone: Annotated[str, typer.Option(help="The time zone of both.")] = "UTC",
    language: Annotated[str, typer.Option(help="Of the mail: de, en, es, fr, ar.")] = "en",
) -> None:
    """Tell somebody from now on; this outranks what the configuration says of the address."""
    from checker.service.subscribing import subscribe as store

    asked = {
        "address": address,
        "sources": source or [],
        "sections": section or [],
        "paths": path or [],
        "rules": rule or [],
        "owns": owns or [],
        "minimum": minimum,
        "cadence": cadence,
        "quiet": quiet,
        "zone": zone,
        "language": language,
    }
    from checker.settings import Known, one_recipient

    with application(config) as app:
        sources = tuple(one.name for one in app.service.context.operation.sources)
        found = one_recipient(asked, Known(sources, app.targets))
        if isinstance(found, list):
            raise TargetError("subscription", "; ".join(found), "Correct it and try again.")
        store(app.service.context, found)
    say(f"{address} is told from now on")


def unsubscribe(address: Address, config: Config = None) -> None:
    """Tell somebody nothing any more, whatever the configuration says; subscribe ends that."""
    from checker.service.subscribing import unsubscribe as store

    with application(config) as app:
        store(app.service.context, address)
    say(f"{address} is told of nothing any more")
