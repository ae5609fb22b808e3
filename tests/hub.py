"""A WebSub hub and publisher on loopback, as far as a subscriber sees them
(https://www.w3.org/TR/websub/ §5 and §7)."""

import hashlib
import hmac
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlencode

import requests


@dataclass
class Hub:
    """``/feed.xml`` names it; who subscribes is asked back at once, and pushed to by ``publish``."""

    lease: int | None = 86_400  # seconds that it grants; None: it does not say
    status: int = 202
    asked: list[dict[str, str]] = field(default_factory=list)
    confirmed: list[bool] = field(default_factory=list)
    pages: dict[str, bytes] = field(default_factory=dict)
    moved: dict[str, tuple[int, str]] = field(default_factory=dict)  # paths of POSTs: where to
    posted: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def url(self, path: str) -> str:
        return f"http://{self.authority}{path}"

    def feed(self, *paths: str) -> bytes:
        items = "".join(f"<item><link>{self.url(path)}</link></item>" for path in paths)
        atom = 'xmlns:a="http://www.w3.org/2005/Atom"'
        links = f'<a:link rel="hub" href="{self.url("/hub")}"/><a:link rel="self" href="{self.url("/feed.xml")}"/>'
        return f'<rss version="2.0" {atom}><channel>{links}{items}</channel></rss>'.encode()

    def verify(self, form: dict[str, str], **changes: str) -> requests.Response:
        """Ask the subscriber whether it asked (§5.3)."""
        fields = {
            "hub.mode": form["hub.mode"],
            "hub.topic": form["hub.topic"],
            "hub.challenge": "c-h-a",
        }
        if self.lease is not None:
            fields["hub.lease_seconds"] = str(self.lease)
        fields |= {f"hub.{name}": value for name, value in changes.items()}
        place = form["hub.callback"]
        answer = requests.get(f"{place}?{urlencode(fields)}", timeout=20)
        self.confirmed.append(answer.status_code == 200 and answer.text == "c-h-a")
        return answer

    def publish(self, body: bytes, method: str = "sha256", secret: str = "") -> requests.Response:
        """Push *body* to who subscribed last (§7)."""
        form = self.asked[-1]
        key = (secret or form["hub.secret"]).encode()
        made = hmac.new(key, body, getattr(hashlib, method)).hexdigest()
        headers = {"X-Hub-Signature": f"{method}={made}", "Content-Type": "application/rss+xml"}
        return requests.post(form["hub.callback"], body, headers=headers, timeout=20)


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = hub.pages.get(self.path)
            self._answer(404 if body is None else 200, body or b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hub.posted.append(self.path)
            if self.path in hub.moved:
                status, place = hub.moved[self.path]
                self._answer(status, b"", place)
                return
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            hub.asked.append(form)
            self._answer(hub.status, b"")
            if hub.status == 202:
                threading.Thread(target=hub.verify, args=(form,)).start()

        def _answer(self, status: int, body: bytes, location: str = "") -> None:
            kind = "application/rss+xml" if self.path.endswith(".xml") else "text/html"
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
