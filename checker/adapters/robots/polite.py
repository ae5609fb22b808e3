"""The port ``Http`` as the product uses it: another ``Http``, asked politely."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from checker.adapters.robots.retry import retry_after
from checker.adapters.robots.rules import Rules, read
from checker.model import FailureKind, FetchFailure, Request, Response
from checker.ports import Clock, Http

_MOST_HOSTS = 10_000
_MOST_RULES = 2_000  # parsed rules weigh more than a host's two numbers
_MOST_CRAWL_DELAY = timedelta(seconds=60)  # more would let one line stop a whole batch


@dataclass(slots=True)
class _Host:
    """One host's state; ``next_at`` and ``away_until`` by the monotonic clock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0
    next_at: float = 0.0
    away_until: float = 0.0

    def idle(self, now: float) -> bool:
        return self.users == 0 and self.next_at <= now and self.away_until <= now


class PoliteHttp:
    """Asks *inner* one request per host at a time, *delay* between them, as robots.txt allows.

    The robots.txt of each origin is fetched through *inner*, too, for the same source, so the
    address guard covers it. ``Crawl-delay`` is honoured up to a minute. A host that answered 429
    or 503 with ``Retry-After`` is not asked again within that time: fetches fail at once with
    STATUS and ``retry_after``. Thread-safe; waits in the calling thread by *sleep*.

    ``user_agent`` is the header value that *inner* sends; its product token is what robots.txt
    groups are matched with.
    """

    def __init__(
        self,
        inner: Http,
        *,
        clock: Clock,
        delay: timedelta,
        user_agent: str,
        respect_robots: bool = True,
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
        self._lock = threading.Lock()
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._rules: OrderedDict[tuple[str, str], Rules] = OrderedDict()

    def fetch(self, request: Request) -> Response | FetchFailure:
        """As ``Http.fetch``; ROBOTS if robots.txt forbids it, STATUS if the host wants rest."""
        place = _place(request.uri)
        if place is None:
            return self._inner.fetch(request)  # its guard says what is wrong with the URL
        name, origin = place
        with self._turn(name) as host:
            left = host.away_until - self._monotonic()
            if left > 0:
                return _resting(request.uri, name, left)
            delay = self._delay
            if self._respect_robots:
                rules = self._rules_of(origin, request.source, host)
                if rules.failure is not None:
                    return self._no_rules(request.uri, rules, rules.failure)
                if not rules.allow(request.uri, self._token):
                    why = f"robots.txt of {origin} forbids this address to {self._token}"
                    return FetchFailure(request.uri, FailureKind.ROBOTS, why)
                crawl_delay = rules.crawl_delay(self._token)
                delay = max(delay, min(crawl_delay, _MOST_CRAWL_DELAY.total_seconds()))
            return self._ask(request, host, delay)

    def _no_rules(self, uri: str, rules: Rules, failure: FetchFailure) -> FetchFailure:
        left = timedelta(seconds=max(rules.until - self._monotonic(), 0))
        return FetchFailure(uri, failure.kind, failure.detail, retry_after=left)

    def _ask(self, request: Request, host: _Host, delay: float) -> Response | FetchFailure:
        wait = host.next_at - self._monotonic()
        if wait > 0:
            self._sleep(wait)
        try:
            answer = self._inner.fetch(request)
        finally:
            host.next_at = self._monotonic() + delay
        if isinstance(answer, Response):
            self._note_rest(answer)
        return answer

    def _note_rest(self, answer: Response) -> None:
        """Leave alone the host that asked for it, which may not be the one we began with."""
        rest = retry_after(answer, self._clock.now())
        place = _place(answer.uri)
        if rest is None or place is None:
            return
        with self._lock:
            host = self._hosts.setdefault(place[0], _Host())
            host.away_until = self._monotonic() + rest.total_seconds()

    def _rules_of(self, origin: str, source: str, host: _Host) -> Rules:
        key = (origin, source)
        with self._lock:
            known = self._rules.get(key)
        if known is not None and known.until > self._monotonic():
            return known
        answer = self._ask(Request(f"{origin}/robots.txt", source=source), host, self._delay)
        rules = read(origin, answer, self._monotonic(), known)
        with self._lock:
            self._rules[key] = rules
            self._rules.move_to_end(key)
            if len(self._rules) > _MOST_RULES:
                self._rules.popitem(last=False)
        return rules

    @contextmanager
    def _turn(self, name: str) -> Iterator[_Host]:
        """The calling thread's turn at host *name*."""
        with self._lock:
            host = self._hosts.setdefault(name, _Host())
            self._hosts.move_to_end(name)
            host.users += 1
            self._forget_idle()
        try:
            with host.lock:
                yield host
        finally:
            with self._lock:
                host.users -= 1

    def _forget_idle(self) -> None:
        """Keep the table bounded; a host that is in use or asked for rest stays."""
        if len(self._hosts) <= _MOST_HOSTS:
            return
        now = self._monotonic()
        for name in [name for name, host in self._hosts.items() if host.idle(now)]:
            del self._hosts[name]


def _place(uri: str) -> tuple[str, str] | None:
    """(host name, origin) of an http(s) URI, None if it has none."""
    try:
        split = urlsplit(uri)
    except ValueError:
        return None
    if split.scheme not in ("http", "https") or not split.hostname:
        return None
    return split.hostname, f"{split.scheme}://{split.netloc}"


def _resting(uri: str, name: str, left: float) -> FetchFailure:
    detail = f"{name} asked to be left alone for {left:.0f} s more"
    return FetchFailure(uri, FailureKind.STATUS, detail, retry_after=timedelta(seconds=left))
