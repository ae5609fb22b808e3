"""A few kills of what `make kill` does a hundred times, and the faults that it found."""

import random
import threading
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from procrastinate.jobs import Job

from checker.entry.serving import serve, work
from checker.entry.worker import MOST_TRIES, Jobs, _retry_stalled
from checker.errors import StoreAwayError
from checker.settings import load
from checker.store import SqlStore
from tests import kill_loop, postgres


@pytest.mark.slow
@pytest.mark.parametrize("run", [kill_loop.alone, kill_loop.shared])
def test_killed_at_random_moments_nothing_is_lost_and_no_host_is_asked_too_soon(run, tmp_path):
    if run is kill_loop.shared:
        postgres.required()
    counted = run(3, random.Random(20261124), tmp_path)
    assert counted.kills == 3
    assert counted.checks >= kill_loop.HOSTS * kill_loop.PAGES


@pytest.fixture
def url(pg):
    made = pg.create()
    SqlStore.open(made).close()
    return made


class Nothing:
    """A service that is never asked."""


def statuses(url):
    with psycopg.connect(url) as connection:
        ask = "SELECT status::text, queueing_lock FROM procrastinate_jobs ORDER BY id"
        return connection.execute(ask).fetchall()


def stall(url, *more):
    """The job is taken by a worker, which dies."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
        )
        connection.execute(
            "UPDATE procrastinate_jobs SET status = 'doing',"
            " worker_id = (SELECT max(id) FROM procrastinate_workers)"
        )
        for statement in more:
            connection.execute(statement)


def put_back(jobs):
    import asyncio
    from types import SimpleNamespace

    async def run():
        async with jobs._app.open_async():
            await _retry_stalled(SimpleNamespace(app=jobs._app), timestamp=0)

    asyncio.run(run())


def test_a_host_that_is_being_checked_is_not_queued_beside(url):
    with Jobs(url, Nothing(), lambda: False) as jobs:
        jobs.prepare()
        assert jobs.defer(["a.test:80", "b.test:80"]) == 2
        assert jobs.defer(["a.test:80"]) == 0  # it waits
        stall(url)
        assert jobs.defer(["a.test:80", "c.test:80"]) == 1  # it runs, or its worker is dead
        put_back(jobs)
        assert statuses(url) == [
            ("todo", "a.test:80"),
            ("todo", "b.test:80"),
            ("todo", "c.test:80"),
        ]


def test_a_dead_workers_job_beside_a_new_one_of_its_host_is_dropped_and_blocks_nothing(url):
    again = (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)"
        " VALUES ('default', 'check_host', 'a.test', 'a.test:80', '{\"host\": \"a.test:80\"}')"
    )
    with Jobs(url, Nothing(), lambda: False) as jobs:
        jobs.prepare()
        jobs.defer(["a.test:80", "b.test:80"])
        stall(url, again)
        put_back(jobs)
        assert sorted(statuses(url)) == [("todo", "a.test:80"), ("todo", "b.test:80")]


def test_a_host_is_taken_up_soon_after_the_trouble_however_often_its_job_failed(url):
    """Each worker that dies with a job and each database that goes away is a try of that job."""
    with Jobs(url, Nothing(), lambda: False) as jobs:
        task = jobs._app.tasks["check_host"]
        for tries in range(MOST_TRIES):
            job = Job(id=1, queue="default", lock="a.test", queueing_lock="a.test:80",
                      task_name="check_host", task_kwargs={}, attempts=tries)  # fmt: skip
            again = task.get_retry_exception(exception=StoreAwayError("x", "y", "z"), job=job)
            at = again.retry_decision.retry_at
            assert at - datetime.now(UTC) <= timedelta(seconds=20)
        last = job.evolve(attempts=MOST_TRIES)
        assert task.get_retry_exception(exception=ValueError(), job=last) is None


@pytest.mark.slow  # its pool waits half a minute for a connection
def test_a_queue_that_is_away_is_told_as_such(pg, url):
    with Jobs(url, Nothing(), lambda: False) as jobs:
        jobs.prepare()
        pg.kill()
        with pytest.raises(StoreAwayError, match="queue of checks: it can't be reached"):
            jobs.defer(["a.test:80"])
    pg.start()


@pytest.mark.parametrize("begin", [lambda settings, _: serve(settings), work])
def test_who_starts_before_the_database_waits_for_it(pg, url, tmp_path, monkeypatch, begin):
    """As after a power cut: the checker's machine may be up first."""
    config = tmp_path / "checker.toml"
    config.write_text(f'data_dir = "data"\n[store]\nurl = "{url}"\n')
    settings, stopped = load(config, {}), threading.Event()
    monkeypatch.setattr("checker.entry.serving.AGAIN", 0.2)
    monkeypatch.setattr("checker.entry.serving.signals_end", lambda *events: kept.extend(events))
    kept = [stopped]
    pg.kill()
    thread = threading.Thread(target=begin, args=(settings, stopped))
    thread.start()
    time.sleep(1)
    assert thread.is_alive()
    pg.start()
    ask = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL"
    end = time.monotonic() + 30
    with psycopg.connect(url) as connection:
        while not connection.execute(ask).fetchone()[0]:
            assert time.monotonic() < end
            connection.rollback()
            time.sleep(0.1)
    time.sleep(0.5)
    for event in kept:
        event.set()
    thread.join(30)
    assert not thread.is_alive()
