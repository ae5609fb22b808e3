"""``policies.toml`` as it is written."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from checker.settings.cadences import HoursText, ZoneName
from checker.settings.section import Line, Section, Word
from checker.settings.units import Interval, Lifetime, fault


class PolicySection(Section):
    lifetime: Lifetime
    hours: HoursText | None = None
    zone: ZoneName = "UTC"
    check_min: Interval | None = None
    check_max: Interval | None = None
    weight: Annotated[float, Field(ge=0.01, le=1000)] = 1.0
    rules: dict[str, Literal["off", "info", "warning", "outdated"]] = Field(default_factory=dict)


class MatchSection(Section):
    policy: Word
    path: Line | None = None
    section: Line | None = None
    genre: Line | None = None
    tag: Line | None = None
    source: Word | None = None
    kind: Word | None = None

    @model_validator(mode="after")
    def some_condition(self) -> Self:
        if all(getattr(self, key) is None for key in type(self).model_fields if key != "policy"):
            raise fault(
                "it has no condition, so no later line would ever be read",
                "Give path, section, genre, tag, source or kind, or set `default` instead",
            )
        return self
