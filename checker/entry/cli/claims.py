"""``checker claims``: what a page says of times to come, and which of those times have passed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from checker.entry.cli.common import (
    Config,
    Json,
    a_day,
    an_instant,
    display,
    print_json,
    settings_of,
)
from checker.model import Claim, ClaimRule

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


def claims(
    target: Annotated[str, typer.Argument(help="A file or a URL.", metavar="FILE|URL")],
    as_of: Annotated[
        str | None, typer.Option(help="What has passed by this day or instant, instead of now.")
    ] = None,
    anchor: Annotated[
        str | None,
        typer.Option(help="The day it was written, instead of the one that the page states."),
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show what a page says of times to come.

    A window that has passed is a lapsed claim; one that has not will be.
    """
    from checker import wiring
    from checker.entry.cli.versions import page
    from checker.entry.render.json_report import claim_data
    from checker.stages.claims import Anchor, anchor_of
    from checker.stages.claims import claims as find

    now = an_instant(as_of) if as_of is not None else datetime.now(UTC)
    given = Anchor(a_day(anchor), "given by --anchor") if anchor is not None else None
    with wiring.auditor(settings_of(config)) as auditor:
        version = page(auditor, target)
    stamp = version.dates.published or version.dates.modified
    found = find(version.text, given or anchor_of(stamp))
    if as_json:
        print_json([{**claim_data(one), "lapsed": _lapsed(one, now)} for one in found])
    else:
        display(lambda out: _print(out, found, now))


def _lapsed(claim: Claim, now: datetime) -> bool:
    return claim.latest is not None and claim.latest < now


def _print(out: "Console", found: Sequence[Claim], now: datetime) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from checker.entry.render.clean import one_line

    if not found:
        out.print(Text("Nothing here speaks of times to come."))
    for claim in found:
        out.print(_heading(claim, now))
        out.print(Padding(Text(f"“{one_line(claim.quote, 400)}”", style="italic"), (0, 0, 0, 2)))


def _heading(claim: Claim, now: datetime) -> "Text":
    from rich.text import Text

    from checker.entry.render.clean import one_line

    words = f"“{one_line(claim.words, 60)}”"
    if claim.latest is None or claim.earliest is None:
        said = "no time" if claim.rule is ClaimRule.PROMISE else "nothing tells which time"
        return Text.assemble((claim.rule.value, "cyan"), f"  {words}: {said}")
    first, last = claim.earliest.date().isoformat(), claim.latest.date().isoformat()
    window = first if first == last else f"{first} to {last}"
    strength = f", {claim.strength.value}" if claim.strength is not None else ""
    passed = _lapsed(claim, now)
    state = ("lapsed", "red") if passed else ("to come", "green")
    day = claim.anchor.date().isoformat() if claim.anchor is not None else ""
    counted = f"; counted from {day} ({one_line(claim.anchor_origin, 60)})" if day else ""
    return Text.assemble(state, strength, f"  {words}: {window}{counted}")
