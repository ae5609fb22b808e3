"""From findings to sentences: each fact once, with its date."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from checker.model import (
    DateEvidence,
    DateKind,
    Finding,
    Notice,
    NoticeKind,
    Reading,
    Rule,
    Verdict,
)
from checker.stages.banner.language import Language, Shown
from checker.stages.banner.words import age, clean, utc

_SEEN = {
    "source-retracted": "The source has retracted this article (seen on {date}).",
    "source-corrected": "The source has published a correction (seen on {date}).",
    "source-changed": "The source has changed since this copy was made (seen on {date}).",
    "stealth-edit": (
        "The source has changed this article without changing its date (seen on {date})."
    ),
    "source-replaced": "Another page now stands at the original address (seen on {date}).",
    "source-gone": "The original page is no longer available (checked {date}).",
    "expired": "This article has passed the date until which it was valid (checked {date}).",
    "lapsed-claim": (
        "This article announces something for a time that has passed (checked {date})."
    ),
    "office-holder": (
        "This article names somebody in an office that they no longer hold (checked {date})."
    ),
    "review-overdue": "This article was due for a review, and none is noted (checked {date}).",
}
_OTHER = "There is reason to think that this article is out of date (checked {date})."
_CHECKED = frozenset({Rule.SOURCE_GONE})  # true at each check anew: the last one is told
_DATED = {
    Rule.SOURCE_RETRACTED: "The source retracted this article on {date}.",
    Rule.SOURCE_CORRECTED: "The source published a correction on {date}.",
    Rule.EXPIRED: "This article was valid until {date}.",
}
_LINKED = ("The correction reads: “{quote}”", "This copy still says: “{quote}”")
_QUOTE = 240  # characters
SPEAKING = tuple(  # the rules that have sentences of their own
    rule for rule in Rule if rule.value in _SEEN or rule in {Rule.AGE_EXCEEDED, Rule.NO_TIMESTAMP}
)
_VERBS = {DateKind.MODIFIED: "last updated", DateKind.REVIEWED: "last reviewed"}
_UNDATED = "The date of this article is not known"
_AGES = {
    unit: (
        f"This article is more than {{count}} {unit} old.",
        f"This article is more than {{count}} {unit}s old.",
    )
    for unit in ("year", "month", "day", "hour")
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact in full; ``brief`` says it in one sentence where ``full`` needs more.

    ``same`` is what must change for the banner to be another one: not the day of a check.
    """

    full: tuple[str, ...]
    times: tuple[tuple[str, str], ...] = ()
    brief: tuple[str, ...] = ()
    same: str = ""

    @property
    def key(self) -> str:
        return self.same or "\n".join(self.full)


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells the facts of one verdict in one language."""

    verdict: Verdict
    reading: Reading
    language: Language
    now: datetime

    def facts(self, findings: list[Finding]) -> Iterator[Fact]:
        told = {Rule.NO_TIMESTAMP}
        for finding in findings:
            if finding.rule in told:
                continue
            told.add(finding.rule)
            yield self._aged(finding) if finding.rule is Rule.AGE_EXCEEDED else self._seen(finding)
        if self.verdict.has(Rule.NO_TIMESTAMP):
            yield self._undated()

    def _aged(self, finding: Finding) -> Fact:
        newest = self.reading.dates.newest_trusted
        if newest is None:
            return self._other(finding)
        shown = self.language.shown(newest)
        verb, times = _VERBS.get(newest.kind, "published"), ((shown.words, shown.iso),)
        alone = self._dated("This article", verb, shown)
        notice = archive_notice(self.reading)
        if notice is not None:
            known = _names(notice.quote, newest.earliest, shown.words)
            return Fact(()) if known else Fact((alone,), times)
        passed = age(newest.latest, self.now)
        if passed is None:
            return Fact((alone,), times)
        count, unit = passed
        old = self.language.count(*_AGES[unit], count)
        return Fact((old, self._dated("It", verb, shown)), times, (alone,))

    def _dated(self, subject: str, verb: str, shown: Shown) -> str:
        at = "on" if shown.precision == "day" else "in"
        message = f"{subject} was {verb} {at} {{date}}."
        return self.language.say(message, shown.precision, date=shown.words)

    def _seen(self, finding: Finding) -> Fact:
        """What the source did, and, where it is known, which sentence of the copy it corrected."""
        fact, was = self._done(finding), dict(finding.evidence.values).get("before", "")
        if finding.rule is not Rule.SOURCE_CORRECTED or not was or not finding.evidence.quote:
            return fact
        said = (finding.evidence.quote, was)
        told = (
            self.language.say(line, quote=clean(one, _QUOTE))
            for line, one in zip(_LINKED, said, strict=True)
        )
        return replace(
            fact, full=(*fact.full, *told), brief=fact.full, same="\n".join((fact.key, *said))
        )

    def _done(self, finding: Finding) -> Fact:
        """What the source did: on its own date if it states one, else when we saw it."""
        values = dict(finding.evidence.values)
        if finding.rule in _DATED:
            stated = _instant(values.get("stated", ""))
            if stated is not None:
                return self._on(_DATED[finding.rule], utc(stated).isoformat(), stated)
            ends = _ends(self.reading) if finding.rule is Rule.EXPIRED else []
            if ends:
                shown = self.language.shown(min(ends, key=lambda date: date.latest))
                line = self.language.say(_DATED[finding.rule], date=shown.words)
                return Fact((line,), ((shown.words, shown.iso),))
        if finding.rule.value not in _SEEN:
            return self._other(finding)
        return self._on(_SEEN[finding.rule.value], "", self._when(finding))

    def _other(self, finding: Finding) -> Fact:
        """A rule without sentences of ours: the judge's words, which are English."""
        words = clean(finding.message).rstrip(".")
        message = f"{words} (checked {{date}})." if self.language.tag == "en" and words else _OTHER
        return self._on(message, finding.rule.value, self._when(finding))

    def _on(self, message: str, same: str, when: datetime) -> Fact:
        words = self.language.day(when)
        line = self.language.say(message, date=words)
        return Fact((line,), ((words, utc(when).isoformat()),), same=f"{message}\n{same}")

    def _when(self, finding: Finding) -> datetime:
        """When the fact was seen; ``outdated_since`` may be older than this very fact."""
        values = dict(finding.evidence.values)
        names = () if finding.rule in _CHECKED else ("since", "compared_at")
        named = (_instant(values.get(name, "")) for name in names)
        return next((when for when in named if when), None) or self.verdict.judged_at

    def _undated(self) -> Fact:
        """A lost time stamp, with what is known instead."""
        bounds, known, times = self.reading.dates.bounds, {}, []
        sides = (
            ("after", bounds.not_before.earliest if bounds.not_before else None),
            ("before", bounds.not_after.latest if bounds.not_after else None),
        )
        for side, moment in sides:
            if moment is not None:
                known[side] = self.language.day(moment)
                times.append((known[side], utc(moment).isoformat()))
        said = " and ".join(f"on or {side} {{{side}}}" for side in known)
        message = f"{_UNDATED}; it was written {said}." if said else f"{_UNDATED}."
        return Fact((self.language.say(message, **known),), tuple(times))


def archive_notice(reading: Reading) -> Notice | None:
    """The publisher's own word that the copy is archived or outdated."""
    kinds = (NoticeKind.ARCHIVED, NoticeKind.OUTDATED)
    return next((notice for notice in reading.notices if notice.kind in kinds), None)


def _ends(reading: Reading) -> list[DateEvidence]:
    ends = (DateKind.EXPIRES, DateKind.EVENT_END)
    return [date for date in reading.dates.evidence if date.kind in ends and not date.weak]


def _names(quote: str, when: datetime, words: str) -> bool:
    """Whether a notice states the day already, in one of the usual forms."""
    american = f"{when:%B} {when.day}, {when.year}"
    return any(form in quote for form in (words, american, when.date().isoformat()))


def _instant(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
