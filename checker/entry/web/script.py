"""``banner.js`` for pages that can't be changed otherwise, and ``banner.css`` for those that build
a notice by themselves."""

import json
import re
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from checker.data import text
from checker.entry.web.answers import cached
from checker.entry.web.parts import Parts
from checker.stages.banner import stylesheet

CACHE = "public, max-age=3600, stale-while-revalidate=86400, stale-if-error=604800"


def routes(_: Parts) -> list[Route]:
    async def script(request: Request) -> Response:
        return cached(request, source(), "text/javascript; charset=utf-8", cache=CACHE)

    async def sheet(request: Request) -> Response:
        return cached(request, styles().encode(), "text/css; charset=utf-8", cache=CACHE)

    return [Route("/banner.js", script), Route("/banner.css", sheet)]


@cache
def source() -> bytes:
    """The script with the notice's styles in it: a constructed style sheet passes any CSP."""
    return text("web/banner.js").replace('"STYLE"', json.dumps(styles()), 1).encode()


def styles() -> str:
    """The styles that a notice brings, on one line."""
    return re.sub(r"\s*\n\s*", "", stylesheet()).strip()
