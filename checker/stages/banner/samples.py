"""Every variant of a banner, made from invented findings: to be looked at before any is shown."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from checker.model import (
    Banner,
    BannerRules,
    Bounds,
    DateEvidence,
    DateKind,
    Dates,
    Evidence,
    Finding,
    Notice,
    NoticeKind,
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
from checker.stages.banner.compose import compose
from checker.stages.banner.facts import SPEAKING

_ADDRESS = "https://news.example/article"
_ARCHIVED = "This is an archived article and the information in it may be outdated."


def _day(year: int, month: int, day: int, kind: DateKind) -> DateEvidence:
    first = datetime(year, month, day, tzinfo=UTC)
    origin = Origin(OriginKind.META, "sample")
    last = first.replace(hour=23, minute=59, second=59)
    return DateEvidence(kind, first, last, Precision.DAY, Zone.NONE, origin, "")


_UPDATED = _day(2017, 3, 31, DateKind.MODIFIED)
_ENDED = _day(2019, 12, 31, DateKind.EXPIRES)
_SINCE = _day(2015, 10, 14, DateKind.PUBLISHED)
_DATED = Dates(_SINCE, _UPDATED, Bounds(), (_SINCE, _UPDATED, _ENDED))
_LOST = Dates(None, None, Bounds(not_before=_SINCE), ())
_STATED = {
    Rule.SOURCE_RETRACTED: (("stated", "2017-04-02T00:00:00+00:00"),),
    Rule.SOURCE_CORRECTED: (("stated", "2017-04-02T00:00:00+00:00"),),
}
# Each rule that speaks, what stands together, and what a publisher has said already.
_CASES: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    *((rule.value, (rule,)) for rule in SPEAKING),
    ("corrected and old", (Rule.SOURCE_CORRECTED, Rule.AGE_EXCEEDED)),
    ("retracted, gone and expired", (Rule.SOURCE_RETRACTED, Rule.SOURCE_GONE, Rule.EXPIRED)),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A variant and what it is for."""

    name: str
    banner: Banner


def samples(language: str, now: datetime, rules: BannerRules) -> Iterator[Sample]:
    """Each variant in *language*, as the user's *rules* for all articles make it."""
    for name, found in _CASES:
        reading = _reading(language, _LOST if found == (Rule.NO_TIMESTAMP,) else _DATED)
        yield from _sample(name, found, reading, now, rules)
    said = Notice(NoticeKind.ARCHIVED, _ARCHIVED, "en")
    marked = replace(_reading(language, _LOST), notices=(said,))
    yield from _sample(
        "undated, the publisher says archived", (Rule.NO_TIMESTAMP,), marked, now, rules
    )


def _sample(
    name: str, found: tuple[Rule, ...], reading: Reading, now: datetime, rules: BannerRules
) -> Iterator[Sample]:
    findings = tuple(
        Finding(rule, Severity.OUTDATED, "", Evidence("", "", _STATED.get(rule, ())))
        for rule in found
    )
    verdict = Verdict(Status.OUTDATED, findings, now, now)
    made = compose(verdict, reading, uri=_ADDRESS, now=now, rules=rules)
    if made is not None:  # the user's rules may say: none at all
        yield Sample(name, made)


def _reading(language: str, dates: Dates) -> Reading:
    return Reading("sha256:0", "", language, dates, (), (), "", "", 0)
