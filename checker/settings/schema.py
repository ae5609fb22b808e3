"""The shape of ``checker.toml``, section by section; each is validated on its own, so that one fault
does not hide another. What keys mean: docs/reference/configuration.md, kept complete by a test.
"""

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from checker.model import Adoption, Pace, Severity, Source, SourceKind, Timing
from checker.settings.cadences import CadenceText, QuietText, ZoneName
from checker.settings.section import Count, Line, Path, Section, Word
from checker.settings.units import (
    Allowance,
    Destination,
    Duration,
    FeedUrl,
    Interval,
    LanguageTag,
    Lifetime,
    Listen,
    MailAddress,
    Pause,
    ProxyUrl,
    RuleName,
    Size,
    Timeout,
    WebUrl,
    fault,
    shown,
)


class Top(Section):
    """Keys that stand above the first section."""

    data_dir: Path = "var"
    policies: Path | None = None
    offices: Path | None = None


class Fetch(Section):
    contact: Line | None = None
    user_agent: Line | None = None
    delay: Pause = timedelta(seconds=1)
    connect_timeout: Timeout = timedelta(seconds=10)
    read_timeout: Timeout = timedelta(seconds=30)
    deadline: Timeout = timedelta(minutes=2)
    max_wire: Size = 20_000_000
    max_body: Size = 50_000_000
    max_redirects: Annotated[int, Field(ge=0, le=50)] = 10
    concurrency: Annotated[int, Field(ge=1, le=256)] = 8
    proxy: ProxyUrl | None = None
    allow_networks: list[Allowance] = Field(default_factory=list)


_TIMING = Timing()


class Times(Section):
    """``[timing]``: defaults are the model's, so that they stand in one place."""

    check_every: Interval = _TIMING.check_every
    check_min: Interval = _TIMING.check_min
    check_max: Interval = _TIMING.check_max
    gone_checks: Count = _TIMING.gone_checks
    gone_after: Duration = _TIMING.gone_after
    replaced_checks: Count = _TIMING.replaced_checks
    replaced_after: Duration = _TIMING.replaced_after
    blocked_after: Duration = _TIMING.blocked_after
    unreachable_after: Duration = _TIMING.unreachable_after
    budget: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    full_fetch_every: Count = _TIMING.full_fetch_every
    confirmations: Count = _TIMING.confirmations
    flapping_within: Duration = _TIMING.flapping_within
    remind_after: Lifetime = _TIMING.remind_after

    @model_validator(mode="after")
    def ordered(self) -> Self:
        if not self.check_min <= self.check_every <= self.check_max:
            least, usual, most = map(shown, (self.check_min, self.check_every, self.check_max))
            raise fault(
                f"check_min {least}, check_every {usual}, check_max {most} are out of order",
                "Give them so that check_min <= check_every <= check_max",
            )
        return self


class MailSection(Section):
    kind: Literal["smtp", "sendmail", "folder", "maildir"] = "folder"
    sender: MailAddress = "archive-checker@localhost.localdomain"
    folder: Path | None = None
    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,253}$")] = "localhost"
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Line | None = None
    password: Annotated[str, Field(min_length=1)] | None = None
    password_file: Path | None = None
    timeout: Timeout = timedelta(seconds=30)
    command: Path = "/usr/sbin/sendmail"


class AlertsSection(Section):
    pause: Pause = timedelta(minutes=15)
    public_url: WebUrl | None = None
    dashboard_url: WebUrl | None = None
    contact: MailAddress | None = None
    feed: Path | None = None


Tongue = Literal["en", "ar", "de", "es", "fr", "it", "ja", "nl", "pl", "pt", "zh"]


class CustomSection(Section):
    policy: Word | None = None
    uri: Line | None = None
    show: bool = True
    language: Tongue | None = None
    heading: Annotated[str, Field(max_length=120)] = ""
    text: Annotated[str, Field(max_length=400)] = ""

    @model_validator(mode="after")
    def some_condition(self) -> Self:
        if self.policy is None and self.uri is None:
            raise fault("neither policy nor uri is given", "Say which articles it is for")
        return self


class BannerSection(Section):
    output: Path | None = None
    in_place: bool = False
    language: Tongue = "en"
    stylesheet: WebUrl | None = None
    custom: tuple[CustomSection, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def one_place(self) -> Self:
        if self.in_place and self.output is not None:
            raise fault("output and in_place are both given", "Keep the one that you mean")
        return self


class DaemonSection(Section):
    discover: Interval = timedelta(minutes=15)
    check: Interval = timedelta(seconds=30)
    banners: Interval = timedelta(minutes=1)
    alerts: Interval = timedelta(minutes=1)
    lease: Interval = timedelta(minutes=10)
    batch: Annotated[int, Field(ge=1, le=10_000)] = 200


class WebSection(Section):
    listen: Listen | None = None
    rate: Annotated[int, Field(ge=1, le=100_000)] = 50
    websub: WebUrl | None = None


class LogSection(Section):
    format: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning"] = "info"


class RecipientSection(Section):
    address: Destination
    name: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    sources: list[Word] = Field(default_factory=list)
    sections: list[Line] = Field(default_factory=list)
    paths: list[Line] = Field(default_factory=list)
    rules: list[RuleName] = Field(default_factory=list)
    owns: list[Line] = Field(default_factory=list)
    minimum: Literal["warning", "outdated"] = Severity.OUTDATED.value
    cadence: CadenceText = Pace.IMMEDIATELY.value
    quiet: QuietText | None = None
    zone: ZoneName = "UTC"
    language: LanguageTag = "en"


class WebhookSection(Section):
    name: Word
    url: WebUrl
    secret: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    secret_file: Path | None = None
    allow: tuple[Allowance, ...] = Field(default=(), strict=False)


class ChannelSection(Section):
    name: Word
    url: Line | None = None
    url_file: Path | None = None


_PLACES = tuple(kind.value for kind in SourceKind)


class SourceSection(Section):
    name: Word
    feed: FeedUrl | None = None
    sitemap: WebUrl | None = None
    list: Path | None = None
    folder: Path | None = None
    warc: Path | None = None
    wordpress: WebUrl | None = None
    cdx: WebUrl | None = None
    timemap: WebUrl | None = None
    copies: Path | None = None
    base_url: WebUrl | None = None
    adoption: Literal["automatic", "confirm"] | None = None
    allow: tuple[Allowance, ...] = Field(default=(), strict=False)
    policy: Word | None = None
    section: Line | None = None
    recipients: tuple[MailAddress, ...] = Field(default=(), strict=False)
    enabled: bool = True
    keep_checks: Duration | None = None
    thin_to: Duration | None = None

    @model_validator(mode="after")
    def one_place(self) -> Self:
        given = [place for place in _PLACES if getattr(self, place) is not None]
        if len(given) != 1:
            raise fault(
                f"{' and '.join(given) or 'no place'} given",
                f"Give exactly one of {', '.join(_PLACES)}",
            )
        return self

    def source(self) -> Source:
        """The model's value, its places as written: paths are not resolved yet."""
        kind = next(kind for kind in SourceKind if getattr(self, kind.value) is not None)
        return Source(
            name=self.name,
            kind=kind,
            location=getattr(self, kind.value),
            copies=self.copies,
            base_url=self.base_url,
            adoption=Adoption(self.adoption or Adoption.CONFIRM),
            allow=self.allow,
            policy=self.policy,
            section=self.section,
            recipients=self.recipients,
            enabled=self.enabled,
            keep_checks=self.keep_checks,
            thin_to=self.thin_to,
        )
