"""The port Http without a network: scripted answers by URI.

    http = FakeHttp({"https://a.test/x": page("…"), "https://a.test/old": redirect("/x")}, clock)

The answers are those of ``tests.loopback``, so that one script can be given to either; besides,
a script may be a FetchFailure. What is not scripted does not exist: 404 where another URI of the
same origin is scripted, DNS failure elsewhere. Like the adapter it follows five redirects and
undoes content codings. It is thread-safe and records what it was asked in ``requests``.
"""

import threading
from collections.abc import Callable, Mapping
from urllib.parse import urljoin, urlsplit

from checker.adapters.coding import decode_or_why
from checker.model import (
    FailureKind,
    FetchFailure,
    Hop,
    Request,
    Response,
    header,
)
from checker.ports import Clock
from tests.loopback import Raw, Reply, Seen

Scripted = Reply | FetchFailure
FakeScript = Scripted | list[Scripted] | Callable[[Seen], Scripted]


class FakeHttp:
    """See the module. ``script`` may be changed between fetches."""

    def __init__(self, script: Mapping[str, FakeScript], clock: Clock) -> None:
        self.script = dict(script)
        self.requests: list[Request] = []
        self._clock = clock
        self._lock = threading.Lock()

    def uris(self) -> list[str]:
        return [request.uri for request in self.requests]

    def fetch(
        self, request: Request, before_hop: Callable[[str], FetchFailure | None] | None = None
    ) -> Response | FetchFailure:
        with self._lock:
            self.requests.append(request)
        uri, hops, seen = request.uri, (), set()
        while True:
            answer = self._answer(uri, request)
            if isinstance(answer, FetchFailure):
                return FetchFailure(uri, answer.kind, answer.detail, answer.retry_after)
            location = header(answer.headers, "Location")
            if answer.status not in (301, 302, 303, 307, 308):
                return self._response(uri, answer, hops, request)
            if location is None:
                return FetchFailure(uri, FailureKind.REDIRECTS, "no Location")
            seen.add(uri)
            try:
                target = urljoin(uri, location)
            except ValueError as error:
                return FetchFailure(uri, FailureKind.REDIRECTS, f"Location is no URL: {error}")
            hops = (*hops, Hop(answer.status, uri, target))
            if target in seen or len(hops) > 5:
                return FetchFailure(uri, FailureKind.REDIRECTS, f"redirect loop at {target}")
            if urlsplit(target).scheme not in ("http", "https"):
                return FetchFailure(target, FailureKind.REDIRECTS, "not http(s)")
            refused = before_hop(target) if before_hop is not None else None
            if refused is not None:
                return refused
            uri = target

    def _answer(self, uri: str, request: Request) -> Scripted:
        with self._lock:
            script = self.script.get(uri)
            if isinstance(script, list):
                script = script.pop(0) if len(script) > 1 else script[0]
        if script is None:
            origin = uri.split("/", 3)[:3]
            known = any(other.split("/", 3)[:3] == origin for other in self.script)
            if known:
                return Reply(404, b"no such page")
            return FetchFailure(uri, FailureKind.DNS, "no such host")
        assert not isinstance(script, Raw), "raw bytes need a socket: use tests.loopback"
        if callable(script):
            path = urlsplit(uri)._replace(scheme="", netloc="").geturl()
            return script(Seen("GET", path, request.headers, 0))
        return script

    def _response(
        self, uri: str, answer: Reply, hops: tuple[Hop, ...], request: Request
    ) -> Response | FetchFailure:
        codings = header(answer.headers, "Content-Encoding")
        body = decode_or_why(answer.body, codings, 50_000_000)
        if not isinstance(body, bytes):
            return FetchFailure(uri, FailureKind.DECODING, str(body))
        now = self._clock.now()
        return Response(
            uri=uri,
            status=answer.status,
            reason="Scripted",
            headers=answer.headers,
            raw=answer.body,
            body=body,
            requested_at=now,
            received_at=now,
            hops=hops,
            request_headers=request.headers,
        )
