"""Hands jobs to worker processes and gives results back in order, within bounds.

A worker that crashes, hangs or takes too much costs the one document that it was at; the rest of
its batch goes to another. Few jobs are taken ahead of the oldest result that is still missing, so
memory does not grow with the number of documents.
"""

import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from checker.adapters.pool.limits import Limits
from checker.adapters.pool.worker import work
from checker.ports import Http, Lost

J = TypeVar("J")
R = TypeVar("R")

BATCH = 16  # jobs in one message
AHEAD = 8  # batches for each worker, in work or waiting for an older result
_TICK = 1.0  # seconds between looks at deadlines
_PRELOAD = ["checker.service.audit", "checker.adapters.pool.worker"]


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    todo: deque[tuple[int, Any]] = field(default_factory=deque)
    since: float = 0.0  # when its present job began, by the monotonic clock
    asking: bool = False  # it waits for the network
    done: int = 0


class ProcessPool:
    """*jobs* worker processes, started with the first job."""

    def __init__(self, jobs: int, limits: Limits | None = None) -> None:
        self._jobs = max(jobs, 1)
        self._limits = limits or Limits()

    def run(
        self, task: Callable[[J, Http], R], jobs: Iterable[J], http: Http
    ) -> Iterator[tuple[J, R | Lost]]:
        """Each job with its result, in the order of *jobs*."""
        run = _Run(task, iter(jobs), http, self._limits, self._jobs)
        try:
            yield from run.results()
        finally:
            run.close()


class _Run:
    def __init__(
        self, task: Callable[..., Any], jobs: Iterator[Any], http: Http, limits: Limits, size: int
    ) -> None:
        self._task, self._source, self._http = task, jobs, http
        self._limits, self._size = limits, size
        self._context = _context()
        self._workers: list[_Worker] = []
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="fetch")
        self._taken = 0  # jobs taken from the source
        self._jobs: dict[int, Any] = {}  # those without a result that was given away
        self._results: dict[int, Any] = {}
        self._again: deque[tuple[int, Any]] = deque()  # of batches whose worker was lost
        self._ended = False

    def results(self) -> Iterator[tuple[Any, Any]]:
        given = 0
        while True:
            while given in self._results:
                yield self._jobs.pop(given), self._results.pop(given)
                given += 1
            self._feed(given)
            if self._ended and given == self._taken:
                return
            self._listen()

    def close(self) -> None:
        """End every worker: by a word those that wait, by force those at work."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            self._dismiss(worker)
        self._workers.clear()

    # -- giving out work ----------------------------------------------------------------------

    def _feed(self, given: int) -> None:
        """Batches to workers that have none, as long as results are not too far behind."""
        for worker in self._workers:
            if not worker.todo:
                self._give(worker, given)
        while len(self._workers) < self._size:
            batch = self._batch(given)
            if not batch:
                return
            self._send(self._hire(), batch)

    def _give(self, worker: _Worker, given: int) -> None:
        batch = self._batch(given)
        if batch:
            if worker.done >= self._limits.jobs:
                self._workers.remove(worker)
                self._dismiss(worker)
                worker = self._hire()
            self._send(worker, batch)

    def _batch(self, given: int) -> list[tuple[int, Any]]:
        if self._again:
            return [self._again.popleft()]  # one by one: the next may cost a worker, too
        batch: list[tuple[int, Any]] = []
        room = AHEAD * BATCH * self._size - (self._taken - given)
        while len(batch) < min(BATCH, room) and not self._ended:
            try:
                job = next(self._source)
            except StopIteration:
                self._ended = True
                break
            self._jobs[self._taken] = job
            batch.append((self._taken, job))
            self._taken += 1
        return batch

    def _send(self, worker: _Worker, batch: list[tuple[int, Any]]) -> None:
        worker.todo.extend(batch)
        worker.since, worker.asking = time.monotonic(), False
        try:
            worker.pipe.send([job for _, job in batch])
        except (BrokenPipeError, ConnectionResetError):
            self._lose(worker, "crashed before it began")

    def _hire(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        # typeshed knows Process of the concrete contexts only
        make: Callable[..., BaseProcess] = self._context.Process  # type: ignore[attr-defined]
        process = make(target=work, args=(theirs, self._task, self._limits), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _dismiss(self, worker: _Worker) -> None:
        if worker.todo:
            worker.process.kill()
        worker.pipe.close()  # a worker that waits sees the end of its pipe
        worker.process.join(5)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()

    # -- taking results -----------------------------------------------------------------------

    def _listen(self) -> None:
        busy = {worker.pipe: worker for worker in self._workers if worker.todo}
        for pipe in wait(list(busy), _TICK):
            assert isinstance(pipe, Connection)
            self._take(busy[pipe])
        now = time.monotonic()
        for worker in list(self._workers):
            late = worker.todo and not worker.asking and now - worker.since > self._limits.wall
            if late and not worker.pipe.poll():
                self._lose(worker, f"took more than {self._limits.wall:g} seconds")

    def _take(self, worker: _Worker) -> None:
        try:
            kind, value = worker.pipe.recv()
        except (EOFError, ConnectionResetError):
            worker.process.join(5)
            self._lose(worker, _why(worker.process.exitcode, self._limits))
            return
        worker.since = time.monotonic()
        if kind == "ask":
            worker.asking = True
            self._threads.submit(self._answer, worker, value)
            return
        number, _ = worker.todo.popleft()
        worker.done += 1
        self._results[number] = value

    def _answer(self, worker: _Worker, request: Any) -> None:
        """In a thread of its own: fetch for a worker, which waits for nothing else meanwhile."""
        try:
            answer = self._http.fetch(request)
        finally:  # without an answer it is late one day, as any other that hangs
            worker.since, worker.asking = time.monotonic(), False
        try:
            worker.pipe.send(answer)
        except OSError:
            return  # it was lost or dismissed meanwhile; whoever did that has noted it

    def _lose(self, worker: _Worker, why: str) -> None:
        """Its present document is lost, what it had not begun is given to another."""
        number, _ = worker.todo.popleft()
        self._results[number] = Lost(why)
        self._again.extend(worker.todo)
        worker.todo.clear()
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()


def _why(code: int | None, limits: Limits) -> str:
    """What ended a worker, for people."""
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        if name == "SIGXCPU":
            return f"took more than {limits.cpu} seconds of processor time"
        return f"crashed its worker ({name})"
    return f"ended its worker (exit code {code})"


def _context() -> BaseContext:
    """Workers from a fork server where there is one: they start fast and inherit no thread."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_PRELOAD)
        return context
    return multiprocessing.get_context("spawn")
