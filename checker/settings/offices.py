"""``offices.toml`` of the user: offices and terms beside the shipped ones."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from checker.model import Office
from checker.settings.problems import Toml, explain, unknown
from checker.settings.section import Line, Section
from checker.settings.units import fault
from checker.stages.bounds import offices_of

Lines = Annotated[list[Line], Field(min_length=1, max_length=100)]
_MAX = 10_000  # offices, and holders of one


class HolderSection(Section):
    names: Lines
    short: list[Line] = Field(default_factory=list)
    since: date
    until: date | None = None
    fact: Annotated[str, Field(max_length=500)] = ""
    unverified: bool = False

    @model_validator(mode="after")
    def ordered(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise fault(
                f"the term ends on {self.until}, before it begins on {self.since}",
                "Give the first day as since and the last as until",
            )
        return self


class OfficeSection(Section):
    name: Line
    titles: Lines
    known: bool = False
    kept: bool = False
    source: Annotated[str, Field(max_length=500)] = ""
    holders: Annotated[list[HolderSection], Field(min_length=1, max_length=_MAX)]


def read_offices(toml: Toml) -> tuple[tuple[Office, ...], list[str]]:
    """The offices and every fault found; with faults the offices are no good."""
    problems = [
        f"{toml.at((key,))}: {unknown(key, ('office',))}" for key in toml.data if key != "office"
    ]
    tables = toml.data.get("office", [])
    if not isinstance(tables, list):
        problems.append(f"{toml.at(('office',))}: it must be a list. Write [[office]].")
        return (), problems
    found = []
    for index, table in enumerate(tables[:_MAX]):
        try:
            found.append(OfficeSection.model_validate(table))
        except ValidationError as error:
            known = (*OfficeSection.model_fields, *HolderSection.model_fields)
            problems += explain(toml, ("office", index), error, known)
    if problems:
        return (), problems
    return offices_of({"office": [one.model_dump() for one in found]}), []
