"""Notices over HTTP, from a real server over a real store."""

import json
import re
import socket
import threading
from pathlib import Path

import jsonschema
import pytest
import requests

from checker.entry.serving import serve_notices
from checker.entry.web import script
from checker.entry.web.app import build
from checker.entry.web.limits import BURST, CLIENTS, Buckets
from checker.entry.web.opening import opened
from checker.entry.web.parts import Parts
from checker.entry.web.server import running
from checker.errors import TargetError
from checker.settings import load
from tests.helpers_delivery import CORRECTED, FINE, OLD, UNJUDGED, board_over, newsroom

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/reference/status.schema.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The address of a server over a store with one article of each status."""
    folder = tmp_path_factory.mktemp("served")
    with newsroom(folder), board_over(folder) as board:
        with running(build(Parts(board, lambda: None)), "127.0.0.1:0") as address:
            yield address


def get(address, path, url=None, method="GET", headers=None, **query):
    params = {**({"url": url} if url is not None else {}), **query}
    answer = requests.request(
        method, f"{address}{path}", params=params, headers=headers or {}, timeout=20
    )
    answer.encoding = "utf-8"
    return answer


@pytest.mark.parametrize("url", [OLD, CORRECTED, FINE])
def test_the_status_is_what_its_schema_says(served, url):
    answer = get(served, "/api/v1/status", url)
    assert answer.status_code == 200
    jsonschema.validate(answer.json(), SCHEMA, format_checker=jsonschema.FormatChecker())
    assert answer.json()["uri"] == url


def test_a_notice_is_given_in_parts_and_as_html(served):
    notice = get(served, "/api/v1/status", OLD).json()["notice"]
    assert notice["sentences"][1] == "It was published on 31 March 2017."
    assert notice["dates"] == [{"text": "31 March 2017", "datetime": "2017-03-31"}]
    assert notice["link"]["href"] == OLD
    assert notice["html"] == get(served, "/api/v1/notice", OLD).text
    assert get(served, "/api/v1/status", OLD, here="1").json()["notice"]["link"] is None
    assert get(served, "/api/v1/status", FINE).json()["notice"] is None


@pytest.mark.parametrize(
    ("path", "url", "query", "status"),
    [
        ("/api/v1/status", UNJUDGED, {}, 404),
        ("/api/v1/status", "https://elsewhere.example/", {}, 404),
        ("/api/v1/status", UNJUDGED, {"quiet": "1"}, 204),
        ("/api/v1/notice", UNJUDGED, {}, 200),
        ("/api/v1/status", None, {}, 400),
        ("/api/v1/status", "17", {}, 400),
        ("/api/v1/status", "javascript:alert(1)", {}, 400),
        ("/api/v1/status", "https://a.example/" + "x" * 3000, {}, 400),
        ("/api/v1/status", OLD, {"here": "yes"}, 400),
        ("/api/v2/status", OLD, {}, 404),
    ],
)
def test_what_can_not_be_answered_is_refused_in_form(served, path, url, query, status):
    answer = get(served, path, url, **query)
    assert answer.status_code == status
    if status in {400, 404}:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status
        assert answer.json()["detail"]
    else:
        assert answer.content == b""


def test_nothing_that_was_asked_is_repeated_as_markup(served):
    answer = get(served, "/api/v1/status", "<script>alert(1)</script>")
    assert "<script>" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/api/v1/status", "/api/v1/notice", "/banner.js"])
def test_answers_may_be_kept_shared_and_validated(served, path):
    first = get(served, path, OLD)
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=" in first.headers["Cache-Control"]
    tag = first.headers["ETag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = get(served, path, OLD, headers={"If-None-Match": given})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert get(served, path, OLD, headers={"If-None-Match": '"other"'}).status_code == 200
    head = get(served, path, OLD, method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == tag
    assert head.headers["Content-Length"] == str(len(first.content))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_only_reading_is_allowed(served, method):
    answer = get(served, "/api/v1/status", OLD, method=method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_the_script_is_small_needs_nothing_and_has_the_styles_in_it(served):
    answer = get(served, "/banner.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert len(answer.content) < 12_000
    assert '"STYLE"' not in answer.text
    assert "prefers-color-scheme" in answer.text
    assert not re.search(
        r"\bimport\b|require\(|localStorage|document\.cookie|innerHTML", answer.text
    )
    assert script.styles().startswith("section.archive-checker-notice")
    assert "{%" not in answer.text


def test_health_says_whether_the_store_answers(tmp_path):
    config = tmp_path / "checker.toml"
    config.write_text("[web]\nrate = 3\n", encoding="utf-8")
    with opened(load(config, {}), "127.0.0.1:0") as address:
        sick = get(address, "/healthz")
        assert (sick.status_code, sick.text) == (503, "the store does not answer\n")
        away = get(address, "/api/v1/status", OLD)
        assert (away.status_code, away.headers["Retry-After"]) == (503, "5")
        assert away.headers["Cache-Control"] == "no-store"
        assert str(tmp_path) not in away.text
        assert get(address, "/api/v1/notice", OLD).status_code == 503
        assert get(address, "/api/v1/status", OLD, quiet="1").status_code == 204
        (tmp_path / "var").mkdir()
        with newsroom(tmp_path / "var"):
            assert get(address, "/healthz").text == "ok\n"


def test_a_client_that_asks_too_often_is_told_to_wait(tmp_path):
    with newsroom(tmp_path), board_over(tmp_path) as board:
        app = build(Parts(board, lambda: None, rate=1))
        with running(app, "127.0.0.1:0") as address:
            codes = [get(address, "/api/v1/status", OLD).status_code for _ in range(BURST + 5)]
            assert codes[:BURST] == [200] * BURST
            assert 429 in codes
            assert get(address, "/healthz").status_code == 200
            # Behind a proxy of this machine the clients are told apart.
            other = get(address, "/api/v1/status", OLD, headers={"X-Forwarded-For": "192.0.2.7"})
            assert other.status_code == 200


def test_buckets_fill_up_again_and_are_bounded():
    now = [0.0]
    buckets = Buckets(2, lambda: now[0])
    assert [buckets.take("a") for _ in range(2 * BURST + 1)] == [True] * 2 * BURST + [False]
    assert buckets.take("b")
    now[0] += 0.5
    assert [buckets.take("a"), buckets.take("a")] == [True, False]
    for number in range(CLIENTS + 10):
        buckets.take(str(number))
    assert len(buckets._buckets) == CLIENTS


def test_a_store_that_hangs_costs_a_caller_a_moment(tmp_path):
    gate = threading.Event()

    class Hung:
        def begin(self, url, *, here):
            return pool.submit(gate.wait, 20)

        wait = 0.05

        def too_late(self):
            from checker.service.status import Away

            return Away("late")

    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        with running(build(Parts(Hung(), lambda: None)), "127.0.0.1:0") as address:
            assert get(address, "/api/v1/status", OLD).status_code == 503
        gate.set()


def test_a_port_that_is_taken_is_named_with_a_remedy():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(TargetError, match=r"in use\. Name an address"):
            with opened(load_defaults(), listen):
                pass


def load_defaults():
    return load(Path("/dev/null"), {})


def test_it_listens_on_ipv6_too(tmp_path):
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    with board_over(tmp_path) as board:
        with running(build(Parts(board, lambda: None)), "[::1]:0") as address:
            assert address.startswith("http://[::1]:")
            assert get(address, "/healthz").status_code == 200


def test_serving_alone_ends_when_it_is_told_to(tmp_path, monkeypatch):
    import signal

    monkeypatch.setattr(signal, "signal", lambda number, act: acts.append((number, act)))
    acts, stopped = [], threading.Event()
    (tmp_path / "checker.toml").write_text("", encoding="utf-8")
    settings = load(tmp_path / "checker.toml", {})
    thread = threading.Thread(target=serve_notices, args=(settings, "127.0.0.1:0", stopped))
    thread.start()
    while len(acts) < 2:
        stopped.wait(0.01)
    acts[0][1](signal.SIGTERM, None)
    thread.join(20)
    assert not thread.is_alive()
