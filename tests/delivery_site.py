"""A site for the tests of the middleware, run by gunicorn and uvicorn: every kind of answer.

NOTICES names the checker.toml, CHOSEN the options that are on; the pages are below /, of the articles at https://news.example/.
"""

import gzip
import os
import sys
from pathlib import Path
from wsgiref.util import FileWrapper

from checker.entry.middleware import AsgiNotices, WsgiNotices, from_config

PAGE = (
    b"<!doctype html><html lang=en><head><title>t</title></head><body><header>x</header>"
    b"<main><article><h1>Head</h1>" + b"<p>Some text of the article.</p>" * 200 + b"</article>"
    b"</main></body></html>"
)
HTML = ("Content-Type", "text/html; charset=utf-8")
CSP = "default-src 'self'; style-src 'self'"
TAG, DATE = '"v1"', "Wed, 01 Apr 2026 00:00:00 GMT"
KINDS = {
    "old": (PAGE, (HTML, ("ETag", TAG), ("Last-Modified", DATE), ("Accept-Ranges", "bytes"))),
    "policy": (PAGE, (HTML, ("Content-Security-Policy", CSP))),
    "attached": (PAGE, (HTML, ("Content-Disposition", "attachment"))),
    "kept": (PAGE, (HTML, ("Cache-Control", "no-transform"))),
    "json": (b'{"a": 1}', (("Content-Type", "application/json"),)),
    "partial": (b"<div>for a script</div>", (HTML,)),
    "frames": (b"<!doctype html><html><frameset></frameset></html>", (HTML,)),
    "broken-gzip": (b"\x1f\x8b\x08no gzip at all", (HTML, ("Content-Encoding", "gzip"))),
    "brotli": (b"not really", (HTML, ("Content-Encoding", "br"))),
}


def answer(kind, headers):
    """Status, fields and body for the kind, whatever the protocol; *headers* in lower case."""
    if kind == "missing":
        return 404, [HTML], PAGE
    if kind == "failing":
        return 500, [HTML], PAGE
    if kind == "gzip":
        body = gzip.compress(PAGE) if "gzip" in headers.get("accept-encoding", "") else PAGE
        coded = [("Content-Encoding", "gzip")] if body is not PAGE else []
        return 200, [HTML, ("Vary", "Accept-Encoding"), *coded], body
    body, fields = KINDS.get(kind, (PAGE, (HTML,)))
    if ("ETag", TAG) in fields:
        if headers.get("if-none-match") in {TAG, "*"} or (
            "if-none-match" not in headers and headers.get("if-modified-since") == DATE
        ):
            return 304, [("ETag", TAG)], b""
        if headers.get("range") == "bytes=0-9" and headers.get("if-range", TAG) == TAG:
            part = [HTML, ("Content-Range", f"bytes 0-9/{len(body)}"), ("ETag", TAG)]
            return 206, part, body[:10]
    return 200, list(fields), body


REASONS = {200: "OK", 206: "Partial Content", 304: "Not Modified", 404: "Not Found"}


def plain_wsgi(environ, start_response):
    headers = {
        key[5:].lower().replace("_", "-"): value
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
    kind = environ["PATH_INFO"].rsplit("/", 1)[-1]
    status, fields, body = answer(kind, headers)
    line = f"{status} {REASONS.get(status, 'Error')}"
    if kind == "written":  # PEP 3333's old way
        write = start_response(line, [HTML])
        write(PAGE[:100])
        write(PAGE[100:])
        return []
    if kind == "streamed":
        start_response(line, fields)
        return (PAGE[at : at + 50] for at in range(0, len(PAGE), 50))
    if kind == "file":
        start_response(line, [("Content-Type", "image/png")])
        return environ.get("wsgi.file_wrapper", FileWrapper)(Path(__file__).open("rb"))
    if kind == "late-error":
        return _late(start_response)
    if status != 304:
        fields.append(("Content-Length", str(len(body))))
    start_response(line, fields)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _late(start_response):
    start_response("200 OK", [HTML])
    try:
        int("after start_response")
    except ValueError:
        start_response("500 Error", [HTML], sys.exc_info())
    yield b"<html><body><h1>Sorry</h1></body></html>"


async def plain_asgi(scope, receive, send):
    if scope["type"] != "http":
        return
    headers = {key.decode(): value.decode("latin-1") for key, value in scope["headers"]}
    kind = scope["path"].rsplit("/", 1)[-1]
    status, fields, body = answer(kind, headers)
    if status != 304 and kind != "streamed":
        fields.append(("Content-Length", str(len(body))))
    raw = [(name.lower().encode(), value.encode()) for name, value in fields]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    if kind == "streamed":
        for at in range(0, len(body), 50):
            part = body[at : at + 50]
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body"})
        return
    body = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": body})


def _site():
    copies = {"https://news.example/archive/": "https://news.example/"}
    chosen = dict.fromkeys(os.environ.get("CHOSEN", "").split(), True)
    return from_config(os.environ["NOTICES"], base="https://news.example", copies=copies, **chosen)


def wsgi():
    return WsgiNotices(plain_wsgi, _site())


def asgi():
    return AsgiNotices(plain_asgi, _site())
