"""Reports made by hand for the renderers' tests, one of them hostile in every string."""

from dataclasses import replace
from datetime import UTC, datetime

from checker.model import (
    AuditItem,
    Block,
    BlockKind,
    Bounds,
    Change,
    Comparison,
    DateEvidence,
    DateKind,
    Dates,
    Edit,
    Evidence,
    Finding,
    Notice,
    NoticeKind,
    Origin,
    OriginKind,
    Precision,
    Reading,
    RelativeDate,
    Report,
    Rule,
    Severity,
    Skipped,
    StampMove,
    Status,
    Verdict,
    Zone,
)

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
BLOCK = Block(BlockKind.PARAGRAPH, "text")


def date(day: datetime, kind: DateKind = DateKind.PUBLISHED, **changes) -> DateEvidence:
    evidence = DateEvidence(
        kind,
        day,
        day.replace(hour=23, minute=59, second=59),
        Precision.DAY,
        Zone.NONE,
        Origin(OriginKind.CAPTION, "p 3"),
        "on Oct. 14, 2015, in Los Angeles",
    )
    return replace(evidence, **changes)


CAPTION = date(datetime(2015, 10, 14, tzinfo=UTC), DateKind.MENTIONED, weak=True, note="a caption")
PUBLISHED = date(datetime(2024, 3, 1, tzinfo=UTC), origin=Origin(OriginKind.META, "article:x"))
MODIFIED = date(datetime(2024, 5, 2, tzinfo=UTC), DateKind.MODIFIED)


def reading(title: str = "A title", dates: Dates | None = None, **changes) -> Reading:
    plain = Reading("sha256:0", title, "en", dates or Dates(), (), (), "", "", 300)
    return replace(plain, **changes)


def finding(rule: Rule, severity: Severity, message: str, quote: str = "", place: str = ""):
    return Finding(rule, severity, message, Evidence(quote, place, (("days", "12"),)))


def item(name: str, status: Status, *findings: Finding, **changes) -> AuditItem:
    verdict = Verdict(status, findings, NOW, policy="news", version="1")
    plain = AuditItem(name, f"https://example.org/{name}", "rel=canonical", reading(), verdict)
    return replace(plain, **changes)


def report(*items: AuditItem, skipped: tuple[Skipped, ...] = ()) -> Report:
    return Report(items, skipped, NOW, "archive-checker 0.1.0")


def seed() -> AuditItem:
    """What an audit of an undated archive page comes to."""
    return item(
        "seed.txt",
        Status.UNDETERMINED,
        finding(
            Rule.NO_TIMESTAMP,
            Severity.WARNING,
            "No date of publication can be trusted; written on or after 2015-10-14.",
            CAPTION.quote,
            "p 3",
        ),
        finding(
            Rule.HAS_NOTICE,
            Severity.INFO,
            "The text bears its publisher's archive notice.",
            "This is an archived article and the information in the article may be outdated.",
        ),
        uri=None,
        mapped_by="",
        reading=reading(
            "",
            Dates(bounds=Bounds(not_before=CAPTION), evidence=(CAPTION,)),
            notices=(Notice(NoticeKind.ARCHIVED, "This is an archived article", "en", CAPTION),),
            relative_dates=(RelativeDate("this week", "They said this week that."),),
        ),
    )


def ordinary() -> tuple[AuditItem, ...]:
    stamps = StampMove(PUBLISHED, PUBLISHED, False)
    edit = Edit(BlockKind.PARAGRAPH, "12 people", "14 people", ("12",), ("14",), "number")
    comparison = Comparison(Change.SUBSTANTIVE, 0.98765, (edit,), False, stamps, ("ads",))
    changed = item(
        "changed.html",
        Status.OUTDATED,
        finding(
            Rule.SOURCE_CHANGED,
            Severity.OUTDATED,
            "The source differs in substance from the copy: “12 people” became “14 people”.",
            "12 people",
        ),
        finding(Rule.STEALTH_EDIT, Severity.WARNING, "The page's own dates did not move."),
        comparison=comparison,
        captured_at=NOW,
        reading=reading("Flood", Dates(PUBLISHED, MODIFIED, evidence=(PUBLISHED, MODIFIED))),
    )
    fine = item("fine.html", Status.CURRENT, reading=reading("Fine", Dates(published=PUBLISHED)))
    return changed, seed(), fine


HOSTILE = "=1+1\x1b[31m\x1b]0;owned\x07[bold red]x[/]</script><img src=x onerror=alert(1)>\"'\x9b2J\u202e\ud800"


def hostile() -> Report:
    """The same polyglot wherever a string comes from outside."""
    bad = replace(CAPTION, quote=HOSTILE, note=HOSTILE, origin=Origin(OriginKind.TEXT, HOSTILE))
    one = item(
        HOSTILE,
        Status.OUTDATED,
        finding(Rule.EXPIRED, Severity.OUTDATED, f"ends {HOSTILE}", HOSTILE, HOSTILE),
        uri="javascript:alert(1)//" + HOSTILE,
        mapped_by=HOSTILE,
        reading=reading(HOSTILE, Dates(bounds=Bounds(bad, bad), evidence=(bad,)), problem=""),
    )
    broken = item(HOSTILE, Status.UNDETERMINED, reading=reading(HOSTILE, problem=HOSTILE))
    return report(one, broken, skipped=(Skipped(HOSTILE, HOSTILE),))
