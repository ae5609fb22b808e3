"""What a banner says: facts with dates, the most serious first, at most three sentences."""

import re
from datetime import datetime
from hashlib import sha256

from checker.model import (
    Banner,
    BannerRules,
    BannerTone,
    CustomBanner,
    Finding,
    Reading,
    Rule,
    Severity,
    Twin,
    Verdict,
)
from checker.stages.banner.facts import Fact, Teller, archive_notice
from checker.stages.banner.language import Language, language_for
from checker.stages.banner.words import clean, safe_link

MAX_SENTENCES = 3
_PLAIN = BannerRules()

# Most serious first; rules that are not named here follow, with the judge's own words.
_ORDER = (
    Rule.SOURCE_RETRACTED,
    Rule.SOURCE_CORRECTED,
    Rule.SOURCE_CHANGED,
    Rule.SOURCE_REPLACED,
    Rule.SOURCE_GONE,
    Rule.EXPIRED,
    Rule.AGE_EXCEEDED,
    Rule.LAPSED_CLAIM,
)
_MILD = frozenset({Rule.AGE_EXCEEDED, Rule.NO_TIMESTAMP})
_AWAY = frozenset({Rule.SOURCE_GONE, Rule.SOURCE_REPLACED})
_EDITED = frozenset({Rule.SOURCE_CORRECTED, Rule.SOURCE_CHANGED, Rule.STEALTH_EDIT})


def compose(
    verdict: Verdict,
    reading: Reading,
    *,
    uri: str | None,
    now: datetime,
    rules: BannerRules = _PLAIN,
    memento: str | None = None,
) -> Banner | None:
    """The banner for a copy read as *reading*, or None when there is nothing to say.

    Only findings of severity OUTDATED speak; a lost time stamp adds its bounds to them. What a
    publisher's own archive notice in the copy says already is not said again. *uri* is the
    current version; no link is made to a page that is gone or replaced. *memento* is the copy's
    own address. *rules* are the user's.
    """
    findings = [found for found in verdict.findings if found.severity is Severity.OUTDATED]
    custom = custom_for(rules, verdict.policy, uri)
    if not findings or not custom.show:
        return None
    findings.sort(key=rank)  # stable: the judge's order holds among equals
    broken = {found.rule for found in findings}
    language = language_for((reading.language, custom.language, rules.language))
    facts = tuple(Teller(verdict, reading, language, now).facts(findings))
    facts = tuple(fact for fact in (_own(custom), *facts) if fact.full)[:MAX_SENTENCES]
    if not facts:
        return None
    heading = clean(custom.heading, 120) or language.say(_heading(broken, reading))
    link = None if broken & _AWAY else safe_link(uri)
    return Banner(
        language=language.tag,
        tone=_tone(broken),
        heading=heading,
        sentences=_sentences(facts),
        link=link,
        link_text=language.say(_link_text(broken)) if link else "",
        status=verdict.status,
        checked_at=verdict.judged_at,
        times=tuple(time for fact in facts for time in fact.times),
        twin=_twin(findings, reading, uri, memento),
        stylesheet=safe_link(rules.stylesheet),
        key=_key(language, broken, heading, link, facts),
    )


def custom_for(rules: BannerRules, policy: str, uri: str | None) -> CustomBanner:
    """The first of the user's lines that fits an article; an empty one if none does."""
    fitting = (
        one
        for one in rules.custom
        if (one.policy is None or one.policy == policy)
        and (one.uri is None or (uri is not None and _fits(one.uri, uri)))
    )
    return next(fitting, CustomBanner())


def rank(finding: Finding) -> int:
    """The place of a finding among others: 0 is the most serious."""
    return _ORDER.index(finding.rule) if finding.rule in _ORDER else len(_ORDER)


def _fits(pattern: str, uri: str) -> bool:
    """``*`` stands for anything; pieces are looked for in turn, so no pattern is slow."""
    first, *pieces = re.sub(r"\*+", "*", pattern).split("*")
    if not pieces:
        return uri == first
    *middle, last = pieces
    at, end = len(first), len(uri) - len(last)
    if not uri.startswith(first) or not uri.endswith(last) or end < at:
        return False
    for piece in middle:
        found = uri.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _own(custom: CustomBanner) -> Fact:
    line = clean(custom.text, 400)
    return Fact((line,) if line else ())


def _sentences(facts: tuple[Fact, ...]) -> tuple[str, ...]:
    """Each fact in full while there is room for that."""
    in_full = sum(len(fact.full) for fact in facts) <= MAX_SENTENCES
    chosen = (fact.brief if fact.brief and not in_full else fact.full for fact in facts)
    return tuple(line for lines in chosen for line in lines)


def _key(
    language: Language, rules: set[Rule], heading: str, link: str | None, facts: tuple[Fact, ...]
) -> str:
    parts = (language.tag, *sorted(rules), heading, link or "", *(fact.key for fact in facts))
    return sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _twin(findings: list[Finding], reading: Reading, uri: str | None, memento: str | None) -> Twin:
    rules = {found.rule for found in findings}
    retracted = Rule.SOURCE_RETRACTED in rules
    wanted = (Rule.SOURCE_RETRACTED, Rule.SOURCE_CORRECTED)
    quotes = [found.evidence.quote for found in findings if found.rule in wanted]
    modified = reading.dates.modified
    iso = ""
    if modified is not None and not modified.weak:
        iso = language_for(()).shown(modified).iso
    return Twin(
        work_status="Retracted" if retracted else "Outdated",
        original=safe_link(uri),
        memento=safe_link(memento),
        modified=iso,
        correction=clean(quotes[0], 400) if quotes else "",
    )


def _tone(rules: set[Rule]) -> BannerTone:
    if Rule.SOURCE_RETRACTED in rules:
        return BannerTone.STRONG
    return BannerTone.MILD if rules <= _MILD else BannerTone.PLAIN


def _heading(rules: set[Rule], reading: Reading) -> str:
    if Rule.SOURCE_RETRACTED in rules:
        return "This article was retracted"
    if rules & _EDITED:
        return "This copy is out of date"
    if rules & _AWAY:
        return "The original is no longer there"
    if rules <= _MILD and archive_notice(reading) is not None:
        return "About this archived article"  # that it may be outdated the publisher said
    if rules == {Rule.NO_TIMESTAMP}:
        return "This article bears no date"
    return (
        "This is an older article" if Rule.AGE_EXCEEDED in rules else "This article is out of date"
    )


def _link_text(rules: set[Rule]) -> str:
    if Rule.SOURCE_RETRACTED in rules:
        return "Read what the source says now"
    return "Read the current version" if rules & _EDITED else "Open the original page"
