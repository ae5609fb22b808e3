"""The newsroom's web server: pages, feed and sitemap on 127.0.0.1, with honest validators."""

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlsplit

from checker import data
from checker.entry.newsroom.stories import EDITS, Story, opening_stories

HOST = "127.0.0.1"


class Newsroom:
    """Serves the stories from a thread of its own; ``edit`` changes what readers see.

    ``now`` is the newsroom's clock. Every page carries noise that nobody edited (a token, a
    counter, a list of most-read articles), as real pages do.
    """

    def __init__(self, now: Callable[[], datetime], opened: datetime, port: int = 0) -> None:
        self._now = now
        self._stories = opening_stories(opened)
        self._requests = 0
        self._lock = threading.Lock()
        self.down = False  # an outage: every answer is 503
        self._server = _Server((HOST, port), _Handler)
        self._server.newsroom = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def base(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def stories(self) -> tuple[Story, ...]:
        with self._lock:
            return tuple(self._stories.values())

    def start(self) -> "Newsroom":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def edit(self, name: str, at: datetime | None = None) -> str:
        """Apply the edit called *name*; returns what a person would say of it."""
        edit = EDITS[name]
        with self._lock:
            story = self._stories[edit.slug]
            self._stories[edit.slug] = edit.apply(story, at or self._now())
        return f"“{story.title}”: {edit.tells}"

    def url(self, story: Story) -> str:
        return f"{self.base}/{story.section.lower()}/{story.slug}.html"

    def write_copies(self, folder: Path) -> int:
        """Archive the newsroom as it is: one HTML file for each article below *folder*."""
        for story in self.stories:
            path = folder / story.section.lower() / f"{story.slug}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.page(story))
        return len(self.stories)

    # ── what readers get ──

    def page(self, story: Story) -> bytes:
        with self._lock:
            self._requests += 1
            serial = self._requests
        return (
            Template(data.text("newsroom/page.html"))
            .substitute(
                title=escape(story.title),
                url=escape(self.url(story)),
                section=escape(story.section),
                published=story.published.isoformat(),
                published_day=_day(story.published),
                updated=_updated(story),
                author=escape(story.author),
                tag='<meta property="article:tag" content="evergreen">\n'
                if story.evergreen
                else "",
                token=hashlib.sha256(f"token {serial}".encode()).hexdigest()[:24],
                json_ld=self._json_ld(story).replace("<", "\\u003c"),
                body="\n".join(_body(story)),
                related=self._most_read(serial),
                views=f"{4000 + 37 * serial:,}",
                year=self._now().year,
            )
            .encode()
        )

    def _json_ld(self, story: Story) -> str:
        return json.dumps(
            {
                "@context": "https://schema.org",
                "@type": "Article" if story.evergreen else "NewsArticle",
                "headline": story.title,
                "url": self.url(story),
                "articleSection": story.section,
                "datePublished": story.published.isoformat(),
                "dateModified": story.stamped.isoformat(),
                "author": {"@type": "Person", "name": story.author},
            }
        )

    def _most_read(self, serial: int) -> str:
        shown = self.stories
        turned = shown[serial % len(shown) :] + shown[: serial % len(shown)]
        return "".join(
            f'<li><a href="{escape(self.url(one))}">{escape(one.title)}</a></li>'
            for one in turned[:3]
        )

    def feed(self) -> bytes:
        items = "".join(
            f"<item><title>{escape(story.title)}</title><link>{escape(self.url(story))}</link>"
            f"<guid>{escape(self.url(story))}</guid><category>{escape(story.section)}</category>"
            f"<pubDate>{format_datetime(story.published)}</pubDate></item>"
            for story in self.stories
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
            f"<title>The Tidewater Courier</title><link>{self.base}/</link>"
            f"<description>News from Tidewater</description>{items}</channel></rss>"
        ).encode()

    def sitemap(self) -> bytes:
        rows = "".join(
            f"<url><loc>{escape(self.url(story))}</loc>"
            f"<lastmod>{story.stamped.isoformat()}</lastmod></url>"
            for story in self.stories
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?>'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
        ).encode()

    def answer(self, path: str, conditions: tuple[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for *path*; *conditions* are the request's two validators."""
        if self.down:
            return 503, {"Content-Type": "text/plain"}, b"Service unavailable\n"
        match path:
            case "/feed.xml":
                return 200, {"Content-Type": "application/rss+xml"}, self.feed()
            case "/sitemap.xml":
                return 200, {"Content-Type": "application/xml"}, self.sitemap()
            case "/robots.txt":
                return 200, {"Content-Type": "text/plain"}, b"User-agent: *\nAllow: /\n"
        story = next((one for one in self.stories if urlsplit(self.url(one)).path == path), None)
        html = {"Content-Type": "text/html; charset=utf-8"}
        if story is None or story.shown == "missing":
            return 404, html, data.text("newsroom/missing.html").encode()
        if story.shown == "soft-404":
            return 200, html, data.text("newsroom/missing.html").encode()
        if not story.validators:
            return 200, html, self.page(story)
        tag = f'"{hashlib.sha256(repr(story).encode()).hexdigest()[:16]}"'
        headers = html | {
            "ETag": tag,
            "Last-Modified": format_datetime(story.saved, usegmt=True),
        }
        if conditions[0] == tag:  # RFC 9110 §13.2.2: If-None-Match decides where it is sent
            return 304, headers, b""
        return 200, headers, self.page(story)


class _Server(ThreadingHTTPServer):
    newsroom: Newsroom
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 30
    disable_nagle_algorithm = True  # else each body waits 40 ms for the head's delayed ACK

    def do_GET(self) -> None:
        conditions = (
            self.headers.get("If-None-Match", ""),
            self.headers.get("If-Modified-Since", ""),
        )
        status, headers, body = self.server.newsroom.answer(self.path, conditions)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silent: the checker's own output is the one to read."""


def _body(story: Story) -> list[str]:
    parts = [f"<p>{escape(paragraph)}</p>" for paragraph in story.paragraphs]
    if story.correction:
        parts.append(f'<p class="correction"><em>{escape(story.correction)}</em></p>')
    return parts


def _updated(story: Story) -> str:
    if story.stamped == story.published:
        return ""
    return f' · Updated <time datetime="{story.stamped.isoformat()}">{_day(story.stamped)}</time>'


def _day(instant: datetime) -> str:
    return f"{instant.day} {instant:%B %Y}"


__all__ = ["EDITS", "HOST", "Newsroom"]
