"""Builds the application from settings; the only module that names adapters."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import checker
from checker.adapters import banner_key
from checker.adapters.banner_files import InPlace, OutputTree
from checker.adapters.bringing import bring
from checker.adapters.library import DiskShelf, Library
from checker.adapters.pool import ProcessPool
from checker.adapters.revision import changed_since
from checker.adapters.warc import verify, wacz_package
from checker.errors import BannerError, StoreError
from checker.model import Retention, Source, SourceKind
from checker.ports import BannerSink, Clock, Http
from checker.ports.figures import Figures
from checker.service import Auditor, Operation, Ports, Service
from checker.service.context import Context
from checker.service.status import Noticeboard, status_of
from checker.settings import Settings
from checker.stages.banner import Keyring
from checker.wiring import captures, network
from checker.wiring.network import shared

__all__ = [
    "Application",
    "SystemClock",
    "auditor",
    "banner_sink",
    "bring",
    "build",
    "changed_since",
    "ledger",
    "published",
    "shared",
    "verify",
]

if TYPE_CHECKING:
    from checker.adapters.ledger import FileLedger
    from checker.adapters.readings import FolderReadings
    from checker.store import SqlStore
    from checker.store.reading import StoreReader
    from checker.wiring.hinting import HintsIn, PushesIn
    from checker.wiring.leaving import WayOut

FEW = 8  # documents: with no more, starting workers takes longer than examining them
SMTP_STEPS = 10  # connect, greeting, EHLO, STARTTLS, EHLO, login, MAIL, RCPT, DATA, final dot


class SystemClock:
    """The host's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Application:
    """A service over open resources; leave the ``with`` block to close them."""

    service: Service
    store: "SqlStore"
    targets: tuple[str, ...] = ()  # what a recipient may name besides a mail address
    archive: Path | None = None  # the folder of our own captures, where they lie in one


@contextmanager
def build(settings: Settings, clock: Clock | None = None) -> Iterator[Application]:
    """The whole application: store, archive, network, mail. Raises StoreError, ConfigError."""
    from checker.wiring.post import feed_keeper, mailer

    time = clock or SystemClock()
    with ExitStack() as resources:
        store = resources.enter_context(_store(settings))
        archive = resources.enter_context(captures.opened(settings, time))
        direct = resources.enter_context(network.direct(settings, time))
        among = resources.enter_context(network.turns(settings, time))
        ports = Ports(
            clock=time,
            http=network.polite(
                settings, direct, time, among, follows=not network.shared(settings)
            ),
            archive=Library(archive, _roots(settings)),
            store=store,
            mailer=mailer(settings, direct, time),
            shelf=DiskShelf(),
            sink=_sinks(settings),
            keep_feed=feed_keeper(settings.alerts.feed),
            pack=wacz_package,
        )
        targets = tuple(one.key for one in settings.targets)
        folder = settings.archive.folder if settings.archive.url is None else None
        yield Application(Service(Context(ports, _operation(settings))), store, targets, folder)


@contextmanager
def auditor(
    settings: Settings,
    clock: Clock | None = None,
    jobs: int | None = None,
    cache: Path | None = None,
) -> Iterator[Auditor]:
    """What an audit needs: no database, no archive, no mail. *jobs* worker processes examine the
    documents, 0: none but this; None: one a core where there are more than a few documents. *cache*
    is a folder for readings. Raises TargetError."""
    time = clock or SystemClock()
    with ExitStack() as resources:
        http = network.Late(lambda: _asking(settings, time, resources))
        workers = ProcessPool(_cores() if jobs is None else jobs) if jobs != 0 else None
        few = FEW if jobs is None else 0
        shelf = DiskShelf()
        yield Auditor(
            *(http, time, settings.policies, shelf, checker.__version__, workers, few),
            offices=settings.offices,
            readings=None if cache is None else resources.enter_context(_kept(cache)),
        )


def _asking(settings: Settings, clock: Clock, resources: ExitStack) -> Http:
    direct = resources.enter_context(network.direct(settings, clock))
    return network.polite(settings, direct, clock)


def _kept(folder: Path) -> "closing[FolderReadings]":
    from checker.adapters.readings import FolderReadings

    return closing(FolderReadings(folder))


@contextmanager
def ledger(path: Path, asked: str, as_of: datetime) -> Iterator["FileLedger"]:
    """The state of an audit that can be stopped and go on. Raises TargetError."""
    from checker.adapters.ledger import FileLedger

    with closing(FileLedger(path, asked, as_of)) as found:
        yield found


def _cores() -> int:
    """Those that this process may use, where the system says so."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Notices:
    """A noticeboard over the store, which is opened read-only and only when it is asked."""

    board: Noticeboard
    reader: "StoreReader"
    leaving: "WayOut"
    clock: Clock
    hints: "HintsIn"
    pushes: "PushesIn"

    def trouble(self) -> str | None:
        """Why the store can't be asked now, if it can't."""
        try:
            self.reader.shown(())
        except StoreError as error:
            return str(error)
        return None

    def figures(self) -> Figures:
        """How the installation fares. Raises StoreError."""
        return self.reader.figures(self.clock.now())


@contextmanager
def noticeboard(settings: Settings, clock: Clock | None = None) -> Iterator[Notices]:
    """What serving notices needs. It starts without a store, too."""
    from checker.store.reading import StoreReader
    from checker.wiring.hinting import HintsIn, LateStore, PushesIn
    from checker.wiring.leaving import WayOut

    time, reader = clock or SystemClock(), StoreReader(settings.store.url)
    board = Noticeboard(
        lambda url, here: status_of(reader, time, url, here=here, rules=settings.banner.rules)
    )
    late = LateStore(settings, time)
    try:
        way_out = WayOut(reader, settings.store.url, settings.recipients, time)
        yield Notices(board, reader, way_out, time, HintsIn(late), PushesIn(late))
    finally:
        late.close()
        board.close()
        reader.close()


@contextmanager
def _store(settings: Settings) -> Iterator["SqlStore"]:
    # An audit needs no database, and should not wait for its libraries.
    from checker.store import SqlStore

    captures.make(settings.data_dir, "data_dir")
    store = SqlStore.open(settings.store.url)
    try:
        yield store
    finally:
        store.close()


def _operation(settings: Settings) -> Operation:
    from checker.stages.alert import Desk

    return Operation(
        sources=settings.sources,
        recipients=settings.recipients,
        policies=settings.policies,
        offices=settings.offices,
        timing=settings.timing,
        desk=Desk(
            settings.mail.sender,
            settings.alerts.public_url,
            settings.alerts.contact,
            f"archive-checker {checker.__version__}",
            settings.alerts.dashboard_url,
        ),
        pause=settings.alerts.pause,
        banner=settings.banner.rules,
        workers=settings.fetch.concurrency,
        batch=settings.daemon.batch,
        lease=settings.daemon.lease,
        mail_lease=SMTP_STEPS * settings.mail.timeout,
        retention=Retention(settings.store.keep_checks, settings.store.thin_to),
        callbacks=settings.web.websub,
    )


def _roots(settings: Settings) -> tuple[Path, ...]:
    """Where the copies lie; of a WARC file its folder, as locators are relative to that."""
    places = (_copies_of(source) for source in settings.sources)
    return tuple(
        place if place.is_dir() or not place.exists() else place.parent
        for place in places
        if place is not None
    )


def _copies_of(source: Source) -> Path | None:
    if source.copies is not None:
        return Path(source.copies)
    own = source.kind in {SourceKind.FOLDER, SourceKind.WARC}
    return Path(source.location) if own else None


def _sinks(settings: Settings) -> Callable[[Source], BannerSink | None]:
    """A sink for each source that has a folder of copies; pages in a WARC are not published."""
    keys = cache(lambda: banner_keys(settings))

    def sink(source: Source) -> BannerSink | None:
        place = published(settings, source)
        return banner_sink(*place, keys()) if place is not None else None

    return sink


def published(settings: Settings, source: Source) -> tuple[Path, Path | None] | None:
    """The folder of a source's copies and that of their flagged forms (None: in the copies
    themselves); None if it has no folder of copies."""
    copies = _copies_of(source)
    if copies is None or not copies.is_dir():
        return None
    return copies, None if settings.banner.in_place else settings.banner.output / source.name


def banner_keys(settings: Settings, *, make: bool = True) -> Keyring:
    """The keys that sign banners; without *make* none where there is no key file."""
    path = settings.data_dir / banner_key.NAME
    return banner_key.make_keys(path) if make else banner_key.read_keys(path)


def readable_banner_keys(settings: Settings) -> Keyring:
    """The keys that sign banners, none where they can't be read: a web server need not be let."""
    try:
        return banner_keys(settings, make=False)
    except BannerError as error:
        logging.getLogger("checker").info("%s", error)
        return Keyring()


def rotate_banner_keys(settings: Settings) -> Keyring:
    """A new key for the banners to come; those of the former keys stay believed."""
    return banner_key.rotate_keys(settings.data_dir / banner_key.NAME)


def banner_sink(
    copies: Path, output: Path | None, keys: Keyring, *, force: bool = False
) -> BannerSink:
    """Flags copies of a folder below *output*, or with None in their own files."""
    return InPlace(copies, keys, force) if output is None else OutputTree(copies, output, keys)
