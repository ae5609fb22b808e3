"""``[store]`` and ``[archive]``: where what is known and what was seen are kept."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from checker.model import Retention
from checker.settings.section import Path, Section
from checker.settings.units import Duration, Origin, StoreUrl, fault

_RETENTION = Retention()
# What S3 lets buckets be called, and the characters of keys that need no care anywhere.
_BUCKET = r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.*'()-]{1,200}){0,8}/?"


class Store(Section):
    url: StoreUrl | None = None
    keep_checks: Duration = _RETENTION.whole
    thin_to: Duration = _RETENTION.every


def _no_way_up(value: str) -> str:
    if {".", ".."} & set(value.removeprefix("s3://").split("/")):
        raise fault(f"{value!r} leads out of its prefix", "Write it as s3://BUCKET/PREFIX")
    return value


class Archive(Section):
    folder: Path | None = None
    url: Annotated[str, Field(pattern=f"^{_BUCKET}$"), AfterValidator(_no_way_up)] | None = None
    endpoint: Origin | None = None
    profile: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.@/ -]{1,100}$")] | None = None

    @model_validator(mode="after")
    def one_place(self) -> Self:
        if self.url is not None and self.folder is not None:
            raise fault("both folder and url are given", "Captures have one place: keep one")
        if self.url is None and (self.endpoint or self.profile):
            raise fault("endpoint and profile are for an object store", "Give url, or leave them")
        return self
