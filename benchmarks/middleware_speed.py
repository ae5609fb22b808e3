"""CPU that the middleware adds to a page, in milliseconds: median and 99th percentile.

CHECKER_CORPORA=… python benchmarks/middleware_speed.py [hd_default|aeb|fundus …]

Each real page is served by a bare WSGI application and by the same one with notices, in turn; what
is counted is the difference. "again" is a page whose beginning was seen before, as with pages from
a cache or of an archive; "first seen" has its place searched. Pages are those of 60 to 100 kB, and
all. The notice is known, as it is from a page's second view within 30 seconds on. Of each page the
least of five times counts, as other work on the machine only adds.
"""

import gzip
import json
import os
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from checker.entry.middleware import Site, WsgiNotices
from checker.entry.middleware.insert import Places
from checker.model import Banner, BannerTone, Status
from checker.service.status import UNKNOWN, Noticeboard, PageStatus
from checker.stages.banner import render

TIMES = 5
NOW = datetime(2026, 11, 24, tzinfo=UTC)
NOTICE = Banner(
    "en",
    BannerTone.PLAIN,
    "This is an older article",
    ("This article is more than 9 years old.", "It was published on 31 March 2017."),
    "https://news.example/a",
    "Open the original page",
    Status.OUTDATED,
    NOW,
    (("31 March 2017", "2017-03-31"),),
)
FLAGGED = PageStatus(
    "https://news.example/a", Status.OUTDATED, NOW, NOW, NOW, NOTICE, render(NOTICE)
)
ENVIRON = {
    "REQUEST_METHOD": "GET",
    "wsgi.url_scheme": "https",
    "HTTP_HOST": "news.example",
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
    "HTTP_ACCEPT": "text/html,application/xhtml+xml",
    "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
    "HTTP_ACCEPT_LANGUAGE": "en",
}


def pages(name: str) -> list[bytes]:
    path = Path(os.environ["CHECKER_CORPORA"]) / "pages" / f"{name}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["html"].encode("utf-8", "replace") for line in lines]


def app_for(body: bytes, *more: tuple[str, str]):
    fields = [("Content-Type", "text/html"), ("Content-Length", str(len(body))), *more]

    def app(_, start):
        start("200 OK", list(fields))
        return [body]

    return app


def spent(app, path: str) -> float:
    started = time.process_time()
    body = app({**ENVIRON, "PATH_INFO": path}, lambda *_: None)
    for _ in body:
        pass
    return (time.process_time() - started) * 1000


def added(bodies: list[bytes], answer, *, again: bool, coded: bool) -> list[float]:
    board = Noticeboard(lambda _, __: answer)
    found = []
    for number, page in enumerate(bodies):
        body = gzip.compress(page) if coded else page
        bare = app_for(body, *([("Content-Encoding", "gzip")] if coded else []))
        path = f"/{number}"
        board.ask(f"https://news.example{path}", here=True)
        with_notice = []
        for _ in range(TIMES):
            site = Site(board, "https://news.example", places=Places(memory=1 << 30))
            noticed = WsgiNotices(bare, site)
            if again:
                spent(noticed, path)
            with_notice.append(spent(noticed, path))
        found.append(min(with_notice) - min(spent(bare, path) for _ in range(TIMES)))
    board.close()
    return found


def told(name: str, found: list[float]) -> None:
    found.sort()
    p99 = found[min(len(found) - 1, len(found) * 99 // 100)]
    print(f"  {name:<42} {statistics.median(found):8.3f} {p99:8.3f}")


def main() -> None:
    everything = [page for name in sys.argv[1:] or ["hd_default"] for page in pages(name)]
    usual = [page for page in everything if 60_000 <= len(page) <= 100_000]
    for title, bodies in (("60 to 100 kB", usual), ("all sizes", everything)):
        mean = statistics.mean(map(len, bodies)) / 1000
        print(
            f"{title}: {len(bodies)} pages, {mean:.0f} kB on average      median      p99 (ms CPU)"
        )
        told("no notice", added(bodies, UNKNOWN, again=False, coded=False))
        told("notice, again", added(bodies, FLAGGED, again=True, coded=False))
        told("notice, first seen", added(bodies, FLAGGED, again=False, coded=False))
        told("notice, again, gzip inside", added(bodies, FLAGGED, again=True, coded=True))


if __name__ == "__main__":
    main()
