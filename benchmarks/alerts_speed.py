"""Mails per second over one connection, and what a digest of 10,000 findings costs.

``python -m benchmarks.alerts_speed``; the server (aiosmtpd) is a process of its own, so that the
CPU time is the sender's alone.
"""

import gzip
import multiprocessing
import platform
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from checker.adapters.mail import SmtpMailer, SmtpSettings, wire_form
from checker.adapters.mail.message import mailbox
from checker.model import (
    Alert,
    AlertEvent,
    DateEvidence,
    DateKind,
    Edit,
    Evidence,
    Finding,
    Mail,
    Origin,
    OriginKind,
    Precision,
    Recipient,
    Rule,
    Severity,
    Status,
    Verdict,
    Zone,
)
from checker.ports import Sent
from checker.stages.alert import Desk, compose
from checker.store import SqlStore
from tests.smtp_server import Keep, smtp_server

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DESK = Desk(
    "checker@archive.example",
    "https://desk.archive.example/",
    dashboard_url="https://desk.archive.example/",
)
ALICE = Recipient("alice@archive.example")
MAILS, DIGEST, CLIPPED = 1_000, 10_000, 102_000
RULES = (Rule.SOURCE_CORRECTED, Rule.AGE_EXCEEDED, Rule.SOURCE_GONE, Rule.SOURCE_CHANGED)
SECTIONS = ("politics", "business", "culture", "sport", "science", "local")


def alert(number: int) -> Alert:
    """One of ten thousand that differ, with all that an alert can hold."""
    rule = RULES[number % len(RULES)]
    when = NOW - timedelta(days=400 + number % 3000)
    written = DateEvidence(
        DateKind.PUBLISHED, when, when, Precision.DAY, Zone.STATED,
        Origin(OriginKind.JSON_LD, "datePublished"), when.isoformat(),
    )  # fmt: skip
    said = f"The source says “Correction {number}: the toll is 5.40, not 4.50, from 1 March on.”"
    found = Finding(rule, Severity.OUTDATED, said, Evidence(said[15:], f"paragraph {number % 9}"))
    edit = Edit(
        number % 9,
        before=f"The council voted to raise the toll on the harbour bridge to 4.50, {number} said.",
        after=f"The council voted to raise the toll on the harbour bridge to 5.40, {number} said.",
    )
    verdict = Verdict(Status.OUTDATED, (found,), NOW, NOW - timedelta(days=1), "news", "judge-1")
    return Alert(
        f"{number}/became-outdated", ALICE.address, AlertEvent.BECAME_OUTDATED,
        f"https://www.archive.example/2019/03/{number}-council-raises-the-bridge-toll.html",
        f"Council raises the bridge toll, part {number}", verdict, NOW, "paper",
        article_id=number + 1, section=SECTIONS[number % len(SECTIONS)], edits=(edit,),
        newest=written, copy=f"https://copies.archive.example/{number}.html",
    )  # fmt: skip


def serve(pipe: Connection) -> None:
    keep = Keep()
    with smtp_server(keep) as port:
        pipe.send(port)
        pipe.recv()
        pipe.send(len(keep.envelopes))


def timed(work) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def sending(mails: list[Mail]) -> None:
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,))
    server.start()
    port = ours.recv()
    settings = SmtpSettings("127.0.0.1", port, "none", None, None, DESK.sender)
    mailer = SmtpMailer(settings)

    def bare() -> None:
        for one in mails:
            assert isinstance(mailer.send(one), Sent)
        mailer.rest()

    def whole() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = SqlStore.open(f"sqlite:///{Path(folder)}/checker.db")
            for one in mails:
                store.put_mail(one, ())
            drained.append(timed(lambda: drain(store, mailer)))
            store.close()

    drained: list[tuple[float, float]] = []
    wall, cpu = timed(bare)
    say("hand over, kept connections", len(mails), wall, cpu)
    whole()
    say("claim, hand over, note (SQLite, FULL)", len(mails), *drained[0])
    ours.send("how many")
    assert ours.recv() == 2 * len(mails)
    server.join()


def drain(store: SqlStore, mailer: SmtpMailer) -> None:
    while due := store.claim_mail(NOW, timedelta(minutes=5)):
        store.mail_done(due.id, mailer.send(due.mail), NOW)
    mailer.rest()


def say(what: str, count: int, wall: float, cpu: float) -> None:
    print(f"{what:40} {count / wall:8,.0f} mails/s {cpu / count * 1000:8.2f} ms CPU a mail")


def digest() -> None:
    alerts = tuple(alert(number) for number in range(DIGEST))
    compose(ALICE, alerts[:1], now=NOW, desk=DESK)  # templates are compiled once
    for count in (1, 50, DIGEST):
        work = partial(compose, ALICE, alerts[:count], now=NOW, desk=DESK, token="t")
        times = [timed(work)[1] for _ in range(5 if count < DIGEST else 3)]
        mail = work()
        html, text = len(mail.html.encode()), len(mail.text.encode())
        csv = sum(len(one.content.encode()) for one in mail.attachments)
        wire = len(wire_form(mail, mailbox(DESK.sender), eight_bit=True))
        print(
            f"digest of {count:6,} findings {statistics.median(times) * 1000:10,.1f} ms CPU, "
            f"HTML {html:7,} B, text {text:7,} B, table {csv:9,} B "
            f"({len(gzip.compress(mail.html.encode())):,} B of HTML packed), whole {wire:9,} B"
        )
        assert html < CLIPPED, "Gmail would cut it"


def main() -> None:
    print(f"Python {platform.python_version()}; CPU time is this process's alone")
    one = compose(ALICE, (alert(1),), now=NOW, desk=DESK, token="t")
    sending([replace(one, message_id=f"<{number}@archive.example>") for number in range(MAILS)])
    digest()


if __name__ == "__main__":
    main()
