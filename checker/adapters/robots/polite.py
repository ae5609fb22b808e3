"""The port ``Http`` as the product uses it: another ``Http``, asked politely."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

from checker.adapters.robots.hosts import Host, Hosts, Turn
from checker.adapters.robots.retry import retry_after
from checker.adapters.robots.rules import Rules, read
from checker.model import FailureKind, FetchFailure, Request, Response
from checker.ports import Clock, Turns

MOST_RULES = 2_000  # origins; their parsed rules weigh more than a host's few numbers
_MOST_CRAWL_DELAY = 60.0  # seconds; more would let one line stop a whole batch
_MOST_WAITS = 4  # for one answer: a host that asks for rest again and again is left alone

BeforeHop = Callable[[str], FetchFailure | None]


class Following(Protocol):
    """An ``Http`` that asks *before_hop* about each redirect's target before it follows."""

    def fetch(self, request: Request, before_hop: BeforeHop = ...) -> Response | FetchFailure: ...


class PoliteHttp:
    """Asks *inner* one request per host at a time, *delay* between them, as robots.txt allows.

    All of it holds for a redirect's target, too. The robots.txt of each origin is fetched through
    *inner* for the same source, so the address guard covers it. ``Crawl-delay`` is honoured up to
    a minute. A host that answered 429 or 503 with ``Retry-After`` is not asked again within that
    time: fetches fail at once with STATUS and ``retry_after``, unless their patience reaches
    further: they wait and ask again, a few times. Thread-safe; waits in the calling
    thread by *sleep*.

    ``user_agent`` is the header value that *inner* sends; its product token is what robots.txt
    groups are matched with (RFC 9309 §2.2.1). *turns* are those of all processes that ask the same
    hosts; without them this process's own count, and with *follows* those that another may have
    taken just before.
    """

    def __init__(
        self,
        inner: Following,
        *,
        clock: Clock,
        delay: timedelta,
        user_agent: str,
        respect_robots: bool = True,
        turns: Turns | None = None,
        follows: bool = False,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._clock = clock
        self._delay = delay.total_seconds()
        self._token = user_agent.partition("/")[0].strip()
        self._respect_robots = respect_robots
        self._sleep = sleep
        self._monotonic = monotonic
        self._hosts = Hosts(self._delay, monotonic, turns, follows=follows)
        self._lock = threading.Lock()
        self._rules: OrderedDict[tuple[str, str], Rules] = OrderedDict()

    def fetch(self, request: Request) -> Response | FetchFailure:
        """As ``Http.fetch``; ROBOTS if robots.txt forbids it, STATUS if the host wants rest."""

        def admit(uri: str) -> FetchFailure | None:
            return self._admit(uri, request, turn)

        patience = request.patience.total_seconds()
        for _ in range(_MOST_WAITS):
            with self._hosts.turn() as turn:
                answer = admit(request.uri) or self._ask(request, turn, admit)
            rest = self._rest_asked(answer)
            if rest is None or not rest.total_seconds() <= patience:
                break
            self._sleep(rest.total_seconds())
            patience -= rest.total_seconds()
        return answer

    def _rest_asked(self, answer: Response | FetchFailure) -> timedelta | None:
        if isinstance(answer, FetchFailure):  # of a robots.txt that fails, waiting is no cure
            return answer.retry_after if answer.kind is FailureKind.STATUS else None
        return retry_after(answer, self._clock.now())

    def _admit(self, uri: str, request: Request, turn: Turn) -> FetchFailure | None:
        """Why *uri* may not be asked, or None as soon as it may; then we have its host's turn."""
        place = _place(uri)
        if place is None:
            return None  # inner's guard says what is wrong with it
        name, origin = place
        host = turn.move(name)
        refused = self._resting(uri, name, host)
        # A POST is no crawler's (RFC 9309 §1): hubs and webhooks are asked for what they are for.
        if refused is None and self._respect_robots and request.body is None:
            rules = self._rules_of(name, origin, request.source, turn)
            refused = self._forbidden(uri, rules)
            host.delay = max(self._delay, min(rules.crawl_delay(self._token), _MOST_CRAWL_DELAY))
        if refused is None:
            self._wait(host)
            host.delay = max(host.delay, request.pace.total_seconds())
        return refused

    def _resting(self, uri: str, name: str, host: Host) -> FetchFailure | None:
        left = host.away_until - self._monotonic()
        if left <= 0:
            return None
        detail = f"{name} asked to be left alone for {left:.0f} s more"
        return FetchFailure(uri, FailureKind.STATUS, detail, retry_after=timedelta(seconds=left))

    def _forbidden(self, uri: str, rules: Rules) -> FetchFailure | None:
        if rules.failure is not None:
            left = timedelta(seconds=max(rules.until - self._monotonic(), 0))
            kind, detail = rules.failure.kind, rules.failure.detail
            return FetchFailure(uri, kind, detail, retry_after=left)
        if rules.allow(uri, self._token):
            return None
        why = f"robots.txt of {rules.origin} forbids this address to {self._token}"
        return FetchFailure(uri, FailureKind.ROBOTS, why)

    def _wait(self, host: Host) -> None:
        wait = host.next_at - self._monotonic()
        if wait > 0:
            self._sleep(wait)

    def _ask(self, request: Request, turn: Turn, admit: BeforeHop) -> Response | FetchFailure:
        def before_hop(uri: str) -> FetchFailure | None:
            turn.asked()
            return admit(uri)

        try:
            answer = self._inner.fetch(request, before_hop)
        finally:
            turn.asked()
        place = _place(answer.uri)
        if isinstance(answer, Response) and place is not None:
            rest = retry_after(answer, self._clock.now())
            if rest is not None:
                self._hosts.rest(place[0], rest.total_seconds())
        return answer

    def _rules_of(self, name: str, origin: str, source: str, turn: Turn) -> Rules:
        key = (origin, source)
        with self._lock:
            known = self._rules.get(key)
        if known is not None and known.until > self._monotonic():
            return known
        self._wait(turn.move(name))
        answer = self._ask(
            Request(f"{origin}/robots.txt", source=source), turn, lambda uri: self._pace(uri, turn)
        )
        turn.move(name)  # robots.txt may have been redirected to another host
        rules = read(origin, answer, self._monotonic(), known)
        with self._lock:
            self._rules[key] = rules
            self._rules.move_to_end(key)
            if len(self._rules) > MOST_RULES:
                self._rules.popitem(last=False)
        return rules

    def _pace(self, uri: str, turn: Turn) -> FetchFailure | None:
        """As ``_admit``, but without rules: robots.txt itself is never forbidden (§2.2.2)."""
        place = _place(uri)
        if place is None:
            return None
        host = turn.move(place[0])
        refused = self._resting(uri, place[0], host)
        if refused is None:
            self._wait(host)
        return refused


@lru_cache(maxsize=1_024)
def _place(uri: str) -> tuple[str, str] | None:
    """(host name, origin) of an http(s) URI, None if it has none."""
    try:
        split = urlsplit(uri)
    except ValueError:
        return None
    if split.scheme not in ("http", "https") or not split.hostname:
        return None
    return split.hostname, f"{split.scheme}://{split.netloc}"
