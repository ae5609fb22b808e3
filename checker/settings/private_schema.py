"""What needs a secret that stands elsewhere: ``[[access]]`` and ``[[hinter]]``."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from checker.settings.section import Path, Section, Word
from checker.settings.units import HeaderName, Origin, ProxyUrl, UserName, VariableName, fault


class AccessSection(Section):
    source: Word
    at: tuple[Origin, ...] = Field(default=(), strict=False)
    header: HeaderName | None = None
    user: UserName | None = None
    secret_env: VariableName | None = None
    secret_file: Path | None = None
    proxy: ProxyUrl | None = None

    @model_validator(mode="after")
    def whole(self) -> Self:
        secrets = [one for one in (self.secret_env, self.secret_file) if one is not None]
        ways = [one for one in (self.header, self.user) if one is not None]
        if len(secrets) > 1 or len(ways) > 1 or len(secrets) != len(ways):
            raise fault("it is no login", "Give header or user, and secret_env or secret_file")
        if ways and not self.at:
            raise fault("nothing says where the secret may go", 'Give at = ["https://host"]')
        if not (ways or self.proxy):
            raise fault("it says nothing", "Give a login or a proxy")
        return self


class HinterSection(Section):
    name: Word
    secret_env: VariableName | None = None
    secret_file: Path | None = None
    rate: Annotated[int, Field(ge=1, le=1000)] = 5

    @model_validator(mode="after")
    def one_secret(self) -> Self:
        if (self.secret_env is None) == (self.secret_file is None):
            raise fault("it has no one secret", "Give secret_env or secret_file")
        return self
