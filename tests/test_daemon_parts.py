"""The daemon's parts in this process: jobs, lock, configuration, log lines, the sample newsroom."""

import logging
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from checker.entry import daemon as module
from checker.entry.awake import Awake, SetBack
from checker.entry.daemon import LOCK_LEASE, Daemon, Every, Intervals
from checker.entry.lock import take_lock
from checker.entry.logs import MAX_LINE, Line
from checker.entry.newsroom.sample import LATER, PAUSE, Sample
from checker.entry.serving import ConfigWatch
from checker.errors import StoreError, TargetError
from checker.model import Outcome
from checker.settings import load
from tests.helpers_service import FEED, World, feed, world
from tests.helpers_watch import SetClock, html, reply
from tests.loopback import Reply
from tests.store_fixture import record_of

A = "https://paper.test/news/a.html"
QUICK = timedelta(milliseconds=50)
INTERVALS = Intervals(QUICK, QUICK, QUICK, QUICK)
ROOT = Path(__file__).parents[1]


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def run(daemon: Daemon, until: Callable[[], object]) -> None:
    """Run *daemon* in a thread until *until* holds."""
    errors: list[BaseException] = []

    def body() -> None:
        try:
            daemon.run()
        except StoreError as error:
            errors.append(error)

    thread = threading.Thread(target=body)
    thread.start()
    try:
        wait_for(lambda: until() or not thread.is_alive())
    finally:
        daemon.stopping.set()
        thread.join(20)
    assert not thread.is_alive()
    if errors:
        raise errors[0]


def serve_one(place: World) -> None:
    place.http.script = {FEED: Reply(200, feed(A)), A: reply(html())}


def test_its_jobs_do_everything_and_stop(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with world(tmp_path) as place, caplog.at_level(logging.INFO, "checker"):
        serve_one(place)
        run(Daemon(place.service, INTERVALS), lambda: place.post.mails)
        assert place.status(A) == "current"
        assert place.store.take_daemon_lock("other", place.clock.now(), QUICK) is None
    text = caplog.text
    assert "discover paper: 1 found, 1 new" in text
    assert "mail: 1 sent" in text


def test_a_job_that_fails_is_logged_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter((RuntimeError("boom"), StoreError("store", "it is away", "Wait.")))
    with world(tmp_path) as place:
        serve_one(place)
        publish = type(place.service).publish_banners

        def fails(self: object, source: str | None = None) -> object:
            error = next(failures, None)
            if error is not None:
                raise error
            return publish(self, source)  # type: ignore[arg-type]

        monkeypatch.setattr(type(place.service), "publish_banners", fails)
        run(Daemon(place.service, INTERVALS), lambda: "it is away" in caplog.text)
    assert "publish failed; it is tried again" in caplog.text
    assert "boom" in caplog.text


def test_a_daemon_whose_lock_was_taken_ends_and_says_by_whom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HOUSEKEEPING", QUICK)
    with world(tmp_path) as place:
        daemon = Daemon(place.service, INTERVALS)

        def taken() -> bool:
            place.store.release_daemon_lock(daemon.owner)
            place.store.take_daemon_lock("elsewhere 7", place.clock.now(), timedelta(hours=1))
            return daemon.failure is not None

        with pytest.raises(StoreError, match="elsewhere 7"):
            run(daemon, taken)


def test_a_daemon_of_this_host_that_died_is_no_obstacle(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with world(tmp_path) as place:
        dead = f"{socket.gethostname()} {_free_pid()}"
        place.store.take_daemon_lock(dead, place.clock.now(), timedelta(hours=1))
        take_lock(place.store, place.clock, "new 1", LOCK_LEASE)
        assert "gone without a word" in caplog.text
        for holder in (f"elsewhere {_free_pid()}", f"{socket.gethostname()} {os.getppid()}"):
            place.store.release_daemon_lock("new 1")
            place.store.take_daemon_lock(holder, place.clock.now(), timedelta(hours=1))
            with pytest.raises(StoreError, match=holder):
                take_lock(place.store, place.clock, "new 1", LOCK_LEASE)
            place.store.release_daemon_lock(holder)


def _free_pid() -> int:
    number = 4_000_000
    while Path(f"/proc/{number}").exists():
        number -= 1
    return number


def test_a_changed_configuration_is_taken_up_and_a_broken_one_is_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    path = tmp_path / "config" / "checker.toml"
    settings = load(path, {})
    watch = ConfigWatch(settings)
    assert watch() is None
    text = path.read_text()
    path.write_text(text + "\n# a comment more\n")
    assert watch() is None  # other bytes, the same settings
    path.write_text(text + "\n[fetch\n")
    assert watch() is None
    assert "the old configuration stays in force" in caplog.text
    path.write_text(text.replace("editor@example.org", "desk@example.org"))
    renewed = watch()
    assert renewed is not None
    assert renewed.recipients[0].address == "desk@example.org"
    assert ConfigWatch(replace(settings, file=None))() is None


def test_a_renewed_configuration_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HOUSEKEEPING", QUICK)
    with world(tmp_path) as place:
        settings = load(ROOT / "config" / "checker.toml", {})
        daemon = Daemon(place.service, INTERVALS, reread=lambda: settings)
        run(daemon, lambda: daemon.renewed)
        assert daemon.renewed == settings


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("plain", "plain"),
        ("two\nlines\x1b[31m red", "two\\u000alines\\u001b[31m red"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
    ],
)
def test_a_log_line_is_one_line_without_controls(said: str, line: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "%s", (said,), None)
    text = Line().format(record)
    assert text.endswith(f"INFO    {line}")
    assert text[:20].endswith("Z")


def test_a_long_log_line_is_cut() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "a" * 10_000, (), None)
    assert len(Line().format(record)) == MAX_LINE


# ── the sample newsroom ───────────────────────────────────────────────────────────────────────


def test_the_sample_edits_one_article_at_a_time_and_remembers(tmp_path: Path) -> None:
    clock = SetClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Sample(tmp_path, port, clock.now) as sample:
        copies = sorted((tmp_path / "copies").rglob("*.html"))
        assert len(copies) == 8
        assert sample.tick() is None
        clock.time += PAUSE
        assert "corrects" in (sample.tick() or "")
        assert sample.tick() is None
    before = [path.read_bytes() for path in copies]
    with Sample(tmp_path, port, clock.now) as again:
        for _ in LATER:
            clock.time += PAUSE
            again.tick()
        clock.time += PAUSE
        assert again.tick() is None  # everything has been edited
        with pytest.raises(TargetError, match="the port can't be used"):
            Sample(tmp_path / "other", port, clock.now).__enter__()
    assert [path.read_bytes() for path in copies] == before


def test_a_damaged_state_starts_the_sample_anew(tmp_path: Path) -> None:
    clock = SetClock()
    (tmp_path / "state.json").write_text("[]")
    with Sample(tmp_path, 0, clock.now):
        assert list((tmp_path / "copies").rglob("*.html"))


def test_it_thins_out_old_checks_by_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with world(tmp_path) as place, caplog.at_level(logging.INFO, "checker.daemon"):
        serve_one(place)
        place.service.discover()
        place.service.check_due()
        article = place.service.article(A)
        standing = place.store.standing(article.id)
        long_ago = place.clock.now() - timedelta(days=900)
        place.store.record(
            [
                record_of(standing, long_ago + hour * timedelta(hours=1), Outcome.NOT_MODIFIED)
                for hour in range(12)
            ]
        )
        run(Daemon(place.service, INTERVALS), lambda: "thinned out" in caplog.text)
        assert len(place.store.history(article.id)) == 3
    assert "tidy: 10 of 12 old checks thinned out" in caplog.text


def test_a_gap_in_either_clock_was_a_suspension_and_a_long_request_is_none() -> None:
    """SIGSTOP stops neither clock; a sleeping machine's monotonic clock stands."""
    times = [0.0, 0.0]
    awake = Awake(12.0, clocks=lambda: (times[0], times[1]))
    for _ in range(30):  # watched meanwhile
        times[:] = times[0] + 1, times[1] + 1
        assert awake.look() == 0
    times[:] = times[0] + 60, times[1] + 60
    assert [awake.look(), awake.look()] == [1, 1]
    times[1] += 3_600
    assert awake.look() == 2
    times[1] -= 7_200  # a clock that is put back is no sleep
    assert awake.look() == 2


def test_a_clock_that_is_set_back_is_noticed_and_one_that_is_set_right_is_not() -> None:
    times = [100.0, 1_000_000.0]
    clock = SetBack(clocks=lambda: (times[0], times[1]))
    for steady, day, back in (
        (1, 1.0, 0),
        (1, 0.5, 0),  # slewed
        (1, 3600.0, 0),  # ahead, or the machine slept
        (1, -7199.0, 7200),
        (1, 1.0, 0),  # told once
        (1, -8.0, 9),
    ):
        times[0] += steady
        times[1] += day
        assert clock.look() == back


def test_a_clock_that_is_set_back_does_not_stop_the_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The scheduler alone would wait until its own time of day comes again."""
    import apscheduler.schedulers.base as scheduling

    back = [timedelta(0)]

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) - back[0]

    monkeypatch.setattr(scheduling, "datetime", Shifted)
    monkeypatch.setattr(module, "datetime", Shifted)
    monkeypatch.setattr(module, "LOOK", 0.05)
    ran: list[timedelta] = []
    with world(tmp_path) as place:
        clock = SetBack(clocks=lambda: (time.monotonic(), time.time() - back[0].total_seconds()))
        monkeypatch.setattr(module, "SetBack", lambda: clock)
        daemon = Daemon(place.service, INTERVALS)
        check = next(job for job in daemon._jobs if job.name == "check")
        quick = replace(check, every=timedelta(seconds=0.1), run=lambda: ran.append(back[0]))
        daemon._jobs = (quick,)

        def went_on() -> bool:
            if len(ran) >= 2:
                back[0] = timedelta(hours=2)
            return ran.count(timedelta(hours=2)) >= 3

        run(daemon, went_on)
    assert "the clock was set back by 7200 s" in caplog.text


def test_a_clock_that_jumps_from_1970_to_today_costs_each_job_one_turn() -> None:
    from apscheduler.schedulers.background import BackgroundScheduler

    long_ago = datetime(1970, 1, 1, tzinfo=UTC)
    scheduler = BackgroundScheduler(timezone=UTC)
    job = scheduler.add_job(print, Every(timedelta(seconds=30)), next_run_time=long_ago)
    scheduler.start(paused=True)
    now = datetime.now(UTC)
    assert list(job._get_run_times(now)) == [long_ago]
    assert job.trigger.get_next_fire_time(long_ago, now) == now + timedelta(seconds=30)
    scheduler.shutdown()
