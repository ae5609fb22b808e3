"""Several processes at one PostgreSQL: turns at hosts, and jobs that survive their worker."""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from contextlib import closing, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from checker.adapters.robots import PoliteHttp
from checker.errors import StoreError
from checker.model import Request, Response
from checker.store import SqlStore, server
from checker.store.turns import SharedTurns
from tests.fakes_http import FakeHttp
from tests.helpers_net import Stopped
from tests.loopback import page

ROOT = Path(__file__).parents[2]


@pytest.fixture
def url(pg):
    made = pg.create()
    SqlStore.open(made).close()
    return made


@pytest.fixture
def turns(url):
    with closing(server.connect(make_url(url), None)) as opened:
        yield SharedTurns(opened)


# ── turns ─────────────────────────────────────────────────────────────────────────────────────


def test_a_host_that_was_never_asked_need_not_be_waited_for(turns):
    turn = turns.begin("news.test", 5)
    assert turn.wait == pytest.approx(0, abs=0.05)
    assert turn.rest < 0
    turn.end(0, 0)


def test_the_next_process_waits_for_the_rest_of_the_pause_and_knows_of_retry_after(turns):
    turns.begin("news.test", 1).end(3, 60)
    after = turns.begin("news.test", 1)
    assert after.wait == pytest.approx(3, abs=0.3)
    assert after.rest == pytest.approx(60, abs=0.3)
    after.end(0, 0)


def test_only_one_has_the_turn_and_other_hosts_go_on(turns):
    first = turns.begin("news.test", 0)
    got = []
    waiting = threading.Thread(target=lambda: got.append(turns.begin("news.test", 0)))
    waiting.start()
    turns.begin("other.test", 0).end(0, 0)
    waiting.join(0.3)
    assert not got
    first.end(2, 0)
    waiting.join(10)
    assert got[0].wait == pytest.approx(2, abs=0.3)
    got[0].end(0, 0)


def test_a_process_that_dies_loses_its_turn_and_the_host_still_gets_its_pause(url, turns):
    code = (
        "import sys, time\nfrom sqlalchemy.engine import make_url\n"
        "from checker.store import server\nfrom checker.store.turns import SharedTurns\n"
        "held = SharedTurns(server.connect(make_url(sys.argv[1]), None)).begin('news.test', 30)\n"
        "print('held', flush=True)\ntime.sleep(60)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, url], stdout=subprocess.PIPE, text=True,
                             env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    with child:
        assert child.stdout.readline() == "held\n"
        child.send_signal(signal.SIGKILL)
    turn = turns.begin("news.test", 30)
    assert turn.wait == pytest.approx(30, abs=3)
    turn.end(0, 0)


def test_a_server_that_goes_away_takes_no_turn_with_it(pg, url, turns):
    held = turns.begin("news.test", 0)
    pg.kill()
    with pytest.raises(StoreError):
        held.end(0, 0)
    with pytest.raises(StoreError):
        turns.begin("news.test", 0)
    pg.start()
    turns.begin("news.test", 0).end(0, 0)


def test_two_processes_fetchers_keep_one_hosts_delay_between_them(turns):
    """Each PoliteHttp stands for a process: they share nothing but the database."""
    asked = []

    class Noting(FakeHttp):
        def fetch(self, request, *rest):
            asked.append(time.monotonic())
            return super().fetch(request, *rest)

    script = {"https://news.test/a": page("A"), "https://news.test/robots.txt": page("")}
    fetchers = [
        PoliteHttp(
            Noting(script, Stopped()),
            clock=Stopped(),
            delay=timedelta(seconds=0.2),
            user_agent="a/1",
            turns=turns,
        )
        for _ in range(2)
    ]

    def run(http):
        for _ in range(3):
            assert isinstance(http.fetch(Request("https://news.test/a", source="s")), Response)

    threads = [threading.Thread(target=run, args=(http,)) for http in fetchers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    gaps = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert len(asked) == 2 * (3 + 1)
    assert min(gaps) >= 0.19


def test_a_turn_that_can_not_be_had_leaves_the_host_free_for_the_next_try(pg, turns):
    http = PoliteHttp(
        FakeHttp({"https://news.test/a": page("A")}, Stopped()),
        clock=Stopped(),
        delay=timedelta(0),
        user_agent="a/1",
        respect_robots=False,
        turns=turns,
    )
    pg.kill()
    with pytest.raises(StoreError):
        http.fetch(Request("https://news.test/a", source="s"))
    pg.start()
    answer = http.fetch(Request("https://news.test/a", source="s"))
    assert isinstance(answer, Response)
    with psycopg.connect(turns.server.url.render_as_string()) as connection:
        assert connection.execute("SELECT host FROM turns").fetchall() == [("news.test",)]


# ── jobs ──────────────────────────────────────────────────────────────────────────────────────

HOSTS, PAGES, DELAY = 8, 3, 1
CONFIG = """\
data_dir = "data"

[store]
url = "{url}"

[[source]]
name = "many"
list = "urls.txt"
allow = {allow}
adoption = "automatic"

[timing]
check_every = "30d"
check_min = "30d"

[fetch]
delay = "{delay}s"
concurrency = 4

[daemon]
discover = "1h"
check = "1s"
banners = "1h"
alerts = "1h"
"""


class Log(ThreadingHTTPServer):
    """Answers at every loopback address, and notes who was asked for what and when."""

    daemon_threads = True

    def __init__(self):
        self.asked = []
        super().__init__(("0.0.0.0", 0), Answering)

    def gaps(self):
        """The shortest pause between two requests to one host, over all hosts."""
        by_host = defaultdict(list)
        for when, host, _ in self.asked:
            by_host[host].append(when)
        return min(
            later - earlier
            for times in by_host.values()
            for earlier, later in itertools.pairwise(sorted(times))
        )

    def articles(self):
        return Counter((host, path) for _, host, path in self.asked if path != "/robots.txt")


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((time.monotonic(), self.headers["Host"], self.path))
        missing = self.path == "/robots.txt"
        body = b"" if missing else f"<html><p>The page {self.path} stands here.".encode()
        self.send_response(404 if missing else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def log():
    server_ = Log()
    thread = threading.Thread(target=server_.serve_forever)
    thread.start()
    yield server_
    server_.shutdown()
    server_.server_close()
    thread.join()


@pytest.fixture
def installation(pg, log, tmp_path):
    url = pg.create()
    addresses = [
        f"http://127.0.1.{host}:{log.server_port}/{number}\n"
        for host in range(1, HOSTS + 1)
        for number in range(PAGES)
    ]
    (tmp_path / "urls.txt").write_text("".join(addresses))
    allow = [f"127.0.1.{host}:{log.server_port}" for host in range(1, HOSTS + 1)]
    (tmp_path / "checker.toml").write_text(CONFIG.format(url=url, delay=DELAY, allow=allow))
    return tmp_path, url


@contextmanager
def process(folder, *command):
    with (folder / f"{command[0]}.log").open("ab") as told:
        running = subprocess.Popen(
            [sys.executable, "-m", "checker", *command, "--config", str(folder / "checker.toml")],
            stderr=told,
            stdout=told,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        try:
            yield running
        finally:
            running.kill()
            running.wait()


def ask(url, query):
    with psycopg.connect(url) as connection:
        try:
            return connection.execute(query).fetchone()[0]
        except psycopg.errors.UndefinedTable:
            return 0


def wait_for(condition, seconds, folder):
    end = time.monotonic() + seconds
    while not condition():
        told = "\n".join(path.read_text()[-3000:] for path in folder.glob("*.log"))
        assert time.monotonic() < end, f"nothing within {seconds} s\n{told}"
        time.sleep(0.1)


CHECKED = "SELECT count(*) FROM articles WHERE checks > 0"


def test_workers_share_the_hosts_and_none_is_asked_too_often(installation, log):
    folder, url = installation
    with process(folder, "run"), process(folder, "worker"), process(folder, "worker"):
        wait_for(lambda: ask(url, CHECKED) == HOSTS * PAGES, 90, folder)
        assert set(log.articles().values()) == {1}
        assert log.gaps() >= DELAY - 0.02
    assert ask(url, "SELECT count(*) FROM checks") == HOSTS * PAGES


def test_a_killed_workers_hosts_are_taken_up_by_the_others(installation, log):
    folder, url = installation
    with process(folder, "run") as leader:
        wait_for(lambda: ask(url, "SELECT count(*) FROM procrastinate_jobs"), 30, folder)
        wait_for(lambda: len(log.articles()) >= 3, 30, folder)
        leader.kill()
        leader.wait()
        at_kill = ask(url, CHECKED)
        assert at_kill < HOSTS * PAGES
        with process(folder, "worker"):
            wait_for(lambda: ask(url, CHECKED) == HOSTS * PAGES, 90, folder)
        twice = [one for one, times in log.articles().items() if times > 1]
        assert len(twice) <= 4  # those that were on their way: one per thread
        assert log.gaps() >= DELAY - 0.02
    assert "its job is put back" in (folder / "worker.log").read_text()


def test_a_second_daemon_stands_by_and_leads_when_the_first_is_gone(installation):
    folder, url = installation
    with process(folder, "run") as first:
        wait_for(lambda: ask(url, "SELECT count(*) FROM daemon"), 30, folder)
        with process(folder, "run"):
            wait_for(lambda: "standing by" in (folder / "run.log").read_text(), 30, folder)
            first.terminate()
            first.wait(30)
            leads = f"SELECT count(*) FROM daemon WHERE owner NOT LIKE '% {first.pid}'"
            wait_for(lambda: ask(url, leads), 40, folder)


def test_workers_go_on_when_the_database_server_was_killed(pg, installation, log):
    folder, url = installation
    with process(folder, "run"), process(folder, "worker"):
        wait_for(lambda: len(log.articles()) >= 3, 60, folder)
        pg.kill()
        time.sleep(1)
        pg.start()
        wait_for(lambda: ask(url, CHECKED) == HOSTS * PAGES, 120, folder)
        assert log.gaps() >= DELAY - 0.02


def test_a_worker_without_a_shared_store_says_what_to_do(tmp_path):
    (tmp_path / "checker.toml").write_text('[store]\nurl = "sqlite:///checker.db"\n')
    done = subprocess.run(
        [sys.executable, "-m", "checker", "worker", "--config", str(tmp_path / "checker.toml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "only a PostgreSQL store can be shared" in done.stderr
    assert "checker run" in done.stderr
