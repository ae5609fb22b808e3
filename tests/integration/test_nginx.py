"""The snippets of deploy/nginx under Debian's nginx, before an application and a real status API."""

import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from checker.entry.web.app import build
from checker.entry.web.parts import Parts
from checker.entry.web.server import running
from tests.helpers_delivery import board_over, judge, newsroom, outdated
from tests.loopback import Loopback, Raw, Reply, page
from tests.store_fixture import fill

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx here: its suite is skipped")

DEPLOY = Path(__file__).parents[2] / "deploy" / "nginx"
LINE = '<!--# include virtual="/archive-checker/notice" -->'
PAGE = (
    "<!doctype html><html><head><title>t</title></head><body>{}<h1>Head</h1><p>x</p></body></html>"
)
NOTICE = re.compile(r'<section class="archive-checker-notice.*?</section>', re.DOTALL)
QUERIED = "https://news.example/old%20page?id=7&lang=en+gb"


@contextmanager
def nginx(folder, site, api, snippet):
    """The address of nginx before *site*, its pages with *snippet*, asking *api*."""
    port = free_port()
    for one in DEPLOY.glob("*.conf"):
        text = one.read_text(encoding="utf-8")
        for was, now in (
            ("127.0.0.1:8907", api),
            ("/var/cache/nginx/archive-checker", str(folder / "cache")),
            ("127.0.0.1:8080", f"127.0.0.1:{port}"),
            ("http://127.0.0.1:8000", site),
            ("notice-sub-filter.conf", snippet),
        ):
            text = text.replace(was, now)
        (folder / one.name).write_text(text, encoding="utf-8")
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )  # fmt: skip
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; worker_processes 1; error_log stderr notice;"
        f"{'user root;' if os.geteuid() == 0 else ''}"
        f"events {{}} http {{ access_log off; {paths} include {folder}/example.conf; }}",
        encoding="utf-8",
    )
    with (
        (folder / "log").open("w+", encoding="utf-8") as log,
        subprocess.Popen(
            [NGINX, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"], stdout=log, stderr=log
        ) as process,
    ):
        try:
            _wait(port, process, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait(port, process, log):
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def checker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    with newsroom(folder) as (store, _), board_over(folder) as board:
        uris = [QUERIED, "https://news.example/coded"]
        for uri, number in zip(uris, fill(store, uris), strict=True):
            judge(store, number, outdated(), uri=uri)
        with running(build(Parts(board, lambda: None)), "127.0.0.1:0") as address:
            yield address.removeprefix("http://")


@pytest.fixture(scope="module")
def site():
    plain = PAGE.format("")
    pages = {path: page(plain, ("ETag", '"1"')) for path in ("/old", "/fine", "/other")}
    pages["/old%20page?id=7&lang=en+gb"] = page(plain)
    pages["/coded"] = lambda seen: page(
        plain, coded="gzip" if "gzip" in (seen.header("Accept-Encoding") or "") else None
    )
    with Loopback(pages) as loopback:
        yield loopback


def get(address, path, host="news.example", **headers):
    return requests.get(f"{address}{path}", headers={"Host": host, **headers}, timeout=30)


def plain_of(text):
    return NOTICE.sub("", text).replace("\n", "")


@pytest.fixture(scope="module")
def filtered(tmp_path_factory, site, checker):
    with nginx(
        tmp_path_factory.mktemp("nginx"), site.url(""), checker, "notice-sub-filter.conf"
    ) as address:
        yield address


def test_nginx_finds_no_fault_with_the_snippets_as_shipped(tmp_path):
    for one in DEPLOY.glob("*.conf"):
        text = one.read_text(encoding="utf-8")
        (tmp_path / one.name).write_text(text.replace("/var/cache/nginx", str(tmp_path)))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ include {tmp_path}/example.conf;"
        + "".join(
            f"server {{ listen 127.0.0.1:8081; server_name {name}; include {tmp_path}/archive-checker.conf;"
            f" location / {{ proxy_pass http://127.0.0.1:1; include {tmp_path}/{name}; }} }}"
            for name in ("notice-ssi.conf", "notice-script.conf")
        )
        + "}"
    )
    done = subprocess.run(
        [NGINX, "-t", "-p", str(tmp_path), "-c", "nginx.conf", "-e", "stderr"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_a_page_of_an_outdated_article_gets_the_notice_before_its_headline(filtered):
    answer = get(filtered, "/old")
    notice = NOTICE.search(answer.text)
    assert "It was published on" in notice[0]
    assert answer.text[notice.end() :].lstrip().startswith("<h1>Head</h1>")
    assert plain_of(answer.text) == PAGE.format("")
    # What was known of the former bytes is not said of these: a notice comes and goes.
    assert "ETag" not in answer.headers
    assert "Last-Modified" not in answer.headers


@pytest.mark.parametrize("path", ["/fine", "/other"])
def test_a_page_without_a_notice_is_what_the_application_sent(filtered, path):
    assert get(filtered, path).text == PAGE.format("")


def test_an_address_with_a_query_and_escapes_is_asked_for_as_it_is(filtered):
    assert (
        "archive-checker-notice" in get(filtered, QUERIED.removeprefix("https://news.example")).text
    )


def test_a_page_of_another_host_is_another_article(filtered):
    assert get(filtered, "/old", host="elsewhere.example").text == PAGE.format("")


def test_an_application_that_would_compress_is_asked_not_to(filtered):
    answer = get(filtered, "/coded", **{"Accept-Encoding": "gzip"})
    assert NOTICE.search(answer.text)
    assert "Content-Encoding" not in answer.headers


def test_the_notice_can_not_be_asked_for_from_outside(filtered):
    assert get(filtered, "/archive-checker/notice").status_code == 404
    assert get(filtered, "/archive-checker/silence").status_code == 404


def test_a_template_with_the_include_line_gets_it_there(tmp_path, site, checker):
    site_of_templates = Loopback(
        {"/old": page(PAGE.format(LINE)), "/fine": page(PAGE.format(LINE))}
    )
    with (
        site_of_templates as templates,
        nginx(tmp_path, templates.url(""), checker, "notice-ssi.conf") as address,
    ):
        text = get(address, "/old").text
        assert "It was published on" in NOTICE.search(text)[0]
        assert plain_of(text) == PAGE.format("")
        assert get(address, "/fine").text == PAGE.format("")


def test_the_script_and_its_api_are_served_below_the_sites_own_name(tmp_path, site, checker):
    with nginx(tmp_path, site.url(""), checker, "notice-script.conf") as address:
        assert (
            '<script src="/archive-checker/banner.js"></script></head>' in get(address, "/old").text
        )
        script = get(address, "/archive-checker/banner.js")
        assert script.headers["Content-Type"].startswith("text/javascript")
        status = requests.get(
            f"{address}/archive-checker/api/v1/status",
            params={"url": "https://news.example/old", "quiet": "1"}, timeout=30,
        )  # fmt: skip
        assert status.json()["status"] == "outdated"
        assert get(address, "/archive-checker/healthz").status_code == 404


@pytest.mark.parametrize("fault", ["refused", "hung", "closed", "failing"])
def test_the_site_stays_up_while_the_checker_is_away(tmp_path, site, fault):
    # Longer than a reader here waits, and than nginx does of itself.
    answers = {"hung": Raw([b"", b""], pause=120), "failing": Reply(500, b"a trace")}
    answer = answers.get(fault, Raw(b""))
    paths = ("/api/v1/notice?here=1", "/api/v1/status?url=x")
    with Loopback(dict.fromkeys(paths, answer)) as away:
        api = (
            f"127.0.0.1:{free_port()}"
            if fault == "refused"
            else away.url("").removeprefix("http://")
        )
        with nginx(tmp_path, site.url(""), api, "notice-sub-filter.conf") as address:
            answer = get(address, "/old")
            assert (answer.status_code, answer.text) == (200, PAGE.format(""))
            quiet = get(address, "/archive-checker/api/v1/status?url=x")
            assert (quiet.status_code, quiet.text) == (204, "")


def test_what_was_answered_last_is_shown_while_the_checker_is_away(
    tmp_path, site, tmp_path_factory
):
    store = tmp_path_factory.mktemp("short")
    with newsroom(store), board_over(store) as board:
        with running(build(Parts(board, lambda: None)), "127.0.0.1:0") as api:
            with nginx(
                tmp_path, site.url(""), api.removeprefix("http://"), "notice-sub-filter.conf"
            ) as address:
                assert "archive-checker-notice" in get(address, "/old").text
                board.close()
                assert "archive-checker-notice" in get(address, "/old").text
