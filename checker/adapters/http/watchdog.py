"""A wall-clock limit over a whole fetch, whatever its socket is doing.

Socket timeouts bound one read, so a server that sends a byte now and then holds a fetch for ever
(faults B7, B8). One thread per client shuts the sockets of fetches whose time is over; the reader
then sees the end of its stream and asks ``Watch.expired`` what happened. A duplicate of the
descriptor is shut, because the original may have been closed, wrapped in TLS or reused meanwhile.
"""

import heapq
import itertools
import math
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Watch:
    """One fetch under the watchdog's eye. ``at`` is its end by ``time.monotonic``."""

    __slots__ = ("_lock", "_sockets", "at", "expired", "over", "reused")

    def __init__(self, at: float) -> None:
        self.at = at
        self.expired = False
        self.over = False  # the fetch has ended
        self.reused = False  # the current request went out on a kept-alive connection
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []

    def attach(self, sock: socket.socket) -> None:
        """Shut *sock*, too, when time is over; at once if it is."""
        double = socket.fromfd(sock.fileno(), sock.family, sock.type)
        with self._lock:
            self._sockets.append(double)
            if self.expired:
                _shut(double)

    def expire(self) -> None:
        with self._lock:
            self.expired = True
            for double in self._sockets:
                _shut(double)

    def release(self) -> None:
        self.over = True
        with self._lock:
            for double in self._sockets:
                double.close()
            self._sockets.clear()


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):  # already disconnected
        sock.shutdown(socket.SHUT_RDWR)


class Watchdog:
    """Thread-safe; its thread starts with the first fetch and ends with ``close``."""

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._queue: list[tuple[float, int, Watch]] = []
        self._count = itertools.count()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._here = threading.local()

    @property
    def current(self) -> Watch | None:
        """The watch over the fetch that the calling thread is in."""
        watch: Watch | None = getattr(self._here, "watch", None)
        return watch

    @contextmanager
    def watching(self, seconds: float) -> Iterator[Watch]:
        """Everything that the calling thread fetches within this block ends after *seconds*."""
        watch = Watch(time.monotonic() + seconds)
        self._enqueue(watch)
        before = self.current
        self._here.watch = watch
        try:
            yield watch
        finally:
            self._here.watch = before
            watch.release()

    @contextmanager
    def pausing(self, watch: Watch) -> Iterator[None]:
        """What happens within this block does not count against *watch*."""
        left = watch.at - time.monotonic()
        watch.at = math.inf
        try:
            yield
        finally:
            watch.at = time.monotonic() + left
            self._enqueue(watch)

    def close(self) -> None:
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()

    def _enqueue(self, watch: Watch) -> None:
        with self._wake:
            heapq.heappush(self._queue, (watch.at, next(self._count), watch))
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="checker-watchdog", daemon=True
                )
                self._thread.start()
            elif self._queue[0][2] is watch:
                self._wake.notify()

    def _run(self) -> None:
        with self._wake:
            while not self._closed:
                now = time.monotonic()
                # Nobody is woken for fetches that have ended: there is one for each check.
                while self._queue and (self._queue[0][2].over or self._queue[0][0] <= now):
                    watch = heapq.heappop(self._queue)[2]
                    # Later now: it was paused, and has another entry. A fetch that has ended has
                    # no sockets left, so that expiring it does nothing.
                    if watch.at <= now:
                        watch.expire()
                self._wake.wait(self._queue[0][0] - now if self._queue else None)
