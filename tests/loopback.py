"""A web server on loopback whose every answer is scripted, well-formed or not.

    with Loopback({"/a": Reply(body=b"x"), "/bad": Raw(b"not HTTP")}) as site:
        site.url("/a"), site.requests, site.connections

Scripts may be changed while it runs. A list of answers is given one by one, the last one for ever;
a callable gets the request and returns the answer.
"""

import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass(frozen=True)
class Seen:
    """A request as it arrived; ``connection`` counts the connections of this server."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    connection: int

    def header(self, name: str) -> str | None:
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)


@dataclass(frozen=True)
class Reply:
    """A well-formed answer; ``chunked`` frames the body in chunks instead of by its length."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    chunked: bool = False
    close: bool = False


@dataclass(frozen=True)
class Raw:
    """Bytes as they are, piece by piece with *pause* seconds between; then the connection ends."""

    pieces: Iterable[bytes] | bytes
    pause: float = 0.0


Answer = Reply | Raw
Script = Answer | list[Answer] | Callable[[Seen], Answer]


def page(text: str, *headers: tuple[str, str], coded: str | None = None) -> Reply:
    """An HTML answer, gzipped if *coded* says so."""
    body = text.encode()
    fields = (("Content-Type", "text/html; charset=utf-8"), *headers)
    if coded == "gzip":
        return Reply(200, gzip.compress(body), (*fields, ("Content-Encoding", "gzip")))
    return Reply(200, body, fields)


def redirect(location: str, status: int = 302) -> Reply:
    return Reply(status, headers=(("Location", location),))


def validated(body: bytes, etag: str) -> Callable[[Seen], Reply]:
    """An answer with *etag*, which is 304 to whoever has it."""

    def answer(seen: Seen) -> Reply:
        if seen.header("If-None-Match") == etag:
            return Reply(304, headers=(("ETag", etag),))
        return Reply(200, body, (("ETag", etag), ("Content-Type", "text/html")))

    return answer


class Loopback:
    """Starts at construction, on an ephemeral port; stop it with ``with`` or ``close``.

    With *tunnel* it is a proxy that leads every CONNECT to that port of this machine.
    """

    def __init__(
        self,
        script: Mapping[str, Script] | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        tunnel: int | None = None,
    ) -> None:
        self.script: dict[str, Script] = dict(script or {})
        self.requests: list[Seen] = []
        self.tunnel = tunnel
        self.connections = 0
        self.active = 0
        self.most_active = 0  # how many requests were being answered at one time
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._scheme = "https" if tls else "http"
        self._server = _Server((host, 0), self, tls)
        self.port: int = self._server.server_address[1]
        self.host = host
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="loopback", daemon=True
        )
        self._thread.start()

    @property
    def authority(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def url(self, path: str = "/", host: str | None = None) -> str:
        authority = f"{host}:{self.port}" if host else self.authority
        return f"{self._scheme}://{authority}{path}"

    def paths(self) -> list[str]:
        return [seen.path for seen in self.requests]

    def answer(self, seen: Seen) -> Answer:
        with self._lock:
            self.requests.append(seen)
            script = self.script.get(seen.path, Reply(404, b"no such page"))
            if isinstance(script, list):
                return script.pop(0) if len(script) > 1 else script[0]
        return script if isinstance(script, Reply | Raw) else script(seen)

    def connected(self) -> int:
        with self._lock:
            self.connections += 1
            return self.connections

    def enter(self, change: int) -> None:
        with self._lock:
            self.active += change
            self.most_active = max(self.most_active, self.active)

    def pause(self, seconds: float) -> bool:
        """Wait; False if the server is being stopped."""
        return not self._stop.wait(seconds)

    def close(self) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # clients keep connections alive

    def __init__(
        self, address: tuple[str, int], site: Loopback, tls: ssl.SSLContext | None
    ) -> None:
        self.site = site
        self.tls = tls
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def finish_request(self, request, client_address) -> None:
        if self.tls is not None:
            try:
                request = self.tls.wrap_socket(request, server_side=True)
            except (OSError, ssl.SSLError):
                return  # the client refused us
            try:
                super().finish_request(request, client_address)
            finally:
                request.close()
            return
        super().finish_request(request, client_address)

    def handle_error(self, request, client_address) -> None:
        """Clients under test hang up in every way; that is their right."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.number = self.server.site.connected()

    def do_GET(self) -> None:
        site = self.server.site
        site.enter(+1)
        try:
            seen = Seen("GET", self.path, tuple(self.headers.items()), self.number)
            match site.answer(seen):
                case Reply() as reply:
                    self._reply(reply)
                case Raw() as raw:
                    self._raw(raw)
        except OSError:
            self.close_connection = True
        finally:
            site.enter(-1)

    def do_CONNECT(self) -> None:
        site = self.server.site
        site.requests.append(Seen("CONNECT", self.path, tuple(self.headers.items()), self.number))
        self.close_connection = True
        if site.tunnel is None:
            self.send_error(501)
            return
        with socket.create_connection((site.host, site.tunnel)) as far:
            self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=_pump, args=(far, self.connection), daemon=True)
            back.start()
            _pump(self.connection, far)
            back.join()

    def _reply(self, reply: Reply) -> None:
        lines = [f"HTTP/1.1 {reply.status} Scripted"]
        lines += [f"{name}: {value}" for name, value in reply.headers]
        body = reply.body
        if reply.chunked:
            lines.append("Transfer-Encoding: chunked")
            half = len(body) // 2
            parts = [part for part in (body[:half], body[half:]) if part]
            body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        elif reply.status != 304:
            lines.append(f"Content-Length: {len(body)}")
        if reply.close:
            lines.append("Connection: close")
            self.close_connection = True
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.wfile.write(head + body)

    def _raw(self, raw: Raw) -> None:
        self.close_connection = True
        pieces = [raw.pieces] if isinstance(raw.pieces, bytes) else raw.pieces
        for piece in pieces:
            self.wfile.write(piece)
            self.wfile.flush()
            if raw.pause and not self.server.site.pause(raw.pause):
                return
        self.connection.shutdown(socket.SHUT_WR)

    def log_message(self, *args: object) -> None:
        """Silent."""


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return  # one side hung up
