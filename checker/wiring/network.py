"""How pages are fetched: behind the address guard, politely, and together with other processes."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from checker.model import FetchFailure, Request, Response
from checker.ports import Clock, Http, Turns
from checker.service.audit import AUDIT
from checker.settings import Settings

if TYPE_CHECKING:
    from checker.adapters.http import Access, RequestsHttp


class Late:
    """Port ``Http``, opened when the first page is fetched: an audit of files never waits for it."""

    def __init__(self, opened: Callable[[], Http]) -> None:
        self._open = opened
        self._lock = Lock()  # two workers may ask at once

    @cached_property
    def _http(self) -> Http:
        return self._open()

    def fetch(self, request: Request) -> Response | FetchFailure:
        with self._lock:
            http = self._http
        return http.fetch(request)


def shared(settings: Settings) -> bool:
    """Whether several machines work on this store, each as ``checker worker``."""
    return settings.store.url.startswith("postgresql://")


@contextmanager
def turns(settings: Settings, clock: Clock) -> Iterator[Turns]:
    """The turns at hosts, as the store knows them."""
    from checker.store import open_turns

    with closing(open_turns(settings.store.url, clock.now)) as opened:
        yield opened


def polite(
    settings: Settings,
    direct: "RequestsHttp",
    clock: Clock,
    among: Turns | None = None,
    *,
    follows: bool = False,
) -> Http:
    """*follows*: a process of this installation may have asked the same hosts a moment ago."""
    from checker.adapters.robots import PoliteHttp

    fetch = settings.fetch
    agent, delay = fetch.user_agent, fetch.delay
    return PoliteHttp(
        direct, clock=clock, delay=delay, user_agent=agent, turns=among, follows=follows
    )


def direct(settings: Settings, clock: Clock) -> "RequestsHttp":
    """Behind the address guard, but asking no robots.txt: webhooks are the user's own."""
    from checker.adapters.guard import Guard
    from checker.adapters.http import FetchLimits, RequestsHttp

    fetch = settings.fetch
    limits = FetchLimits(
        connect_timeout=fetch.connect_timeout,
        read_timeout=fetch.read_timeout,
        deadline=fetch.deadline,
        wire_bytes=fetch.max_wire,
        decoded_bytes=fetch.max_body,
        redirects=fetch.max_redirects,
        user_agent=fetch.user_agent,
        proxy=fetch.proxy,
    )
    # An allowance belongs to its source; the networks of [fetch] are every source's, audits too.
    allow = {source.name: source.allow + fetch.allow_networks for source in settings.sources}
    allow[AUDIT] = fetch.allow_networks
    allow |= {one.key: one.allow for one in settings.targets}
    return RequestsHttp(limits, Guard(allow), clock, _access(settings))


def _access(settings: Settings) -> dict[str, "Access"]:
    from checker.adapters.http import Access, origin_of

    return {
        one.source: Access(
            frozenset(origin_of(origin) for origin in one.origins),
            ((one.header, one.secret),) if one.header and one.secret else (),
            one.proxy,
        )
        for one in settings.access
    }
