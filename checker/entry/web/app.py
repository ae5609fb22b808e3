"""The routes put together."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from checker.entry.web import feed, health, hints, hubs, leaving, metrics, script, status
from checker.entry.web.answers import problem
from checker.entry.web.limits import RateLimit
from checker.entry.web.parts import Parts


def build(parts: Parts) -> Starlette:
    """An ASGI application; a further module of routes joins by a name in this line."""
    modules = (status, script, leaving, hints, hubs, feed, health, metrics)
    routes = [route for module in modules for route in module.routes(parts)]
    return Starlette(
        routes=routes,
        middleware=[Middleware(RateLimit, rate=parts.rate)],
        exception_handlers={404: _missing, 405: _wrong_method, 500: _broken},
    )


def _missing(_: Request, __: Exception) -> Response:
    return problem(404, "no such page", "See docs/reference/delivery.md.", cache="no-store")


def _wrong_method(_: Request, error: Exception) -> Response:
    allowed = (getattr(error, "headers", None) or {}).get("Allow", "GET, HEAD")
    more = {"Allow": ", ".join(sorted(allowed.split(", ")))}
    return problem(405, "method not allowed", f"Only {allowed}.", cache="no-store", more=more)


def _broken(_: Request, __: Exception) -> Response:
    # What went wrong is in the log: a text of ours never repeats what a request contained.
    return problem(500, "internal error", "A fault of the checker.", cache="no-store")
