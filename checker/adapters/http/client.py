"""The port ``Http`` over requests: one fetch with its redirects, within limits."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType, TracebackType
from typing import Self

from checker.adapters.guard import Guard, Target, UrlRefusedError
from checker.adapters.http.exchange import Moved, ask
from checker.adapters.http.failures import EXPECTED, explain, failure
from checker.adapters.http.limits import Access, FetchLimits
from checker.adapters.http.transport import Dialler, GuardedAdapter, Trust
from checker.adapters.http.watchdog import Watch, Watchdog
from checker.model import FailureKind, FetchFailure, Headers, Hop, Request, Response
from checker.ports import Clock

BeforeHop = Callable[[str], FetchFailure | None]

HIDDEN = "(hidden)"
_PUBLIC = Access()
_SAME_METHOD = frozenset({307, 308})  # RFC 9110 §15.4.8
_SECRETS = frozenset({"authorization", "cookie", "proxy-authorization"})


class RequestsHttp:
    """Fetches through the address guard; impolite by itself, see ``robots.PoliteHttp``.

    Thread-safe. No cookies, no environment, no credentials but those of *access*, by source; what
    is kept of a request (``request_headers``) never shows them. A redirect from https to http is
    followed and stands in ``Response.hops``. Close it to close its kept-alive connections.
    """

    def __init__(
        self,
        limits: FetchLimits,
        guard: Guard,
        clock: Clock,
        access: Mapping[str, Access] = MappingProxyType({}),
    ) -> None:
        self._limits = limits
        self._access = access
        self._guard = guard
        self._clock = clock
        self._dog = Watchdog()
        self._trust = Trust(limits)
        self._adapters: dict[str, GuardedAdapter] = {}
        self._lock = threading.Lock()

    def fetch(
        self, request: Request, before_hop: BeforeHop | None = None
    ) -> Response | FetchFailure:
        """Follow redirects to a complete answer of any status, or say why there is none.

        *before_hop* is asked about each redirect's target, after the guard: it may take its time,
        which does not count against the deadline, or say why the target must not be asked.
        """
        with self._dog.watching(self._limits.deadline.total_seconds()) as watch:
            return self._follow(request, watch, before_hop)

    def close(self) -> None:
        self._dog.close()
        with self._lock:
            for adapter in self._adapters.values():
                adapter.close()
            self._adapters.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _follow(
        self, request: Request, watch: Watch, before_hop: BeforeHop | None
    ) -> Response | FetchFailure:
        hops: tuple[Hop, ...] = ()
        headers = request.headers
        uri = request.uri
        seen: set[str] = set()
        while True:
            try:
                target = self._guard.target(uri, request.source)
                if target.uri in seen:
                    return failure(uri, FailureKind.REDIRECTS, f"redirect loop at {uri}")
                refused = self._objection(uri, watch, before_hop if hops else None)
                if refused is not None:
                    return refused
                answer = self._ask(target, request, headers, watch)
            except EXPECTED as error:
                return self._failed(uri, error, watch, hops)
            if isinstance(answer, Response):
                return replace(answer, uri=uri, hops=hops)
            if request.body is not None:
                where = f"a redirect to {answer.location}, which a POST does not follow"
                refused = failure(uri, FailureKind.REDIRECTS, where)
                onward = answer.location if answer.status in _SAME_METHOD else None
                return replace(refused, onward=onward)
            hops = (*hops, Hop(answer.status, uri, answer.location))
            if len(hops) > self._limits.redirects:
                detail = f"more than {self._limits.redirects} redirects, the last to "
                return failure(uri, FailureKind.REDIRECTS, detail + answer.location)
            seen.add(target.uri)
            headers = _for_next(headers, uri, answer.location)
            uri = answer.location

    def _objection(
        self, uri: str, watch: Watch, before_hop: BeforeHop | None
    ) -> FetchFailure | None:
        if before_hop is None:
            return None
        with self._dog.pausing(watch):
            return before_hop(uri)

    def _ask(
        self, target: Target, request: Request, headers: Headers, watch: Watch
    ) -> Response | Moved:
        """One request; a second time if a kept-alive connection was closed under it."""
        adapter = self._adapter(request.source)
        requested_at = self._clock.now()
        access, body = self._access.get(request.source, _PUBLIC), request.body
        secret = access.fields_for(target)
        headers = (*headers, *secret)
        try:
            answer = ask(adapter, target, headers, requested_at, body=body)
        except EXPECTED as error:
            # A server may close an idle connection at the moment we use it (RFC 9112 §9.3.1).
            stale = watch.reused and not watch.expired
            if not (stale and explain(error)[0] is FailureKind.PROTOCOL):
                raise
            answer = ask(adapter, target, headers, requested_at, body=body)
        if watch.expired:
            # The cut stream may have looked like a complete answer (faults B8).
            raise TimeoutError
        if isinstance(answer, Response):
            sent = _without(answer.request_headers, {name.lower() for name, _ in secret})
            return replace(answer, received_at=self._clock.now(), request_headers=sent)
        return answer

    def _limits_of(self, source: str) -> FetchLimits:
        proxy = self._access.get(source, _PUBLIC).proxy
        return self._limits if proxy is None else replace(self._limits, proxy=proxy)

    def _adapter(self, source: str) -> GuardedAdapter:
        with self._lock:
            if source not in self._adapters:
                limits = self._limits_of(source)
                guard = None if limits.proxy else self._guard
                dialler = Dialler(limits, guard, source, self._dog)
                self._adapters[source] = GuardedAdapter(limits, dialler, self._trust)
            return self._adapters[source]

    def _failed(
        self, uri: str, error: BaseException, watch: Watch, hops: tuple[Hop, ...]
    ) -> FetchFailure:
        kind, detail = explain(error)
        if watch.expired:
            seconds = self._limits.deadline.total_seconds()
            kind, detail = FailureKind.TIMEOUT, f"not complete within {seconds:g} s"
        elif hops and isinstance(error, UrlRefusedError):
            kind, detail = FailureKind.REDIRECTS, f"a redirect leads nowhere: {detail}"
        if hops:
            detail += f", after a redirect from {hops[-1].uri}"
        return failure(uri, kind, detail)


def _without(fields: Headers, names: set[str]) -> Headers:
    """*fields* as they may be kept: the archive of captures is no place for secrets."""
    return tuple((name, HIDDEN if name.lower() in names else value) for name, value in fields)


def _for_next(headers: Headers, uri: str, location: str) -> Headers:
    """*headers* without secrets where a redirect leaves the origin."""
    if uri.split("/", 3)[:3] == location.split("/", 3)[:3]:
        return headers
    return tuple(field for field in headers if field[0].lower() not in _SECRETS)
