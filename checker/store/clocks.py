"""What a clock that was ahead left behind: plans and leases in a future that is none."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Connection, type_coerce, update

from checker.store.columns import Instant
from checker.store.schema import articles, mails


def settle(connection: Connection, now: datetime, most: timedelta, lease: timedelta) -> int:
    """Plans later than *most* from *now* keep their interval and begin now; leases later than
    *lease* from now end. How many plans there were."""
    planned, last = articles.c.next_check_at, articles.c.last_checked_at
    interval = type_coerce(planned, BigInteger) - type_coerce(last, BigInteger)
    began = type_coerce(now, Instant)
    after = type_coerce(began, BigInteger) + interval
    longest = now + most
    far = update(articles).where(planned > longest)
    known = connection.execute(
        far.where(last.is_not(None), interval >= 0, interval <= most // timedelta(microseconds=1))
        .values(next_check_at=type_coerce(after, Instant))
    ).rowcount  # fmt: skip
    others = connection.execute(far.values(next_check_at=now)).rowcount
    for table in (articles, mails):
        until = table.c.lease_until
        connection.execute(update(table).where(until > now + lease).values(lease_until=None))
    attempt = mails.c.next_attempt_at
    connection.execute(update(mails).where(attempt > longest).values(next_attempt_at=now))
    return known + others
