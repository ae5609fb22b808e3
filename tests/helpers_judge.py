"""Cases, readings and standings made by hand for the tests of the deciding stages."""

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from checker.model import (
    Article,
    Case,
    Change,
    Comparison,
    DateEvidence,
    DateKind,
    Dates,
    Direction,
    Finding,
    Locator,
    Memento,
    Notice,
    NoticeKind,
    Origin,
    OriginKind,
    Policy,
    Precision,
    Reading,
    ReplacedKind,
    Replacement,
    Rule,
    StampMove,
    Standing,
    Validators,
    Zone,
)
from checker.stages.judge import judge

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)
NEWS = Policy("news", timedelta(days=730), matched_by="policies.toml [[match]] 2")
FOREVER = Policy("evergreen", None)
COPY = Memento(
    "https://news.example/a",
    datetime(2026, 11, 10, 12, tzinfo=UTC),
    Validators('"v1"', "Sun, 01 Nov 2026 10:00:00 GMT"),
    "text/html",
    "utf-8",
    "sha256:copy",
    Locator("a.html"),
)
NEWEST = replace(
    COPY,
    memento_datetime=datetime(2026, 11, 20, tzinfo=UTC),
    validators=Validators('"v2"', "Fri, 20 Nov 2026 10:00:00 GMT"),
    digest="sha256:new",
    locator=Locator("b.warc.gz", 7),
)
PLACES = {
    DateKind.PUBLISHED: "article:published_time",
    DateKind.MODIFIED: "article:modified_time",
    DateKind.EXPIRES: "expires",
    DateKind.EVENT_END: "endDate",
    DateKind.REVIEWED: "lastReviewed",
    DateKind.REVIEW_DUE: "reviewBy",
}


def instant(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def dated(text: str, kind: DateKind = DateKind.PUBLISHED, **changes) -> DateEvidence:
    """``"2017"``, ``"2017-03"``, ``"2017-03-31"`` or a full instant, as precise as written."""
    parts = text.split("-")
    if len(parts) == 1:
        early, late = instant(f"{text}-01-01"), instant(f"{text}-12-31T23:59:59")
        precision, zone = Precision.YEAR, Zone.NONE
    elif len(parts) == 2:
        last = monthrange(int(parts[0]), int(parts[1]))[1]
        early, late = instant(f"{text}-01"), instant(f"{text}-{last}T23:59:59")
        precision, zone = Precision.MONTH, Zone.NONE
    elif len(text) == 10:
        early, late = instant(text), instant(f"{text}T23:59:59")
        precision, zone = Precision.DAY, Zone.NONE
    else:
        early = late = instant(text)
        precision, zone = Precision.SECOND, Zone.STATED
    origin = Origin(OriginKind.META, PLACES.get(kind, kind.value))
    return replace(DateEvidence(kind, early, late, precision, zone, origin, text), **changes)


def dates(*evidence: DateEvidence, **changes) -> Dates:
    """The first strong date of each kind decides, as ``stages/dates`` has it."""

    def best(kind):
        return next((one for one in evidence if one.kind is kind and not one.weak), None)

    plain = Dates(best(DateKind.PUBLISHED), best(DateKind.MODIFIED), evidence=evidence)
    return replace(plain, **changes)


def reading(*evidence: DateEvidence, **changes) -> Reading:
    plain = Reading(
        "sha256:copy", "A title", "en", dates(*evidence), (), (), "t1", "p1", 400, version="r"
    )
    return replace(plain, **changes)


YOUNG = reading(dated("2026-10-01"))
OLD = reading(dated("2017-03-31"))
UNDATED = reading()


def notice(kind: NoticeKind, quote: str = "Correction: it was 12, not 21.", date=None) -> Notice:
    return Notice(kind, quote, "en", date)


def comparison(change: Change = Change.IDENTICAL, **changes) -> Comparison:
    unmoved = StampMove(None, None, moved=False)
    return replace(Comparison(change, 0.97, (), title_changed=False, stamps=unmoved), **changes)


def odd(
    kind: ReplacedKind = ReplacedKind.SOFT_404, direction: Direction = Direction.BAD
) -> Replacement:
    return Replacement(kind, direction, "Page not found")


def case(copy: Reading = YOUNG, policy: Policy = NEWS, **changes) -> Case:
    return replace(Case("https://news.example/a", policy, copy, copy_memento=COPY), **changes)


def standing(**changes) -> Standing:
    article = Article(7, "https://news.example/a", "daily", "A title", "world")
    return replace(Standing(article, copy=COPY, copy_reading=YOUNG), **changes)


IDENTICAL = comparison()
SUBSTANTIVE = comparison(Change.SUBSTANTIVE)
REPLACED = comparison(Change.REPLACED, replacement=odd())
RETRACTION = notice(NoticeKind.RETRACTION, "This article has been retracted.")
RECOVERED = comparison(Change.REPLACED, replacement=odd(ReplacedKind.SOFT_404, Direction.RECOVERED))
SINCE = instant("2026-03-03T10:00:00")


def said(one, now=NOW) -> dict[Rule, str]:
    """Rule → message; two findings of one rule would hide one, so that fails."""
    findings = judge(one, now).findings
    assert len({finding.rule for finding in findings}) == len(findings)
    return {finding.rule: finding.message for finding in findings}


def only(one, rule: Rule, now=NOW) -> Finding:
    return next(finding for finding in judge(one, now).findings if finding.rule is rule)


def moved(before: str, after: str, *, moved: bool) -> StampMove:
    return StampMove(dated(before), dated(after), moved=moved)
