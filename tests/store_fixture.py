"""A real store on a real file, and builders of what goes into it; for every test that needs one.

``open_store(tmp_path)`` is a context manager: ``with open_store(tmp_path) as store: ...``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from checker.model import (
    Alert,
    AlertEvent,
    Article,
    Change,
    CheckRecord,
    Comparison,
    DateEvidence,
    DateKind,
    Dates,
    Evidence,
    Finding,
    Found,
    Locator,
    Memento,
    Origin,
    OriginKind,
    Outcome,
    Precision,
    Reading,
    Rule,
    Severity,
    Source,
    SourceKind,
    StampMove,
    Standing,
    Status,
    Validators,
    Verdict,
    Zone,
    digest_of,
)
from checker.ports import Mail
from checker.store import SqlStore

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEASE = timedelta(minutes=10)


@contextmanager
def open_store(folder: Path, name: str = "checker.db", **options: float) -> Iterator[SqlStore]:
    store = SqlStore.open(f"sqlite:///{folder / name}", **options)
    try:
        yield store
    finally:
        store.close()


def articles_of(store: SqlStore, source: str | None = None) -> tuple[Article, ...]:
    return tuple(one.article for one in store.standings(source))


def source(name: str = "news", **changes: object) -> Source:
    return replace(Source(name, SourceKind.FEED, f"https://{name}.example/feed"), **changes)


def memento(body: str = "first", uri: str = "https://news.example/a", **changes: object) -> Memento:
    """A capture whose digest follows from *body*."""
    made = Memento(
        uri_r=uri,
        memento_datetime=NOW - 30 * DAY,
        validators=Validators(f'"{body}"', "Thu, 01 Jan 2026 00:00:00 GMT"),
        media_type="text/html",
        charset="utf-8",
        digest=digest_of(body.encode()),
        locator=Locator(f"{body}.html"),
    )
    return replace(made, **changes)


def evidence(when: datetime = NOW, kind: OriginKind = OriginKind.SITEMAP) -> DateEvidence:
    return DateEvidence(
        DateKind.MODIFIED,
        when,
        when,
        Precision.SECOND,
        Zone.STATED,
        Origin(kind, "lastmod"),
        when.isoformat(),
        weak=True,
    )


def reading(body: str = "first", title: str = "A title") -> Reading:
    digest = digest_of(body.encode())
    published = evidence(NOW - 90 * DAY, OriginKind.JSON_LD)
    return Reading(
        digest,
        title,
        "en",
        Dates(published=published, evidence=(published,)),
        (),
        (),
        digest,
        digest,
        400,
        version="reader-1",
    )


def comparison(change: Change = Change.SUBSTANTIVE) -> Comparison:
    similarity = 1.0 if change is Change.IDENTICAL else 0.9
    unmoved = StampMove(None, None, moved=False)
    return Comparison(change, similarity, (), title_changed=False, stamps=unmoved, version="c-1")


def verdict(status: Status = Status.OUTDATED, at: datetime = NOW, message: str = "") -> Verdict:
    findings: tuple[Finding, ...] = ()
    if status is Status.OUTDATED:
        said = message or "The source differs in substance."
        findings = (
            Finding(Rule.SOURCE_CHANGED, Severity.OUTDATED, said, Evidence("12", "paragraph 3")),
        )
    return Verdict(status, findings, at, at if findings else None, "news", "judge-1")


def alert(key: str = "key-1", recipient: str = "ed@news.example", at: datetime = NOW) -> Alert:
    return Alert(
        key,
        recipient,
        AlertEvent.BECAME_OUTDATED,
        "https://news.example/a",
        "A title",
        verdict(),
        at,
        "news",
    )


def mail(message_id: str = "<1@news.example>", recipient: str = "ed@news.example") -> Mail:
    return Mail(message_id, recipient, "1 article outdated", "text", "<p>html</p>", NOW)


def fill(store: SqlStore, uris: int | list[str] = 1, name: str = "news") -> list[int]:
    """Store the source (adopted) and articles of these addresses; their ids in order."""
    known = {one.name: one for one in store.sources()}
    store.put_sources([*known.values(), *([] if name in known else [source(name)])], NOW)
    store.adopt(name, NOW)
    if isinstance(uris, int):
        uris = [f"https://{name}.example/{number}" for number in range(uris)]
    store.put_found(name, [Found(uri) for uri in uris], NOW)
    ids = {one.uri: one.id for one in articles_of(store, name)}
    return [ids[uri] for uri in uris]


def checked(standing: Standing, at: datetime = NOW, **changes: object) -> Standing:
    """*standing* after one more check."""
    after = replace(
        standing,
        checks=standing.checks + 1,
        last_checked_at=at,
        last_compared_at=at,
        next_check_at=at + DAY,
        verdict=verdict(Status.CURRENT, at),
    )
    return replace(after, **changes)


def record_of(
    standing: Standing,
    at: datetime = NOW,
    outcome: Outcome = Outcome.COMPARED,
    alerts: tuple[Alert, ...] = (),
    **changes: object,
) -> CheckRecord:
    """A check of *standing* that ended at *at*; *changes* are fields of the new standing."""
    return CheckRecord(
        standing=checked(standing, at, **changes),
        outcome=outcome,
        detail="",
        started_at=at - timedelta(seconds=2),
        finished_at=at,
        status=200,
        alerts=alerts,
        before=standing,
    )
