"""How pages are fetched: behind the address guard, politely, and together with other processes."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from checker.adapters.guard import Guard
from checker.adapters.http import Access, FetchLimits, RequestsHttp, origin_of
from checker.adapters.robots import PoliteHttp
from checker.ports import Clock, Http, Turns
from checker.service.audit import AUDIT
from checker.settings import Settings


def shared(settings: Settings) -> bool:
    """Whether several machines work on this store, each as ``checker worker``."""
    return settings.store.url.startswith("postgresql://")


@contextmanager
def turns(settings: Settings) -> Iterator[Turns | None]:
    """The turns at hosts among all processes; None where this process is alone."""
    if not shared(settings):
        yield None
        return
    from checker.store import open_turns  # noqa: PLC0415 - an audit should not wait for it

    with closing(open_turns(settings.store.url)) as opened:
        yield opened


def polite(
    settings: Settings, direct: RequestsHttp, clock: Clock, among: Turns | None = None
) -> Http:
    fetch = settings.fetch
    agent, delay = fetch.user_agent, fetch.delay
    return PoliteHttp(direct, clock=clock, delay=delay, user_agent=agent, turns=among)


def direct(settings: Settings, clock: Clock) -> RequestsHttp:
    """Behind the address guard, but asking no robots.txt: webhooks are the user's own."""
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


def _access(settings: Settings) -> dict[str, Access]:
    return {
        one.source: Access(
            frozenset(origin_of(origin) for origin in one.origins),
            ((one.header, one.secret),) if one.header and one.secret else (),
            one.proxy,
        )
        for one in settings.access
    }
