"""The daemon: a handful of interval jobs over one store, until somebody says stop.

The schedule of checks is not here: it is the column ``next_check_at``. APScheduler only ticks
(never one job per article), so a clock that jumps ahead or a long sleep costs one late pass and no
flood of missed jobs; a clock that is set back is noticed (``_keep_time``).
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from checker.entry.awake import SetBack
from checker.entry.lock import held, take_lock
from checker.entry.newsroom.sample import Sample
from checker.entry.supervisor import notify
from checker.errors import CheckerError, StoreAwayError, StoreError
from checker.service import Service
from checker.settings import Settings

log = logging.getLogger("checker.daemon")

LOCK_LEASE = timedelta(seconds=90)
HOUSEKEEPING = timedelta(seconds=30)  # well within the lease
TIDY = timedelta(minutes=15)  # a short while at each turn, until the day's round is over
SETTLE = timedelta(hours=1)
STAND_BY = timedelta(seconds=10)  # how often a second daemon looks whether the first is gone
LOOK = 1.0  # seconds, between two looks at the clock
MOST_HOSTS = 2_000  # queued in one pass
NEWSROOM_LOOKS = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Intervals:
    """How often each job looks whether there is something to do."""

    discover: timedelta = timedelta(minutes=15)
    check: timedelta = timedelta(seconds=30)
    publish: timedelta = timedelta(seconds=30)
    deliver: timedelta = timedelta(seconds=30)


class Queue(Protocol):
    """Where hosts with due articles wait for a worker."""

    def defer(self, hosts: Iterable[str]) -> int:
        """Queue *hosts*; how many were not waiting already."""


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    every: timedelta
    run: Callable[[], None]


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """The next turn comes so long after this one. The interval trigger of APScheduler lists every
    turn that was missed: 50 million of them once a machine that begins in 1970 has the time."""

    def __init__(self, every: timedelta) -> None:
        self.every = every

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        return now + self.every


class Daemon:
    """Runs the jobs of *service*; with a *sample*, serves that newsroom and edits it, too.

    ``stopping`` ends it early. *reread* is asked now and then for a configuration that changed;
    what it gives is in ``renewed`` when ``run`` returns, to be started anew with. With a *queue*
    what is due is given to workers, and a second daemon stands by for the first.
    """

    def __init__(
        self,
        service: Service,
        intervals: Intervals,
        sample: Sample | None = None,
        reread: Callable[[], Settings | None] = lambda: None,
        *,
        queue: Queue | None = None,
        stopping: threading.Event | None = None,
    ) -> None:
        self.service = service
        self.stopping = stopping or threading.Event()
        self.owner = f"{socket.gethostname()} {os.getpid()}"
        self.failure: CheckerError | None = None
        self._looked_at: datetime | None = None  # the clock, when it was last looked at …
        self._settled_at: datetime | None = None  # … and its plans were
        self.renewed: Settings | None = None
        self._sample, self._reread, self._queue = sample, reread, queue
        self._jobs = self._own_jobs(intervals)
        if sample is not None:
            self._jobs += (Job("newsroom", NEWSROOM_LOOKS, self._edit_sample),)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(len(self._jobs))},
            # Late is better than never, once is enough, and never two at a time.
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )

    def _own_jobs(self, intervals: Intervals) -> tuple[Job, ...]:
        return (
            Job("discover", intervals.discover, self._discover),
            Job("check", intervals.check, self._check),
            Job("publish", intervals.publish, self._publish),
            Job("deliver", intervals.deliver, self._deliver),
            Job("tidy", TIDY, self._tidy),
            Job("housekeeping", HOUSEKEEPING, self._keep_house),
        )

    def run(self) -> None:
        """Block until ``stopping`` is set. Raises StoreError if another daemon holds the store."""
        # The lock comes first: a second daemon is told of the first, not of its busy port.
        with self._lock(), self._sample or nullcontext():
            self.service.know_sources()
            for job in self._jobs:
                self._scheduler.add_job(
                    self._guarded,
                    Every(job.every),
                    args=[job],
                    id=job.name,
                    next_run_time=datetime.now(UTC),
                )
            self._scheduler.start()
            notify("READY=1")
            self._keep_time()
            log.info("stopping: checks that have begun are finished and recorded")
            self._scheduler.shutdown(wait=True)
        if self.failure is not None:
            raise self.failure

    def _keep_time(self) -> None:
        """Until the end: the scheduler waits for a time of day, which a clock that is set back may
        reach in years only. Each job is due at once then, and goes on from there."""
        clock = SetBack()
        while not self.stopping.wait(LOOK):
            if back := clock.look():
                log.warning("the clock was set back by %.0f s; going on by the new time", back)
                for job in self._jobs:
                    self._scheduler.modify_job(job.name, next_run_time=datetime.now(UTC))

    def _guarded(self, job: Job) -> None:
        """A job that fails is tried again at its next turn; the reason is in the log."""
        if self.stopping.is_set():
            return
        try:
            job.run()
        except CheckerError as error:
            log.warning("%s: %s", job.name, error)
        except Exception:
            log.exception("%s failed; it is tried again in %s", job.name, job.every)

    # ── the jobs ──

    def _discover(self) -> None:
        new = 0
        for found in self.service.discover(stop=self.stopping.is_set):
            new += found.new + found.hinted + found.removed
            news = found.new or found.hinted or found.removed
            log.log(
                logging.INFO if news else logging.DEBUG,
                "discover %s: %d found, %d new, %d hinted, %d no longer listed",
                found.source,
                found.found,
                found.new,
                found.hinted,
                found.removed,
            )
            for problem in found.problems[:20]:
                log.warning("discover %s: %s", found.source, problem[:500])
        self.service.subscribe(self.stopping.is_set)
        if new and not self.stopping.is_set():  # they need not wait for the next turn
            self._scheduler.modify_job("check", next_run_time=datetime.now(UTC))

    def _check(self) -> None:
        if self._queue is not None:
            queued = self._queue.defer(self.service.hosts_due(MOST_HOSTS))
            log.log(logging.INFO if queued else logging.DEBUG, "check: %d hosts queued", queued)
            self.service.adopt_automatic()
            return
        checked = self.service.check_due(self.stopping.is_set)
        if checked.total:
            log.info(
                "check: %d done (%s); alerts: %d",
                checked.total,
                ", ".join(f"{count} {outcome.value}" for outcome, count in checked.outcomes),
                checked.alerts,
            )

    def _publish(self) -> None:
        for published in self.service.publish_banners():
            if published.action == "unchanged":
                continue
            log.info("banner %s: %s %s", published.action, published.path, published.detail[:200])

    def _deliver(self) -> None:
        done = self.service.deliver_alerts(self.stopping.is_set)
        if done.sent or done.deferred or done.refused:
            log.info(
                "mail: %d sent, %d deferred, %d refused", done.sent, done.deferred, done.refused
            )
        for problem in done.problems[:20]:
            log.warning("mail: %s", problem[:500])

    def _tidy(self) -> None:
        done = self.service.tidy_some(self.stopping.is_set)
        if done.removed:
            log.info("tidy: %d of %d old checks thinned out", done.removed, done.looked_at)

    def _edit_sample(self) -> None:
        told = self._sample.tick() if self._sample is not None else None
        if told is not None:
            log.info("sample newsroom: %s", told)

    # ── one daemon a store ──

    @contextmanager
    def _lock(self) -> Iterator[None]:
        store, clock = self.service.store, self.service.context.ports.clock
        if self._queue is None:
            take_lock(store, clock, self.owner, LOCK_LEASE)
        elif not self._stand_by():
            yield
            return
        try:
            yield
        finally:
            store.release_daemon_lock(self.owner)

    def _stand_by(self) -> bool:
        """Wait until the daemon that leads is gone; False if this one is to end before that."""
        store, clock, told = self.service.store, self.service.context.ports.clock, False
        while not self.stopping.is_set():
            try:
                take_lock(store, clock, self.owner, LOCK_LEASE)
            except StoreError as error:
                if not told:
                    log.info("standing by: %s", error)
                told = True
                notify("READY=1")  # it works as a worker meanwhile
                notify("WATCHDOG=1")
                self.stopping.wait(STAND_BY.total_seconds())
            else:
                return True
        return False

    def _keep_house(self) -> None:
        """Hold the lock, and see whether the user changed the configuration."""
        notify("WATCHDOG=1")
        self._renew_lock()
        self._settle_clock()
        self.renewed = self._reread()
        if self.renewed is not None:
            log.info("the configuration changed; starting anew with it")
            self.stopping.set()

    def _settle_clock(self) -> None:
        """At the start, when our clock went back, and now and then for those of other machines."""
        now, before = self.service.context.ports.clock.now(), self._looked_at
        self._looked_at = now
        if (
            before is None
            or self._settled_at is None
            or now < before
            or now - self._settled_at >= SETTLE
        ):
            self._settled_at = now
            self.service.settle_clock()

    def _renew_lock(self) -> None:
        store, clock = self.service.store, self.service.context.ports.clock
        holder = store.take_daemon_lock(self.owner, clock.now(), LOCK_LEASE)
        if holder is None:
            return
        # After a suspend, say. Where machines share a store, this one is to stand by then.
        self.failure = held(holder, StoreError if self._queue is None else StoreAwayError)
        self.stopping.set()
