"""WSGI (PEP 3333): gunicorn, uWSGI, mod_wsgi, waitress."""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any
from urllib.parse import quote

from checker.entry.middleware import fields as http
from checker.entry.middleware.insert import Notice, Page
from checker.entry.middleware.site import Site

Environ = dict[str, Any]
Trouble = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
Start = Callable[..., Callable[[bytes], object]]
Application = Callable[[Environ, Start], Iterable[bytes]]


class WsgiNotices:
    """*application* with notices on its pages."""

    def __init__(self, application: Application, site: Site) -> None:
        self._application, self._site = application, site

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        method = environ.get("REQUEST_METHOD")
        if method not in {"GET", "HEAD"}:
            return self._application(environ, start_response)
        origin = f"{environ['wsgi.url_scheme']}://{_host(environ)}"
        url, here = self._site.original(origin, _target(environ))
        answer = self._site.board.ask(url, here=here)
        notice = self._site.notice(url, answer, here=here)
        asked = _as_the_application_may_see_it(environ, notice.tag if notice else "")
        if notice is None:
            return self._application(asked, start_response)
        exchange = _Exchange(self._site, notice, start_response, head=method == "HEAD")
        body = self._application(asked, exchange.start)
        if exchange.untouched:
            return body
        return _Body(exchange, body)


def _host(environ: Environ) -> str:
    host: str = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return host


def _target(environ: Environ) -> str:
    """Path and query as the client sent them, where the server tells; else quoted anew."""
    raw = environ.get("REQUEST_URI") or environ.get("RAW_URI")  # uWSGI, Apache; gunicorn
    if isinstance(raw, str) and raw.startswith("/"):
        return raw
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    quoted = quote(path.encode("latin-1"), safe="/:@!$&'()*+,;=~%")
    query = environ.get("QUERY_STRING", "")
    return f"{quoted or '/'}{f'?{query}' if query else ''}"


def _as_the_application_may_see_it(environ: Environ, tag: str) -> Environ:
    given = {
        key[5:].replace("_", "-").lower(): value
        for key, value in environ.items()
        if key.startswith("HTTP_") and isinstance(value, str)
    }
    changes = http.asked(given, tag)
    if not changes:
        return environ
    seen = dict(environ)
    for name, value in changes.items():
        key = f"HTTP_{name.upper().replace('-', '_')}"
        if value is None:
            seen.pop(key, None)
        else:
            seen[key] = value
    return seen


class _Exchange:
    """One answer between the application and the server."""

    def __init__(self, site: Site, notice: Notice, start: Start, *, head: bool) -> None:
        self._site, self._notice, self._start, self._head = site, notice, start, head
        self._status = ""
        self._page: Page | None = None
        self._write: Callable[[bytes], object] | None = None
        self.early: list[bytes] = []  # what the old ``write`` gave and the server has yet to get

    @property
    def untouched(self) -> bool:
        """The application began an answer that is passed on as it is."""
        return self._write is not None and self._page is None

    def start(
        self, status: str, fields: http.Fields, exc_info: Trouble = None
    ) -> Callable[[bytes], object]:
        if self._write is not None:  # an error after the beginning: the server's to decide
            return self._start(status, fields, exc_info)
        self._status, self._page = status, None
        number = int(status[:3])
        if number == 304:
            fields = http.tagged(fields, self._notice.tag)
        elif http.injectable(number, fields):
            if not self._head:
                self._page = Page(self._notice, fields, self._site.places, self._site.keys)
                return self._take
            notice = self._notice
            fields = http.changed(fields, notice.fragment, notice.tag, None, notice.more)
        self._write = self._start(status, fields, *((exc_info,) if exc_info else ()))
        return self._write

    def _take(self, data: bytes) -> None:
        """The old way to send (PEP 3333, "The write() Callable")."""
        if ready := self.pass_on(data, last=False):
            self.early.append(ready)

    def pass_on(self, data: bytes, *, last: bool) -> bytes | None:
        """What may be sent now; the server is told the fields before the first of it."""
        if self._page is None:
            return data
        ready = self._page.feed(data, last=last)
        if ready is not None and self._write is None:
            self._write = self._start(self._status, self._page.fields)
        return ready


class _Body:
    """An application's body with the notice in it."""

    def __init__(self, exchange: _Exchange, body: Iterable[bytes]) -> None:
        self._exchange, self._body = exchange, body
        self._parts = self._changed()

    def __iter__(self) -> Iterator[bytes]:
        return self._parts

    def _changed(self) -> Iterator[bytes]:
        for data in self._body:
            ready = self._exchange.pass_on(data, last=False)
            yield from self._written()
            if ready:
                yield ready
        ready = self._exchange.pass_on(b"", last=True)
        yield from self._written()
        if ready:
            yield ready

    def _written(self) -> Iterator[bytes]:
        while self._exchange.early:
            yield self._exchange.early.pop(0)

    def close(self) -> None:
        """PEP 3333: the application's own ``close`` is called, whatever happened."""
        close = getattr(self._body, "close", None)
        if close is not None:
            close()
