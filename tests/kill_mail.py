"""The sender is killed again and again (kill -9) while it sends; then everything is counted.

``python -m tests.kill_mail [KILLS]`` (``make kill-mail``) prints what happened and fails on a loss.
``python -m tests.kill_mail sender URL PORT`` is the process that gets killed.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from checker.adapters.mail import SmtpMailer, SmtpSettings
from checker.model import PolicySet, Recipient, Timing
from checker.service import Operation, Ports
from checker.service.context import Context
from checker.service.deliver import deliver_alerts
from checker.stages.alert import Desk
from checker.store import SqlStore
from tests.smtp_server import Keep, smtp_server
from tests.store_fixture import alert, fill, memento, record_of

LEASE = timedelta(seconds=1)
SENDER = "checker@news.example"
PEOPLE = 5  # recipients; each mail is theirs alone


class _Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Inbox(Keep):
    """Takes a mail; when it is asked to, it has the sender killed before its 250 is out."""

    def __init__(self) -> None:
        super().__init__()
        self.victim: subprocess.Popen[str] | None = None

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.envelopes.append(envelope)
        if (victim := self.victim) is not None:
            self.victim = None
            victim.send_signal(signal.SIGKILL)
            victim.wait()
        await asyncio.sleep(0.002)  # as long as a server's disk takes
        return "250 OK"


@dataclass
class Tally:
    """What was told, what arrived, and what was under way whenever the sender died."""

    told: set[str] = field(default_factory=set)
    in_flight: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    arrived: Counter[str] = field(default_factory=Counter)
    bodies: dict[str, set[bytes]] = field(default_factory=dict)
    covered: set[str] = field(default_factory=set)
    states: Counter[str] = field(default_factory=Counter)

    @property
    def lost(self) -> set[str]:
        return self.told - self.covered

    @property
    def twice(self) -> dict[str, int]:
        return {one: count - 1 for one, count in self.arrived.items() if count > 1}

    def faults(self) -> list[str]:
        """Everything that breaks the promise; empty if nothing does."""
        found = [f"lost: {one}" for one in sorted(self.lost)]
        found += [
            f"{one} came {more} times more, but was under way at {self.in_flight[one]} kills only"
            for one, more in self.twice.items()
            if more > self.in_flight[one]
        ]
        found += [f"{one} was not the same mail" for one, b in self.bodies.items() if len(b) > 1]
        found += [f"a mail is {state}" for state in self.states if state != "sent"]
        return found


def sender(url: str, port: int) -> None:
    """Compose and send whatever there is, until killed."""
    store = SqlStore.open(url)
    settings = SmtpSettings("127.0.0.1", port, "none", None, None, SENDER, timeout=5)
    ports = Ports(_Now(), None, None, store, SmtpMailer(settings), None, lambda _: None)
    people = tuple(Recipient(f"p{number}@news.example") for number in range(PEOPLE))
    operation = Operation(
        (), people, PolicySet((), (), ""), Timing(), Desk(SENDER), mail_lease=LEASE, pause=LEASE * 0
    )
    context = Context(ports, operation)
    print("ready", flush=True)
    while True:
        deliver_alerts(context, lambda: False)
        time.sleep(0.005)


def run(folder: Path, kills: int, seed: int = 7) -> Tally:
    """Kill the sender *kills* times under a steady stream of alerts, then let one finish."""
    chance, tally, inbox = random.Random(seed), Tally(), Inbox()
    url = f"sqlite:///{folder}/checker.db"
    store = SqlStore.open(url)
    try:
        with smtp_server(inbox) as port:
            articles = fill(store, 12)
            for number in range(kills):
                _tell(store, articles, tally, 24)
                with _child(url, port) as process:
                    _kill(process, inbox, chance, decided=number % 3 == 0)
                tally.kills += 1
                for one in store.outbox("pending"):
                    if one.attempts:
                        tally.in_flight[one.mail.message_id] += 1
            with _child(url, port):
                _wait_until_empty(store)
        _count(store, inbox, tally)
    finally:
        store.close()
    return tally


def _kill(process: "subprocess.Popen[str]", inbox: Inbox, chance: random.Random, *, decided: bool):
    if decided:  # between the server's word and our note of it
        inbox.victim = process
        process.wait(30)
    else:
        time.sleep(chance.uniform(0, 0.12))
        process.send_signal(signal.SIGKILL)
        process.wait(30)


@contextmanager
def _child(url: str, port: int) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.kill_mail", "sender", url, str(port)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        yield process
    finally:
        process.kill()
        process.communicate()


def _tell(store: SqlStore, articles: list[int], tally: Tally, count: int) -> None:
    """Record *count* checks, each with an alert, as a daemon would."""
    for _ in range(count):
        serial = len(tally.told)
        standing = store.standing(articles[serial % len(articles)])
        now = datetime.now(UTC)
        one = alert(f"key-{serial}", f"p{serial % PEOPLE}@news.example", now)
        store.record([record_of(standing, now, alerts=(one,), copy=memento())])
        tally.told.add(one.key)


def _wait_until_empty(store: SqlStore, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while store.pending_alerts() or store.outbox("pending"):
        assert time.monotonic() < end, "the outbox does not empty"
        time.sleep(0.05)


def _count(store: SqlStore, inbox: Inbox, tally: Tally) -> None:
    for message, envelope in zip(inbox.messages, inbox.envelopes, strict=True):
        name = str(message["Message-ID"])
        tally.arrived[name] += 1
        tally.bodies.setdefault(name, set()).add(envelope.content)
    for one in store.outbox():
        tally.states[one.state] += 1
    with store._database.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT alerts.key, mails.message_id FROM alerts JOIN mails ON mails.id = mail_id"
        )
        tally.covered = {key for key, name in rows if name in tally.arrived}


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["sender"]:
        sender(arguments[1], int(arguments[2]))
    kills = int(arguments[0]) if arguments else 60
    with tempfile.TemporaryDirectory() as folder:
        tally = run(Path(folder), kills)
    print(
        f"{tally.kills} kills, {len(tally.told):,} alerts, {len(tally.arrived):,} mails; "
        f"{len(tally.lost)} alerts lost; {sum(tally.twice.values())} mails came again, each "
        "under way at a kill and under the same Message-ID"
    )
    for fault in tally.faults():
        print("FAULT:", fault)
    return 1 if tally.faults() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
