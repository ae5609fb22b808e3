"""What every Http keeps: the adapter on a loopback server, and the fake that tests use."""

import gzip
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest

from checker.adapters.guard import Guard
from checker.adapters.http import FetchLimits, RequestsHttp
from checker.model import FailureKind, FetchFailure, Request, Response
from checker.ports import Http
from tests.fakes_http import FakeHttp
from tests.helpers_net import NOW, Stopped, resolver
from tests.loopback import Loopback, Reply, page, redirect, validated

SOURCE = "contract"


@dataclass
class World:
    """An Http and the origin at which the script answers."""

    http: Http
    origin: str

    def fetch(self, path: str, *headers: tuple[str, str]) -> Response | FetchFailure:
        return self.http.fetch(Request(self.origin + path, headers, SOURCE))

    def response(self, path: str, *headers: tuple[str, str]) -> Response:
        answer = self.fetch(path, *headers)
        assert isinstance(answer, Response), answer
        return answer

    def failure(self, path: str) -> FetchFailure:
        answer = self.fetch(path)
        assert isinstance(answer, FetchFailure), answer
        return answer


Opened = Callable[[Mapping[str, object]], World]


@pytest.fixture(params=["adapter", "fake"])
def world(request: pytest.FixtureRequest) -> Iterator[Opened]:
    if request.param == "fake":

        def fake(script):
            origin = "https://news.test"
            return World(FakeHttp({origin + k: v for k, v in script.items()}, Stopped()), origin)

        yield fake
        return
    with Loopback() as site:
        guard = Guard({SOURCE: (site.authority,)}, resolve=resolver({}))
        with RequestsHttp(FetchLimits(), guard, Stopped()) as http:

            def adapter(script):
                site.script.update(script)
                return World(http, site.url(""))

            yield adapter


def test_a_page_arrives_whole_with_its_headers_and_instants(world: Opened) -> None:
    site = world({"/a": page("Zürich", ("ETag", '"x"'))})
    answer = site.response("/a")
    assert (answer.status, answer.body.decode(), answer.uri) == (200, "Zürich", site.origin + "/a")
    assert answer.header("etag") == '"x"'
    assert answer.requested_at == answer.received_at == NOW
    assert answer.hops == ()


def test_raw_keeps_the_content_coding_that_body_is_without(world: Opened) -> None:
    answer = world({"/z": page("coded", coded="gzip")}).response("/z")
    assert answer.body == b"coded"
    assert gzip.decompress(answer.raw) == b"coded"


@pytest.mark.parametrize("status", [404, 410, 403, 451, 500, 503, 429])
def test_any_status_is_an_answer_with_its_body(world: Opened, status: int) -> None:
    answer = world({"/s": Reply(status, b"sorry")}).response("/s")
    assert (answer.status, answer.body) == (status, b"sorry")


def test_what_does_not_exist_is_404_not_a_failure(world: Opened) -> None:
    assert world({"/a": page("x")}).response("/b").status == 404


def test_validators_go_out_verbatim_and_304_has_no_body(world: Opened) -> None:
    etag = 'W/"odd, but ours"'
    site = world({"/a": validated(b"text", etag)})
    assert site.response("/a", ("If-None-Match", '"other"')).status == 200
    answer = site.response("/a", ("If-None-Match", etag))
    assert (answer.status, answer.body, answer.raw) == (304, b"", b"")


def test_redirects_are_followed_and_named(world: Opened) -> None:
    site = world({"/1": redirect("/2", 301), "/2": redirect("3?q=1", 308), "/3?q=1": page("end")})
    answer = site.response("/1")
    assert answer.uri == site.origin + "/3?q=1"
    assert [(hop.status, hop.uri, hop.location) for hop in answer.hops] == [
        (301, site.origin + "/1", site.origin + "/2"),
        (308, site.origin + "/2", site.origin + "/3?q=1"),
    ]


def test_five_redirects_are_followed_and_a_sixth_is_not(world: Opened) -> None:
    script = {f"/{n}": redirect(f"/{n + 1}") for n in range(6)} | {"/6": page("far")}
    site = world(script)
    assert len(site.response("/1").hops) == 5
    assert site.failure("/0").kind is FailureKind.REDIRECTS


@pytest.mark.parametrize("location", ["/loop", "file:///etc/passwd", "gopher://a.test/", None])
def test_a_redirect_that_leads_nowhere_is_a_failure(world: Opened, location: str | None) -> None:
    headers = (("Location", location),) if location else ()
    failure = world({"/loop": Reply(302, headers=headers)}).failure("/loop")
    assert failure.kind is FailureKind.REDIRECTS


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, gzip.compress(b"cut" * 1000)[:-9], (("Content-Encoding", "gzip"),)),
        Reply(200, b"x", (("Content-Encoding", "rot13"),)),
    ],
    ids=["truncated", "unknown"],
)
def test_a_body_that_cannot_be_decoded_is_a_failure(world: Opened, reply: Reply) -> None:
    failure = world({"/z": reply}).failure("/z")
    assert failure.kind is FailureKind.DECODING


def test_an_unknown_host_is_a_failure(world: Opened) -> None:
    site = world({"/a": page("x")})
    answer = site.http.fetch(Request("https://no-such-host.invalid/", source=SOURCE))
    assert isinstance(answer, FetchFailure)
    assert answer.kind is FailureKind.DNS
