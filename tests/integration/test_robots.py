"""Politeness: what robots.txt allows, one at a time, and staying away when asked."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.adapters.guard import Guard
from checker.adapters.http import FetchLimits, RequestsHttp
from checker.adapters.robots import PoliteHttp, hosts, polite, retry_after
from checker.model import FailureKind, FetchFailure, Headers, Request, Response
from tests.fakes_http import FakeHttp, FakeScript
from tests.helpers_net import NOW, Stopped, resolver
from tests.loopback import Loopback, Reply, Seen, page, redirect

AGENT = "archive-checker/0.1.0 (+https://example.org/bot)"
SITE = "https://news.test"


@dataclass
class Time:
    """Monotonic time that passes only by sleeping."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class World:
    inner: FakeHttp
    http: PoliteHttp
    time: Time

    def get(self, uri: str, source: str = "s") -> Response | FetchFailure:
        return self.http.fetch(Request(SITE + uri if uri.startswith("/") else uri, source=source))

    def failure(self, uri: str) -> FetchFailure:
        answer = self.get(uri)
        assert isinstance(answer, FetchFailure), answer
        return answer

    def asked(self, path: str = "") -> int:
        return sum(request.uri.endswith(path) for request in self.inner.requests)


def world(script: dict[str, FakeScript], **options: object) -> World:
    full = {SITE + uri if uri.startswith("/") else uri: answer for uri, answer in script.items()}
    inner, clock = FakeHttp(full, Stopped()), Time()
    settings = {"delay": timedelta(0), "user_agent": AGENT, **options}
    http = PoliteHttp(
        inner, clock=Stopped(), sleep=clock.sleep, monotonic=clock.monotonic, **settings
    )
    return World(inner, http, clock)


def robots(text: str) -> Reply:
    return Reply(200, text.encode(), (("Content-Type", "text/plain"),))


# --- robots.txt -----------------------------------------------------------------------------


RULES = [
    ("User-agent: *\nDisallow: /private", "/private/a", False),
    ("User-agent: *\nDisallow: /private", "/public", True),
    ("User-agent: *\nDisallow: /\nAllow: /news", "/news/1", True),
    ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
    ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
    ("User-agent: archive-checker\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
    ("User-agent: ARCHIVE-CHECKER\nAllow: /\n\nUser-agent: *\nDisallow: /", "/a", True),
    ("User-agent: otherbot\nDisallow: /", "/a", True),
    ("User-agent: example\nDisallow: /", "/a", True),  # in our comment, not our token
    ("User-agent: *\nDisallow:", "/a", True),
    ("\ufeffUser-agent: *\nDisallow: /", "/a", False),
    ("<html><body>Not found</body></html>", "/a", True),
    ("", "/a", True),
    ("User-agent: *\nDisallow: /%C3%BC", "/ü", False),
    ("x" * 524_288 + "\nUser-agent: *\nDisallow: /", "/a", True),  # beyond what is read
    ("User-agent: *\nDisallow: /" + "\n#" * 200_000, "/a", False),
]


@pytest.mark.parametrize(("text", "path", "allowed"), RULES, ids=lambda v: ascii(v)[:40])
def test_rules_are_kept(text: str, path: str, *, allowed: bool) -> None:
    site = world({"/robots.txt": robots(text), path: page("text")})
    answer = site.get(path)
    if allowed:
        assert isinstance(answer, Response)
        return
    assert answer == FetchFailure(
        SITE + path,
        FailureKind.ROBOTS,
        f"robots.txt of {SITE} forbids this address to archive-checker",
    )
    assert site.asked(path) == 0


def test_robots_can_be_disregarded_by_who_owns_the_site() -> None:
    site = world({"/robots.txt": robots("User-agent: *\nDisallow: /"), "/a": page("x")},
                 respect_robots=False)  # fmt: skip
    assert isinstance(site.get("/a"), Response)
    assert site.asked("/robots.txt") == 0


def failing(kind: FailureKind) -> FetchFailure:
    return FetchFailure("", kind, "broken")


MEANINGS: list[tuple[FakeScript, FailureKind | None, float]] = [
    (Reply(404), None, 86_400),
    (Reply(401), None, 86_400),
    (Reply(403), None, 86_400),
    (Reply(410), None, 86_400),
    (robots(""), None, 86_400),
    (redirect("/robots.txt"), None, 3_600),
    (Reply(500), FailureKind.STATUS, 3_600),
    (Reply(503), FailureKind.STATUS, 3_600),
    (Reply(599), FailureKind.STATUS, 3_600),
    *[
        (failing(kind), kind, 300)
        for kind in (
            FailureKind.DNS,
            FailureKind.CONNECT,
            FailureKind.TIMEOUT,
            FailureKind.TLS,
            FailureKind.PROTOCOL,
            FailureKind.DECODING,
            FailureKind.TOO_LARGE,
            FailureKind.ADDRESS,
        )
    ],
]


@pytest.mark.parametrize(("answer", "kind", "kept"), MEANINGS)
def test_what_each_answer_to_robots_means_and_for_how_long(
    answer: FakeScript, kind: FailureKind | None, kept: float
) -> None:
    site = world({"/robots.txt": answer, "/a": page("text")})
    found = site.get("/a")
    if kind is None:
        assert isinstance(found, Response)
    else:
        assert isinstance(found, FetchFailure)
        assert (found.kind, found.uri) == (kind, SITE + "/a")
        assert f"robots.txt of {SITE} could not be had" in found.detail
        assert found.retry_after == timedelta(seconds=kept)
        assert site.asked("/a") == 0
    site.time.now += kept - 1
    site.get("/a")
    assert site.asked("/robots.txt") == 1
    site.time.now += 2
    site.get("/a")
    assert site.asked("/robots.txt") == 2


def test_known_rules_outlive_an_outage_of_robots() -> None:
    text = robots("User-agent: *\nDisallow: /private")
    site = world({"/robots.txt": [text, Reply(500)], "/a": page("a"), "/private": page("p")})
    assert isinstance(site.get("/a"), Response)
    site.time.now += 86_401
    assert isinstance(site.get("/a"), Response)
    assert site.failure("/private").kind is FailureKind.ROBOTS
    assert site.asked("/robots.txt") == 2


def test_each_origin_and_source_asks_its_own_robots() -> None:
    rules = robots("User-agent: *\nDisallow: /")
    site = world(
        {"/robots.txt": rules, "http://news.test/robots.txt": Reply(404), "http://news.test/a": page("a")}
    )  # fmt: skip
    assert site.failure("/a").kind is FailureKind.ROBOTS
    assert isinstance(site.get("http://news.test/a"), Response)
    site.get("/a", source="other")
    assert [request.source for request in site.inner.requests] == ["s", "s", "s", "other"]
    assert site.inner.uris()[-1] == SITE + "/robots.txt"


def test_robots_itself_may_be_asked_for() -> None:
    site = world({"/robots.txt": robots("User-agent: *\nDisallow: /")})
    assert isinstance(site.get("/robots.txt"), Response)


@pytest.mark.parametrize("uri", ["file:///etc/passwd", "http://[::1/", "nonsense", "http://"])
def test_what_is_no_web_address_is_left_to_the_guard(uri: str) -> None:
    site = world({"/a": page("x")})
    assert isinstance(site.get(uri), FetchFailure)
    assert site.inner.uris() == [uri]


def test_robots_is_fetched_through_the_guard() -> None:
    with Loopback({"/robots.txt": robots("")}) as canary:
        guard = Guard(ports=(80, canary.port))
        with RequestsHttp(FetchLimits(), guard, Stopped()) as inner:
            http = PoliteHttp(inner, clock=Stopped(), delay=timedelta(0), user_agent=AGENT)
            answer = http.fetch(Request(canary.url("/a")))
        assert isinstance(answer, FetchFailure)
        assert (answer.kind, canary.connections) == (FailureKind.ADDRESS, 0)


# --- pace -----------------------------------------------------------------------------------


def test_the_delay_lies_between_requests_to_one_host_only() -> None:
    site = world(
        {"/robots.txt": Reply(404), "/a": page("a"), "/b": page("b"),
         "https://else.test/c": page("c")},
        delay=timedelta(seconds=2),
    )  # fmt: skip
    for uri in ("/a", "/b", "https://else.test/c"):
        assert isinstance(site.get(uri), Response)
    # robots, a, b at news.test; robots, c at else.test
    assert site.time.slept == [2, 2, 2]
    site.time.now += 60
    site.get("/a")
    assert len(site.time.slept) == 3


@pytest.mark.parametrize(
    ("line", "waited"), [("5", 5), ("0.5", 2), ("900", 60), ("-3", 2), ("nan", 2), ("x", 2)]
)
def test_crawl_delay_is_honoured_within_reason(line: str, waited: float) -> None:
    rules = robots(f"User-agent: *\nCrawl-delay: {line}\nDisallow: /x")
    site = world({"/robots.txt": rules, "/a": page("a")}, delay=timedelta(seconds=2))
    site.get("/a")
    site.get("/a")
    assert site.time.slept == [2, waited]


def test_one_request_at_a_time_per_host_whatever_the_threads() -> None:
    lock, active, most = threading.Lock(), {}, {}

    class Slow:
        def fetch(self, request: Request, before_hop: object = None) -> Response | FetchFailure:
            host = request.uri.split("/")[2].partition(":")[0]
            with lock:
                active[host] = active.get(host, 0) + 1
                most[host] = max(most.get(host, 0), active[host])
                most["all"] = max(most.get("all", 0), sum(active.values()))
            time.sleep(0.01)
            with lock:
                active[host] -= 1
            return FetchFailure(request.uri, FailureKind.REDIRECTS, "")

    http = PoliteHttp(Slow(), clock=Stopped(), delay=timedelta(0), user_agent=AGENT)
    uris = [f"http{s}://{host}.test/{n}" for n in range(4) for host in "ab" for s in ("", "s")]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda uri: http.fetch(Request(uri)), uris))
    assert most == {"a.test": 1, "b.test": 1, "all": 2}


def test_a_failing_inner_does_not_block_its_host() -> None:
    class Broken:
        def fetch(self, request: Request, before_hop: object = None) -> Response | FetchFailure:
            raise RuntimeError(request.uri)

    http = PoliteHttp(Broken(), clock=Stopped(), delay=timedelta(0), user_agent=AGENT)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            http.fetch(Request(SITE + "/a"))


def test_tables_stay_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "MOST_HOSTS", 3)
    monkeypatch.setattr(polite, "MOST_RULES", 2)
    resting = Reply(429, headers=(("Retry-After", "3600"),))
    site = world(
        {"https://rest.test/a": resting, **{f"https://h{n}.test/": page("") for n in range(9)}}
    )
    site.get("https://rest.test/a")
    for number in range(9):
        site.time.now += 1
        site.get(f"https://h{number}.test/")
    assert len(site.http._hosts) <= 4
    assert len(site.http._rules) == 2
    assert site.failure("https://rest.test/b").kind is FailureKind.STATUS


# --- Retry-After ------------------------------------------------------------------------------


def response(status: int, value: str | None) -> Response:
    headers: Headers = (("Retry-After", value),) if value is not None else ()
    return Response(SITE, status, "", headers, b"", b"", NOW, NOW)


@pytest.mark.parametrize(
    ("status", "value", "seconds"),
    [
        (200, "120", None),
        (500, "120", None),
        (503, None, None),
        (503, "", None),
        (429, None, 300),
        (503, "120", 120),
        (429, " 7200 ", 7200),
        (429, "0", 60),
        (429, "1", 60),
        (503, "86401", 86_400),
        (503, "1000000000000", 300),
        (503, "9" * 30, 300),
        (503, "-5", 300),
        (503, "soon", 300),
        (503, "12.5", 300),
        (503, "٣٠٠", 300),
        (503, "Tue, 24 Nov 2026 12:10:00 GMT", 600),
        (503, "Tuesday, 24-Nov-26 12:10:00 GMT", 600),
        (503, "Tue Nov 24 12:10:00 2026", 600),
        (503, "Tue, 24 Nov 2026 11:00:00 GMT", 300),
        (503, "Sun, 29 Nov 2026 12:00:00 GMT", 86_400),
        (503, "Tue, 24 Nov 2099 12:00:00 GMT", 300),
        (503, "Tue, 99 Nov 2026 12:00:00 GMT", 300),
    ],
)
def test_retry_after(status: int, value: str | None, seconds: float | None) -> None:
    expected = timedelta(seconds=seconds) if seconds is not None else None
    assert retry_after(response(status, value), NOW) == expected


@settings(deadline=None)  # a busy machine is no fault
@given(st.text())
def test_no_retry_after_is_beyond_reason(value: str) -> None:
    found = retry_after(response(429, value), NOW)
    assert found is not None
    assert timedelta(minutes=1) <= found <= timedelta(days=1)


Answer = Callable[[datetime], Reply]


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_wants_rest_is_not_asked(status: int) -> None:
    busy = Reply(status, b"busy", (("Retry-After", "600"),))
    site = world(
        {"/robots.txt": Reply(404), "/a": busy, "/b": page("b"), "https://else.test/": page("")}
    )
    first = site.get("/a")
    assert isinstance(first, Response)
    assert first.status == status
    site.time.now += 100
    second = site.failure("/b")
    assert second.kind is FailureKind.STATUS
    assert second.retry_after == timedelta(seconds=500)
    assert second.detail == "news.test asked to be left alone for 500 s more"
    assert isinstance(site.get("https://else.test/"), Response)
    assert site.asked("/b") == 0
    site.time.now += 501
    assert isinstance(site.get("/b"), Response)


def test_a_robots_that_wants_rest_counts_for_its_host() -> None:
    busy = Reply(503, b"", (("Retry-After", "7200"),))
    site = world({"/robots.txt": [busy, Reply(404)], "/a": page("a")})
    assert "robots.txt" in site.failure("/a").detail
    site.time.now += 3_700  # past the hour after which robots.txt would be asked again
    assert site.failure("/a").detail == "news.test asked to be left alone for 3500 s more"
    assert site.asked() == 1


def test_rest_is_noted_for_the_host_that_asked_for_it() -> None:
    busy = Reply(429, b"", (("Retry-After", "600"),))
    site = world({"/robots.txt": Reply(404), "/r": redirect("https://cdn.test/x"), "/a": page("a"),
                  "https://cdn.test/x": busy, "https://cdn.test/y": page("y")})  # fmt: skip
    assert isinstance(site.get("/r"), Response)
    assert isinstance(site.get("/a"), Response)
    assert site.failure("https://cdn.test/y").kind is FailureKind.STATUS


# --- redirects ------------------------------------------------------------------------------


def test_the_target_of_a_redirect_has_its_own_rules() -> None:
    site = world({
        "/robots.txt": Reply(404),
        "/a": redirect("https://else.test/hidden"),
        "https://else.test/robots.txt": robots("User-agent: *\nDisallow: /hidden"),
        "https://else.test/hidden": page("h"),
    })  # fmt: skip
    found = site.failure("/a")
    assert (found.kind, found.uri) == (FailureKind.ROBOTS, "https://else.test/hidden")
    assert "robots.txt of https://else.test forbids" in found.detail


def test_a_redirect_waits_for_its_targets_pace() -> None:
    site = world({
        "/robots.txt": Reply(404),
        "/a": redirect("/b"),
        "/b": redirect("https://else.test/c"),
        "https://else.test/robots.txt": robots("User-agent: *\nCrawl-delay: 7\nDisallow: /x"),
        "https://else.test/c": page("c"),
    }, delay=timedelta(seconds=2))  # fmt: skip
    assert isinstance(site.get("/a"), Response)
    assert site.time.slept == [2, 2, 2]  # robots-a, a-b, robots-c
    assert isinstance(site.get("https://else.test/c"), Response)
    assert site.time.slept[3:] == [7]
    assert isinstance(site.get("/b"), Response)  # its own pause is over meanwhile
    assert site.time.slept[4:] == [7]


def test_a_redirect_to_a_host_that_wants_rest_ends_there() -> None:
    busy = Reply(429, b"", (("Retry-After", "600"),))
    site = world({"/robots.txt": Reply(404), "/a": redirect("https://else.test/b"),
                  "https://else.test/b": busy})  # fmt: skip
    assert isinstance(site.get("/a"), Response)
    found = site.failure("/a")
    assert (found.kind, found.retry_after) == (FailureKind.STATUS, timedelta(minutes=10))


def test_robots_may_be_redirected_elsewhere_and_is_not_forbidden_there() -> None:
    elsewhere = robots("User-agent: *\nDisallow: /")
    site = world({
        "/robots.txt": redirect("https://cdn.test/robots/news.txt"),
        "https://cdn.test/robots/news.txt": robots("User-agent: *\nDisallow: /private"),
        "https://cdn.test/robots.txt": elsewhere,
        "/a": page("a"),
        "/private": page("p"),
    }, delay=timedelta(seconds=1))  # fmt: skip
    assert isinstance(site.get("/a"), Response)
    assert site.failure("/private").kind is FailureKind.ROBOTS
    assert "https://cdn.test/robots.txt" not in site.inner.uris()
    assert site.time.slept == [1]  # between robots.txt and /a
    assert isinstance(site.get("/a"), Response)
    assert site.time.slept == [1, 1]  # the page's request counted for the page's host


def test_robots_redirected_to_a_host_that_wants_rest_is_not_had() -> None:
    busy = Reply(429, b"", (("Retry-After", "600"),))
    site = world({"/robots.txt": redirect("https://cdn.test/r"), "https://cdn.test/r": busy,
                  "https://cdn.test/robots.txt": Reply(404), "/a": page("a")})  # fmt: skip
    site.get("https://cdn.test/r")
    assert "cdn.test asked to be left alone" in site.failure("/a").detail


@pytest.mark.parametrize("location", ["ftp://else.test/", "http://[::1/"])
def test_an_odd_location_is_left_to_the_fetcher(location: str) -> None:
    for path in ("/a", "/robots.txt"):
        site = world({"/robots.txt": Reply(404), "/a": page("a"), path: redirect(location)})
        site.get("/a")
        with site.http._hosts.turn() as turn:
            assert site.http._admit(location, "s", turn) is None
            assert site.http._pace(location, turn) is None


def test_hosts_that_redirect_to_each_other_neither_block_nor_crowd() -> None:
    with Loopback() as site:
        names = resolver({"one.test": ["127.0.0.1"], "two.test": ["127.0.0.1"]})
        guard = Guard({"s": (site.authority,)}, resolve=names)
        active: dict[str, int] = {}
        lock = threading.Lock()

        def crossing(seen: Seen) -> Reply:
            host = (seen.header("Host") or "").partition(":")[0]
            with lock:
                active[host] = active.get(host, 0) + 1
                assert active[host] == 1, "two requests at one host"
            time.sleep(0.005)
            with lock:
                active[host] -= 1
            if seen.path.startswith("/end"):
                return page("end")
            other = "two.test" if host == "one.test" else "one.test"
            return redirect(site.url("/end" + seen.path[1:], other))

        site.script |= {f"/{n}": crossing for n in range(10)}
        site.script |= {f"/end{n}": crossing for n in range(10)}
        with RequestsHttp(FetchLimits(), guard, Stopped()) as inner, ThreadPoolExecutor(8) as pool:
            http = PoliteHttp(inner, clock=Stopped(), delay=timedelta(0), user_agent=AGENT)
            uris = [site.url(f"/{n}", name) for n in range(10) for name in ("one.test", "two.test")]
            answers = list(pool.map(lambda uri: http.fetch(Request(uri, source="s")), uris))
        assert all(isinstance(answer, Response) and answer.body == b"end" for answer in answers)
        assert site.most_active == 2


REST = Reply(429, headers=(("Retry-After", "90"),))


def patient(given: World, minutes: int) -> Response | FetchFailure:
    return given.http.fetch(Request(f"{SITE}/x", patience=timedelta(minutes=minutes)))


def test_a_request_may_ask_for_more_time_after_it() -> None:
    """As an archive's index does: it takes so many questions a minute."""
    given = world({"/robots.txt": Reply(404), "/x": page("x")}, delay=timedelta(seconds=1))
    for pace in (2.5, 0, 0):
        given.http.fetch(Request(f"{SITE}/x", pace=timedelta(seconds=pace)))
    assert given.time.slept == [1, 2.5, 1]


def test_who_would_rather_wait_than_be_refused_waits() -> None:
    given = world({"/robots.txt": Reply(404), "/x": [REST, REST, page("ok")]})
    answer = patient(given, 10)
    assert isinstance(answer, Response)
    assert answer.status == 200
    assert sum(given.time.slept) >= 180


@pytest.mark.parametrize(("minutes", "asked"), [(1, 1), (2, 2), (60, 4)])
def test_patience_ends(minutes: int, asked: int) -> None:
    given = world({"/robots.txt": Reply(404), "/x": REST})
    answer = patient(given, minutes)
    assert isinstance(answer, Response)
    assert answer.status == 429
    assert given.asked("/x") == asked


def test_who_follows_another_process_gives_each_host_its_pause_first():
    """That other may have been killed a moment ago, having just asked."""
    clock, slept = Stopped(), []
    site = {"https://a.test/x": page("A"), "https://b.test/x": page("B")}
    for follows in (True, False):
        http = PoliteHttp(
            FakeHttp(site, clock),
            clock=clock,
            delay=timedelta(seconds=5),
            user_agent="a/1",
            respect_robots=False,
            follows=follows,
            sleep=slept.append,
            monotonic=lambda: 100.0,
        )
        http.fetch(Request("https://a.test/x", source="s"))
        http.fetch(Request("https://b.test/x", source="s"))
        assert slept == ([5.0, 5.0] if follows else [])
        slept.clear()
