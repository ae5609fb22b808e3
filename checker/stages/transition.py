"""A change of verdict is told; a state is not."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from checker.model import (
    Alert,
    AlertEvent,
    Article,
    Recipient,
    Rule,
    Severity,
    Standing,
    Status,
    Verdict,
)

# How much worse one reason is than another: told again when a graver one comes up.
_GRAVITY = {
    Rule.SOURCE_RETRACTED: 4,
    Rule.SOURCE_GONE: 3,
    Rule.SOURCE_REPLACED: 3,
    Rule.SOURCE_CORRECTED: 2,
    Rule.SOURCE_CHANGED: 1,
}
_MAX_SECTIONS = 40  # columns of text that a reader of the report can still use
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


def transition(before: Verdict | None, after: Verdict) -> AlertEvent | None:
    """What somebody is to be told of the step from *before* to *after*, if anything.

    A first verdict is no transition; nor is one between rules of different versions (trap 4).
    Becoming undetermined and what follows from it is told to nobody.
    """
    if before is None or before.version != after.version:
        return None
    if after.status is Status.OUTDATED:
        if before.status is not Status.OUTDATED:
            return AlertEvent.BECAME_OUTDATED
        return AlertEvent.GOT_WORSE if _got_worse(before, after) else None
    if after.status is Status.CURRENT and before.status is Status.OUTDATED:
        return AlertEvent.BECAME_CURRENT
    return None


def _got_worse(before: Verdict, after: Verdict) -> bool:
    """A reason came up that is graver than each that vanished."""
    old, new = _reasons(before), _reasons(after)
    worst_new = max((_gravity(rule) for rule in new - old), default=-1)
    worst_vanished = max((_gravity(rule) for rule in old - new), default=-1)
    return worst_new > worst_vanished


def _reasons(verdict: Verdict) -> frozenset[Rule]:
    return frozenset(
        finding.rule for finding in verdict.findings if finding.severity is Severity.OUTDATED
    )


def _gravity(rule: Rule) -> int:
    return _GRAVITY.get(rule, 0)


def alerts(
    article: Article,
    event: AlertEvent,
    verdict: Verdict,
    recipients: tuple[Recipient, ...],
    now: datetime,
) -> tuple[Alert, ...]:
    """One alert for each address that wants to know; ``key`` is the same for the same news.

    The key names article, event, reasons, the instant of the judgement and, by digest, the
    recipient: a check that is recorded twice is told once, but the same step on the same day
    after its reverse is news again.
    """
    reasons = "+".join(sorted(_reasons(verdict)))
    key = f"{article.id}/{event.value}/{reasons}/{verdict.judged_at.isoformat()}"
    return tuple(
        Alert(
            f"{key}/{_digest(address)}",
            address,
            event,
            article.uri,
            article.title,
            verdict,
            now,
            article.source,
        )
        for address in _interested(recipients, article.source)
    )


def adoption_alerts(
    source: str, summary: str, recipients: tuple[Recipient, ...], now: datetime
) -> tuple[Alert, ...]:
    """One report per address instead of an alert for each first verdict."""
    return tuple(
        Alert(
            f"{AlertEvent.ADOPTION.value}/{source}/{now.date().isoformat()}/{_digest(address)}",
            address,
            AlertEvent.ADOPTION,
            "",
            source,
            None,
            now,
            source,
            summary,
        )
        for address in _interested(recipients, source)
    )


def _interested(recipients: tuple[Recipient, ...], source: str) -> tuple[str, ...]:
    """Each address once. Every event is about being outdated, the gravest there is, so any
    ``minimum`` but "off", which silences, lets it through."""
    return tuple(
        dict.fromkeys(
            one.address
            for one in recipients
            if (not one.sources or source in one.sources) and one.minimum is not Severity.OFF
        )
    )


def _digest(address: str) -> str:
    """Keys reach logs, addresses need not."""
    return hashlib.sha256(address.casefold().encode("utf-8", "replace")).hexdigest()[:12]


# ── the adoption report ───────────────────────────────────────────────────────────────────────


def adoption_summary(standings: Iterable[Standing]) -> str:
    """What is outdated, as a plain text table of rules by section; reads *standings* once.

    Worded so that it is true before adoption and after it.
    """
    statuses: Counter[str] = Counter()
    cells: Counter[tuple[str, Rule]] = Counter()
    sections: Counter[str] = Counter()
    flagged: Counter[str] = Counter()
    for standing in standings:
        section, verdict = _section(standing), standing.verdict
        sections[section] += 1
        statuses[verdict.status.value if verdict is not None else "unchecked"] += 1
        if verdict is not None and verdict.status is Status.OUTDATED:
            flagged[section] += 1
            cells.update((section, rule) for rule in _reasons(verdict))
    is_are = "is" if flagged.total() == 1 else "are"
    lines = [f"{flagged.total():,} of {sections.total():,} articles {is_are} outdated."]
    if flagged:
        lines += ["", *_table(sections, flagged, cells)]
    for status, words in (
        (Status.UNDETERMINED.value, "could not be determined"),
        ("unchecked", "have not been checked yet"),
    ):
        if statuses[status]:
            lines += ["", f"{statuses[status]:,} {words}."]
    return "\n".join(lines) + "\n"


def _section(standing: Standing) -> str:
    reading = standing.copy_reading
    section = standing.article.section or (reading.section if reading is not None else None)
    name = " ".join(_CONTROLS.sub(" ", (section or "")[:200]).split())
    return (name if len(name) <= 24 else name[:23] + "…") or "(no section)"


def _table(
    sections: Counter[str], flagged: Counter[str], cells: Counter[tuple[str, Rule]]
) -> list[str]:
    """A row per section with flagged articles, most first, and one of sums."""
    rules = [rule for rule in Rule if any(cell[1] is rule for cell in cells)]
    names = sorted(flagged, key=lambda name: (-flagged[name], name))
    rows = [["section", "articles", "outdated", *(rule.value for rule in rules)]]
    for name in names[:_MAX_SECTIONS]:
        counts = (sections[name], flagged[name], *(cells[name, rule] for rule in rules))
        rows.append([name, *(f"{count:,}" for count in counts)])
    if len(names) > _MAX_SECTIONS:
        rows.append([f"({len(names) - _MAX_SECTIONS:,} more sections)"])
    sums = (sum(count for (_, one), count in cells.items() if one is rule) for rule in rules)
    rows.append(["all", *(f"{count:,}" for count in (sections.total(), flagged.total(), *sums))])
    return _aligned(rows)


def _aligned(rows: list[list[str]]) -> list[str]:
    columns = max(len(row) for row in rows)
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(columns)]
    return [
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=False))
        ).rstrip()
        for row in rows
    ]
