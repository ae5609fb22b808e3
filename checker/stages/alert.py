"""What is told, to whom, and the mail that tells it: one per recipient and run."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from checker.model import Alert, AlertEvent, Finding, Mail, Rule, Severity
from checker.stages.banner.compose import rank
from checker.stages.banner.render import templates
from checker.stages.banner.words import clean, clean_row, day, plural, safe_link
from checker.stages.transition import adoption_alerts, adoption_summary, alerts, transition

__all__ = ["adoption_alerts", "adoption_summary", "alerts", "compose", "transition"]

MAX_ARTICLES = 50
MAX_FINDINGS = 5
MAX_SUMMARY_LINES = 60
_DOMAIN = re.compile(r"(?=.{1,253}$)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")

_EVENTS = {  # in the order of the mail; how the subject and the group's title call them
    AlertEvent.BECAME_OUTDATED: ("outdated", "Outdated now"),
    AlertEvent.GOT_WORSE: ("worse", "Worse than before"),
    AlertEvent.BECAME_CURRENT: ("current again", "Current again"),
}
_WHAT = {
    Rule.SOURCE_RETRACTED: "retracted at the source",
    Rule.SOURCE_CORRECTED: "corrected at the source",
    Rule.SOURCE_CHANGED: "changed at the source",
    Rule.SOURCE_REPLACED: "replaced by another page",
    Rule.SOURCE_GONE: "gone",
    Rule.EXPIRED: "expired",
    Rule.AGE_EXCEEDED: "by age",
}


@dataclass(frozen=True, slots=True)
class _Line:
    """One finding as the mail shows it."""

    message: str
    quote: str
    place: str


@dataclass(frozen=True, slots=True)
class _Entry:
    title: str
    link: str | None
    uri: str
    source: str
    since: str
    lines: tuple[_Line, ...]
    more: int


@dataclass(frozen=True, slots=True)
class _Group:
    title: str
    count: int
    entries: tuple[_Entry, ...]
    rest: int


@dataclass(frozen=True, slots=True)
class _Report:
    """An adoption report: what a source looked like when it was first checked."""

    title: str
    lines: tuple[str, ...]


def compose(recipient: str, alerts: tuple[Alert, ...], *, now: datetime, sender: str) -> Mail:
    """One mail that tells *recipient* all of *alerts*, in plain text and in HTML alike.

    At most ``MAX_ARTICLES`` articles are shown, the rest is counted. The Message-ID follows from
    the alerts' keys and the recipient, so a mail composed again is recognised as the same; its
    domain is that of *sender*. All text of the alerts is taken for hostile.
    """
    told = tuple({alert.key: alert for alert in alerts}.values())
    changes = sorted((a for a in told if a.event is not AlertEvent.ADOPTION), key=_order)
    reports = tuple(_report(a) for a in told if a.event is AlertEvent.ADOPTION)
    subject = _subject(changes, [a for a in told if a.event is AlertEvent.ADOPTION])
    content = {
        "subject": subject,
        "groups": tuple(_groups(changes)),
        "reports": reports,
        "only": not changes and len(reports) == 1,  # then the subject is title enough
        "sent": f"{day(now)}, {now.astimezone(UTC):%H:%M} UTC",
        "recipient": clean(recipient, 254),
    }
    return Mail(
        message_id=_message_id(recipient, told, sender),
        recipient=recipient,
        subject=subject,
        text=templates().get_template("mail.txt").render(content).strip() + "\n",
        html=templates().get_template("mail.html").render(content).strip() + "\n",
        created_at=now,
    )


def _worst(alert: Alert) -> Finding | None:
    findings = alert.verdict.findings if alert.verdict else ()
    outdated = [found for found in findings if found.severity is Severity.OUTDATED]
    return min(outdated, key=rank) if outdated else None


def _order(alert: Alert) -> tuple[int, int, str, str]:
    worst = _worst(alert)
    seriousness = rank(worst) if worst else len(Rule)
    return list(_EVENTS).index(alert.event), seriousness, alert.title.casefold(), alert.key


def _groups(changes: list[Alert]) -> Iterable[_Group]:
    room = MAX_ARTICLES
    for event, (_, title) in _EVENTS.items():
        found = [alert for alert in changes if alert.event is event]
        if found:
            shown = found[:room]
            room -= len(shown)
            entries = tuple(_entry(alert) for alert in shown)
            yield _Group(title, len(found), entries, len(found) - len(shown))


def _entry(alert: Alert) -> _Entry:
    told = (Severity.OUTDATED, Severity.WARNING)
    findings = [f for f in (alert.verdict.findings if alert.verdict else ()) if f.severity in told]
    findings.sort(key=lambda found: (told.index(found.severity), rank(found)))
    since = alert.verdict.outdated_since if alert.verdict else None
    return _Entry(
        title=clean(alert.title, 160) or clean(alert.uri, 160) or "Untitled",
        link=safe_link(alert.uri),
        uri=clean(alert.uri, 2048),
        source=clean(alert.source, 80),
        since=day(since) if since else "",
        lines=tuple(_line(found) for found in findings[:MAX_FINDINGS]),
        more=max(0, len(findings) - MAX_FINDINGS),
    )


def _line(finding: Finding) -> _Line:
    quote = clean(finding.evidence.quote, 280)
    message = clean(finding.message, 400)
    return _Line(message, "" if quote in message else quote, clean(finding.evidence.place, 80))


def _report(alert: Alert) -> _Report:
    lines = alert.summary.splitlines()[:MAX_SUMMARY_LINES]
    title = f"First report on {clean(alert.source or alert.title, 80)}"
    return _Report(title, tuple(clean_row(line, 400) for line in lines))


def _subject(changes: list[Alert], adoptions: list[Alert]) -> str:
    """What and how much: ``"3 articles outdated: 1 corrected at the source, 2 by age"``; of one
    article which: ``"Outdated: “Toll rises” (corrected at the source)"``."""
    if len(changes) == 1 and not adoptions and changes[0].title:
        return _subject_of_one(changes[0])
    parts = []
    for event, (word, _) in _EVENTS.items():
        found = [alert for alert in changes if alert.event is event]
        if found:
            kinds = Counter(_kind(alert) for alert in found)  # in the order of seriousness
            what = ", ".join(f"{count} {kind}" for kind, count in kinds.items() if kind)
            head = f"{plural(len(found), 'article')} {word}"
            parts.append(f"{head}: {what}" if what else head)
    sources = [clean(alert.source or alert.title, 60) for alert in adoptions]
    if sources:
        parts.append("first report on " + ", ".join(sources[:3]) + (", …" if sources[3:] else ""))
    if len(sources) == 1 and not changes:
        parts = [f"{parts[0]}: {said}" if (said := _headline(adoptions[0])) else parts[0]]
    if len(changes) == 1 and changes[0].title:
        parts.append(f"“{clean(changes[0].title, 60)}”")
    line = clean("; ".join(parts), 200) or "Nothing to report"
    return line[0].upper() + line[1:]


def _subject_of_one(alert: Alert) -> str:
    kind = _kind(alert)
    line = f"{_EVENTS[alert.event][0]}: “{clean(alert.title, 100)}”{f' ({kind})' if kind else ''}"
    return line[0].upper() + line[1:]


def _headline(alert: Alert) -> str:
    """The report's first sentence: ``"2 of 8 articles are outdated"``."""
    return clean(alert.summary.partition("\n")[0], 100).rstrip(".")


def _kind(alert: Alert) -> str:
    worst = _worst(alert)
    if worst is None or alert.event is AlertEvent.BECAME_CURRENT:
        return ""
    return _WHAT.get(worst.rule, worst.rule.value)


def _message_id(recipient: str, alerts: tuple[Alert, ...], sender: str) -> str:
    keys = "\n".join((*sorted(alert.key for alert in alerts), recipient))
    digest = sha256(keys.encode("utf-8", "surrogatepass")).hexdigest()[:40]
    _, at, domain = sender.rstrip("> ").rpartition("@")
    sound = at and _DOMAIN.fullmatch(domain)
    return f"<{digest}@{domain if sound else 'archive-checker.invalid'}>"
