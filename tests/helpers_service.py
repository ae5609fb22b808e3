"""A service on a real store and a real archive; network, clock and mailbox are ours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from checker.adapters.banner_files import OutputTree
from checker.adapters.library import DiskShelf, Library
from checker.adapters.warc import WarcArchive, wacz_package
from checker.model import Adoption, Recipient, Source, SourceKind, Timing
from checker.ports import Deferred, Delivery, Http, Mail, Sent
from checker.service import Operation, Ports, Service
from checker.service.context import Context
from checker.stages.alert import Desk
from checker.store import SqlStore
from tests.fakes_http import FakeHttp
from tests.helpers_banner import UNKEYED
from tests.helpers_watch import DAY, POLICIES, SetClock
from tests.store_fixture import open_store

EDITOR = Recipient("editor@paper.test")
FEED = "https://paper.test/feed.xml"


class Postbox:
    """Takes mail, or defers it while it is closed."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.closed = False

    def send(self, mail: Mail) -> Delivery:
        if self.closed:
            return Deferred("the server is away")
        self.mails.append(mail)
        return Sent()

    def rest(self) -> None:
        pass


@dataclass
class World:
    """Everything around one service."""

    folder: Path
    service: Service
    store: SqlStore
    http: FakeHttp
    clock: SetClock
    post: Postbox

    def pass_by(self, days: float = 1) -> None:
        """Let time pass, then do what the daemon's jobs do."""
        self.clock.time += days * DAY
        self.service.discover()
        self.service.check_due()
        self.service.publish_banners()
        self.service.deliver_alerts()

    def status(self, uri: str) -> str:
        article = self.service.article(uri)
        verdict = self.store.standing(article.id).verdict
        return verdict.status.value if verdict else "unchecked"


@contextmanager
def world(
    folder: Path,
    *sources: Source,
    timing: Timing = Timing(check_max=DAY),  # noqa: B008 - a frozen value
    recipients: tuple[Recipient, ...] = (EDITOR,),
    mailer: object = None,
    network: Callable[[SetClock], Http] | None = None,
    **desk: str,
) -> Iterator[World]:
    """*network* makes what is asked instead of the scripted answers."""
    clock, post = SetClock(), Postbox()
    http = FakeHttp({}, clock)
    copies = folder / "copies"
    copies.mkdir(exist_ok=True)
    watched = sources or (feed_source(folder),)
    with open_store(folder) as store, WarcArchive(folder / "archive", clock) as archive:
        ports = Ports(
            clock=clock,
            http=http if network is None else network(clock),
            archive=Library(archive, (copies,)),
            store=store,
            mailer=mailer or post,
            shelf=DiskShelf(),
            sink=lambda _source: OutputTree(copies, folder / "flagged", UNKEYED),
            pack=wacz_package,
        )
        operation = Operation(
            watched, recipients, POLICIES, timing, Desk("checker@paper.test", **desk)
        )
        service = Service(Context(ports, operation))
        service.know_sources()
        yield World(folder, service, store, http, clock, post)


def feed_source(folder: Path, **changes: object) -> Source:
    source = Source(
        "paper",
        SourceKind.FEED,
        FEED,
        copies=str(folder / "copies"),
        adoption=Adoption.AUTOMATIC,
    )
    return replace(source, **changes)


def feed(*uris: str) -> bytes:
    items = "".join(f"<item><title>x</title><link>{uri}</link></item>" for uri in uris)
    return f'<rss version="2.0"><channel><title>p</title>{items}</channel></rss>'.encode()
