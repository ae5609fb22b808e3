"""Soft 404 by the site's own answer to nonsense, over real HTTP on loopback and in an audit."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from checker.adapters.guard import Guard
from checker.adapters.http import FetchLimits, RequestsHttp
from checker.adapters.library import DiskShelf
from checker.adapters.robots import PoliteHttp
from checker.model import Article, Standing
from checker.service import AuditOptions, Auditor
from tests.fakes_http import FakeHttp
from tests.helpers_watch import DAY, POLICIES, SetClock, Watch, html, reply
from tests.loopback import Loopback, Reply, Seen
from tests.test_audit import copy_of

SORRY = html(
    "Hmm, that one has sailed.",
    "Our harbour is large; try the search or look at these stories instead of it.",
    title="The Courier",
)
PROBE = "/no-such-page-"


class Friendly(Loopback):
    """Answers 200 to every address that is not scripted."""

    def answer(self, seen: Seen):
        if seen.path in self.script:
            return super().answer(seen)
        self.requests.append(seen)
        return reply(SORRY)


def polite(watch: Watch, port: int) -> PoliteHttp:
    inner = RequestsHttp(FetchLimits(), Guard({"paper": (f"127.0.0.1:{port}",)}), watch.clock)
    return PoliteHttp(inner, clock=watch.clock, delay=timedelta(0), user_agent="checker/1")


def test_a_site_that_says_200_to_everything_is_asked_once_a_day(tmp_path: Path) -> None:
    with Friendly({"/robots.txt": Reply(404)}) as site:
        watch = Watch(tmp_path, copy=html())
        watch.tools = replace(watch.tools, http=polite(watch, site.port))
        uri = site.url("/news/bridge.html")
        copy = watch.standing.copy
        assert copy is not None
        watch.standing = Standing(
            Article(1, uri, "paper"), copy=replace(copy, uri_r=uri), adopted=True
        )
        site.script["/news/bridge.html"] = reply(html())
        watch.check()
        assert watch.status == "current"
        assert not any(PROBE in path for path in site.paths())
        del site.script["/news/bridge.html"]
        for _ in range(3):
            watch.check(after=timedelta(minutes=20))
        assert sum(PROBE in path for path in site.paths()) == 1
        assert watch.status == "current"  # not confirmed over time yet
        record = watch.check(after=DAY)
        assert sum(PROBE in path for path in site.paths()) == 2
        assert watch.status == "outdated"
        assert "source-replaced" in watch.rules
        assert record.detail == "replaced: soft-404"


def test_a_soft_404_never_becomes_the_first_copy(tmp_path: Path) -> None:
    with Friendly({"/robots.txt": Reply(404)}) as site:
        watch = Watch(tmp_path)
        watch.tools = replace(watch.tools, http=polite(watch, site.port))
        watch.standing = Standing(Article(1, site.url("/a.html"), "paper"), adopted=True)
        record = watch.check()
        assert watch.standing.copy is None
        assert record.detail == "soft-404: The Courier"
        assert POLICIES.default == "news"


def test_an_audit_asks_once_for_many_copies(tmp_path: Path) -> None:
    clock, probes = SetClock(), []

    class Site(FakeHttp):
        def fetch(self, request, before_hop=None):
            probes.extend([request.uri] if PROBE in request.uri else [])
            self.script[request.uri] = reply(SORRY)
            return super().fetch(request, before_hop)

    for number in range(3):
        uri = f"https://paper.test/news/{number}.html"
        (tmp_path / f"{number}.html").write_bytes(copy_of(uri))
    auditor = Auditor(Site({}, clock), clock, POLICIES, DiskShelf(), "0")
    report = auditor.audit((str(tmp_path),), AuditOptions())
    assert len(report.items) == 3
    assert len(probes) == 1
    for item in report.items:
        (found,) = (one for one in item.verdict.findings if one.rule.value == "source-replaced")
        assert "soft-404" in found.message
