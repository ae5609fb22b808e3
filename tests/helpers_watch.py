"""A pipeline on real stages and a real WARC archive; only network and clock are ours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from checker import pipeline
from checker.adapters.library import Library
from checker.adapters.warc import WarcArchive
from checker.model import (
    Article,
    CheckRecord,
    Found,
    Locator,
    Memento,
    Policy,
    PolicySet,
    Recipient,
    Source,
    SourceKind,
    Standing,
    Timing,
    Validators,
    digest_of,
)
from tests.fakes_http import FakeHttp
from tests.loopback import Reply

URI = "https://paper.test/news/bridge.html"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)
EDITOR = Recipient("editor@paper.test")
POLICIES = PolicySet((Policy("news", timedelta(days=3650)),), (), "news")

STORY = (
    (
        "The town council voted on Tuesday evening to raise the toll on the harbour bridge to 4.50 "
        "for cars, the first increase in eleven years."
    ),
    (
        "Fourteen of the 23 members voted in favour. The money is meant for the steel deck, which "
        "engineers have called worn beyond repair."
    ),
    "Pensioners and school buses remain exempt. Lorries will pay 12.00, as they did before.",
)


def html(
    *paragraphs: str, title: str = "Council raises the bridge toll", stamp: str = "2026-01-20"
) -> bytes:
    body = "".join(f"<p>{one}</p>" for one in paragraphs or STORY)
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>'
        f'<meta property="article:published_time" content="2026-01-20T09:12:31+00:00">'
        f'<meta property="article:modified_time" content="{stamp}T09:12:31+00:00">'
        f"</head><body><main><article><h1>{title}</h1>{body}</article></main></body></html>"
    ).encode()


def reply(body: bytes, etag: str | None = None, status: int = 200) -> Reply:
    headers = [("Content-Type", "text/html; charset=utf-8")]
    if etag is not None:
        headers.append(("ETag", etag))
    return Reply(status, body, tuple(headers))


class SetClock:
    """A clock that tests set."""

    def __init__(self, now: datetime = START) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


class Watch:
    """One article of one source, checked again and again."""

    def __init__(self, folder: Path, *, copy: bytes | None = None, adopted: bool = True) -> None:
        self.clock = SetClock()
        self.http = FakeHttp({}, self.clock)
        copies = folder / "copies"
        copies.mkdir()
        archive = Library(WarcArchive(folder / "archive", self.clock), (copies,))
        self.source = Source("paper", SourceKind.FEED, "https://paper.test/feed", str(copies))
        self.tools = pipeline.Tools(self.http, archive, self.clock, POLICIES, Timing())
        self.standing = Standing(Article(1, URI, "paper"), adopted=adopted)
        if copy is not None:
            self.give_copy(copies / "bridge.html", copy)

    def give_copy(self, path: Path, body: bytes) -> None:
        path.write_bytes(body)
        memento = Memento(
            URI,
            START - DAY,
            Validators(),
            "text/html",
            "utf-8",
            digest_of(body),
            Locator(str(path)),
        )
        self.standing = replace(self.standing, copy=Found(URI, copy=memento).copy)

    def check(self, answer: object = None, *, after: timedelta = DAY) -> CheckRecord:
        """Let *after* pass, answer the next request so, and keep what the check found."""
        self.clock.time += after
        if answer is not None:
            self.http.script[URI] = answer
        record = pipeline.check(self.standing, self.source, (EDITOR,), self.tools)
        self.standing = record.standing
        return record

    @property
    def sent(self) -> dict[str, str]:
        """The conditional headers of the last request."""
        return dict(self.http.requests[-1].headers)

    @property
    def rules(self) -> set[str]:
        assert self.standing.verdict is not None
        return {finding.rule.value for finding in self.standing.verdict.findings}

    @property
    def status(self) -> str:
        assert self.standing.verdict is not None
        return self.standing.verdict.status.value
