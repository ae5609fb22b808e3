"""The budget of checks, shared by all processes: a bucket that fills with time.

One row says until when the time is spent: each check spends an hour divided by the budget. What is
left lies between that and now; more than ``SAVED`` is never left, so that an outage is followed by
no flood.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from checker.store.dialect import upsert
from checker.store.schema import budget

SAVED = timedelta(minutes=10)


def left(connection: Connection, now: datetime, an_hour: float) -> int:
    """How many checks may be begun now."""
    spent: datetime | None = connection.execute(select(budget.c.spent_until)).scalar_one_or_none()
    step = timedelta(hours=1) / an_hour
    saved = max(SAVED, step)
    since = now - saved if spent is None else max(spent, now - saved)
    return max((now - since) // step, 0)


def spend(connection: Connection, checks: int, now: datetime, an_hour: float) -> None:
    spent: datetime | None = connection.execute(
        select(budget.c.spent_until).with_for_update()
    ).scalar_one_or_none()
    step = timedelta(hours=1) / an_hour
    floor = now - max(SAVED, step)
    values = {"spent_until": max(spent or floor, floor) + checks * step}
    row = upsert(connection, budget).values(id=1, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))
