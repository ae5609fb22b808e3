"""What the demo has seen so far, so that it tells only what is new, and only what it saw."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from checker.model import Severity, Standing, Status, Verdict
from checker.service import Published

Changed = tuple[tuple[Standing, Verdict], ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One point in time: what the newsroom did, what the checker concluded, what it did then."""

    now: datetime
    passed: timedelta
    told: tuple[str, ...]
    changed: Changed
    banners: tuple[Published, ...]
    mails: tuple[str, ...]


@dataclass(slots=True)
class Ledger:
    """Verdicts as last seen, and when each article was edited, flagged and cleared."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    edited: dict[str, datetime] = field(default_factory=dict)
    flagged: dict[str, datetime] = field(default_factory=dict)
    cleared: dict[str, datetime] = field(default_factory=dict)
    outage_checks: int = 0
    outage_changes: int = 0
    mails: int = 0

    def changes(self, standings: Sequence[Standing], now: datetime, *, outage: bool) -> Changed:
        """The articles whose verdict, or the rules behind it, are not those last seen."""
        changed = []
        for standing in standings:
            verdict, uri = standing.verdict, standing.article.uri
            if verdict is None:
                continue
            before = self.verdicts.get(uri)
            self.verdicts[uri] = verdict
            self._note(slug_of(standing), verdict.status, before, now)
            if outage and before is not None:
                self.outage_checks += standing.last_checked_at == now
                self.outage_changes += before.status is not verdict.status
            if before is None or _telling(before) != _telling(verdict):
                changed.append((standing, verdict))
        return tuple(changed)

    def _note(self, slug: str, status: Status, before: Verdict | None, now: datetime) -> None:
        if status is Status.OUTDATED:
            self.flagged.setdefault(slug, now)
        elif before is not None and before.status is Status.OUTDATED:
            self.cleared[slug] = now

    def new_mails(self, subjects: Sequence[str]) -> tuple[str, ...]:
        fresh = tuple(subjects[self.mails :])
        self.mails = len(subjects)
        return fresh


def slug_of(standing: Standing) -> str:
    return standing.article.uri.rpartition("/")[2].removesuffix(".html")


def _telling(verdict: Verdict) -> tuple[str, ...]:
    rules = (one.rule.value for one in verdict.findings if one.severity is not Severity.INFO)
    return (verdict.status.value, *sorted(rules))
