"""``/flagged.atom``: the file that ``alerts.feed`` names, where it names one."""

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from checker.entry.web.answers import cached, problem
from checker.entry.web.parts import Parts


def routes(parts: Parts) -> list[Route]:
    async def feed(request: Request) -> Response:
        body = await run_in_threadpool(_read, parts.feed)
        if body is None:
            detail = "Set alerts.feed, and wait for the first look at what is due."
            return problem(404, "there is no feed", detail, cache="no-store")
        return cached(request, body, "application/atom+xml")

    return [Route("/flagged.atom", feed)]


def _read(file: Path | None) -> bytes | None:
    try:
        return file.read_bytes() if file is not None else None
    except OSError:
        return None
