"""Worker processes: order, bounds, and that a bad document costs only itself."""

import threading
import time
from itertools import count

import pytest

from checker.adapters.pool import Limits, ProcessPool
from checker.adapters.pool import pool as pool_module
from checker.ports import Lost
from tests.audit_tasks import eats, work_on
from tests.fakes_http import FakeHttp
from tests.growth import PATIENCE
from tests.helpers_watch import SetClock, html, reply

QUICK = Limits(cpu=1, wall=3.0, memory=1 << 30)


def run(jobs, http=None, task=work_on, size=2, limits=QUICK):
    return list(ProcessPool(size, limits).run(task, jobs, http))


def test_results_come_in_the_order_of_the_jobs():
    jobs = [f"nap {0.05 if n % 17 == 0 else 0}" for n in range(60)] + ["a", "b"]
    assert run(jobs) == [(job, job.upper()) for job in jobs]
    assert run([]) == []


def test_a_job_that_kills_its_worker_costs_itself_alone():
    jobs = ["a", "crash", "b", "exit", "c", "hang", "d", "spin", "e"]
    found = dict(run(jobs))
    assert {job: found[job] for job in "abcde"} == dict(zip("abcde", "ABCDE", strict=True))
    assert found["crash"] == Lost("crashed its worker (SIGSEGV)")
    assert found["exit"] == Lost("ended its worker (exit code 3)")
    assert found["hang"] == Lost("took more than 3 seconds")
    # On a busy machine three seconds pass before one of processor time does.
    limits = ("took more than 1 seconds of processor time", "took more than 3 seconds")
    assert found["spin"] in {Lost(one) for one in limits}


def test_memory_has_a_bound():
    found = run(["a", f"eat {3 << 30}", "b"], task=eats)
    assert [result for _, result in found] == ["A", "too much", "B"]


def test_the_parent_fetches_for_its_workers():
    uri = "https://paper.test/a"
    http = FakeHttp({uri: reply(html())}, SetClock())
    assert run([f"fetch {uri}"] * 3, http) == [(f"fetch {uri}", 200)] * 3
    assert len(http.requests) == 3
    threads = [one for one in threading.enumerate() if one.name.startswith("fetch")]
    for thread in threads:
        thread.join(5)


def test_few_jobs_are_taken_ahead_of_what_was_given():
    taken = 0

    def jobs():
        nonlocal taken
        for number in count():
            taken = number + 1
            yield str(number)

    results = ProcessPool(2, QUICK).run(work_on, jobs(), None)
    bound = pool_module.AHEAD * pool_module.BATCH * 2
    for given, _ in zip(range(500), results, strict=False):
        assert taken - given <= bound + pool_module.BATCH
    results.close()


def test_a_worker_is_replaced_before_it_has_grown_old():
    jobs = [str(n) for n in range(100)]
    limits = Limits(cpu=5, wall=10.0, jobs=16)
    assert [result for _, result in run(jobs, size=1, limits=limits)] == jobs


def test_leaving_early_ends_the_workers_at_once():
    started = time.monotonic()
    results = ProcessPool(2, Limits(wall=100)).run(work_on, ["a", "hang", "hang"] * 20, None)
    assert next(results) == ("a", "A")
    results.close()
    assert time.monotonic() - started < PATIENCE


@pytest.mark.parametrize("size", [0, 1])
def test_there_is_at_least_one_worker(size):
    assert run(["a"], size=size) == [("a", "A")]
