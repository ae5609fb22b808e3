"""``checker run``: the daemon from a configuration, started anew when that changes.

And ``checker serve``: notices over HTTP without the daemon.
"""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from checker import garbage
from checker.entry.daemon import Daemon, Intervals, Queue
from checker.entry.newsroom.sample import Sample
from checker.entry.supervisor import notify
from checker.entry.web.opening import opened
from checker.errors import ConfigError, StoreAwayError, StoreError
from checker.service import Service
from checker.settings import MailKind, Settings, load
from checker.wiring import SystemClock, build, shared

log = logging.getLogger("checker.daemon")

AGAIN = 3.0  # seconds until a database that is away is asked for again


class ConfigWatch:
    """Notices that a ``*.toml`` beside the configuration file was written, and reads it again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen = self._signature()

    def __call__(self) -> Settings | None:
        """The new settings if they differ; a file that can't be used leaves the old in force."""
        now = self._signature()
        if now == self._seen:
            return None
        self._seen = now
        try:
            new = load(self._settings.file, os.environ)
        except ConfigError as error:
            log.warning("the old configuration stays in force: %s", error)
            return None
        return new if new != self._settings else None

    def _signature(self) -> tuple[tuple[str, int, int], ...]:
        if self._settings.file is None:
            return ()
        files = sorted(self._settings.file.absolute().parent.glob("*.toml"))
        states = ((path.name, path.stat()) for path in files if path.is_file())
        return tuple((name, state.st_mtime_ns, state.st_size) for name, state in states)


def serve(settings: Settings) -> None:
    """Run the daemon as *settings* say until SIGTERM or Ctrl-C. Raises CheckerError."""
    stopped = threading.Event()
    renewed: Settings | None = settings
    while renewed is not None and not stopped.is_set():
        try:
            renewed = _serve_once(renewed, stopped)
        except StoreAwayError as error:
            _wait(error, stopped)


def _wait(error: StoreAwayError, stopped: threading.Event) -> None:
    """A machine may be up before its database is; nobody need start anything again."""
    if stopped.is_set():
        return
    log.warning("%s (waiting for it)", error)
    notify("READY=1")
    notify("WATCHDOG=1")
    stopped.wait(AGAIN)


def _serve_once(settings: Settings, stopped: threading.Event) -> Settings | None:
    clock, times = SystemClock(), settings.daemon
    intervals = Intervals(times.discover, times.check, times.banners, times.alerts)
    sample = None
    if settings.sample is not None:
        sample = Sample(settings.sample.copies.parent, settings.sample.port, clock.now)
    watch, ended = ConfigWatch(settings), threading.Event()
    with (
        build(settings, clock) as application,
        _web(settings),
        _jobs(settings, application.service, ended) as jobs,
    ):
        daemon = Daemon(application.service, intervals, sample, watch, queue=jobs, stopping=ended)
        _stop_on_signals(daemon, stopped)
        _say_where(settings)
        garbage.settle()
        daemon.run()
    return daemon.renewed


@contextmanager
def _jobs(settings: Settings, service: Service, ended: threading.Event) -> Iterator[Queue | None]:
    """Where several machines share the store: the queue, and a worker of this process's own."""
    if not shared(settings):
        yield None
        return
    from checker.entry.worker import Jobs  # noqa: PLC0415 - only who shares needs its library

    with Jobs(settings.store.url, service, ended.is_set) as jobs:
        jobs.prepare()
        worker = threading.Thread(target=jobs.work, args=(settings.fetch.concurrency, ended))
        worker.start()
        try:
            yield jobs
        finally:
            ended.set()
            worker.join()


def work(settings: Settings, stopped: threading.Event) -> None:
    """Take checks from the queue until *stopped*, SIGTERM or Ctrl-C. Raises CheckerError."""
    if not shared(settings):
        raise StoreError(
            "checker worker",
            "only a PostgreSQL store can be shared among processes",
            'Set [store] url = "postgresql://…", or use `checker run` alone.',
        )
    signals_end(stopped)
    while not stopped.is_set():
        try:
            with build(settings) as application, _jobs(settings, application.service, stopped):
                log.info("working on what is due; data in %s", settings.data_dir)
                garbage.settle()
                stopped.wait()
        except StoreAwayError as error:
            _wait(error, stopped)


@contextmanager
def _web(settings: Settings) -> Iterator[None]:
    """Notices are served beside the daemon, where the configuration says so."""
    if settings.web.listen is None:
        yield
        return
    with opened(settings, settings.web.listen) as address:
        log.info("notices are served at %s", address)
        yield


def serve_notices(settings: Settings, listen: str, stopped: threading.Event) -> None:
    """Serve notices alone, until *stopped*, SIGTERM or Ctrl-C. Raises CheckerError."""

    signals_end(stopped)
    with opened(settings, listen) as address:
        log.info("notices are served at %s", address)
        garbage.settle()
        stopped.wait()


def signals_end(*events: threading.Event) -> None:
    """SIGTERM and Ctrl-C set *events*."""

    def stop(number: int, _: FrameType | None) -> None:
        log.info("%s received", signal.Signals(number).name)
        for event in events:
            event.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _stop_on_signals(daemon: Daemon, stopped: threading.Event) -> None:
    """SIGTERM and Ctrl-C end the daemon after the checks that have begun."""
    signals_end(stopped, daemon.stopping)


def _say_where(settings: Settings) -> None:
    """The first lines of the log: what is watched, and where everything will be found."""
    number = len(settings.sources)
    noun = "source" if number == 1 else "sources"
    log.info("watching %d %s, data in %s", number, noun, settings.data_dir)
    for source in settings.sources:
        if source.allow:  # a hole in the address guard is never silent (faults A22)
            log.info("source %s may reach %s", source.name, ", ".join(source.allow))
    if settings.fetch.allow_networks:
        log.info("every source may reach %s", ", ".join(settings.fetch.allow_networks))
    if settings.sample is not None:
        log.info("the sample newsroom is at http://127.0.0.1:%d/feed.xml", settings.sample.port)
    if not settings.banner.in_place:
        log.info("flagged copies go to %s", settings.banner.output)
    if settings.mail.kind is MailKind.FOLDER:
        log.info("mail goes to %s", settings.mail.folder)
