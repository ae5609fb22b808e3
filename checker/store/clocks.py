"""What a clock that was ahead left behind: plans, leases and dates in a future that is none."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Connection, type_coerce, update

from checker.store.columns import Instant
from checker.store.schema import alerts, articles, budget, mails


def settle(connection: Connection, now: datetime, most: timedelta, lease: timedelta) -> int:
    """Plans later than *most* from *now* keep their interval and begin now; leases later than
    *lease* from now end. How many plans there were."""
    longest = now + most
    done = _settle_plans(connection, now, most)
    rest = articles.c.not_before
    connection.execute(update(articles).where(rest > longest).values(not_before=None))
    held = articles.c.lease_until > now + lease
    connection.execute(update(articles).where(held).values(lease_until=None))
    _settle_mails(connection, now, longest, lease)
    ahead = budget.c.spent_until > now + lease
    connection.execute(update(budget).where(ahead).values(spent_until=now))
    return done


def _settle_plans(connection: Connection, now: datetime, most: timedelta) -> int:
    planned, last = articles.c.next_check_at, articles.c.last_checked_at
    interval = type_coerce(planned, BigInteger) - type_coerce(last, BigInteger)
    after = type_coerce(type_coerce(now, Instant), BigInteger) + interval
    far = update(articles).where(planned > now + most)
    known = connection.execute(
        far.where(last.is_not(None), interval >= 0, interval <= most // timedelta(microseconds=1))
        .values(next_check_at=type_coerce(after, Instant))
    ).rowcount  # fmt: skip
    return known + connection.execute(far.values(next_check_at=now)).rowcount


def _settle_mails(
    connection: Connection, now: datetime, longest: datetime, lease: timedelta
) -> None:
    """Also when what waits was raised, and the last mail composed: the pauses between mails are
    counted from there."""
    late = now + lease
    waits = update(mails).where(mails.c.state == "pending")
    connection.execute(waits.where(mails.c.lease_until > late).values(lease_until=None))
    connection.execute(waits.where(mails.c.next_attempt_at > longest).values(next_attempt_at=now))
    connection.execute(update(mails).where(mails.c.created_at > late).values(created_at=now))
    pending = update(alerts).where(alerts.c.mail_id.is_(None), alerts.c.created_at > late)
    connection.execute(pending.values(created_at=now))
