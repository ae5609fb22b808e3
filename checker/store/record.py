"""Recording checks: everything one check changes, in one transaction with its outbox rows."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_, update

from checker import codec
from checker.errors import StoreError
from checker.model import CheckRecord, Memento, Outcome, Standing, Verdict
from checker.store.dialect import upsert
from checker.store.figures import learn, tally
from checker.store.outbox import put_alerts
from checker.store.schema import articles, checks, derived, sources, standings
from checker.store.standing import chunks

_DERIVED = ("copy_reading", "newest_reading", "comparison", "forms")


@dataclass(frozen=True, slots=True)
class _Step:
    """A record that is not in the history yet, and what is stored of its article now."""

    record: CheckRecord
    stored: Any  # a row: id, touched_at, active, copy

    @property
    def standing(self) -> Standing:
        return self.record.standing

    @property
    def overtaken(self) -> bool:
        return _overtaken(self.standing, self.stored)

    @property
    def next_check_at(self) -> datetime | None:
        if not self.stored.active:
            return None
        if self.overtaken:
            return self.record.finished_at
        planned = self.record.standing.next_check_at
        touched: datetime | None = self.stored.touched_at
        if touched is None:
            return planned
        return touched if planned is None else min(planned, touched)


@dataclass(frozen=True, slots=True)
class _Derived:
    """A standing derived again, and what is stored of its article now."""

    standing: Standing
    stored: Any


def _overtaken(standing: Standing, stored: Any) -> bool:
    """Another copy was accepted or found meanwhile: this standing is that of the former one."""
    kept: Memento | None = stored.copy
    copy = standing.copy
    return kept is not None and (
        copy is None or (kept.digest, kept.memento_datetime) != (copy.digest, copy.memento_datetime)
    )


def rederived(connection: Connection, given: Sequence[Standing]) -> None:
    """Readings, comparisons and verdicts of what was derived again: no check, no alert. The
    caller holds the articles' leases; what another copy overtook is left as it is."""
    stored = _stored(connection, {one.article.id for one in given})
    steps = [
        _Derived(one, stored[one.article.id])
        for one in given
        if one.article.id in stored and not _overtaken(one, stored[one.article.id])
    ]
    if not steps:
        return
    this = articles.c.id == bindparam("number")
    rows = [
        {
            "number": one.standing.article.id,
            "status": one.standing.verdict and one.standing.verdict.status,
            "verdict_key": one.standing.verdict and key_of(one.standing.verdict),
            "flagged_at": one.standing.verdict and one.standing.verdict.outdated_since,
        }
        for one in steps
    ]
    connection.execute(update(articles).where(this), rows)
    _put_standings(connection, steps)
    _put_derived(connection, steps)


def record(connection: Connection, records: Sequence[CheckRecord]) -> None:
    """Idempotent by article and start: what is in the history already changes nothing, nor does a
    check that another has been recorded since: who was taken for dead may yet come back."""
    for some in chunks(records):
        steps = _steps(connection, some)
        if not steps:
            continue
        connection.execute(insert(checks), [_check_row(step.record) for step in steps])
        _update_articles(connection, steps)
        learn(connection, [step.record for step in steps])
        tally(connection, [step.record for step in steps])
        current = [step for step in steps if not step.overtaken]
        if current:
            _put_standings(connection, current)
            _put_derived(connection, current)
            put_alerts(connection, [row for step in current for row in _alert_rows(step)])


def _steps(connection: Connection, records: list[CheckRecord]) -> list[_Step]:
    keys = [(one.standing.article.id, one.started_at) for one in records]
    key = tuple_(checks.c.article_id, checks.c.started_at)
    rows = connection.execute(select(checks.c.article_id, checks.c.started_at).where(key.in_(keys)))
    done = {(row.article_id, row.started_at) for row in rows}
    stored = _stored(connection, {number for number, _ in keys})
    steps = []
    for (number, start), one in zip(keys, records, strict=True):
        if number not in stored:
            raise StoreError(
                f"article {number}",
                "a check of it can't be recorded: this database has no such article",
                "Check that every checker process uses the same store.url.",
            )
        if (number, start) not in done and stored[number].checks <= _checks_before(one):
            done.add((number, start))
            steps.append(_Step(one, stored[number]))
    return steps


def _checks_before(one: CheckRecord) -> int:
    """How many checks its article had when this one began."""
    counted = one.outcome is not Outcome.NO_NETWORK
    return one.standing.checks - counted


def _stored(connection: Connection, ids: set[int]) -> dict[int, Any]:
    rows = connection.execute(
        select(
            articles.c.id,
            articles.c.checks,
            articles.c.touched_at,
            sources.c.active,
            standings.c.copy,
        )
        .join(sources, sources.c.name == articles.c.source)
        .outerjoin(standings, standings.c.article_id == articles.c.id)
        .where(articles.c.id.in_(ids))
    )
    return {row.id: row for row in rows}


def _check_row(one: CheckRecord) -> dict[str, Any]:
    standing = one.standing
    return {
        "article_id": standing.article.id,
        "started_at": one.started_at,
        "finished_at": one.finished_at,
        "outcome": one.outcome,
        "detail": one.detail,
        "status": one.status,
        "change": standing.comparison and standing.comparison.change,
        "verdict": standing.verdict and standing.verdict.status,
        "version": standing.verdict.version if standing.verdict else "",
        "capture": one.capture,
        "level": one.level,
    }


def _update_articles(connection: Connection, steps: list[_Step]) -> None:
    """Two kinds of rows, because one statement sets the same columns for all its rows."""
    this = articles.c.id == bindparam("number")
    both = [(step.overtaken, _article_values(step)) for step in steps]
    for kind in (True, False):
        rows = [values for overtaken, values in both if overtaken is kind]
        if rows:
            connection.execute(update(articles).where(this), rows)


def _article_values(step: _Step) -> dict[str, Any]:
    standing = step.record.standing
    values = {
        "number": standing.article.id,
        "next_check_at": step.next_check_at,
        "lease_until": None,
        "touched_at": None,
        "checks": standing.checks,
        "last_checked_at": standing.last_checked_at,
        "not_before": standing.not_before,
    }
    if step.overtaken:
        return values
    verdict = standing.verdict
    return values | {
        "status": verdict and verdict.status,
        "verdict_key": verdict and key_of(verdict),
        "moved_to": standing.moved_to,
        "changes": standing.changes,
        "last_compared_at": standing.last_compared_at,
        "changed_at": standing.changed_at,
        "track_edits": standing.track.edits,
        "track_hours": standing.track.hours,
        "share": standing.share,
        "flagged_at": verdict and verdict.outdated_since,
    }


def key_of(verdict: Verdict) -> str:
    """Equal for verdicts that say the same, whenever they were judged and compared."""
    findings = [(one.rule, one.severity, one.message) for one in verdict.findings]
    said = codec.dumps([verdict.status, findings])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _put_standings(connection: Connection, steps: Sequence[_Step | _Derived]) -> None:
    """Hints and reviews are not a check's to write: some may have come while it ran."""
    rows = [
        {
            "article_id": step.standing.article.id,
            "copy": _placed(step.standing.copy, step.stored.copy),
            "newest": step.standing.newest,
            "absences": step.standing.absences,
            "verdict": step.standing.verdict,
            "told": step.standing.told,
        }
        for step in steps
    ]
    statement = upsert(connection, standings)
    new = {
        name: statement.excluded[name] for name in ("copy", "newest", "absences", "verdict", "told")
    }
    connection.execute(
        statement.on_conflict_do_update(index_elements=["article_id"], set_=new), rows
    )


def _placed(copy: Memento | None, kept: Memento | None) -> Memento | None:
    """The same bytes may have been found at another place meanwhile."""
    return copy if copy is None or kept is None else replace(copy, locator=kept.locator)


def _put_derived(connection: Connection, steps: Sequence[_Step | _Derived]) -> None:
    """Large values; a row whose value stays the same is not written."""
    rows, empty = [], []
    for step in steps:
        standing = step.standing
        for kind in _DERIVED:
            value = getattr(standing, kind)
            if value is None or value == ():
                empty.append({"number": standing.article.id, "which": kind})
            else:
                body = codec.dumps(value)
                rows.append({"article_id": standing.article.id, "kind": kind, "body": body})
    if rows:
        statement = upsert(connection, derived)
        changed = derived.c.body != statement.excluded.body
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["article_id", "kind"],
                set_={"body": statement.excluded.body},
                where=changed,
            ),
            rows,
        )
    if empty:
        this = derived.c.article_id == bindparam("number")
        connection.execute(delete(derived).where(this, derived.c.kind == bindparam("which")), empty)


def _alert_rows(step: _Step) -> list[tuple[Any, int, datetime]]:
    one = step.record
    return [(alert, one.standing.article.id, one.started_at) for alert in one.alerts]
