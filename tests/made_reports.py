"""Reports of any size, made by rule: what a mixed archive of news comes to, the same every time."""

from dataclasses import replace
from datetime import timedelta

from checker.model import (
    AuditItem,
    BlockKind,
    Change,
    Comparison,
    DateKind,
    Dates,
    Edit,
    Precision,
    Report,
    Rule,
    Severity,
    Skipped,
    StampMove,
    Status,
)
from tests.helpers_report import MODIFIED, NOW, PUBLISHED, finding, item, reading, report

TITLES = (
    "Council votes to keep the old bridge open through winter",
    "Storm warning for the coast lifted after two days",
    "مجلس المدينة يقرر إبقاء الجسر القديم مفتوحا",
    "Neue Fahrpreise im Nahverkehr gelten ab Januar",
    "Harbour toll rises to 14 dollars, and the ferry's operator says that it will rise again",
    "市议会决定冬季继续开放旧桥",
)
QUOTE = (
    "The toll on the old bridge is 12 dollars, the council said, and it will stay so until June."
)
STAMPS = StampMove(PUBLISHED, PUBLISHED, False)


def made(count: int) -> Report:
    """Of ten documents two are outdated, one is undetermined, the rest current."""
    items = tuple(_item(number) for number in range(count))
    skipped = tuple(
        Skipped(f"attachments/{n}.pdf", "application/pdf is no text that can be judged")
        for n in range(count // 100)
    )
    return report(*items, skipped=skipped)


def _item(number: int) -> AuditItem:
    published = NOW - timedelta(days=(number * 37) % 5200, hours=number % 24)
    dates = Dates(
        replace(PUBLISHED, earliest=published, latest=published, precision=Precision.SECOND),
        evidence=tuple(
            replace(PUBLISHED, earliest=published, latest=published, kind=kind, quote=quote)
            for kind, quote in (
                (DateKind.PUBLISHED, published.isoformat()),
                (DateKind.PUBLISHED, f"{published:%d %B %Y}"),
                (DateKind.MODIFIED, f"Updated {published:%d %B %Y, %H:%M}"),
                (DateKind.MENTIONED, "on Oct. 14, 2015, in Los Angeles"),
            )
        ),
    )
    name = f"{published:%Y/%m}/article-{number:05}.html"
    found = reading(f"{TITLES[number % len(TITLES)]} ({number})", dates, language=None)
    if number % 10 == 3:
        return _undetermined(replace(item(name, Status.UNDETERMINED), reading=found))
    if number % 10 not in {0, 7}:
        return item(name, Status.CURRENT, reading=found)
    return _changed(name, number) if number % 10 else _old(name, number, found)


def _old(name: str, number: int, found) -> AuditItem:
    days = (number * 37) % 5200
    return item(
        name,
        Status.OUTDATED,
        finding(
            Rule.AGE_EXCEEDED,
            Severity.OUTDATED,
            f"The newest date is {days} days old; policy “news” allows 730 days.",
            f"{MODIFIED.earliest:%Y-%m-%dT%H:%M:%SZ}",
            "meta article:published_time",
        ),
        finding(
            Rule.LAPSED_CLAIM,
            Severity.WARNING,
            "A statement about the future whose time has passed on 2022-06-30.",
            QUOTE,
            "p 4",
        ),
        reading=found,
    )


def _changed(name: str, number: int) -> AuditItem:
    edits = tuple(
        Edit(
            BlockKind.PARAGRAPH,
            f"{QUOTE} It is paid at the gate by everybody who crosses in a car. {n}",
            f"{QUOTE.replace('12', '14')} It is paid at the gate by everybody. {n}",
            ("12",),
            ("14",),
            "number",
        )
        for n in range(1 + number % 3)
    )
    return item(
        name,
        Status.OUTDATED,
        finding(
            Rule.SOURCE_CHANGED,
            Severity.OUTDATED,
            "The source differs in substance from the copy: “12” became “14”.",
            QUOTE,
            "p 2",
        ),
        reading=reading(
            TITLES[number % len(TITLES)],
            Dates(PUBLISHED, MODIFIED, evidence=(PUBLISHED, MODIFIED)),
        ),
        comparison=Comparison(Change.SUBSTANTIVE, 0.97, edits, False, STAMPS),
        captured_at=NOW - timedelta(days=number % 900),
    )


def _undetermined(one: AuditItem) -> AuditItem:
    said = "No date of publication can be trusted; written on or after 2015-10-14."
    why = finding(Rule.NO_TIMESTAMP, Severity.WARNING, said, "on Oct. 14, 2015, in Los Angeles")
    none = replace(one.reading, dates=replace(one.reading.dates, published=None))
    return replace(one, verdict=replace(one.verdict, findings=(why,)), reading=none)
