"""ASGI 3: uvicorn, hypercorn, daphne."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Future
from typing import Any

from checker.entry.middleware import fields as http
from checker.entry.middleware.insert import Notice, Page
from checker.entry.middleware.site import Site
from checker.service.status import Answer, Noticeboard

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
# Ways to send a file past us: not offered for pages with a notice.
_SHORTCUTS = frozenset({"http.response.pathsend", "http.response.zerocopysend"})


class AsgiNotices:
    """*app* with notices on its pages."""

    def __init__(self, app: Application, site: Site) -> None:
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        given = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        origin = f"{scope.get('scheme', 'http')}://{given.get('host', '')}"
        url, here = self._site.original(origin, _target(scope))
        answer = await ask(self._site.board, url, here=here)
        notice = self._site.notice(url, answer, here=here)
        seen = _as_the_application_may_see_it(scope, given, notice)
        if notice is not None:
            send = _Exchange(self._site, notice, send, head=scope["method"] == "HEAD").send
        await self._app(seen, receive, send)


async def ask(board: Noticeboard, url: str, *, here: bool) -> Answer:
    """As ``Noticeboard.ask``, without holding up the loop."""
    found = board.begin(url, here=here)
    if not isinstance(found, Future):
        return found
    try:
        return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(found)), board.wait)
    except TimeoutError:
        return board.too_late()


def _target(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    return (raw + (b"?" + query if query else b"")).decode("latin-1")


def _as_the_application_may_see_it(
    scope: Scope, given: dict[str, str], notice: Notice | None
) -> Scope:
    changes = http.asked(given, notice.tag if notice is not None else "")
    offered: dict[str, Any] = scope.get("extensions") or {}
    hidden = _SHORTCUTS & offered.keys() if notice is not None else frozenset()
    if not changes and not hidden:
        return scope
    kept = [one for one in scope["headers"] if one[0].decode("latin-1") not in changes]
    new = [(name.encode(), value.encode("latin-1")) for name, value in changes.items() if value]
    left = {name: value for name, value in offered.items() if name not in hidden}
    return {**scope, "headers": kept + new, "extensions": left}


class _Exchange:
    """One answer between the application and the server."""

    def __init__(self, site: Site, notice: Notice, send: Send, *, head: bool) -> None:
        self._site, self._notice, self._send, self._head = site, notice, send, head
        self._begin: Message = {}  # held until the fields are known
        self._page: Page | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._started(message)
        elif message["type"] == "http.response.body" and self._page is not None:
            await self._passed(self._page, message)
        else:
            await self._send(message)

    async def _started(self, message: Message) -> None:
        fields = [
            (key.decode("latin-1"), value.decode("latin-1"))
            for key, value in message.get("headers", ())
        ]
        notice = self._notice
        if message["status"] == 304:
            message = {**message, "headers": _raw(http.tagged(fields, notice.tag))}
        elif http.injectable(message["status"], fields):
            if not self._head:
                self._begin = message
                self._page = Page(notice, fields, self._site.places, self._site.keys)
                return
            fields = http.changed(fields, notice.fragment, notice.tag, None, notice.more)
            message = {**message, "headers": _raw(fields)}
        await self._send(message)

    async def _passed(self, page: Page, message: Message) -> None:
        last = not message.get("more_body", False)
        first = not page.begun
        ready = page.feed(message.get("body", b""), last=last)
        if ready is None:
            return
        if first:
            await self._send({**self._begin, "headers": _raw(page.fields)})
        await self._send({"type": "http.response.body", "body": ready, "more_body": not last})


def _raw(fields: http.Fields) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields]
