"""Processes that are suspended (SIGSTOP) until others think them dead, and then go on."""

import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from checker.entry.web.metrics import exposition
from checker.errors import StoreAwayError
from checker.ports.figures import Figures
from checker.store import SqlStore, open_turns, turns
from tests import many_hosts
from tests.installation import CHECKED, ROOT, ask, configure, wait_for

HOSTS, PAGES, DELAY, THREADS = 6, 2, 1, 3
# What takes minutes in earnest takes seconds here; nothing else is changed.
QUICK = """
import sys
from datetime import timedelta
from checker.entry import daemon, worker
daemon.LOCK_LEASE, daemon.HOUSEKEEPING = timedelta(seconds=3), timedelta(seconds=1)
daemon.STAND_BY = timedelta(seconds=0.5)
worker.HEARTBEAT, worker.STALLED, worker.RETRY = 1.0, 5.0, "* * * * * *"
from checker.entry.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def site(tmp_path):
    with many_hosts.serving(tmp_path / "requests", 0.4) as serving:
        yield serving


@pytest.fixture
def installation(pg, site, tmp_path):
    url = pg.create()
    fetch = f"concurrency = {THREADS}"
    configure(tmp_path, site, HOSTS, PAGES, delay=DELAY, store=url, fetch=fetch)
    return tmp_path, url


# Seconds: the server ends a transaction that was suspended half-way, and frees what it had locked, after
# a minute; until then nobody can take its place.
PATIENCE = 180


@contextmanager
def quick(folder, command, name):
    """``checker COMMAND``, whose locks and heartbeats are short; what it says is in NAME.log."""
    words = [sys.executable, "-c", QUICK, command, "--config", str(folder / "checker.toml")]
    with (folder / f"{name}.log").open("ab") as told:
        running = subprocess.Popen(words, stdout=told, stderr=told, cwd=ROOT)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def everything_once(folder, url, site):
    """All were checked and recorded once, and no host was asked before its pause was over."""
    wait_for(lambda: ask(url, CHECKED) == HOSTS * PAGES, 90, folder)
    time.sleep(2 * DELAY)  # whatever would come twice has come
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT article_id, count(*) FROM checks GROUP BY 1").fetchall()
        counted = connection.execute("SELECT id, checks FROM articles").fetchall()
    assert dict(rows) == dict(counted) == {number: 1 for number, _ in counted}
    assert site.shortest_pause() >= DELAY - 0.02


def assert_few_twice(site):
    """At most what was on its way at the suspension, one in each thread, was asked once more."""
    asked = Counter(n for (_, path), n in site.articles().items() if path in ("/0", "/1"))
    assert asked[1] + asked[2] == HOSTS * PAGES
    assert asked[2] <= THREADS


@pytest.mark.slow
def test_a_leader_that_was_suspended_beyond_its_lock_stands_by_and_doubles_nothing(
    installation, site
):
    folder, url = installation
    owner = "SELECT count(*) FROM daemon WHERE owner LIKE '% {}'"
    with quick(folder, "run", "first") as first:
        wait_for(lambda: ask(url, owner.format(first.pid)), PATIENCE, folder)
        wait_for(site.articles, PATIENCE, folder)
        with quick(folder, "run", "second") as second:
            wait_for(lambda: "standing by" in (folder / "second.log").read_text(), PATIENCE, folder)
            first.send_signal(signal.SIGSTOP)
            wait_for(lambda: ask(url, owner.format(second.pid)), PATIENCE, folder)
            first.send_signal(signal.SIGCONT)
            everything_once(folder, url, site)
            # It finishes what it had begun first: a connection that is gone, a job of others.
            wait_for(lambda: "standing by" in (folder / "first.log").read_text(), PATIENCE, folder)
            assert ask(url, owner.format(second.pid)) == 1
            assert first.poll() is None  # it stands by, and works
    assert_few_twice(site)


@pytest.mark.slow
def test_a_worker_that_was_suspended_beyond_its_heartbeat_records_once(installation, site):
    folder, url = installation
    with quick(folder, "run", "leader"), quick(folder, "worker", "worker") as worker:
        wait_for(
            lambda: "working on what is due" in (folder / "worker.log").read_text(), 60, folder
        )
        wait_for(site.articles, PATIENCE, folder)
        worker.send_signal(signal.SIGSTOP)
        put_back = "is dead; its job is put back"
        before = len(site.articles())
        wait_for(
            lambda: (
                put_back in (folder / "leader.log").read_text()
                or len(site.articles()) == before == HOSTS * PAGES
            ),
            PATIENCE,
            folder,
        )
        worker.send_signal(signal.SIGCONT)
        everything_once(folder, url, site)
        assert_few_twice(site)


def test_a_suspended_process_does_not_hold_up_the_threads_of_the_others_for_good(pg, monkeypatch):
    url = pg.create()
    SqlStore.open(url).close()
    monkeypatch.setattr("checker.store.opening.LONGEST_TURN", 0.3)
    first, second = (open_turns(url, None) for _ in range(2))
    held = first.begin("a.test", 0)
    with pytest.raises(
        StoreAwayError, match=r"a\.test: another process has had the turn"
    ) as caught:
        second.begin("a.test", 0)
    assert "let it go on or end it" in caught.value.remedy
    second.begin("b.test", 0).end(0, 0)
    held.end(0, 0)
    second.begin("a.test", 0).end(0, 0)
    first.close()
    second.close()


@pytest.mark.parametrize("column", ["next_at", "rest_until"])
def test_a_turn_of_a_server_whose_clock_was_ahead_is_not_waited_for(pg, column):
    url = pg.create()
    SqlStore.open(url).close()
    opened = open_turns(url, None)
    opened.begin("a.test", 1).end(1, 60)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"UPDATE turns SET {column} = {column} + 365 * 86400")
    turn = opened.begin("a.test", 1)
    assert turn.wait <= 1
    assert turn.rest <= 60
    turn.end(0, 0)
    opened.close()


def test_the_queue_is_a_figure(pg, run, tmp_path):
    """Hosts that wait and that a worker has, as /metrics and `checker status` tell them."""
    from checker.entry.worker import Jobs
    from tests.store_fixture import LEASE, NOW, fill

    url = pg.create()
    store = SqlStore.open(url)
    assert store.counts(NOW)["hosts_waiting"] == 0  # there is no queue yet
    ids = fill(store, 3)
    store.claim(ids[:1], NOW, LEASE)
    with Jobs(url, None, lambda: False) as jobs:
        jobs.prepare()
        jobs.defer(["a.test:80", "b.test:80", "c.test:80"])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = 1")
    counts = store.counts(NOW)
    store.close()
    assert (counts["hosts_waiting"], counts["hosts_working"], counts["checking"]) == (2, 1, 1)
    text = exposition(Figures(counts, {}), 60)
    told = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert told["archive_checker_queue_hosts", "waiting"] == 2
    assert told["archive_checker_queue_hosts", "working"] == 1
    assert told["archive_checker_checking_articles",] == 1
    assert told["archive_checker_due_articles",] == 2
    (tmp_path / "checker.toml").write_text(f'data_dir = "data"\n[store]\nurl = "{url}"\n')
    code, out, _ = run("status", "--config", tmp_path / "checker.toml")
    assert code == 0
    assert "\n  workers check 1 host; 2 wait for one\n" in out
    assert turns.LONGEST_TURN >= 120  # a request may take two minutes
