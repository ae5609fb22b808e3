"""Verdicts, readings and banners for the tests of banner and mail."""

from datetime import UTC, datetime

from checker.model import (
    Banner,
    BannerTone,
    Bounds,
    DateEvidence,
    DateKind,
    Dates,
    Evidence,
    Finding,
    Notice,
    Origin,
    OriginKind,
    Precision,
    Reading,
    Rule,
    Severity,
    Status,
    Verdict,
    Zone,
)
from checker.stages import banner as stage
from checker.stages.banner import Keyring

UNKEYED = Keyring((b"",))  # anybody can sign with it
NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def splice(body: bytes, fragment: str, keys: Keyring = UNKEYED) -> bytes:
    return stage.splice(body, fragment, keys)


def dated(
    year: int,
    month: int = 1,
    day: int = 1,
    *,
    kind: DateKind = DateKind.PUBLISHED,
    precision: Precision = Precision.DAY,
) -> DateEvidence:
    first = datetime(year, month, day, tzinfo=UTC)
    last = first.replace(hour=23, minute=59, second=59)
    origin = Origin(OriginKind.META, "article:published_time")
    return DateEvidence(kind, first, last, precision, Zone.NONE, origin, "quoted")


def reading(
    *,
    published: DateEvidence | None = None,
    modified: DateEvidence | None = None,
    bounds: Bounds = Bounds(),  # noqa: B008 - a frozen value
    evidence: tuple[DateEvidence, ...] = (),
    notices: tuple[Notice, ...] = (),
) -> Reading:
    dates = Dates(published, modified, bounds, evidence)
    return Reading("sha256:0", "Title", "en", dates, notices, (), "", "", 100)


def finding(
    rule: Rule,
    severity: Severity = Severity.OUTDATED,
    message: str = "A message.",
    quote: str = "",
    place: str = "",
    **values: str,
) -> Finding:
    return Finding(rule, severity, message, Evidence(quote, place, tuple(values.items())))


def verdict(*findings: Finding, since: datetime | None = NOW) -> Verdict:
    outdated = any(found.severity is Severity.OUTDATED for found in findings)
    return Verdict(
        Status.OUTDATED if outdated else Status.CURRENT, findings, NOW, since if outdated else None
    )


BANNER = Banner(
    language="en",
    tone=BannerTone.PLAIN,
    heading="This copy is out of date",
    sentences=("The source published a correction on 24 November 2026.",),
    link="https://news.example/a?b=1&c=2",
    link_text="Read the current version",
    status=Status.OUTDATED,
    checked_at=NOW,
    times=(("24 November 2026", "2026-11-24"),),
)
