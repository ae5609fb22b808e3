"""Whose turn it is: one request per host at a time, and when the next may go out.

Where several processes share a store, a turn is taken among them all (``checker.ports.Turns``).
Where they don't, a process may follow one that was killed a moment ago: each host gets its pause
once from the beginning on.

A fetch holds one host's turn at a time. Where a redirect leads to another host it gives its turn
back before it waits for the next, so that two hosts that redirect to each other can't deadlock.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from checker.ports import HeldTurn, Turns

MOST_HOSTS = 10_000


@dataclass(slots=True)
class Host:
    """One host's state, changed by who has its turn; instants by the monotonic clock."""

    delay: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0
    next_at: float = 0.0
    away_until: float = 0.0
    held: HeldTurn | None = None  # our turn among all processes

    def idle(self, now: float) -> bool:
        return self.users == 0 and self.next_at <= now and self.away_until <= now


class Hosts:
    """All hosts met, by name. Bounded: idle ones are forgotten. Thread-safe."""

    def __init__(
        self,
        delay: float,
        monotonic: Callable[[], float],
        shared: Turns | None = None,
        *,
        follows: bool = False,
    ) -> None:
        self._delay = delay
        self._monotonic = monotonic
        self._shared = shared
        self._first_at = monotonic() + delay if follows else 0.0
        self._lock = threading.Lock()
        self._hosts: OrderedDict[str, Host] = OrderedDict()

    def __len__(self) -> int:
        return len(self._hosts)

    def turn(self) -> "Turn":
        """A turn at no host yet; leave its ``with`` block to give it back."""
        return Turn(self, self._monotonic)

    def rest(self, name: str, seconds: float) -> None:
        """Nobody asks *name* within *seconds*."""
        with self._lock:
            host = self._hosts.setdefault(name, Host(self._delay, next_at=self._first_at))
            host.away_until = self._monotonic() + seconds

    def acquire(self, name: str) -> Host:
        with self._lock:
            host = self._hosts.setdefault(name, Host(self._delay, next_at=self._first_at))
            host.users += 1
            if len(self._hosts) > MOST_HOSTS:
                self._forget_idle()
        host.lock.acquire()
        if self._shared is not None:
            try:
                self._begin(self._shared, name, host)
            except BaseException:
                self.release(host)
                raise
        return host

    def _begin(self, shared: Turns, name: str, host: Host) -> None:
        """What other processes know of the host counts here, too."""
        host.held = shared.begin(name, host.delay)
        now = self._monotonic()
        host.next_at = max(host.next_at, now + host.held.wait)
        host.away_until = max(host.away_until, now + host.held.rest)

    def release(self, host: Host) -> None:
        held, host.held = host.held, None
        now = self._monotonic()
        try:
            if held is not None:
                held.end(host.next_at - now, host.away_until - now)
        finally:
            host.lock.release()
            with self._lock:
                host.users -= 1

    def _forget_idle(self) -> None:
        now = self._monotonic()
        for name in [name for name, host in self._hosts.items() if host.idle(now)]:
            del self._hosts[name]


class Turn:
    """The calling thread's turn at one host after the other."""

    def __init__(self, hosts: Hosts, monotonic: Callable[[], float]) -> None:
        self._hosts = hosts
        self._monotonic = monotonic
        self._name = ""
        self._host: Host | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

    def move(self, name: str) -> Host:
        """Wait for our turn at *name*; the turn that we had is given back first."""
        if self._host is None or name != self._name:
            self._leave()
            self._name, self._host = name, self._hosts.acquire(name)
        return self._host

    def asked(self) -> None:
        """A request went to the host whose turn we have: its delay begins."""
        if self._host is not None:
            self._host.next_at = self._monotonic() + self._host.delay

    def _leave(self) -> None:
        if self._host is not None:
            self._hosts.release(self._host)
            self._host = None
