"""Recording checks: everything one check changes, in one transaction with its outbox rows."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, tuple_, type_coerce, update

from checker import codec
from checker.errors import StoreError
from checker.model import CheckRecord, Outcome, Rule, Severity, Standing, Status, Verdict
from checker.store import moves
from checker.store.columns import Value
from checker.store.figures import learn, tally
from checker.store.outbox import put_alerts
from checker.store.schema import articles, checks, sources, standings
from checker.store.standing import chunks
from checker.store.steps import Derived, Step, overtaken
from checker.store.written import KeptCopy, put_derived, put_standings


def rederived(connection: Connection, given: Sequence[Standing]) -> None:
    """Readings, comparisons and verdicts of what was derived again: no check, no alert. The
    caller holds the articles' leases; what another copy overtook is left as it is, and so is what was
    checked meanwhile: a lease ends where its holder was suspended."""
    stored = _stored(connection, {one.article.id for one in given})
    steps = [
        Derived(one, stored[one.article.id])
        for one in given
        if one.article.id in stored
        and stored[one.article.id].same_as is None
        and stored[one.article.id].checks == one.checks
        and not overtaken(one, stored[one.article.id])
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
            "judged_at": one.standing.verdict and one.standing.verdict.judged_at,
        }
        for one in steps
    ]
    connection.execute(update(articles).where(this), rows)
    put_standings(connection, steps)
    put_derived(connection, steps)


def record(connection: Connection, records: Sequence[CheckRecord]) -> None:
    """Idempotent by article and start: what is in the history already changes nothing, nor does a
    check that another has been recorded since: who was taken for dead may yet come back."""
    for some in chunks(records):
        steps = _moved(connection, _steps(connection, some))
        if not steps:
            continue
        connection.execute(insert(checks), [_check_row(step.record) for step in steps])
        _update_articles(connection, steps)
        learn(connection, [step.record for step in steps])
        tally(connection, [step.record for step in steps])
        current = [step for step in steps if not step.overtaken]
        if current:
            put_standings(connection, current)
            put_derived(connection, current)
            put_alerts(connection, [row for step in current for row in _alert_rows(step)])


def _steps(connection: Connection, records: list[CheckRecord]) -> list[Step]:
    stored = _stored(connection, {one.standing.article.id for one in records})
    steps = []
    for one in records:
        number = one.standing.article.id
        if number not in stored:
            raise StoreError(
                f"article {number}",
                "a check of it can't be recorded: this database has no such article",
                "Check that every checker process uses the same store.url.",
            )
        if stored[number].checks <= _checks_before(one):
            retired = stored[number].same_as is not None
            steps.append(Step(one, stored[number], retired))
    done = _done(connection, steps)
    fresh: dict[tuple[int, datetime], Step] = {}
    for step in steps:
        key = step.standing.article.id, step.record.started_at
        if key not in done:
            fresh.setdefault(key, step)
    return list(fresh.values())


def _moved(connection: Connection, steps: list[Step]) -> list[Step]:
    """*steps*, of which some find out that others are of no article of their own."""
    learned = [
        moves.Move(
            step.stored.id,
            step.stored.source,
            step.stored.given_digest is not None,
            step.stored.moved_to,
            None if step.standing.absences.replaced is not None else step.moved_to,
        )
        for step in steps
        if not step.overtaken and (step.moved_to or step.stored.moved_to)
    ]
    if not learned:
        return steps
    moves.follow(connection, learned, max(one.record.finished_at for one in steps))
    retired = moves.retired(connection, [step.stored.id for step in steps])
    return [replace(step, retired=step.stored.id in retired) for step in steps]


def _done(connection: Connection, steps: list[Step]) -> set[tuple[int, datetime]]:
    """What of *steps* is in the history. Asked only where it may be: the count of checks has let
    them pass, so that nothing is there but checks that don't count, and others' of that moment."""
    keys = [
        (step.standing.article.id, step.record.started_at)
        for step in steps
        if step.record.outcome is Outcome.NO_NETWORK
        or (step.stored.last_checked_at or step.record.started_at) >= step.record.started_at
    ]
    if not keys:
        return set()
    key = tuple_(checks.c.article_id, checks.c.started_at)
    rows = connection.execute(select(checks.c.article_id, checks.c.started_at).where(key.in_(keys)))
    return {(row.article_id, row.started_at) for row in rows}


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
            articles.c.last_checked_at,
            articles.c.source,
            articles.c.given_digest,
            articles.c.moved_to,
            articles.c.same_as,
            sources.c.active,
            type_coerce(standings.c.copy, Value[KeptCopy](KeptCopy)).label("copy"),
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


def _update_articles(connection: Connection, steps: list[Step]) -> None:
    """Two kinds of rows, because one statement sets the same columns for all its rows."""
    this = articles.c.id == bindparam("number")
    both = [(step.overtaken, _article_values(step)) for step in steps]
    for kind in (True, False):
        rows = [values for overtaken, values in both if overtaken is kind]
        if rows:
            connection.execute(update(articles).where(this), rows)


def _article_values(step: Step) -> dict[str, Any]:
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
        "moved_to": step.moved_to,
        "changes": standing.changes,
        "last_compared_at": standing.last_compared_at,
        "changed_at": standing.changed_at,
        "track_edits": standing.track.edits,
        "track_hours": standing.track.hours,
        "share": standing.share,
        "flagged_at": verdict and verdict.outdated_since,
        "judged_at": verdict and verdict.judged_at,
    }


def key_of(verdict: Verdict) -> str:
    """Equal for verdicts that say the same, whenever they were judged and compared."""
    said = tuple((one.rule, one.severity, one.message) for one in verdict.findings)
    return _key(verdict.status, said)


@lru_cache(maxsize=1_024)
def _key(status: Status, findings: tuple[tuple[Rule, Severity, str], ...]) -> str:
    said = codec.dumps([status, findings])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _alert_rows(step: Step) -> list[tuple[Any, int, datetime]]:
    one = step.record
    return [(alert, one.standing.article.id, one.started_at) for alert in one.alerts]
