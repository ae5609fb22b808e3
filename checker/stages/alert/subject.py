"""The subject: what and how much."""

from collections import Counter

from checker.model import Alert, AlertEvent, Rule
from checker.stages.alert.entries import EVENTS, title_of, worst
from checker.stages.alert.phrases import Phrases, isolated
from checker.stages.banner.words import clean

MAX_SUBJECT = 200


def subject(changes: list[Alert], adoptions: list[Alert], say: Phrases) -> str:
    """``"3 articles outdated: 1 corrected at the source, 2 by age"``; of one article which:
    ``"Outdated: “Toll rises” (corrected at the source)"``."""
    if len(changes) == 1 and not adoptions:
        return _of_one(changes[0], say)
    parts = []
    for event, word in EVENTS.items():
        found = [alert for alert in changes if alert.event is event]
        if found:
            kinds = Counter(_kind(alert, say) for alert in found)  # the gravest first
            what = say["comma"].join(f"{say.number(n)} {kind}" for kind, n in kinds.items() if kind)
            head = say.counted(word, len(found))
            parts.append(f"{head}: {what}" if what else head)
    parts += _of_reports(adoptions, say, alone=not changes)
    if len(changes) == 1:
        parts.append(_quoted(changes[0], 60, say))
    return _line("; ".join(parts)) or say["nothing"]


def _of_one(alert: Alert, say: Phrases) -> str:
    kind = _kind(alert, say)
    label = say[f"label_{EVENTS[alert.event]}"]
    return _line(f"{label}: {_quoted(alert, 100, say)}{f' ({kind})' if kind else ''}")


def _of_reports(adoptions: list[Alert], say: Phrases, *, alone: bool) -> list[str]:
    sources = [clean(alert.source or alert.title, 60) for alert in adoptions]
    if not sources:
        return []
    names = ", ".join(sources[:3]) + (", …" if sources[3:] else "")
    line = say["report_on"].format(names)
    said = clean(adoptions[0].summary.partition("\n")[0], 100).rstrip(".")
    return [f"{line}: {said}" if alone and len(sources) == 1 and said else line]


def _quoted(alert: Alert, limit: int, say: Phrases) -> str:
    return isolated(say["quoted"].format(clean(title_of(alert), limit)))


def _kind(alert: Alert, say: Phrases) -> str:
    """What it is about; "" where the event has said so."""
    found = worst(alert)
    if found is None or (alert.event is AlertEvent.SOURCE_GONE and found.rule is Rule.SOURCE_GONE):
        return ""
    return say.kind(found.rule)


def _line(text: str) -> str:
    """One line; its parts are clean, and its marks of direction come in pairs."""
    cut = text if len(text) <= MAX_SUBJECT else text[: MAX_SUBJECT - 1].rstrip() + "…"
    return cut + "\u2069" * (cut.count("\u2068") - cut.count("\u2069"))
