"""Plays the demo: newsroom, mailbox and service side by side on a clock that we turn."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from checker.entry.demo import show
from checker.entry.demo.ledger import Ledger, Moment
from checker.entry.demo.mailbox import Mailbox
from checker.entry.demo.story import BEATS, CONFIG, LENGTH, OPENED, STEP, Beat, SteppedClock
from checker.entry.newsroom import EDITS, Newsroom
from checker.errors import TargetError
from checker.service import Service
from checker.settings import Settings, load
from checker.wiring import build


def run(folder: Path, console: Console, *, keep: bool = False, pace: float = 0.0) -> None:
    """Play the month into *folder* (must be new), then show a summary.

    *pace* is the pause in seconds after each day in which something happened. With *keep* the
    newsroom stays up until Ctrl-C. Raises TargetError if the folder is there already.
    """
    folder = _new_folder(folder)
    clock = SteppedClock(OPENED)
    with ExitStack() as resources:
        newsroom = Newsroom(clock.now, OPENED).start()
        resources.callback(newsroom.stop)
        mailbox = Mailbox(folder / "mail")
        resources.callback(mailbox.stop)
        articles = newsroom.write_copies(folder / "copies")
        settings = _settings(folder, newsroom.port, mailbox.port)
        service = resources.enter_context(build(settings, clock)).service
        show.opening(console, folder, newsroom.base, mailbox.port, articles)
        stage = Stage(console, clock, newsroom, mailbox, service, Ledger())
        stage.play(pace)
        standings = tuple(service.store.standings())
        show.summary(console, standings, stage.ledger)
        show.where(console, folder)
        if keep:
            show.kept(console, newsroom.base)
            _wait()


def _new_folder(folder: Path) -> Path:
    if folder.exists() and any(folder.iterdir()):
        raise TargetError(
            str(folder),
            "there is something in it already",
            "Name another folder with --folder, or remove this one.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    return folder.absolute()


def _settings(folder: Path, port: int, smtp_port: int) -> Settings:
    """Written as a file first, so that the user can look at it and use it."""
    path = folder / "checker.toml"
    base = f"http://127.0.0.1:{port}"
    text = CONFIG.format(base=base, port=port, smtp_port=smtp_port, folder=folder)
    path.write_text(text, encoding="utf-8")
    return load(path, {})


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that is on in the demo."""

    console: Console
    clock: SteppedClock
    newsroom: Newsroom
    mailbox: Mailbox
    service: Service
    ledger: Ledger

    def play(self, pace: float) -> None:
        """Turn the clock through the whole story; the daemon's jobs run at each step."""
        waiting = list(BEATS)
        self.service.know_sources()
        while (passed := self.clock.now() - OPENED) <= LENGTH:
            told = []
            while waiting and waiting[0].day <= passed / timedelta(days=1):
                told.append(self._happen(waiting.pop(0)))
            moment = self._turn(tuple(told))
            if moment.told or moment.changed or moment.mails:
                show.moment(self.console, moment)
                time.sleep(pace)
            self.clock.advance(STEP)

    def _turn(self, told: tuple[str, ...]) -> Moment:
        """One round of the daemon's jobs, and what came of it."""
        self.service.discover()
        self.service.check_due()
        banners = self.service.publish_banners()
        self.service.deliver_alerts()
        now, standings = self.clock.now(), tuple(self.service.store.standings())
        changed = self.ledger.changes(standings, now, outage=self.newsroom.down)
        mails = self.ledger.new_mails(self.mailbox.subjects)
        return Moment(now, now - OPENED, told, changed, banners, mails)

    def _happen(self, beat: Beat) -> str:
        if beat.what == "edit":
            self.ledger.edited.setdefault(EDITS[beat.edit].slug, self.clock.now())
            return self.newsroom.edit(beat.edit)
        self.newsroom.down = beat.what == "down"
        if self.newsroom.down:
            return "The newsroom's server goes down: every page answers 503"
        return "The newsroom's server is back"


def _wait() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
