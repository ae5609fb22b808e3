"""Several processes at one PostgreSQL: turns at hosts, and jobs that survive their worker."""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from checker.adapters.robots import PoliteHttp
from checker.errors import StoreError
from checker.model import Request, Response
from checker.store import SqlStore, server
from checker.store.turns import SharedTurns
from tests import many_hosts
from tests.fakes_http import FakeHttp
from tests.helpers_net import Stopped
from tests.installation import CHECKED, ask, configure, process, wait_for
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


@pytest.fixture
def site(tmp_path):
    with many_hosts.serving(tmp_path / "requests") as serving:
        yield serving


@pytest.fixture
def installation(pg, site, tmp_path):
    url = pg.create()
    configure(tmp_path, site, HOSTS, PAGES, delay=DELAY, store=url, fetch="concurrency = 4")
    return tmp_path, url


def test_workers_share_the_hosts_and_none_is_asked_too_often(installation, site):
    folder, url = installation
    with process(folder, "run"), process(folder, "worker"), process(folder, "worker"):
        wait_for(lambda: ask(url, CHECKED) == HOSTS * PAGES, 90, folder)
        assert set(site.articles().values()) == {1}
        assert site.shortest_pause() >= DELAY - 0.02
    assert ask(url, "SELECT count(*) FROM checks") == HOSTS * PAGES


def test_a_killed_workers_hosts_are_taken_up_by_the_others(installation, site):
    folder, url = installation
    with process(folder, "run") as leader:
        wait_for(lambda: ask(url, "SELECT count(*) FROM procrastinate_jobs"), 30, folder)
        wait_for(lambda: len(site.articles()) >= 3, 30, folder)
        leader.kill()
        leader.wait()
        at_kill = ask(url, CHECKED)
        assert at_kill < HOSTS * PAGES
        with process(folder, "worker"):
            wait_for(lambda: ask(url, CHECKED) == HOSTS * PAGES, 90, folder)
        twice = [one for one, times in site.articles().items() if times > 1]
        assert len(twice) <= 4  # those that were on their way: one per thread
        assert site.shortest_pause() >= DELAY - 0.02
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


def test_workers_go_on_when_the_database_server_was_killed(pg, installation, site):
    folder, url = installation
    with process(folder, "run"), process(folder, "worker"):
        wait_for(lambda: len(site.articles()) >= 3, 60, folder)
        pg.kill()
        time.sleep(1)
        pg.start()
        wait_for(lambda: ask(url, CHECKED) == HOSTS * PAGES, 120, folder)
        assert site.shortest_pause() >= DELAY - 0.02


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
