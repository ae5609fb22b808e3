"""Who is told of an article, and what they are given to tell it with."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from checker.model import (
    Alert,
    AlertEvent,
    Edit,
    Recipient,
    Severity,
    Standing,
    Subscription,
    Told,
    Verdict,
)
from checker.stages.freshness import path_matches

_MOST_EDITS = 3
_MOST_WORDS = 400  # characters of each side of an edit: mails show far less


def effective(
    configured: Iterable[Recipient], stored: Iterable[Subscription]
) -> tuple[Recipient, ...]:
    """The recipients in force: the store's word on an address outranks the configuration's."""
    words = {one.address.casefold(): one for one in stored}
    kept = [one for one in configured if one.address.casefold() not in words]
    return (*kept, *(one.recipient for one in words.values() if one.recipient is not None))


def alerts(
    standing: Standing,
    event: AlertEvent,
    recipients: Iterable[Recipient],
    now: datetime,
    before: Told | None = None,
) -> tuple[Alert, ...]:
    """One alert for each address that wants to know; ``key`` is the same for the same news.

    The key names article, event, reasons, the instant of the judgement and, by digest, the
    recipient: a check that is recorded twice is told once, but the same step on the same day
    after its reverse is news again. *before* is what was known: somebody who asked for a rule
    is told when it no longer applies, too.
    """
    verdict, article = standing.verdict, standing.article
    assert verdict is not None, "there is no event without a verdict"
    reasons = sorted({one.rule for one in verdict.findings if one.severity is Severity.OUTDATED})
    key = f"{article.id}/{event.value}/{'+'.join(reasons)}/{verdict.judged_at.isoformat()}"
    about = replace(as_alert(standing), key=key, event=event, created_at=now)
    rules = {one.rule for one in verdict.findings} | set(before.reasons if before else ())
    return tuple(
        replace(about, key=f"{key}/{_digest(address)}", recipient=address)
        for address in _addresses(
            one for one in recipients if _wants(one, standing, event, frozenset(rules))
        )
    )


def as_alert(standing: Standing) -> Alert:
    """What is told of an article, addressed to nobody yet."""
    article, copy, verdict = standing.article, standing.copy, standing.verdict
    assert verdict is not None, "nothing is told of what was never judged"
    return Alert(
        key="",
        recipient="",
        event=AlertEvent.BECAME_OUTDATED,
        uri=article.uri,
        title=standing.title,
        verdict=verdict,
        created_at=verdict.judged_at,
        source=article.source,
        article_id=article.id,
        section=section_of(standing),
        edits=_edits(standing),
        newest=standing.copy_reading.dates.newest if standing.copy_reading else None,
        copy=(copy.uri_m or copy.locator.path) if copy is not None else "",
    )


def _wants(one: Recipient, standing: Standing, event: AlertEvent, rules: frozenset[str]) -> bool:
    if one.minimum is Severity.OFF:
        return False
    if event is AlertEvent.WARNED and one.minimum is Severity.OUTDATED:
        return False
    if one.rules and rules.isdisjoint(one.rules):
        return False
    if _owns(one, standing):
        return True
    if not _asks(one):
        return False
    article = standing.article
    return (
        (not one.sources or article.source in one.sources)
        and (not one.sections or _in(section_of(standing), one.sections))
        and (not one.paths or any(path_matches(article.uri, glob) for glob in one.paths))
    )


def _asks(one: Recipient) -> bool:
    """Whether somebody wants more than what they own."""
    return not one.owns or bool(one.sources or one.sections or one.paths)


def _owns(one: Recipient, standing: Standing) -> bool:
    reading = standing.copy_reading
    owners = reading.owners if reading is not None else ()
    return any(_in(owner, (*one.owns, one.address)) for owner in owners)


def _in(word: str, words: tuple[str, ...]) -> bool:
    return word.strip().casefold() in {one.strip().casefold() for one in words}


def section_of(standing: Standing) -> str:
    """The article's section as its source states it, else as its copy does; "" for neither."""
    reading = standing.copy_reading
    return standing.article.section or (reading.section if reading is not None else None) or ""


def adoption_alerts(
    source: str, summary: str, recipients: Iterable[Recipient], now: datetime
) -> tuple[Alert, ...]:
    """One report per address instead of an alert for each first verdict."""
    interested = (
        one
        for one in recipients
        if _asks(one)
        and one.minimum is not Severity.OFF
        and (not one.sources or source in one.sources)
    )
    key = f"{AlertEvent.ADOPTION.value}/{source}/{now.date().isoformat()}"
    return tuple(
        Alert(
            f"{key}/{_digest(address)}",
            address,
            AlertEvent.ADOPTION,
            "",
            source,
            None,
            now,
            source,
            summary,
        )
        for address in _addresses(interested)
    )


def _addresses(recipients: Iterable[Recipient]) -> tuple[str, ...]:
    """Each address once, as first written."""
    found: dict[str, str] = {}
    for one in recipients:
        found.setdefault(one.address.casefold(), one.address)
    return tuple(found.values())


def _digest(address: str) -> str:
    """Keys reach logs, addresses need not."""
    return hashlib.sha256(address.casefold().encode("utf-8", "replace")).hexdigest()[:12]


def _edits(standing: Standing) -> tuple[Edit, ...]:
    """The most telling differences, for the mail: those that make the change count first."""
    comparison, verdict = standing.comparison, standing.verdict
    if comparison is None or not _about_text(verdict):
        return ()
    telling = sorted(comparison.edits, key=lambda edit: not edit.why)
    return tuple(_short(edit) for edit in telling[:_MOST_EDITS])


def _about_text(verdict: Verdict | None) -> bool:
    """Whether any finding rests on what differs: an old copy of a page gone has no diff."""
    return verdict is not None and any(
        found.rule.value.startswith("source-") or found.rule.value == "stealth-edit"
        for found in verdict.findings
        if found.severity in {Severity.OUTDATED, Severity.WARNING}
    )


def _short(edit: Edit) -> Edit:
    """Both sides from shortly before where they part."""
    apart = next(
        (n for n, (a, b) in enumerate(zip(edit.before, edit.after, strict=False)) if a != b),
        min(len(edit.before), len(edit.after)),
    )
    start = max(0, apart - _MOST_WORDS // 4)
    if start:
        start = edit.before.find(" ", start, apart) + 1 or start
    lead = "… " if start else ""
    return replace(
        edit,
        before=_cut(lead, edit.before, start),
        after=_cut(lead, edit.after, start),
        removed=edit.removed[:20],
        added=edit.added[:20],
    )


def _cut(lead: str, text: str, start: int) -> str:
    if not text:
        return ""
    rest = text[start:]
    return lead + (rest if len(rest) <= _MOST_WORDS else rest[: _MOST_WORDS - 1] + "…")
