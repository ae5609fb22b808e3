"""What the configuration says, as frozen values; nothing here knows of TOML or pydantic."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Literal

from checker.model import BannerRules, Office, PolicySet, Recipient, Retention, Source, Timing


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """``url`` is SQLAlchemy's; it may hold a password, so ``repr`` leaves it out."""

    url: str = field(repr=False)
    keep_checks: timedelta = Retention().whole
    thin_to: timedelta = Retention().every


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """Where captures are kept as WARC files: in a folder, or where ``url`` is given in an object
    store, at ``endpoint`` if that is not AWS's, with the credentials of an AWS ``profile``."""

    folder: Path
    url: str | None = None
    endpoint: str | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How the fetcher behaves. Sizes are bytes; ``delay`` is per host, between two requests.

    ``allow_networks`` are CIDR blocks or ``host:port`` pairs that every source may reach though
    the address guard would refuse them (an intranet); the environment can't set them.
    """

    user_agent: str
    contact: str | None = None
    delay: timedelta = timedelta(seconds=1)
    connect_timeout: timedelta = timedelta(seconds=10)
    read_timeout: timedelta = timedelta(seconds=30)
    deadline: timedelta = timedelta(minutes=2)
    max_wire: int = 20_000_000
    max_body: int = 50_000_000
    max_redirects: int = 10
    concurrency: int = 8
    proxy: str | None = field(default=None, repr=False)
    allow_networks: tuple[str, ...] = ()


class MailKind(StrEnum):
    SMTP = "smtp"
    SENDMAIL = "sendmail"
    FOLDER = "folder"
    MAILDIR = "maildir"


class MailSecurity(StrEnum):
    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where mail leaves: a server, a program like sendmail, a folder of ``.eml`` files, a maildir."""

    kind: MailKind
    sender: str
    folder: Path
    host: str = "localhost"
    port: int = 587
    security: MailSecurity = MailSecurity.STARTTLS
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: timedelta = timedelta(seconds=30)
    command: str = "/usr/sbin/sendmail"


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """``public_url`` is where people reach the web server, which one-click unsubscribing needs;
    ``dashboard_url`` where articles have pages to link to; ``contact`` is who reads mail that asks
    for no more; ``feed`` is a file."""

    pause: timedelta = timedelta(minutes=15)
    public_url: str | None = None
    contact: str | None = None
    feed: Path | None = None
    dashboard_url: str | None = None


class TargetKind(StrEnum):
    WEBHOOK = "webhook"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class TargetSettings:
    """Where alerts go besides mail: a webhook with the key that signs, or an Apprise address.

    Both ``url`` and ``secret`` may be secrets. ``allow`` are private networks it may lie in.
    """

    kind: TargetKind
    name: str
    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    allow: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """How a recipient names it."""
        return f"{self.kind.value}:{self.name}"


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """How *source* is reached: a header that is sent to ``origins`` only, and a proxy of its own.

    ``secret`` is the header's value.
    """

    source: str
    origins: tuple[str, ...]
    header: str | None = None
    secret: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HinterSettings:
    """Who may send hints: by *secret*, so many requests a second."""

    name: str
    secret: str = field(repr=False)
    rate: int = 5


@dataclass(frozen=True, slots=True)
class BannerSettings:
    """Flagged copies go to ``output``, or with ``in_place`` the copies themselves are changed."""

    output: Path
    in_place: bool = False
    rules: BannerRules = field(default_factory=BannerRules)


@dataclass(frozen=True, slots=True)
class DaemonSettings:
    """How often each job of the daemon runs, and how much one run takes on."""

    discover: timedelta = timedelta(minutes=15)
    check: timedelta = timedelta(seconds=30)
    banners: timedelta = timedelta(minutes=1)
    alerts: timedelta = timedelta(minutes=1)
    lease: timedelta = timedelta(minutes=10)
    batch: int = 200


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where notices are served, ``host:port``, or None for nowhere. ``rate`` is requests per second
    and client, ``websub`` the address at which hubs reach this server: without it none is asked to
    push."""

    listen: str | None = None
    rate: int = 50
    websub: str | None = None


@dataclass(frozen=True, slots=True)
class LogSettings:
    """Log lines of the daemon, worker and web server on stderr."""

    format: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning"] = "info"


@dataclass(frozen=True, slots=True)
class SampleSettings:
    """The sample newsroom that the daemon serves on 127.0.0.1; ``copies`` is its archive."""

    port: int
    copies: Path


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration. ``root`` is what relative paths in it are relative to.

    ``file`` is None when none was found and defaults apply. ``warnings`` are sentences about
    things that work but should not stay (a secret that everybody can read).
    """

    file: Path | None
    root: Path
    data_dir: Path
    store: StoreSettings
    archive: ArchiveSettings
    fetch: FetchSettings
    timing: Timing
    mail: MailSettings
    banner: BannerSettings
    daemon: DaemonSettings
    web: WebSettings
    log: LogSettings
    policies: PolicySet
    offices: tuple[Office, ...] = ()
    sources: tuple[Source, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    alerts: AlertSettings = AlertSettings()
    targets: tuple[TargetSettings, ...] = ()
    access: tuple[AccessSettings, ...] = ()
    hinters: tuple[HinterSettings, ...] = ()
    sample: SampleSettings | None = None
    warnings: tuple[str, ...] = ()
