"""Checks shared among machines: jobs in PostgreSQL, by Procrastinate. Its one home.

One job stands for one host with all that is due there. Its lock is the host's name, so that no two
workers ask one host; its queueing lock keeps a host from being queued twice. A job that died with
its worker is put back by the others (``RETRY``), and takes back what the dead one still held; what
was recorded already is not recorded again.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Self

import procrastinate
from procrastinate.connector import BaseConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.jobs import Status

from checker.entry.awake import Awake
from checker.errors import CheckerError, StoreAwayError
from checker.service import Service

log = logging.getLogger("checker.worker")

HEARTBEAT = 3.0
STALLED = 12.0  # without a heartbeat for so long, a worker is dead
RETRY = "* * * * * */5"  # how often the living look for the jobs of the dead
MOST_TRIES = 8  # of a job; then leases expire and the host is queued anew
PAUSE = (
    2  # seconds times tries: doubled ones made a host wait for minutes after the trouble was over
)
AGAIN = 3.0
POLL = 5.0  # a notification wakes a worker at once; this is for one that was lost
_CHECK, _RETRY = "check_host", "retry_stalled"


class Jobs:
    """The queue of hosts over the database at *url*; use it in a ``with`` block.

    *service* does the work; *stop* is asked between checks. Raises StoreError as the service does.
    """

    def __init__(self, url: str, service: Service, stop: Callable[[], bool]) -> None:
        self._service, self._stop = service, stop
        self._awake = Awake(STALLED - 2 * HEARTBEAT)  # before others can think it dead
        self._app = self._made(procrastinate.PsycopgConnector(conninfo=url))
        # Who queues is another than who works, as the worker's connections come and go.
        self._sync = self._made(procrastinate.SyncPsycopgConnector(conninfo=url))

    def __enter__(self) -> Self:
        with _explained():
            self._sync.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._sync.close()

    def _made(self, connector: BaseConnector) -> procrastinate.App:
        app = procrastinate.App(connector=connector)
        again = procrastinate.RetryStrategy(max_attempts=MOST_TRIES, linear_wait=PAUSE)
        app.task(name=_CHECK, pass_context=True, retry=again)(self._check)
        task = app.task(name=_RETRY, pass_context=True, queueing_lock=_RETRY)(_retry_stalled)
        app.periodic(cron=RETRY)(task)
        return app

    def prepare(self) -> None:
        """Make the queue's tables if this is the first time. Two may come at once."""
        with _explained():
            if self._is_prepared():
                return
            try:
                self._sync.schema_manager.apply_schema()  # one transaction: all of it or nothing
            except ConnectorException:
                if not self._is_prepared():  # else another process was quicker
                    raise

    def _is_prepared(self) -> bool:
        connector = self._sync.connector.get_sync_connector()
        ask = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS there"
        return bool(connector.execute_query_one(ask)["there"])

    def defer(self, hosts: Iterable[str]) -> int:
        """Queue *hosts*; how many were not in the queue already.

        A host that is being checked is not queued beside: its job could not be put back then.
        """
        new, known = 0, self._queued()
        for host in hosts:
            if host in known:
                continue
            name = host.rpartition(":")[0] or host
            job = self._sync.configure_task(_CHECK, lock=name, queueing_lock=host)
            try:
                with _explained():
                    job.defer(host=host)
            except AlreadyEnqueued:
                continue
            new += 1
        return new

    def _queued(self) -> set[str]:
        """Hosts whose job waits or runs."""
        ask = "SELECT queueing_lock FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
        with _explained():
            rows = self._sync.connector.get_sync_connector().execute_query_all(ask)
        return {row["queueing_lock"] for row in rows}

    def work(self, threads: int, stopped: threading.Event) -> None:
        """Take jobs until *stopped* is set; those that have begun are finished."""
        threading.Thread(target=self._awake.watch, args=(stopped,), daemon=True).start()
        asyncio.run(self._work(threads, stopped))

    async def _work(self, threads: int, stopped: threading.Event) -> None:
        executor = ThreadPoolExecutor(threads + 4, "worker")
        asyncio.get_running_loop().set_default_executor(executor)
        stop = asyncio.create_task(asyncio.to_thread(stopped.wait))
        while not stop.done():
            trouble = await self._until(stop, threads)
            if not stop.done():
                log.warning("the queue can't be reached (%s); trying again", trouble)
                await asyncio.wait({stop}, timeout=AGAIN)

    async def _until(self, stop: "asyncio.Task[bool]", threads: int) -> BaseException | None:
        """One worker's life: until *stop*, or until the database server goes away."""
        try:
            async with self._app.open_async():
                worker = asyncio.create_task(
                    self._app.run_worker_async(
                        concurrency=threads,
                        delete_jobs="always",
                        install_signal_handlers=False,
                        update_heartbeat_interval=HEARTBEAT,
                        stalled_worker_timeout=STALLED,
                        fetch_job_polling_interval=POLL,
                    )
                )
                await asyncio.wait({worker, stop}, return_when=asyncio.FIRST_COMPLETED)
                worker.cancel()
                (ended,) = await asyncio.gather(worker, return_exceptions=True)
                return ended
        except ConnectorException as error:
            return error

    def _check(self, context: procrastinate.JobContext, host: str) -> None:
        orphaned, before = context.job.attempts > 0, self._awake.look()

        def stop() -> bool:  # after a suspension another has this job
            return self._stop() or self._awake.look() > before

        try:
            checked = self._service.check_host(host, stop, orphaned=orphaned)
        except CheckerError as error:  # the job is run again, and takes back what this one held
            log.warning("%s: %s", host, error)
            raise
        if checked.total:
            said = ", ".join(f"{count} {outcome.value}" for outcome, count in checked.outcomes)
            log.info("%s: %d done (%s); alerts: %d", host, checked.total, said, checked.alerts)


@contextmanager
def _explained() -> Iterator[None]:
    """The queue's errors as StoreAwayError. What is queued twice is no error of the connection."""
    try:
        yield
    except AlreadyEnqueued:
        raise
    except ConnectorException as error:
        cause = f"it can't be reached ({error.__cause__ or error})"
        remedy = "Look whether the database server of store.url is up."
        raise StoreAwayError("the queue of checks", cause, remedy) from error


async def _retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001 - the signature is Procrastinate's
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        log.warning("the worker of %s is dead; its job is put back", job.lock or job.task_name)
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # two that led for a moment: its host is queued beside it
            await manager.finish_job(job, Status.FAILED, delete_job=True)
