"""``GET /api/v1/status`` and ``/api/v1/notice``: what is to be told of one page."""

from collections.abc import Callable
from typing import Any, assert_never

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from checker.entry.middleware.asgi import ask
from checker.entry.web.answers import SHARED, as_json, cached, problem
from checker.entry.web.parts import Parts
from checker.model import Banner
from checker.service.status import (
    MAX_URL,
    Answer,
    Away,
    Noticeboard,
    PageStatus,
    Unknown,
    servable,
)

UNKNOWN_CACHE = "public, max-age=60"
RETRY = 5  # seconds
# Web servers that can't percent-encode an address into a query name it here, as it is.
NAMED = "Archive-Checker-URL"
Form = Callable[[Request, Answer], Response]


def routes(parts: Parts) -> list[Route]:
    async def status(request: Request) -> Response:
        return await _answer(parts.board, request, as_status)

    async def notice(request: Request) -> Response:
        return await _answer(parts.board, request, as_notice)

    return [Route("/api/v1/status", status), Route("/api/v1/notice", notice)]


async def _answer(board: Noticeboard, request: Request, form: Form) -> Response:
    query = request.query_params
    url, here = query.get("url", ""), query.get("here", "0")
    if "url" not in query and NAMED in request.headers:
        url = request.headers[NAMED]
        form = _varying(form)
    if not servable(url):
        detail = f"Give ?url= an absolute http(s) address of at most {MAX_URL} characters."
        return problem(400, "no such address", detail, cache=UNKNOWN_CACHE)
    if here not in {"0", "1"}:
        return problem(400, "no such value", "Give ?here= as 0 or 1.", cache=UNKNOWN_CACHE)
    answer = await ask(board, url, here=here == "1")
    if query.get("quiet") == "1" and not isinstance(answer, PageStatus):
        # A browser writes every 404 into its console; most pages have no notice.
        cache = UNKNOWN_CACHE if isinstance(answer, Unknown) else "no-store"
        return Response(status_code=204, headers={**SHARED, "Cache-Control": cache})
    return form(request, answer)


def _varying(form: Form) -> Form:
    """*form* for an answer that shared caches may not give to who names another address."""

    def varied(request: Request, answer: Answer) -> Response:
        response = form(request, answer)
        response.headers["Vary"] = NAMED
        return response

    return varied


def as_status(request: Request, answer: Answer) -> Response:
    match answer:
        case PageStatus():
            return cached(request, as_json(plain(answer)), "application/json")
        case Unknown():
            detail = "Nothing of that address is watched, judged and adopted."
            return problem(404, "not watched", detail, cache=UNKNOWN_CACHE)
        case Away():
            return _away()
        case _:
            assert_never(answer)


def as_notice(request: Request, answer: Answer) -> Response:
    """The HTML to include, empty where there is nothing to say: for SSI and the like."""
    match answer:
        case PageStatus():
            return cached(request, (answer.fragment or "").encode(), "text/html; charset=utf-8")
        case Unknown():
            return cached(request, b"", "text/html; charset=utf-8", cache=UNKNOWN_CACHE)
        case Away():
            return _away()
        case _:
            assert_never(answer)


def _away() -> Response:
    # The cause names files of this machine; it is in the log.
    detail = "The store does not answer. Ask again soon; show the page without a notice."
    more = {"Retry-After": str(RETRY)}
    return problem(503, "no answer now", detail, cache="no-store", more=more)


def plain(status: PageStatus) -> dict[str, Any]:
    """As ``docs/reference/status.schema.json`` describes it."""
    notice = status.notice
    return {
        "uri": status.uri,
        "status": status.status.value,
        "checked_at": status.checked_at.isoformat(),
        "outdated_since": status.outdated_since and status.outdated_since.isoformat(),
        "copied_at": status.copied_at and status.copied_at.isoformat(),
        "notice": _notice(notice, status.fragment or "") if notice is not None else None,
    }


def _notice(notice: Banner, fragment: str) -> dict[str, Any]:
    link = {"href": notice.link, "text": notice.link_text} if notice.link else None
    return {
        "language": notice.language,
        "tone": notice.tone.value,
        "heading": notice.heading,
        "sentences": list(notice.sentences),
        "dates": [{"text": words, "datetime": iso} for words, iso in notice.times],
        "link": link,
        "html": fragment,
    }
