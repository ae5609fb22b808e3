"""Hubs are asked to push what is new in feeds, and what they push is taken in (WebSub)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from checker.model import Push, Request, Response, Source, Timing
from checker.ports import Clock, Store
from checker.service.context import Context
from checker.service.fleet import FleetBook
from checker.stages import discover, websub

log = logging.getLogger("checker.websub")

MOST_REDIRECTS = 3
_FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def subscribe(context: Context, base: str, stop: Callable[[], bool]) -> int:
    """Ask every hub whose turn it is to push to below *base*; how many took the request.

    The lease begins when the hub comes back to the web server with its question.
    """
    store, taken = context.ports.store, 0
    for push in store.pushes():
        if stop():
            break
        now = context.ports.clock.now()
        if not websub.is_due(push, now):
            continue
        store.hub_asked(push.source, now)  # before it is: its question comes at once
        fault = _ask(context, push, f"{base.rstrip('/')}/websub/{push.token}")
        if fault is None:
            taken += 1
            log.info("the hub %s was asked to push the news of %s", push.hub.uri, push.source)
        else:
            store.hub_refused(push.source)
            log.warning(
                "the hub %s of %s: %s; it is asked again later", push.hub.uri, push.source, fault
            )
    return taken


def _ask(context: Context, push: Push, callback: str) -> str | None:
    """Why the hub did not take it. A redirect is followed (§5.1), but never out of https: the request
    holds what pushes will be signed with."""
    uri, body = push.hub.uri, websub.request(push, callback)
    for _ in range(1 + MOST_REDIRECTS):
        answer = context.ports.http.fetch(Request(uri, _FORM, push.source, body))
        if isinstance(answer, Response):
            return websub.refusal(answer)
        if answer.onward is None or websub.is_exposed(uri, answer.onward):
            return answer.detail
        uri = answer.onward
    return f"more than {MOST_REDIRECTS} redirects, the last to {uri}"


@dataclass(frozen=True, slots=True)
class PushDesk:
    """Where hubs ask and push. Thread-safe as far as its store is. Raises StoreError."""

    store: Store
    clock: Clock
    sources: tuple[Source, ...]
    timing: Timing
    fleet: FleetBook = field(default_factory=FleetBook)

    def answer(self, token: str, mode: str, topic: str, seconds: str) -> bool:
        """A hub's question whether we asked for this: True to confirm it (§5.3), and a hub's word
        that it won't (§5.2), which is noted."""
        push = self._wanted(token)
        if push is None or topic != push.hub.topic:
            return False
        if mode == "denied":
            log.warning("the hub %s won't push the news of %s", push.hub.uri, push.source)
            self.store.hub_granted(push.source, None)
            return True
        until = websub.granted(push, mode, seconds, self.clock.now())
        if until is None:
            return False
        self.store.hub_granted(push.source, until)
        log.info("news of %s are pushed until %s", push.source, f"{until:%Y-%m-%d %H:%M} UTC")
        return True

    def awaits(self, token: str) -> bool:
        """Whether somebody is to push here; who knows no token need not be listened to."""
        return self._pushing(token) is not None

    def take(self, token: str, signature: str, body: bytes) -> bool | None:
        """What was pushed, as if the feed had been read: new articles, and hints of others. False
        where the signature is not the hub's, None where nobody is to push here (any more)."""
        push = self._pushing(token)
        if push is None:
            return None
        if not websub.is_signed(push, body, signature):
            log.warning("a push for %s is not signed by its hub; ignored", push.source)
            return False
        self._keep(push, body, self.clock.now())
        return True

    def _keep(self, push: Push, body: bytes, now: datetime) -> None:
        section = next(one.section for one in self.sources if one.name == push.source)
        listing = discover.parse_feed(body, push.hub.topic)
        found = [replace(one, section=one.section or section) for one in listing.found]
        pull = self.fleet.pull(self.store, self.timing, now)
        new, hinted = self.store.put_found(push.source, found, now, pull)
        log.info("pushed for %s: %d found, %d new, %d hinted", push.source, len(found), new, hinted)
        for problem in listing.problems:
            log.warning("pushed for %s: %s", push.source, problem)

    def _pushing(self, token: str) -> Push | None:
        push = self._wanted(token)
        lease = push.lease_until if push is not None else None
        return push if lease is not None and lease > self.clock.now() else None

    def _wanted(self, token: str) -> Push | None:
        push = self.store.push_of(token)
        known = {one.name for one in self.sources if one.enabled}
        return push if push is not None and push.source in known else None
