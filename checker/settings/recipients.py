"""``[[recipient]]``: who is told of what, checked against what else is configured."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from checker.model import Recipient, Rule, Severity
from checker.settings.cadences import read_cadence
from checker.settings.problems import Toml, explain
from checker.settings.schema import RecipientSection


@dataclass(frozen=True, slots=True)
class Known:
    """What a recipient may name: sources, and targets as ``webhook:NAME``."""

    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


def recipient_of(section: RecipientSection) -> Recipient:
    return Recipient(
        address=section.address,
        name=section.name,
        sources=tuple(section.sources),
        minimum=Severity(section.minimum),
        sections=tuple(section.sections),
        paths=tuple(section.paths),
        rules=tuple(Rule(rule) for rule in section.rules),
        owns=tuple(section.owns),
        cadence=read_cadence(section.cadence, section.zone, section.quiet),
        language=section.language,
    )


def one_recipient(table: dict[str, Any], known: Known) -> Recipient | list[str]:
    """A recipient as somebody types it, or what is wrong with it."""
    found, problems = read_recipients(Toml("command", {"recipient": [table]}), known)
    return [one.removeprefix("command: [[recipient]] 1 ") for one in problems] or found[0]


def read_recipients(toml: Toml, known: Known) -> tuple[tuple[Recipient, ...], list[str]]:
    """Every recipient that could be read, and a sentence for each fault."""
    tables = toml.data.get("recipient", [])
    if not isinstance(tables, list):
        return (), [f"{toml.at(('recipient',))}: it must be a list. Write [[recipient]]."]
    found: list[Recipient] = []
    problems: list[str] = []
    for index, table in enumerate(tables):
        one = _section(toml, index, table, problems)
        if one is not None:
            problems += _faults(toml, index, one, [other.address for other in found], known)
            found.append(recipient_of(one))
    return tuple(found), problems


def _section(toml: Toml, index: int, table: Any, problems: list[str]) -> RecipientSection | None:
    try:
        return RecipientSection.model_validate(table)
    except ValidationError as error:
        known = tuple(RecipientSection.model_fields)
        problems += explain(toml, ("recipient", index), error, known)
        return None


def _faults(
    toml: Toml, index: int, one: RecipientSection, before: list[str], known: Known
) -> list[str]:
    where = toml.at(("recipient", index, "address"))
    found = []
    if one.address.casefold() in {other.casefold() for other in before}:
        found.append(f"{where}: {one.address} stands twice. Join the two.")
    if "@" not in one.address and one.address not in known.targets:
        kind, _, name = one.address.partition(":")
        names = ", ".join(known.targets) or "none"
        found.append(f"{where}: there is no [[{kind}]] called {name!r}. Known: {names}.")
    for name in one.sources:
        if name not in known.sources:
            place = toml.at(("recipient", index, "sources"))
            sources = ", ".join(known.sources) or "none"
            found.append(f"{place}: no source {name!r}. Known: {sources}.")
    return found
