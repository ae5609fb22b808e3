"""The middleware under the servers that people use: gunicorn and uvicorn, over a real store."""

import base64
import gzip
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path

import pytest
import requests

from tests.delivery_site import CSP, DATE, KINDS, PAGE, TAG
from tests.growth import PATIENCE
from tests.helpers_delivery import judge, newsroom, outdated
from tests.store_fixture import fill

ROOT = Path(__file__).parents[2]
SERVERS = {
    "gunicorn": ("-m", "gunicorn", "--no-control-socket", "--workers=1", "--threads=4", "--bind=127.0.0.1:{port}", "tests.delivery_site:wsgi()"),
    "uvicorn": ("-m", "uvicorn", "--factory", "--port={port}", "--log-level=warning", "tests.delivery_site:asgi"),
}  # fmt: skip
FLAGGED = sorted(
    {*KINDS, "gzip", "streamed", "written", "file", "missing", "failing", "late-error"}
)


@contextmanager
def running(server, config, chosen=""):
    """The address of the site under *server*, with the options *chosen*."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, *(part.format(port=port) for part in SERVERS[server])]
    env = {**os.environ, "NOTICES": str(config), "CHOSEN": chosen}
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            _wait(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


def _wait(port, process):
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert process.poll() is None, process.stdout.read()
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")


@pytest.fixture(scope="module", params=SERVERS)
def site(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    (folder / "checker.toml").write_text("", encoding="utf-8")
    (folder / "var").mkdir()
    with newsroom(folder / "var") as (store, _):
        uris = [f"https://news.example/{kind}" for kind in FLAGGED if kind != "old"]
        for uri, number in zip(uris, fill(store, uris), strict=True):
            judge(store, number, outdated(), uri=uri)
        with running(request.param, folder / "checker.toml") as address:
            warm(address)
            yield address


def warm(address):
    """Ask until the notice is known to every worker: a busy machine may be slower than a page
    waits for its first answer, and goes without notice then."""
    good = 0
    for _ in range(300):
        good = good + 1 if b"archive-checker-notice" in get(address, "old").content else 0
        if good == 10:
            return
        time.sleep(0.1)
    raise AssertionError("no notice appears")


def get(address, path, method="GET", **headers):
    fields = {"Accept-Encoding": "identity", **headers}
    fields = {name.replace("_", "-"): value for name, value in fields.items()}
    with requests.Session() as session:
        return session.request(method, f"{address}/{path}", headers=fields, timeout=30)


def flagged(address, path, **headers):
    """The page with its notice; a first answer may come too late for the page."""
    for _ in range(100):
        answer = get(address, path, **headers)
        if b"archive-checker-notice" in answer.content:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"no notice on {path}")


def without(body: bytes) -> bytes:
    return re.sub(rb"<section class=\"archive-checker.*?</section>", b"", body, flags=re.DOTALL)


def test_a_page_gets_its_notice_before_the_headline_and_nothing_else_changes(site):
    answer = flagged(site, "old")
    assert without(answer.content) == PAGE
    assert b"</section><h1>" in answer.content
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert re.fullmatch(r'"v1-ac\.[0-9a-f]{12}"', answer.headers["ETag"])
    assert "Last-Modified" not in answer.headers
    assert "Accept-Ranges" not in answer.headers


def test_a_client_that_has_the_page_with_this_notice_is_told_so(site):
    tag = flagged(site, "old").headers["ETag"]
    again = get(site, "old", If_None_Match=tag)
    assert (again.status_code, again.headers["ETag"], again.content) == (304, tag, b"")


@pytest.mark.parametrize(
    "headers",
    [
        {"If_None_Match": TAG},  # it has the page without notice
        {"If_None_Match": '"v1-ac.000000000000"'},  # … with another notice
        {"If_None_Match": '"v1-ac.000000000000"', "If_Modified_Since": DATE},
        {"If_Modified_Since": DATE},
    ],
)
def test_a_client_that_has_it_otherwise_gets_it_anew(site, headers):
    flagged(site, "old")
    answer = get(site, "old", **headers)
    assert answer.status_code == 200
    assert b"archive-checker-notice" in answer.content


def test_a_page_whose_notice_is_gone_is_not_called_unmodified(site):
    """No notice on an unwatched page: whoever has one from earlier gets the page anew."""
    assert get(site, "unwatched").content == PAGE
    answer = get(site, "unwatched", If_None_Match='"v1-ac.000000000000"', If_Modified_Since=DATE)
    assert answer.status_code == 200


def test_head_describes_the_page_with_its_notice(site):
    tag = flagged(site, "old").headers["ETag"]
    head = get(site, "old", method="HEAD")
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", tag)
    assert head.headers.get("Content-Length") != str(len(PAGE))
    assert "Last-Modified" not in head.headers


def test_a_range_passes_with_the_tag_of_the_page_that_it_is_of(site):
    flagged(site, "old")
    part = get(site, "old", Range="bytes=0-9")
    assert (part.status_code, part.content, part.headers["ETag"]) == (206, PAGE[:10], TAG)


def test_a_part_of_a_page_with_notice_is_given_whole(site):
    tag = flagged(site, "old").headers["ETag"]
    answer = get(site, "old", Range="bytes=0-9", If_Range=tag)
    assert answer.status_code == 200
    assert without(answer.content) == PAGE


def test_a_gzipped_page_gets_its_notice_and_stays_gzipped(site):
    answer = flagged(site, "gzip", Accept_Encoding="br, gzip;q=0.8")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert without(answer.content) == PAGE  # the client has decoded it, to the end
    with requests.get(
        f"{site}/gzip", headers={"Accept-Encoding": "gzip"}, stream=True, timeout=30
    ) as answer:
        raw = answer.raw.read(decode_content=False)
        assert gzip.decompress(raw).endswith(b"</html>")
        assert answer.headers.get("Content-Length", str(len(raw))) == str(len(raw))


def test_a_streamed_page_gets_its_notice(site):
    answer = flagged(site, "streamed")
    assert without(answer.content) == PAGE


def test_a_policy_lets_in_the_notice_s_styles_by_their_hash_and_no_others(site):
    answer = flagged(site, "policy")
    style = re.search(rb"<style>(.*?)</style>", answer.content, re.DOTALL)[1]
    wanted = base64.b64encode(sha256(style).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert policy == CSP + f" 'sha256-{wanted}'"


@pytest.mark.parametrize(
    "kind", ["attached", "kept", "json", "partial", "frames", "broken-gzip", "brotli", "file"]
)
def test_what_is_no_whole_html_page_passes_untouched(site, kind):
    if kind == "file" and get(site, "file").headers["Content-Type"] != "image/png":
        kind = "json"  # only WSGI has files of its own
    with requests.get(
        f"{site}/{kind}", headers={"Accept-Encoding": "identity"}, stream=True, timeout=30
    ) as answer:
        raw = answer.raw.read(decode_content=False)
    sent = KINDS[kind][0] if kind in KINDS else (ROOT / "tests/delivery_site.py").read_bytes()
    assert raw == sent
    assert "-ac." not in answer.headers.get("ETag", "")


@pytest.mark.parametrize(("kind", "status"), [("missing", 404), ("failing", 500)])
def test_errors_pass_untouched(site, kind, status):
    answer = get(site, kind)
    assert (answer.status_code, answer.content) == (status, PAGE)


def test_a_post_passes_untouched(site):
    assert get(site, "old", method="POST").content == PAGE


def test_a_copy_is_told_apart_from_the_article_s_own_page(site):
    copy = flagged(site, "archive/old")
    assert copy.headers["Memento-Datetime"] == "Fri, 30 Jan 2026 12:00:00 GMT"
    assert copy.headers["Link"] == '<https://news.example/old>; rel="original"'
    assert b'href="https://news.example/old"' in copy.content
    assert not {"Deprecation", "X-Robots-Tag", "Warning"} & copy.headers.keys()
    own = flagged(site, "old")
    assert "Memento-Datetime" not in own.headers
    assert b'href="https://news.example/old"' not in own.content


@pytest.mark.parametrize("server", SERVERS)
def test_what_machines_act_upon_is_sent_by_choice_only(server, tmp_path):
    (tmp_path / "checker.toml").write_text("", encoding="utf-8")
    (tmp_path / "var").mkdir()
    with newsroom(tmp_path / "var"):
        with running(server, tmp_path / "checker.toml", "deprecation unavailable_after") as address:
            warm(address)
            copy, own = flagged(address, "archive/old"), flagged(address, "old")
    since = datetime.fromtimestamp(
        int(copy.headers["Deprecation"].removeprefix("@")), UTC
    )  # RFC 9745
    dropped = copy.headers["X-Robots-Tag"].removeprefix("unavailable_after: ")
    assert parsedate_to_datetime(dropped) == since
    assert "Warning" not in copy.headers  # RFC 9111 made it obsolete
    assert not {"Deprecation", "X-Robots-Tag"} & own.headers.keys()  # it is no copy


def test_wsgi_s_older_ways_get_their_notice_too(site):
    if get(site, "late-error").status_code != 500:
        return  # ASGI has neither
    assert b"archive-checker" not in get(site, "late-error").content
    assert without(flagged(site, "written").content) == PAGE


@pytest.mark.parametrize("server", SERVERS)
def test_a_site_without_a_store_is_up_and_gets_notices_when_there_is_one(server, tmp_path):
    (tmp_path / "checker.toml").write_text("", encoding="utf-8")
    with running(server, tmp_path / "checker.toml") as address:
        started = time.monotonic()
        for kind in ("old", "gzip", "json", "streamed"):
            answer = get(address, kind)
            assert answer.status_code == 200
            assert b"archive-checker-notice" not in answer.content
        assert time.monotonic() - started < PATIENCE
        (tmp_path / "var").mkdir()
        with newsroom(tmp_path / "var"):
            for _ in range(300):  # the store is let alone for some seconds after a failure
                if b"archive-checker-notice" in get(address, "old").content:
                    break
                time.sleep(0.1)
            else:
                raise AssertionError("no notice appears")
