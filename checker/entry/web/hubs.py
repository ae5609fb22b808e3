"""``/websub/TOKEN``: where hubs ask whether we subscribed, and push what is new in a feed.

https://www.w3.org/TR/websub/ §5.3 and §7. Who does not know the token reaches nobody; who knows it,
but not the secret, changes nothing.
"""

import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from checker.entry.web.answers import problem
from checker.entry.web.parts import Hubs, Parts
from checker.entry.web.reading import read_body
from checker.errors import StoreError
from checker.stages.discover import MAX_FEED

log = logging.getLogger("checker.websub")

MAX_CHALLENGE = 1_024  # characters
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def routes(parts: Parts) -> list[Route]:
    if parts.hubs is None:
        return []
    hubs = parts.hubs

    async def callback(request: Request) -> Response:
        try:
            if request.method == "POST":
                return await _pushed(request, hubs)
            return await _asked(request, hubs)
        except StoreError as error:  # it names files of this machine
            log.warning("nothing can be pushed just now: %s", error)
            more = {"Retry-After": "5"}
            return problem(503, "the store is away", "Try again.", cache="no-store", more=more)

    return [Route("/websub/{token}", callback, methods=["GET", "POST"])]


async def _asked(request: Request, hubs: Hubs) -> Response:
    asked, token = request.query_params, request.path_params["token"]
    names = ("hub.mode", "hub.topic", "hub.lease_seconds")
    values = tuple(asked.get(name, "") for name in names)
    challenge = asked.get("hub.challenge", "")
    if len(challenge) > MAX_CHALLENGE or not await run_in_threadpool(hubs.answer, token, *values):
        return problem(404, "not asked for", "No subscription of ours.", cache="no-store")
    return PlainTextResponse(challenge, 200, _HEADERS)


async def _pushed(request: Request, hubs: Hubs) -> Response:
    """A push that is not signed is answered like one that is, as §7 wants it: nothing is learnt. Of
    who knows no token nothing is read: many large bodies at once would fill the memory."""
    token = request.path_params["token"]
    if not await run_in_threadpool(hubs.awaits, token):
        return _gone()
    body = await read_body(request, MAX_FEED)
    if body is None:
        return problem(413, "too large", f"At most {MAX_FEED} bytes.", cache="no-store")
    signature = request.headers.get("x-hub-signature", "")
    if await run_in_threadpool(hubs.take, token, signature, body) is None:
        return _gone()
    return Response(status_code=202, headers=_HEADERS)


def _gone() -> Response:
    return problem(410, "gone", "This subscription has ended.", cache="no-store")
