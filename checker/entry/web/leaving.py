"""``/unsubscribe/TOKEN``: the one click that ends mail (RFC 8058), and a page that asks people.

GET ends nothing, as programs follow links that nobody clicked. POST does, when it says what RFC
8058 §3.2 has mail programs say; the page's own button says the same.
"""

import logging
import secrets
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from checker.entry.web.parts import Parts
from checker.entry.web.reading import read_body
from checker.errors import StoreError
from checker.service.subscribing import Leaver
from checker.stages.alert import parting

log = logging.getLogger("checker.web")

MAX_BODY = 8_192  # bytes; what a mail program posts has some 30, as a form's part some 200
MAX_TOKEN = 200
_SAID = (b"List-Unsubscribe", b"One-Click")  # in both encodings that the RFC allows
_NOBODY = Leaver("", "en")


def routes(parts: Parts) -> list[Route]:
    async def page(request: Request) -> Response:
        if request.method != "POST":
            return await _answered(request, "ask", parts.leaving.whose)
        body = await read_body(request, MAX_BODY)
        if body is None or not all(word in body for word in _SAID):
            return await _answered(request, "ask", parts.leaving.whose, status=400)
        return await _answered(request, "done", parts.leaving.leave)

    return [Route("/unsubscribe/{token}", page, methods=["GET", "POST"])]


async def _answered(
    request: Request, what: str, find: Callable[[str], Leaver | None], *, status: int = 200
) -> Response:
    token = request.path_params["token"]
    try:
        found = await run_in_threadpool(find, token) if len(token) <= MAX_TOKEN else None
    except StoreError as error:  # it names files of this machine: not for everybody to read
        log.warning("nobody can unsubscribe just now: %s", error)
        return _shown("away", _NOBODY, 503)
    return _shown(what, found, status) if found is not None else _shown("unknown", _NOBODY, 404)


def _shown(what: str, leaver: Leaver, status: int) -> Response:
    """The token stands in the address: nothing keeps it, finds it, or is told of it."""
    nonce = secrets.token_urlsafe(16)
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"default-src 'none'; style-src 'nonce-{nonce}'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }
    if status == 503:
        headers["Retry-After"] = "5"
    html = parting(what, leaver.address, leaver.language, nonce)
    return HTMLResponse(html, status, headers)
