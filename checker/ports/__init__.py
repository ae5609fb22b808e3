"""What the pipeline and the service need from the outside world.

Each port has an adapter and a fake; one contract suite in ``tests/contracts`` runs over both.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeVar

from checker.model import (
    Alert,
    Article,
    Banner,
    CheckRecord,
    Document,
    EditorsWord,
    FetchFailure,
    Found,
    Memento,
    Request,
    Response,
    Skipped,
    Source,
    Standing,
    Status,
    Trust,
)
from checker.ports.appointments import Appointments
from checker.ports.archives import Archive, Brought, Collection, Copies, Offer, Package
from checker.ports.delivery import (
    Deferred,
    Delivery,
    DeliveryStep,
    Mail,
    Mailer,
    Outbox,
    OutboxMail,
    Refused,
    Sent,
    Waiting,
)
from checker.ports.listings import Listings, Pull
from checker.ports.pushes import Pushes
from checker.ports.shown import Shown, StatusSource
from checker.ports.upkeep import Upkeep

__all__ = [
    "Archive",
    "BannerChange",
    "BannerSink",
    "Brought",
    "Clock",
    "Collection",
    "Copies",
    "Deferred",
    "Delivery",
    "DeliveryStep",
    "Http",
    "Lost",
    "Mail",
    "Mailer",
    "Offer",
    "Outbox",
    "OutboxMail",
    "Package",
    "Pull",
    "Refused",
    "Sent",
    "Shown",
    "StatusSource",
    "Store",
    "Unread",
    "Waiting",
    "Workers",
]


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """The current instant, aware UTC."""


class Http(Protocol):
    """Fetches politely: address guard, robots.txt, one request per host at a time, delays."""

    def fetch(self, request: Request) -> Response | FetchFailure:
        """Follow redirects to a complete answer of any status, or say why there is none."""


class HeldTurn(Protocol):
    """The turn at a host among several processes: how many seconds to wait before it is asked, and
    for how many it wants to be left alone (both may be negative: that long ago)."""

    wait: float
    rest: float

    def end(self, wait: float, rest: float) -> None:
        """Give the turn back: the host is not asked within *wait* seconds, nor within *rest*."""


class Turns(Protocol):
    """One request per host at a time, among all processes that share a store."""

    def begin(self, host: str, delay: float) -> HeldTurn:
        """Wait for the turn at *host*, which is asked at most every *delay* seconds. A process
        that dies loses its turn, and the host still gets its pause."""


J = TypeVar("J")
R = TypeVar("R")


def _unmarked() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Unread:
    """A document that is read where it is examined: ``read`` can be sent to another process.

    What it gives may not be mapped yet (``mapped_by`` empty): then ``uri`` is what its place says,
    and the page is asked for its own address.
    """

    name: str
    read: Callable[[], Document | Skipped]
    # What can't stay the same when anything of what ``read`` gives changes; None: nothing tells.
    mark: Callable[[], str | None] = _unmarked


@dataclass(frozen=True, slots=True)
class Lost:
    """A job that cost its worker: it crashed, hung or took too much."""

    reason: str


class Workers(Protocol):
    """Does independent jobs, side by side where that is faster."""

    def run(
        self, task: Callable[[J, Http], R], jobs: Iterable[J], http: Http
    ) -> Iterator[tuple[J, R | Lost]]:
        """Each job with its result, in the order of *jobs*, of which few are taken ahead. *task*
        must be a value that can be sent to another process, as must jobs and results."""


class Ledger(Protocol[R]):
    """What a run that may be stopped has done, so that a later one can go on."""

    def known(self, key: str) -> R | None: ...

    def note(self, key: str, result: R) -> None: ...


@dataclass(frozen=True, slots=True)
class BannerChange:
    """What became of one copy: ``action`` is "applied", "replaced", "removed" or "unchanged"."""

    path: str
    action: str
    detail: str = ""


class BannerSink(Protocol):
    """Where flagged copies go: an output tree, or the copies themselves (``--in-place``)."""

    def apply(self, copy: Path, banner: Banner, fragment: str) -> BannerChange | Skipped:
        """Make *copy*'s published form bear *fragment*, exactly once."""

    def remove(self, copy: Path) -> BannerChange | Skipped:
        """Make *copy*'s published form byte-identical to the original."""


class Store(Outbox, Listings, Pushes, Appointments, Collection, Upkeep, Protocol):
    """Everything remembered between checks; each method is one transaction."""

    # sources and articles
    def put_sources(self, sources: Sequence[Source], now: datetime) -> None:
        """Make the stored sources those given; articles of vanished ones are kept, unscheduled."""

    def sources(self) -> tuple[Source, ...]: ...

    def adopted_at(self, source: str) -> datetime | None: ...

    def adopt(self, source: str, now: datetime, alerts: Sequence[Alert] = ()) -> None:
        """From now on transitions of this source's articles count."""

    def put_found(
        self,
        source: str,
        found: Iterable[Found],
        now: datetime,
        pull: Pull | None = None,
        document: str | None = None,
    ) -> tuple[int, int]:
        """Add or update articles; (new, hinted). A new copy resets the question (trap 3).

        An address to which an article has moved is that article. *document* is what lists them,
        where it lists all there is: ``close_listing`` tells what it has lost.
        """

    def article(self, uri_or_id: str) -> Article | None: ...

    def article_counts(self) -> dict[str, tuple[int, int]]:
        """Of each source: how many articles it has, and how many of them it lists no more."""

    def article_ids(self, source: str | None = None) -> tuple[int, ...]: ...

    def all_tried(self, source: str, checks: int) -> bool:
        """Whether each article was compared, or checked *checks* times; False if there is none."""

    # checks
    def standing(self, article_id: int) -> Standing: ...

    def standings(
        self,
        source: str | None = None,
        status: Status | None = None,
        *,
        unlisted: bool = False,
    ) -> Iterator[Standing]:
        """*unlisted*: only of articles that their source lists no more."""

    def claim_due(
        self, now: datetime, limit: int, lease: timedelta, per_host: int
    ) -> tuple[Standing, ...]:
        """Due articles, lowest ``next_check_at`` first, leased to the caller; the host cap is
        applied before the limit. An expired lease is due again."""

    def hosts_due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Hosts with articles that could be claimed, due longest first."""

    def claim_host(
        self, host: str, now: datetime, limit: int, lease: timedelta
    ) -> tuple[Standing, ...]:
        """As ``claim_due``, of one host."""

    def free_host(self, host: str) -> None:
        """Give back whatever is claimed of *host*: whoever had it is known to be dead."""

    def claim(
        self, article_ids: Sequence[int], now: datetime, lease: timedelta
    ) -> tuple[Standing, ...]:
        """Those of *article_ids* that nobody else holds, whether due or not."""

    def release(self, article_ids: Sequence[int], until: datetime | None = None) -> None:
        """Give claimed articles back unchecked, due as before; those whose lease ends *until*."""

    def record(self, records: Sequence[CheckRecord]) -> None:
        """Check, standing, next_check_at and outbox rows, all or nothing; recording the same
        check twice (same article and started_at) records it once."""

    def put_rederived(self, standings: Sequence[Standing]) -> None:
        """Readings, comparison and verdict of articles that the caller claimed, derived again by
        a new version: neither a check nor a reason to tell anybody (trap 4). What was checked
        since it was claimed stays as that check left it."""

    def history(self, article_id: int, limit: int = 50) -> tuple[CheckRecord, ...]: ...

    def accept(self, article_id: int, now: datetime) -> Memento | None:
        """Make the newest capture the copy (trap 3); None if there is none that differs."""

    def add_word(self, article_id: int, word: EditorsWord) -> None:
        """Keep what an editor said for good, and make the article due if it is scheduled."""

    # banners
    def banners_due(self, source: str | None = None) -> Iterator[Standing]:
        """Adopted articles whose verdict changed since their banner was last published."""

    def banner_published(self, article_id: int, judged: Standing) -> None: ...

    def forget_banner(self, article_id: int) -> None:
        """Its banner was taken off, or is to be made anew: it is due whatever was published."""

    # the one daemon
    def take_daemon_lock(self, owner: str, now: datetime, lease: timedelta) -> str | None:
        """None if the lock is ours (taken or renewed), else who holds it."""

    def release_daemon_lock(self, owner: str) -> None: ...

    # figures
    def counts(self, now: datetime) -> dict[str, int]:
        """articles, due, overdue_seconds, checking, hosts_waiting, hosts_working, current, outdated,
        undetermined, unchecked, unlisted, mail_pending, mail_failed, alerts_pending."""

    def checked(self, since: datetime | None = None) -> dict[tuple[str, str], int]:
        """Checks of the days from *since* on (None: all), by ("outcome" | "change" | "level", name)."""

    def trusts(self) -> dict[str, Trust]:
        """What hosts' hints were worth so far, by host and port as addresses write them."""

    def shares(self) -> tuple[float, int, int]:
        """Of the scheduled articles: the sum of their shares, how many have one, how many all."""

    def next_due_at(self) -> datetime | None: ...
