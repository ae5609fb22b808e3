"""``/metrics`` for Prometheus and ``/readyz``: how the whole installation fares, from its store.

Both are told to clients of this machine and of private networks only: a public site that serves
notices need not tell the world how many articles of it are outdated.
"""

import ipaddress
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import checker
from checker.entry.web.answers import problem
from checker.entry.web.parts import Parts
from checker.errors import StoreError
from checker.ports.figures import Figures

TEXT = "text/plain; version=0.0.4; charset=utf-8"
_NO_STORE = {"Cache-Control": "no-store"}
_PREFIX = "archive_checker_"
_CHECKS = {
    "outcome": ("checks", "Checks done, by what came of them."),
    "change": ("compared", "Checks that compared source and copy, by what they found."),
    "level": ("decided", "Checks by the step of the cascade that decided them."),
}


def routes(parts: Parts) -> list[Route]:
    if parts.figures is None:
        return []
    figures = parts.figures

    async def metrics(request: Request) -> Response:
        return await _answer(request, figures, _exposed)

    async def ready(request: Request) -> Response:
        return await _answer(request, figures, _ready)

    return [Route("/metrics", metrics), Route("/readyz", ready)]


async def _answer(
    request: Request,
    figures: Callable[[], tuple[Figures, float]],
    say: Callable[[Figures, float], Response],
) -> Response:
    if not is_near(request):
        return problem(404, "no such page", "See docs/reference/delivery.md.", cache="no-store")
    try:
        told, budget = await run_in_threadpool(figures)
    except StoreError:
        return PlainTextResponse("the store does not answer\n", 503, _NO_STORE)
    return say(told, budget)


def _exposed(told: Figures, budget: float) -> Response:
    return PlainTextResponse(exposition(told, budget), headers=_NO_STORE, media_type=TEXT)


def _ready(told: Figures, _: float) -> Response:
    if told.leader is None:
        return PlainTextResponse("no daemon leads: nothing is checked\n", 503, _NO_STORE)
    return PlainTextResponse("ready\n", headers=_NO_STORE)


def is_near(request: Request) -> bool:
    """Whether the client is on this machine or in a private network."""
    try:
        address = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return address.is_loopback or address.is_private


def exposition(told: Figures, budget: float) -> str:
    """All samples in Prometheus' text format."""

    class Collected:
        def collect(self) -> Iterator[Metric]:
            yield from _gauges(told, budget)
            yield from _counters(told)

    registry = CollectorRegistry()
    registry.register(Collected())
    return generate_latest(registry).decode()


def _gauges(told: Figures, budget: float) -> Iterator[Metric]:
    counts = told.counts
    articles = GaugeMetricFamily(f"{_PREFIX}articles", "Watched articles.", labels=["verdict"])
    for verdict in ("current", "outdated", "undetermined", "unchecked"):
        articles.add_metric([verdict], counts[verdict])
    mails = GaugeMetricFamily(f"{_PREFIX}mails", "Mails that have not left.", labels=["state"])
    for state in ("pending", "failed"):
        mails.add_metric([state], counts[f"mail_{state}"])
    queue = GaugeMetricFamily(f"{_PREFIX}queue_hosts", "Hosts in the queue.", labels=["state"])
    for state in ("waiting", "working"):
        queue.add_metric([state], counts[f"hosts_{state}"])
    version = GaugeMetricFamily(f"{_PREFIX}info", "The version that answers.", labels=["version"])
    version.add_metric([checker.__version__], 1)
    yield from (articles, mails, queue, version)
    for name, meaning, value in (
        ("due_articles", "Articles that wait for their check.", counts["due"]),
        ("checking_articles", "Articles that are being checked.", counts["checking"]),
        ("lag_seconds", "For how long the first of them has waited.", counts["overdue_seconds"]),
        ("budget_requests_per_hour", "Requests that planning may spend.", budget),
        ("unlisted_articles", "Articles that their sources list no more.", counts["unlisted"]),
        ("alerts_pending", "Alerts that are in no mail yet.", counts["alerts_pending"]),
        ("leader", "Whether a daemon leads.", int(told.leader is not None)),
    ):
        yield GaugeMetricFamily(f"{_PREFIX}{name}", meaning, value=value)


def _counters(told: Figures) -> Iterator[Metric]:
    for kind, (name, meaning) in _CHECKS.items():
        family = CounterMetricFamily(f"{_PREFIX}{name}", meaning, labels=[kind])
        for (of, value), number in sorted(told.checks.items()):
            if of == kind:
                family.add_metric([value], number)
        yield family
