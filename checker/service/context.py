"""What every use case works with: the ports, and what the user configured."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from checker.errors import TargetError
from checker.model import (
    BannerRules,
    Document,
    Office,
    PolicySet,
    Recipient,
    Retention,
    Skipped,
    Source,
    Timing,
)
from checker.pipeline import Probes, Tools
from checker.ports import Archive, BannerSink, Clock, Http, Mailer, Package, Store, Unread
from checker.ports.selection import EVERYTHING, Selection
from checker.service.fleet import FleetBook
from checker.service.network import Network
from checker.stages.cadence import PAUSE
from checker.stages.subscription import effective

if TYPE_CHECKING:
    from checker.stages.alert import Desk


class Shelf(Protocol):
    """Opens what lies on disk: copies of a source, targets of an audit, lists of URLs."""

    def copies(self, source: Source) -> Iterator[Document | Skipped]:
        """The archived copies of *source*, with locators that ``Archive.load`` understands."""

    def open(self, path: Path, base_url: str | None) -> Iterator[Document | Skipped]:
        """The documents in a file, folder or WARC. Raises TargetError if it can't be read."""

    def unread(
        self, path: Path, base_url: str | None, chosen: Selection = EVERYTHING
    ) -> Iterator[Document | Skipped | Unread]:
        """As ``open``, but a folder's files are left to be read where they are examined, and only
        those *chosen* are."""

    def held(self, path: Path, base_url: str | None) -> Iterator[tuple[Document, Unread]]:
        """The documents in *path* without their bodies, each with how to read it again."""

    def size(self, path: Path, chosen: Selection = EVERYTHING) -> int:
        """How much there is to do at *path*, to tell how much is done: a folder's documents, the
        bytes of a file."""

    def exists(self, path: Path) -> bool: ...

    def archives(self, folder: str, pattern: str) -> list[str]:
        """The WARC, ARC and WACZ files in *folder* that match; none of a pattern of other files."""

    def index(self, path: Path) -> bytes | None:
        """What is in a file whose name ends as those of feeds, sitemaps, capture indexes and
        TimeMaps do, without gzip; None of any other."""

    def record(self, index: Path, file: str, offset: int, uri: str) -> Unread:
        """The capture of *uri* at *offset* of the WARC *file* beside its *index*."""

    def lines(self, path: Path) -> Iterator[str]:
        """A URL list's lines, however many. Raises TargetError."""

    def mark(self, path: Path) -> str | None:
        """Another one as soon as the file is another; None if that can't be told."""


# A file to be made, its date and its title -> what captures are added to.
Packer = Callable[[Path, datetime, str], AbstractContextManager[Package]]


@dataclass(frozen=True, slots=True)
class Ports:
    clock: Clock
    http: Http
    archive: Archive
    store: Store
    mailer: Mailer
    shelf: Shelf
    sink: Callable[[Source], BannerSink | None]  # None: nobody publishes this source's copies
    keep_feed: Callable[[str], None] | None = None  # None: nobody wants a file
    pack: Packer | None = None  # None: nothing is handed on


@dataclass(frozen=True, slots=True)
class Operation:
    """What the user configured, as far as the use cases need it."""

    sources: tuple[Source, ...]
    recipients: tuple[Recipient, ...]
    policies: PolicySet
    timing: Timing
    desk: "Desk"
    pause: timedelta = PAUSE
    banner: BannerRules = field(default_factory=BannerRules)
    offices: tuple[Office, ...] = ()  # beside the shipped ones
    workers: int = 8
    batch: int = 64
    per_host: int = 8  # of one batch, so that a busy host can't fill it
    lease: timedelta = timedelta(minutes=10)
    # A mail whose sender was killed waits this long: longer than handing one over can take.
    mail_lease: timedelta = timedelta(minutes=5)
    retention: Retention = field(default_factory=Retention)
    callbacks: str | None = None  # where hubs reach the web server; None: none is asked to push


@dataclass(frozen=True, slots=True)
class Context:
    ports: Ports
    operation: Operation
    fleet: FleetBook = field(default_factory=FleetBook)
    network: Network = field(default_factory=Network)
    probes: Probes = field(default_factory=Probes)  # kept as long as the process

    @property
    def tools(self) -> Tools:
        ports, operation = self.ports, self.operation
        fleet = self.fleet.fleet(ports.store, operation.timing, ports.clock.now())
        return Tools(
            ports.http,
            ports.archive,
            ports.clock,
            operation.policies,
            operation.timing,
            fleet=fleet,
            trust=self.fleet.trust,
            probes=self.probes,
            offices=operation.offices,
        )

    def configured(self, name: str) -> Source | None:
        return next((one for one in self.operation.sources if one.name == name), None)

    def source(self, name: str) -> Source:
        """The configured source called *name*. Raises TargetError."""
        found = self.configured(name)
        if found is not None:
            return found
        known = ", ".join(source.name for source in self.operation.sources) or "none"
        raise TargetError(
            f"source {name!r}",
            f"no source of that name is configured (there are: {known})",
            "Add it with `checker source add` or correct the name.",
        )

    def recipients(self) -> tuple[Recipient, ...]:
        """Who is told at all: the configuration's, as the store's subscriptions change them."""
        return effective(self.operation.recipients, self.ports.store.subscriptions())

    def recipients_of(self, source: Source) -> tuple[Recipient, ...]:
        """All that may want to know of this source; where it names its own, those and the owners of
        its articles. Whoever unsubscribed is not among them."""
        known = self.recipients()
        if not source.recipients:
            return known
        words = {one.address.casefold() for one in self.ports.store.subscriptions()}
        found = {one.address.casefold(): one for one in known}
        own = []
        for address in source.recipients:
            key = address.casefold()
            if key in found:
                own.append(replace(found.pop(key), sources=(), sections=(), paths=()))
            elif key not in words:
                own.append(Recipient(address))
        owners = (replace(one, sources=(), sections=(), paths=()) for one in found.values())
        return (*own, *(one for one in owners if one.owns))
