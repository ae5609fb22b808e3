"""``/healthz``: whether notices can be given now."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from checker.entry.web.parts import Parts


def routes(parts: Parts) -> list[Route]:
    async def health(_: Request) -> Response:
        trouble = await run_in_threadpool(parts.healthy)
        text, status = ("ok\n", 200) if trouble is None else ("the store does not answer\n", 503)
        return PlainTextResponse(text, status, {"Cache-Control": "no-store"})

    return [Route("/healthz", health)]
