"""The fetcher against servers that misbehave: what is said, how soon, and at what cost."""

import gzip
import resource
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checker.adapters.guard import Guard
from checker.adapters.http import FetchLimits, RequestsHttp, transport
from checker.adapters.http.watchdog import Watchdog
from checker.errors import ConfigError
from checker.model import FailureKind, FetchFailure, Headers, Request, Response
from tests.growth import PATIENCE
from tests.helpers_net import Authority, Stopped, authority, resolver
from tests.loopback import Answer, Loopback, Raw, Reply, Seen, page, redirect

OK = b"HTTP/1.1 200 OK\r\n"
NAMES = resolver({"site.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]})


@pytest.fixture
def site() -> Iterator[Loopback]:
    with Loopback({"/": page("hello")}) as running:
        yield running


Fetch = Callable[..., Response | FetchFailure]


def client(*sites: Loopback, **limits: object) -> RequestsHttp:
    allow = tuple(site.authority for site in sites)
    return RequestsHttp(FetchLimits(**limits), Guard({"s": allow}, resolve=NAMES), Stopped())


def get(site: Loopback, path: str = "/", headers: Headers = (), **limits: object):
    with client(site, **limits) as http:
        return http.fetch(Request(site.url(path), headers, "s"))


def failed(site: Loopback, answer: Answer, **limits: object) -> tuple[FailureKind, str]:
    site.script["/"] = answer
    found = get(site, **limits)
    assert isinstance(found, FetchFailure), found
    return found.kind, found.detail


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


# --- what is sent ---------------------------------------------------------------------------


def test_the_request_names_us_and_asks_for_no_more_than_we_read(site: Loopback) -> None:
    answer = get(
        site, headers=(("User-Agent", "forged"), ("If-None-Match", '"a"')), user_agent="me/1 (+x)"
    )
    assert isinstance(answer, Response)
    sent = dict(site.requests[0].headers)
    assert sent == {
        "Host": site.authority,
        "User-Agent": "me/1 (+x)",
        "Accept-Encoding": "gzip, deflate, br",
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language": "en, *;q=0.5",
        "If-None-Match": '"a"',
    }
    assert dict(answer.request_headers) == sent


def test_headers_can_be_chosen_where_that_makes_sense(site: Loopback) -> None:
    get(site, headers=(("Accept", "text/plain"), ("Accept-Language", "de")))
    assert site.requests[0].header("Accept") == "text/plain"
    assert site.requests[0].header("Accept-Language") == "de"


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "tag\N{EM DASH}"])
def test_a_header_that_cannot_be_sent_is_a_failure(site: Loopback, value: str) -> None:
    answer = get(site, headers=(("If-None-Match", value),))
    assert isinstance(answer, FetchFailure)
    assert (answer.kind, site.requests) == (FailureKind.PROTOCOL, [])


def test_the_environment_has_no_say(site: Loopback, monkeypatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    with Loopback() as canary:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, canary.url())
        monkeypatch.setenv("NETRC", str(netrc))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
        assert isinstance(get(site), Response)
        assert canary.connections == 0
    assert site.requests[0].header("Authorization") is None


def test_cookies_are_not_kept(site: Loopback) -> None:
    site.script["/"] = page("hello", ("Set-Cookie", "a=1; Path=/"))
    with client(site) as http:
        for _ in range(2):
            http.fetch(Request(site.url(), source="s"))
    assert site.requests[1].header("Cookie") is None


def test_secrets_stay_with_their_origin(site: Loopback) -> None:
    headers = (("Authorization", "Basic x"), ("If-None-Match", '"v"'))
    with Loopback({"/": page("there")}) as other:
        site.script |= {"/here": redirect("/away"), "/away": redirect(other.url())}
        with client(site, other) as http:
            answer = http.fetch(Request(site.url("/here"), headers, "s"))
        assert isinstance(answer, Response)
        assert [seen.header("Authorization") for seen in site.requests] == ["Basic x"] * 2
        assert other.requests[0].header("Authorization") is None
        assert other.requests[0].header("If-None-Match") == '"v"'


# --- what is read ---------------------------------------------------------------------------


def test_headers_are_kept_as_they_came(site: Loopback) -> None:
    site.script["/"] = Raw(OK + b"B: 1\r\na: 2\r\nB: 3\r\nC: f\xe4\r\nContent-Length: 0\r\n\r\n")
    answer = get(site)
    assert isinstance(answer, Response)
    assert answer.headers[:4] == (("B", "1"), ("a", "2"), ("B", "3"), ("C", "fä"))


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "identity", "gzip, deflate"])
@pytest.mark.parametrize("chunked", [True, False])
def test_known_codings_are_undone(site: Loopback, coding: str, *, chunked: bool) -> None:
    body = text = b"long " * 50_000
    for name in coding.split(", "):
        body = {"identity": bytes, "deflate": zlib.compress}.get(name, gzip.compress)(body)
    site.script["/"] = Reply(200, body, (("Content-Encoding", coding),), chunked=chunked)
    answer = get(site)
    assert isinstance(answer, Response)
    assert (answer.body, answer.raw) == (text, body)


def test_a_body_without_length_ends_with_its_connection(site: Loopback) -> None:
    site.script["/"] = Raw(b"HTTP/1.0 200 OK\r\n\r\nold style")
    answer = get(site)
    assert isinstance(answer, Response)
    assert answer.body == b"old style"


FAULTY = [
    (b"", "no valid HTTP answer"),
    (b"garbage\r\n\r\n", "no valid HTTP answer"),
    (b"<html>HTTP/0.9</html>", "no valid HTTP answer"),
    (b"HTTP/1.1 two OK\r\n\r\n", "no valid HTTP answer"),
    (OK + b"Content-Length: 50\r\n\r\ncut", "the body is cut short"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc", "the body is cut short"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "the body is cut short"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc", "broken chunks"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nabc", "the body is cut short"),
    (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "unknown Transfer-Encoding"),
    (OK + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", "both Content-L"),
    (OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "ontent-Length"),
    (OK + b"Content-Length: -3\r\n\r\nabc", "contradictory Content-Length"),
    (OK + b"Content-Length: 3 bytes\r\n\r\nabc", "contradictory Content-Length"),
    (OK + b"X: " + b"x" * 70_000 + b"\r\n\r\n", "no valid HTTP answer"),
    (OK + b"X: 1\r\n" * 200 + b"\r\n", "no valid HTTP answer"),
    (OK + b"no field\r\nContent-Encoding: gzip\r\n\r\nx", "hides header fields that are needed"),
    (b"HTTP/1.1 206 Partial\r\nContent-Length: 1\r\n\r\nx", "206: part of a page"),
    (b"HTTP/1.1 103 Early Hints\r\n\r\n", "interim answer 103"),
    (b"HTTP/1.1 304 Not Modified\r\n\r\n", "304: not modified, though no validator was sent"),
    (b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000, "the header block is larger"),
]


@pytest.mark.parametrize(("answer", "reason"), FAULTY, ids=lambda value: ascii(value)[:50])
def test_what_is_not_http_is_named(site: Loopback, answer: bytes, reason: str) -> None:
    kind, detail = failed(site, Raw(answer))
    assert kind is FailureKind.PROTOCOL
    assert reason in detail
    assert detail.isprintable()
    assert "object at" not in detail


def test_a_malformed_header_line_that_hides_nothing_is_passed_over(
    site: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    site.script["/"] = Raw(OK + b"Content-Length: 1\r\nevil\x1b[31m\r\nX-Lost: 1\r\n\r\nx")
    answer = get(site)
    assert isinstance(answer, Response)
    assert answer.body == b"x"
    assert caplog.text == ""


def test_a_304_that_was_asked_for_is_an_answer(site: Loopback) -> None:
    site.script["/"] = Raw(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n")
    answer = get(site, headers=(("If-Modified-Since", "Tue, 24 Nov 2026 00:00:00 GMT"),))
    assert isinstance(answer, Response)
    assert (answer.status, answer.body) == (304, b"")


@pytest.mark.parametrize("status", [200, 999, 599, 300, 204])
def test_odd_statuses_are_answers_for_others_to_judge(site: Loopback, status: int) -> None:
    site.script["/"] = Raw(b"HTTP/1.1 %d\r\nContent-Length: 0\r\n\r\n" % status)
    answer = get(site)
    assert isinstance(answer, Response)
    assert (answer.status, answer.reason) == (status, "")


UNDECODABLE = [
    (gzip.compress(b"text" * 100)[:-8], "gzip", "cut short within its content coding"),
    (gzip.compress(b"text")[:5], "gzip", "cut short within its content coding"),
    (b"plain", "gzip", "broken content coding"),
    (b"plain", "deflate", "broken content coding"),
    (b"plain", "zstd", "unknown content coding (Content-Encoding: zstd)"),
    (b"plain", "aes128gcm", "unknown content coding"),
    (gzip.compress(b"x"), "gzip, sdch", "unknown content coding"),
    (gzip.compress(b"x"), ", ".join(["gzip"] * 8), "broken content coding"),
]


@pytest.mark.parametrize(("body", "coding", "reason"), UNDECODABLE)
def test_an_undecodable_body_is_never_passed_on(
    site: Loopback, body: bytes, coding: str, reason: str
) -> None:
    kind, detail = failed(site, Reply(200, body, (("Content-Encoding", coding),)))
    assert kind is FailureKind.DECODING
    assert reason in detail


# --- bounds ---------------------------------------------------------------------------------


def endless(piece: bytes, sent: list[int], head: bytes = OK) -> Iterator[bytes]:
    yield head + b"Transfer-Encoding: chunked\r\n\r\n"
    while True:
        sent.append(len(piece))
        yield b"%x\r\n%b\r\n" % (len(piece), piece)


def test_a_bomb_stops_at_the_decoded_cap(site: Loopback) -> None:
    bomb = gzip.compress(bytes(40_000_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kind, detail = failed(
        site, Reply(200, bomb, (("Content-Encoding", "gzip"),)), decoded_bytes=1_000_000
    )
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert (kind, detail) == (
        FailureKind.TOO_LARGE,
        "the body unfolds to more than 1,000,000 bytes",
    )
    assert grown < 16_000_000


def test_a_bomb_on_a_redirect_is_not_read(site: Loopback) -> None:
    sent: list[int] = []
    head = b"HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Encoding: gzip\r\n"
    site.script |= {"/": Raw(endless(b"x" * 65_536, sent, head)), "/end": page("end")}
    answer = get(site)
    assert isinstance(answer, Response)
    assert answer.body == b"end"
    assert sum(sent) < 20_000_000  # socket buffers, not our memory


def test_an_endless_body_stops_at_the_wire_cap(site: Loopback) -> None:
    kind, detail = failed(site, Raw(endless(b"x" * 65_536, [])), wire_bytes=1_000_000)
    assert (kind, detail) == (FailureKind.TOO_LARGE, "the answer is larger than 1,000,000 bytes")


@pytest.mark.parametrize(
    "framing",
    [
        b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",  # http.client reads this to the end
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n",  # endless trailers
        b"\r\n",
        b"Content-Length: 99999999999\r\n\r\n",
    ],
)
def test_no_framing_gets_around_the_wire_cap(site: Loopback, framing: bytes) -> None:
    def pieces() -> Iterator[bytes]:
        yield OK + framing
        while True:
            yield b"x: y\r\n" * 10_000

    kind, detail = failed(site, Raw(pieces()), wire_bytes=1_000_000)
    assert (kind, detail) == (FailureKind.TOO_LARGE, "the answer is larger than 1,000,000 bytes")


def test_the_header_block_has_a_cap_of_its_own(site: Loopback) -> None:
    line = b"X-Fill: " + b"x" * 60_000 + b"\r\n"
    kind, detail = failed(site, Raw(OK + line * 9 + b"\r\n"), header_bytes=200_000)
    assert kind is FailureKind.PROTOCOL
    assert detail == "the header block is larger than 200,000 bytes"


def dripping(head: bytes, piece: bytes) -> Iterator[bytes]:
    yield head
    yield from [piece] * 300  # with pauses that is far beyond each deadline here, yet ends


DRIPS = {
    "body": (OK + b"Content-Length: 99999\r\n\r\n", b"x"),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "headers": (OK, b"X: 1\r\n"),
    "header": (OK + b"X: ", b"x"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "redirects": (b"HTTP/1.1 302 Found\r\nLocation: /\r\n", b"X: 1\r\n"),
}


@pytest.mark.parametrize("part", DRIPS)
def test_a_drip_ends_at_the_deadline(site: Loopback, part: str) -> None:
    head, piece = DRIPS[part]
    begun = time.monotonic()
    kind, detail = failed(site, Raw(dripping(head, piece), 0.03), deadline=seconds(0.3))
    assert (kind, detail) == (FailureKind.TIMEOUT, "not complete within 0.3 s")
    assert 0.25 < time.monotonic() - begun < PATIENCE


def test_the_deadline_covers_all_redirects_together(site: Loopback) -> None:
    def slow(seen: Seen) -> Answer:
        time.sleep(0.2)
        return redirect(seen.path + "x")

    site.script |= {"/" + "x" * n: slow for n in range(6)}
    kind, detail = failed(site, redirect("/x"), deadline=seconds(0.5))
    assert kind is FailureKind.TIMEOUT
    assert "not complete within 0.5 s, after a redirect from" in detail


def test_a_drip_on_a_kept_connection_ends_too(site: Loopback) -> None:
    site.script["/drip"] = Raw(dripping(OK + b"Content-Length: 99999\r\n\r\n", b"x"), 0.03)
    with client(site, deadline=seconds(0.3), read_timeout=seconds(5)) as http:
        assert isinstance(http.fetch(Request(site.url(), source="s")), Response)
        begun = time.monotonic()
        late = http.fetch(Request(site.url("/drip"), source="s"))
    assert isinstance(late, FetchFailure)
    assert late.kind is FailureKind.TIMEOUT
    assert time.monotonic() - begun < PATIENCE
    assert site.connections == 1


def test_the_deadline_covers_all_attempts_to_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed: list[float] = []

    def connect(sock: socket.socket, _: object) -> None:
        allowed.append(sock.gettimeout() or 0)
        time.sleep(allowed[-1])
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket.socket, "connect", connect)
    limits = FetchLimits(connect_timeout=seconds(0.2), deadline=seconds(0.3))
    names = resolver({"slow.test": [f"93.184.216.{n}" for n in range(5)]})
    with RequestsHttp(limits, Guard(resolve=names), Stopped()) as http:
        answer = http.fetch(Request("http://slow.test/"))
    assert isinstance(answer, FetchFailure)
    assert answer.kind is FailureKind.TIMEOUT
    assert sum(allowed) < 0.31


def test_a_pause_before_a_hop_does_not_count(site: Loopback) -> None:
    site.script |= {"/": redirect("/b"), "/b": page("b")}
    asked: list[str] = []

    def wait(uri: str) -> None:
        asked.append(uri)
        time.sleep(0.5)

    with client(site, deadline=seconds(0.3)) as http:
        request = Request(site.url(), source="s")
        assert isinstance(http.fetch(request, wait), Response)
        assert asked == [site.url("/b")]
        site.script["/b"] = Raw(dripping(OK, b"X: 1\r\n"), 0.03)
        late = http.fetch(request, wait)
        assert isinstance(late, FetchFailure)
        assert late.kind is FailureKind.TIMEOUT


def test_an_objection_to_a_hop_is_the_answer(site: Loopback) -> None:
    objection = FetchFailure("x", FailureKind.ROBOTS, "forbidden")
    site.script["/"] = redirect("/b")
    with client(site) as http:
        assert http.fetch(Request(site.url(), source="s"), lambda _: objection) is objection
    assert site.paths() == ["/"]


def test_silence_ends_at_the_read_timeout(site: Loopback) -> None:
    answer = Raw(dripping(b"", b""), 0.05)
    kind, detail = failed(site, answer, read_timeout=seconds(0.2))
    assert (kind, detail) == (FailureKind.TIMEOUT, "no data within the time allowed")
    body = Raw(dripping(OK + b"Content-Length: 9\r\n\r\n", b""), 0.05)
    assert failed(site, body, read_timeout=seconds(0.2)) == (kind, detail)


def test_a_port_where_nobody_listens(site: Loopback) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        site.port = unused.getsockname()[1]
        answer = get(site)
    assert isinstance(answer, FetchFailure)
    assert answer.kind is FailureKind.CONNECT
    assert answer.detail == "no connection (Connection refused)"


def test_an_address_that_does_not_answer(monkeypatch: pytest.MonkeyPatch, site: Loopback) -> None:
    def connect(_: socket.socket, __: object) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket.socket, "connect", connect)
    answer = get(site)
    assert isinstance(answer, FetchFailure)
    assert answer.detail == "no connection within the time allowed"
    assert answer.kind is FailureKind.TIMEOUT


def test_no_descriptor_left_is_a_failure(monkeypatch: pytest.MonkeyPatch, site: Loopback) -> None:
    def fromfd(*_: object) -> socket.socket:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(socket, "fromfd", fromfd)
    answer = get(site)
    assert isinstance(answer, FetchFailure)
    assert "Too many open files" in answer.detail


def test_an_unknown_host_is_a_dns_failure(site: Loopback) -> None:
    with client(site) as http:
        answer = http.fetch(Request("http://unknown.test/", source="s"))
    assert isinstance(answer, FetchFailure)
    assert answer.kind is FailureKind.DNS
    assert answer.detail == "the name could not be resolved (Name or service not known)"


def test_limits_are_checked_all_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        FetchLimits(
            wire_bytes=0, deadline=seconds(0), proxy="socks5://x:pw@h:1", user_agent="a\nb",
            accept_language="",
        )  # fmt: skip
    assert len(caught.value.problems) == 5
    assert "pw" not in str(caught.value)


# --- redirects ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("ftp://127.0.0.1/", "only http and https are fetched, not ftp"),
        ("javascript:alert(1)", "only http and https are fetched, not javascript"),
        ("http://user:pw@127.0.0.1/", "user names and passwords"),
        ("http://127.0.0.1\\@a.test/", "backslashes are refused"),
        ("http://a b.test/", "hosts with %"),
        ("http://[::1/", "is no URL"),
        ("/" + "x" * 9000, "longer than 8192 bytes"),
    ],
)
def test_a_location_that_cannot_be_followed_says_why(
    site: Loopback, location: str, reason: str
) -> None:
    kind, detail = failed(site, redirect(location))
    assert kind is FailureKind.REDIRECTS
    assert reason in detail


def test_two_locations_contradict_each_other(site: Loopback) -> None:
    headers = (("Location", "/a"), ("Location", "/b"))
    kind, detail = failed(site, Reply(302, headers=headers))
    assert (kind, detail) == (FailureKind.REDIRECTS, "status 302 with several Locations")


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/übung".encode().decode("latin-1"), "/%C3%BCbung"),
        ("/a b#c", "/a%20b"),
        ("/\xe4", "/%C3%A4"),
    ],
)
def test_sloppy_locations_are_read_as_browsers_do(site: Loopback, location: str, path: str) -> None:
    site.script |= {"/": redirect(location), path: page("there")}
    answer = get(site)
    assert isinstance(answer, Response)
    assert site.paths()[-1] == path


def test_a_loop_by_cookie_is_a_loop(site: Loopback) -> None:
    kind, detail = failed(site, Reply(302, headers=(("Location", "/#x"), ("Set-Cookie", "a=1"))))
    assert kind is FailureKind.REDIRECTS
    assert detail.startswith(f"redirect loop at {site.url('/')}")


# --- connections ------------------------------------------------------------------------------


def test_connections_are_kept_over_bodies_and_empty_redirects(site: Loopback) -> None:
    site.script["/old"] = redirect("/")
    with client(site) as http:
        for path in ("/", "/old", "/none", "/"):
            assert isinstance(http.fetch(Request(site.url(path), source="s")), Response)
    assert site.connections == 1


def test_a_kept_connection_that_was_closed_meanwhile_is_replaced(site: Loopback) -> None:
    def hang_up(seen: Seen) -> Answer:
        return Raw(b"") if seen.connection == 1 and len(site.requests) > 1 else page("hello")

    site.script["/"] = hang_up
    with client(site) as http:
        for _ in range(2):
            assert isinstance(http.fetch(Request(site.url(), source="s")), Response)
    assert [seen.connection for seen in site.requests] == [1, 1, 2]


def test_a_new_connection_that_is_closed_is_not_asked_again(site: Loopback) -> None:
    assert failed(site, Raw(b""))[0] is FailureKind.PROTOCOL
    assert len(site.requests) == 1


def test_one_client_serves_many_threads(site: Loopback) -> None:
    site.script |= {f"/{n}": page(str(n) * 1000, coded="gzip") for n in range(40)}
    with client(site) as http, ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: http.fetch(Request(site.url(f"/{n}"), source="s")), range(40))
        )
    for number, answer in enumerate(answers):
        assert isinstance(answer, Response)
        assert answer.body == str(number).encode() * 1000


def test_the_watchdog_shuts_what_comes_too_late_and_forgets_what_is_done() -> None:
    dog = Watchdog()
    assert dog.current is None
    with dog.watching(60) as outer, dog.watching(0.02) as inner:
        assert dog.current is inner
        for _ in range(200):
            if inner.expired:
                break
            time.sleep(0.01)
        assert (inner.expired, outer.expired) == (True, False)
        ours, theirs = socket.socketpair()
        with ours, theirs:
            inner.attach(ours)
            assert theirs.recv(1) == b""  # shut at once
    assert dog.current is None
    dog.close()
    Watchdog().close()


# --- TLS ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ca"))


def secure(site: Loopback, name: str, ca_file: Path | None, **limits: object):
    guard = Guard({"s": (f"{name}:{site.port}",)}, resolve=NAMES)
    with RequestsHttp(FetchLimits(ca_file=ca_file, **limits), guard, Stopped()) as http:
        return http.fetch(Request(site.url("/", name), source="s"))


def test_tls_keeps_to_the_name_though_the_address_is_pinned(ca: Authority, tmp_path: Path) -> None:
    context = ca.server(tmp_path, "site.test")
    names: list[str] = []
    context.sni_callback = lambda _, name, __: names.append(name)
    with Loopback({"/": page("secret")}, tls=context) as site:
        answer = secure(site, "site.test", ca.file)
        assert isinstance(answer, Response), answer
        assert answer.body == b"secret"
        assert names == ["site.test"]
        assert site.requests[0].header("Host") == f"site.test:{site.port}"


@pytest.mark.parametrize(
    ("name", "trusted", "days", "reason"),
    [
        ("site.test", False, 2, "unable to get local issuer certificate"),
        ("other.test", True, 2, "Hostname mismatch"),
        ("site.test", True, -1, "certificate has expired"),
    ],
)
def test_a_certificate_that_proves_nothing_is_refused(
    ca: Authority, tmp_path: Path, *, name: str, trusted: bool, days: int, reason: str
) -> None:
    until = datetime.now(UTC) + timedelta(days=days)
    with Loopback({"/": page("x")}, tls=ca.server(tmp_path, "site.test", until=until)) as site:
        answer = secure(site, name, ca.file if trusted else None)
        assert isinstance(answer, FetchFailure)
        assert answer.kind is FailureKind.TLS
        assert reason in answer.detail
        assert site.requests == []


def test_all_connections_share_one_ssl_context(
    ca: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[ssl.SSLContext] = []
    original = ssl.SSLContext.__new__

    def count(cls, *args, **kwargs):
        built.append(original(cls, *args, **kwargs))
        return built[-1]

    tls = [ca.server(tmp_path, name) for name in ("site.test", "other.test")]
    with (
        Loopback({"/": page("1")}, tls=tls[0]) as one,
        Loopback({"/": page("2")}, tls=tls[1]) as two,
    ):
        monkeypatch.setattr(ssl.SSLContext, "__new__", count)
        monkeypatch.setattr(transport, "DEFAULT_CA_BUNDLE_PATH", str(ca.file))
        allow = (f"site.test:{one.port}", f"other.test:{two.port}")
        guard = Guard({"s": allow, "t": allow}, resolve=NAMES)
        with RequestsHttp(FetchLimits(), guard, Stopped()) as http:
            assert built == []  # nor is it built before it is needed
            for source in ("s", "t"):
                for site, name in ((one, "site.test"), (two, "other.test")):
                    answer = http.fetch(Request(site.url("/", name), source=source))
                    assert isinstance(answer, Response)
    assert len(built) == 1
    assert built[0].verify_mode is ssl.CERT_REQUIRED
    assert built[0].check_hostname


def test_plain_http_behind_https_is_named(site: Loopback) -> None:
    with client(site) as http:
        answer = http.fetch(Request(f"https://{site.authority}/", source="s"))
    assert isinstance(answer, FetchFailure)
    assert answer.kind is FailureKind.TLS


def test_a_handshake_that_never_comes_ends_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        guard = Guard({"s": (f"127.0.0.1:{port}",)})
        begun = time.monotonic()
        with RequestsHttp(FetchLimits(deadline=seconds(0.3)), guard, Stopped()) as http:
            answer = http.fetch(Request(f"https://127.0.0.1:{port}/", source="s"))
    assert isinstance(answer, FetchFailure)
    assert answer.kind is FailureKind.TIMEOUT
    assert time.monotonic() - begun < PATIENCE


def test_a_missing_authority_file_is_a_fault_of_the_configuration(tmp_path: Path) -> None:
    limits = FetchLimits(ca_file=tmp_path / "none.pem")
    with pytest.raises(ConfigError, match=r"fetch\.ca_file = .*none\.pem.*Give a PEM file"):
        RequestsHttp(limits, Guard(), Stopped())


# --- proxy ------------------------------------------------------------------------------------


def test_a_configured_proxy_is_used_and_urls_are_vetted_still() -> None:
    script = {"http://site.test/": page("by proxy")}
    with Loopback(script) as proxy:
        limits = FetchLimits(proxy=f"http://me:pw@{proxy.authority}")
        with RequestsHttp(limits, Guard(resolve=resolver({})), Stopped()) as http:
            answer = http.fetch(Request("http://site.test/"))
            assert isinstance(answer, Response)
            assert answer.body == b"by proxy"
            for inner in ("http://127.0.0.1/", "http://2852039166/", "http://site.test:22/"):
                refused = http.fetch(Request(inner))
                assert isinstance(refused, FetchFailure)
                assert refused.kind is FailureKind.ADDRESS
            tunnel = http.fetch(Request("https://site.test/"))
        assert isinstance(tunnel, FetchFailure)
        assert tunnel.kind is FailureKind.CONNECT
        assert "the proxy gave no connection" in tunnel.detail
        assert proxy.paths() == ["http://site.test/", "site.test:443"]
        assert (proxy.requests[0].header("Proxy-Authorization") or "").startswith("Basic ")


def test_https_goes_through_the_proxy_by_a_tunnel(ca: Authority, tmp_path: Path) -> None:
    with (
        Loopback({"/": page("secret")}, tls=ca.server(tmp_path, "site.test")) as site,
        Loopback(tunnel=site.port) as proxy,
    ):
        limits = FetchLimits(proxy=proxy.url(), ca_file=ca.file)
        with RequestsHttp(limits, Guard(), Stopped()) as http:
            answer = http.fetch(Request("https://site.test/"))
            assert isinstance(answer, Response), answer
            wrong = http.fetch(Request("https://other.test/"))
        assert answer.body == b"secret"
        assert isinstance(wrong, FetchFailure)
        assert wrong.kind is FailureKind.TLS
        assert proxy.paths() == ["site.test:443", "other.test:443"]


def test_nothing_is_left_behind(site: Loopback) -> None:
    before = threading.active_count()
    http = client(site)
    http.fetch(Request(site.url(), source="s"))
    http.close()
    http.close()
    assert not any(t.name == "checker-watchdog" for t in threading.enumerate())
    assert threading.active_count() <= before + 1  # the server's own thread
