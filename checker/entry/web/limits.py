"""A bound on what one client may ask for: a bucket of tokens each, and a bounded number of them."""

import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from checker.entry.web.answers import problem

BURST = 10  # seconds' worth
CLIENTS = 10_000


class Buckets:
    """``take(client)`` says whether another request is within *rate* a second."""

    def __init__(self, rate: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._full, self._seconds = rate, float(rate * BURST), seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> bool:
        now = self._seconds()
        level, since = self._buckets.pop(client, (self._full, now))
        level = min(self._full, level + (now - since) * self._rate)
        granted = level >= 1
        self._buckets[client] = (level - granted, now)
        if len(self._buckets) > CLIENTS:
            self._buckets.popitem(last=False)
        return granted


class RateLimit:
    """ASGI: 429 beyond the rate. ``/healthz`` and ``/readyz`` are exempt, as those who ask it act on silence."""

    def __init__(self, app: ASGIApp, rate: int) -> None:
        self._app, self._buckets = app, Buckets(rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = (scope.get("client") or ("",))[0]
        free = scope["type"] != "http" or scope["path"] in {"/healthz", "/readyz"}
        if free or self._buckets.take(client):
            await self._app(scope, receive, send)
            return
        refusal = problem(
            429, "too many requests", "Ask less often.", cache="no-store", more={"Retry-After": "1"}
        )
        await refusal(scope, receive, send)
