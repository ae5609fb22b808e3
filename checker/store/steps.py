"""What a check or a derivation of an article brings, beside what is stored of the article now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checker.model import CheckRecord, Standing
from checker.store.articles import canonical
from checker.store.written import KeptCopy


@dataclass(frozen=True, slots=True)
class Step:
    """A record that is not in the history yet, and what is stored of its article now."""

    record: CheckRecord
    stored: Any  # a row: what ``record`` selects
    retired: bool = False  # it is another article, moved

    @property
    def standing(self) -> Standing:
        return self.record.standing

    @property
    def before(self) -> Standing | None:
        return self.record.before

    @property
    def overtaken(self) -> bool:
        return self.retired or overtaken(self.standing, self.stored)

    @property
    def moved_to(self) -> str | None:
        moved = self.standing.moved_to
        return None if moved is None else canonical(moved)

    @property
    def next_check_at(self) -> datetime | None:
        if not self.stored.active or self.retired:
            return None
        if self.overtaken:
            return self.record.finished_at
        planned = self.record.standing.next_check_at
        touched: datetime | None = self.stored.touched_at
        if touched is None:
            return planned
        return touched if planned is None else min(planned, touched)


@dataclass(frozen=True, slots=True)
class Derived:
    """A standing derived again, and what is stored of its article now."""

    standing: Standing
    stored: Any
    before: None = None  # whatever derived it, it is written


def overtaken(standing: Standing, stored: Any) -> bool:
    """Another copy was accepted or found meanwhile: this standing is that of the former one."""
    kept: KeptCopy | None = stored.copy
    copy = standing.copy
    return kept is not None and (
        copy is None or (kept.digest, kept.memento_datetime) != (copy.digest, copy.memento_datetime)
    )
