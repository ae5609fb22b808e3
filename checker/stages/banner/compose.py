"""What a banner says: facts with dates, the most serious first, at most three sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from checker.model import (
    Banner,
    BannerTone,
    DateEvidence,
    DateKind,
    Finding,
    Notice,
    NoticeKind,
    Reading,
    Rule,
    Severity,
    Verdict,
)
from checker.stages.banner.words import age, clean, day, safe_link, shown

MAX_SENTENCES = 3

# Most serious first; rules that are not named here follow, with the judge's own words.
_ORDER = (
    Rule.SOURCE_RETRACTED,
    Rule.SOURCE_CORRECTED,
    Rule.SOURCE_CHANGED,
    Rule.SOURCE_REPLACED,
    Rule.SOURCE_GONE,
    Rule.EXPIRED,
    Rule.AGE_EXCEEDED,
)
_VERBS = {DateKind.MODIFIED: "last updated", DateKind.REVIEWED: "last reviewed"}
_MILD = frozenset({Rule.AGE_EXCEEDED, Rule.NO_TIMESTAMP})
_AWAY = frozenset({Rule.SOURCE_GONE, Rule.SOURCE_REPLACED})
_SEEN = {
    Rule.SOURCE_RETRACTED: "The source has retracted this article (seen on {}).",
    Rule.SOURCE_CORRECTED: "The source has published a correction (seen on {}).",
    Rule.SOURCE_CHANGED: "The source has changed since this copy was made (seen on {}).",
    Rule.SOURCE_REPLACED: "Another page now stands at the original address (seen on {}).",
    Rule.SOURCE_GONE: "The original page has not been available since {}.",
    Rule.EXPIRED: "This article has passed the date until which it was valid (checked {}).",
}
_DATED = {
    Rule.SOURCE_RETRACTED: "The source retracted this article {}.",
    Rule.SOURCE_CORRECTED: "The source published a correction {}.",
    Rule.EXPIRED: "This article was valid until {}.",
}


@dataclass(frozen=True, slots=True)
class _Fact:
    """One fact in full; ``brief`` says it in one sentence where ``full`` needs more."""

    full: tuple[str, ...]
    times: tuple[tuple[str, str], ...] = ()
    brief: tuple[str, ...] = ()


def compose(verdict: Verdict, reading: Reading, *, uri: str | None, now: datetime) -> Banner | None:
    """The banner for a copy read as *reading*, or None when there is nothing to say.

    Only findings of severity OUTDATED speak; a lost time stamp adds its bounds to them. What a
    publisher's own archive notice in the copy says already is not said again. *uri* is the
    current version; no link is made to a page that is gone or replaced.
    """
    findings = [found for found in verdict.findings if found.severity is Severity.OUTDATED]
    if not findings:
        return None
    findings.sort(key=rank)  # stable: the judge's order holds among equals
    rules = {found.rule for found in findings}
    sentences, times = _select(tuple(_facts(findings, verdict, reading, now)))
    if not sentences:
        return None
    link = None if rules & _AWAY else safe_link(uri)
    return Banner(
        language="en",
        tone=_tone(rules),
        heading=_heading(rules),
        sentences=sentences,
        link=link,
        link_text=_link_text(rules) if link else "",
        status=verdict.status,
        checked_at=verdict.judged_at,
        times=times,
    )


def rank(finding: Finding) -> int:
    """The place of a finding among others: 0 is the most serious."""
    return _ORDER.index(finding.rule) if finding.rule in _ORDER else len(_ORDER)


def _facts(
    findings: list[Finding], verdict: Verdict, reading: Reading, now: datetime
) -> Iterator[_Fact]:
    said = {Rule.NO_TIMESTAMP}
    for finding in findings:
        if finding.rule in said:
            continue
        said.add(finding.rule)
        if finding.rule is Rule.AGE_EXCEEDED:
            yield _aged(finding, reading, now)
        elif finding.rule in _SEEN:
            yield _seen(finding, verdict, reading)
        else:
            yield _sentence(
                f"{clean(finding.message).rstrip('.')} (checked {{}}).", _when(finding, verdict)
            )
    if verdict.has(Rule.NO_TIMESTAMP):
        yield _undated(reading)


def _select(facts: tuple[_Fact, ...]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """As many facts as fit, each in full while there is room for that."""
    facts = tuple(fact for fact in facts if fact.full)[:MAX_SENTENCES]
    in_full = sum(len(fact.full) for fact in facts) <= MAX_SENTENCES
    sentences = [
        line for fact in facts for line in (fact.brief if fact.brief and not in_full else fact.full)
    ]
    return tuple(sentences), tuple(time for fact in facts for time in fact.times)


def _aged(finding: Finding, reading: Reading, now: datetime) -> _Fact:
    newest = _newest(reading)
    if newest is None:
        return _Fact((clean(finding.message),))
    at, words, iso = shown(newest)
    verb = _VERBS.get(newest.kind, "published")
    dated = f"It was {verb} {at} {words}."
    alone = f"This article was {verb} {at} {words}."
    notice = _archive_notice(reading)
    if notice is not None:
        known = _names(notice.quote, newest.earliest, words)
        return _Fact(()) if known else _Fact((alone,), ((words, iso),))
    old = age(newest.latest, now)
    if old is None:
        return _Fact((alone,), ((words, iso),))
    return _Fact((f"This article is more than {old} old.", dated), ((words, iso),), (alone,))


def _newest(reading: Reading) -> DateEvidence | None:
    """The date that the age was counted from: the judge trusts no weak one, but a review."""
    stamp = reading.dates.newest
    trusted = [
        date for date in reading.dates.evidence if date.kind is DateKind.REVIEWED and not date.weak
    ]
    if stamp is not None and not stamp.weak:
        trusted.append(stamp)
    return max(trusted, key=lambda date: date.latest, default=None)


def _archive_notice(reading: Reading) -> Notice | None:
    kinds = (NoticeKind.ARCHIVED, NoticeKind.OUTDATED)
    return next((notice for notice in reading.notices if notice.kind in kinds), None)


def _names(quote: str, when: datetime, words: str) -> bool:
    """Whether a notice states the day already, in one of the usual forms."""
    american = f"{when:%B} {when.day}, {when.year}"
    return any(form in quote for form in (words, american, when.date().isoformat()))


def _seen(finding: Finding, verdict: Verdict, reading: Reading) -> _Fact:
    """What the source did: on its own date if it states one, else when we saw it."""
    values = dict(finding.evidence.values)
    stated = _instant(values.get("stated", "")) if finding.rule in _DATED else None
    if stated is not None:
        at = "" if finding.rule is Rule.EXPIRED else "on "
        return _sentence(_DATED[finding.rule].replace("{}", f"{at}{{}}"), stated)
    if finding.rule is Rule.EXPIRED:
        ends = [
            date
            for date in reading.dates.evidence
            if date.kind in (DateKind.EXPIRES, DateKind.EVENT_END) and not date.weak
        ]
        if ends:
            _, words, iso = shown(min(ends, key=lambda date: date.latest))
            line = _DATED[finding.rule].format(words)
            return _Fact((line,), ((words, iso),))
    return _sentence(_SEEN[finding.rule], _when(finding, verdict))


def _sentence(pattern: str, when: datetime) -> _Fact:
    words = day(when)
    line = pattern.replace("{}", words)
    return _Fact((line,), ((words, when.astimezone(UTC).date().isoformat()),))


def _when(finding: Finding, verdict: Verdict) -> datetime:
    """When the fact was seen; ``outdated_since`` may be older than this very fact."""
    values = dict(finding.evidence.values)
    named = (_instant(values.get(name, "")) for name in ("since", "compared_at"))
    return next((when for when in named if when), None) or verdict.judged_at


def _instant(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _undated(reading: Reading) -> _Fact:
    """A lost time stamp, with what is known instead."""
    line = "The date of this article is not known"
    times = []
    known = []
    for bound, side in (
        (reading.dates.bounds.not_before, "after"),
        (reading.dates.bounds.not_after, "before"),
    ):
        if bound is not None:
            at, words, iso = shown(bound)
            known.append(f"{at} or {side} {words}")
            times.append((words, iso))
    if known:
        line += "; it was written " + " and ".join(known)
    return _Fact((line + ".",), tuple(times))


def _tone(rules: set[Rule]) -> BannerTone:
    if Rule.SOURCE_RETRACTED in rules:
        return BannerTone.STRONG
    return BannerTone.MILD if rules <= _MILD else BannerTone.PLAIN


def _heading(rules: set[Rule]) -> str:
    if Rule.SOURCE_RETRACTED in rules:
        return "This article was retracted"
    if rules & {Rule.SOURCE_CORRECTED, Rule.SOURCE_CHANGED}:
        return "This copy is out of date"
    if rules & _AWAY:
        return "The original is no longer there"
    return (
        "This is an older article" if Rule.AGE_EXCEEDED in rules else "This article is out of date"
    )


def _link_text(rules: set[Rule]) -> str:
    if Rule.SOURCE_RETRACTED in rules:
        return "Read what the source says now"
    if rules & {Rule.SOURCE_CORRECTED, Rule.SOURCE_CHANGED}:
        return "Read the current version"
    return "Open the original page"
