"""What is written of a standing: only what is not the same as when it was read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, delete, update

from checker import codec
from checker.model import Locator, Memento, Standing
from checker.store.dialect import upsert
from checker.store.schema import derived, standings

# Hints and reviews are not a check's to write: some may have come while it ran.
_NARROW = ("copy", "newest", "absences", "verdict", "told")
_DERIVED = ("copy_reading", "newest_reading", "comparison", "forms")


@dataclass(frozen=True, slots=True)
class KeptCopy:
    """What tells whether an article's copy is still the one that a check began with."""

    digest: str
    memento_datetime: datetime
    locator: Locator


class Writing(Protocol):
    """A standing to be written over what is ``stored``; ``before``: as it was read, if known."""

    @property
    def standing(self) -> Standing: ...

    @property
    def before(self) -> Standing | None: ...

    @property
    def stored(self) -> Any: ...


def put_standings(connection: Connection, given: Sequence[Writing]) -> None:
    changed: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    whole = []
    for one in given:
        names = _changed(one, _NARROW)
        values = {name: getattr(one.standing, name) for name in names}
        if "copy" in values:
            values["copy"] = _placed(one.standing.copy, one.stored.copy)
        if _has_row(one.before):
            changed[names].append({"number": one.standing.article.id, **values})
        else:
            whole.append({"article_id": one.standing.article.id, **values})
    for names, rows in changed.items():
        if names:
            this = standings.c.article_id == bindparam("number")
            connection.execute(update(standings).where(this), rows)
    if whole:
        row = upsert(connection, standings)
        new = {name: row.excluded[name] for name in _NARROW}
        connection.execute(
            row.on_conflict_do_update(index_elements=["article_id"], set_=new), whole
        )


def _has_row(before: Standing | None) -> bool:
    return before is not None and (before.copy is not None or before.verdict is not None)


def _changed(one: Writing, names: tuple[str, ...]) -> tuple[str, ...]:
    before = one.before
    if before is None or (names is _NARROW and not _has_row(before)):
        return names
    return tuple(n for n in names if _differs(n, getattr(before, n), getattr(one.standing, n)))


def _differs(name: str, before: Any, now: Any) -> bool:
    """When a verdict was found stands beside the schedule, which every check writes."""
    if name == "verdict" and before is not None and now is not None:
        return bool(replace(before, judged_at=now.judged_at) != now)
    return bool(before != now)


def _placed(copy: Memento | None, kept: KeptCopy | None) -> Memento | None:
    """The same bytes may have been found at another place meanwhile."""
    if copy is None or kept is None or copy.locator == kept.locator:
        return copy
    return copy.at(kept.locator)


def put_derived(connection: Connection, given: Sequence[Writing]) -> None:
    """Large values; a row whose value stays the same is not written."""
    rows, empty = [], []
    for one in given:
        for kind in _changed(one, _DERIVED):
            value = getattr(one.standing, kind)
            if value is None or value == ():
                empty.append({"number": one.standing.article.id, "which": kind})
            else:
                body = codec.dumps(value)
                rows.append({"article_id": one.standing.article.id, "kind": kind, "body": body})
    if rows:
        row = upsert(connection, derived)
        connection.execute(
            row.on_conflict_do_update(
                index_elements=["article_id", "kind"],
                set_={"body": row.excluded.body},
                where=derived.c.body != row.excluded.body,
            ),
            rows,
        )
    if empty:
        this = derived.c.article_id == bindparam("number")
        connection.execute(delete(derived).where(this, derived.c.kind == bindparam("which")), empty)
