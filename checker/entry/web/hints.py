"""``POST /api/v1/hint``: a publishing system says that articles were edited.

Who says so proves it by a bearer token (RFC 6750). What it says moves checks forward within what
politeness, budget and this sender's record allow; it never makes a request of its own.
"""

import hmac
import json
import logging
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from checker.entry.web.answers import as_json, problem
from checker.entry.web.limits import Buckets
from checker.entry.web.parts import Parts, Sender
from checker.entry.web.reading import read_body
from checker.errors import StoreError
from checker.service.hints import Hinted
from checker.service.status import MAX_URL, servable

log = logging.getLogger("checker.hints")

MAX_BODY = 262_144  # bytes
MAX_URLS = 100  # of one request
_FORM = "application/x-www-form-urlencoded"
_HOW = 'POST {"url": "https://…"}, {"url": ["https://…", …]}, or a form with url=…'


class Door:
    """Who may come in: by token, and at most so often."""

    def __init__(self, senders: Sequence[Sender]) -> None:
        self._senders = [(_digest(one.secret), one.name) for one in senders]
        self._buckets = {one.name: Buckets(one.rate) for one in senders}

    def whose(self, authorization: str) -> str | None:
        """The sender's name. Every token is compared, and in the same time."""
        scheme, _, token = authorization.partition(" ")
        given, found = _digest(token.strip()), None
        for secret, name in self._senders:
            if hmac.compare_digest(secret, given):
                found = name
        return found if scheme.lower() == "bearer" else None

    def admits(self, name: str) -> bool:
        return self._buckets[name].take(name)


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogateescape")).digest()


def routes(parts: Parts) -> list[Route]:
    if parts.hints is None:
        return []
    desk, door = parts.hints, Door(parts.hinters)

    async def hint(request: Request) -> Response:
        sender = door.whose(request.headers.get("authorization", ""))
        if sender is None:
            more = {"WWW-Authenticate": 'Bearer realm="hints"'}
            detail = "Send Authorization: Bearer TOKEN, with the token of a [[hinter]]."
            return problem(401, "who are you?", detail, cache="no-store", more=more)
        if not door.admits(sender):
            more = {"Retry-After": "1"}
            return problem(429, "too many hints", "Ask less often.", cache="no-store", more=more)
        body = await read_body(request, MAX_BODY)
        if body is None:
            detail = f"At most {MAX_BODY} bytes and {MAX_URLS} addresses."
            return problem(413, "too much at once", detail, cache="no-store")
        urls = urls_in(body, request.headers.get("content-type", ""))
        refused = _refusal(urls)
        if urls is None or refused is not None:
            return refused or problem(400, "no hint", f"{_HOW}.", cache="no-store")
        try:
            return _answer(sender, await run_in_threadpool(desk.take, sender, urls))
        except StoreError as error:  # it names files of this machine
            log.warning("no hints are taken just now: %s", error)
            more = {"Retry-After": "5"}
            return problem(503, "the store is away", "Try again.", cache="no-store", more=more)

    return [Route("/api/v1/hint", hint, methods=["POST"])]


def urls_in(body: bytes, content_type: str) -> list[str] | None:
    """The addresses that *body* names; None where it names none in a form that we know."""
    try:
        text = body.decode()
        if content_type.partition(";")[0].strip().lower() == _FORM:
            fields = parse_qsl(text, max_num_fields=2 * MAX_URLS)
            return [value for key, value in fields if key == "url"] or None
        return _named(json.loads(text)) or None
    except (ValueError, RecursionError):
        return None


def _named(data: Any) -> list[str]:
    """Raises ValueError for what is neither an address nor holds some."""
    if isinstance(data, dict) and "url" in data:
        data = data["url"]
    if isinstance(data, str):
        return [data]
    if not isinstance(data, list):
        raise ValueError  # noqa: TRY004 - to the caller all of these are one fault
    return [url for one in data for url in _one(one)]


def _one(data: Any) -> list[str]:
    if isinstance(data, dict):
        data = data.get("url")
    if not isinstance(data, str):
        raise ValueError  # noqa: TRY004
    return [data]


def _refusal(urls: list[str] | None) -> Response | None:
    if urls is None:
        return None
    if len(urls) > MAX_URLS:
        return problem(413, "too many", f"At most {MAX_URLS} addresses.", cache="no-store")
    if not all(servable(url) for url in urls):
        detail = f"Name absolute http(s) addresses of at most {MAX_URL} characters."
        return problem(400, "no such address", detail, cache="no-store")
    return None


def _answer(sender: str, taken: Sequence[Hinted]) -> Response:
    for one in taken:
        log.debug("hint of %s at %s: %s", sender, one.uri, one.pull.value)
    said = [
        {
            "url": one.uri,
            "pull": one.pull.value,
            "why": one.why,
            "due_at": one.due_at.isoformat() if one.due_at is not None else None,
        }
        for one in taken
    ]
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(as_json({"hints": said}), 202, headers, "application/json")
