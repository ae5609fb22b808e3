"""Figures for the status line, and the lock of the one daemon."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, or_, select, text

from checker.model import CheckRecord, Outcome, Trust
from checker.store.articles import host_of
from checker.store.columns import clean
from checker.store.dialect import upsert
from checker.store.schema import alerts, articles, daemon, hosts, mails, sources, tallies

CLOCKS_DIFFER = timedelta(hours=1)  # at most, among machines


def counts(connection: Connection, now: datetime) -> dict[str, int]:
    """Articles are those of the sources configured now; what is being checked is not due."""
    figures = {"articles": 0, "current": 0, "outdated": 0, "undetermined": 0, "unchecked": 0}
    by_status = (
        select(articles.c.status, func.count())
        .join(sources, sources.c.name == articles.c.source)
        .where(sources.c.present, articles.c.same_as.is_(None))
        .group_by(articles.c.status)
    )
    for status, number in connection.execute(by_status):
        figures["unchecked" if status is None else status.value] = number
        figures["articles"] += number
    figures["unlisted"] = connection.execute(
        select(func.count())
        .select_from(articles.join(sources, sources.c.name == articles.c.source))
        .where(sources.c.present, articles.c.unlisted_at.is_not(None))
    ).scalar_one()
    free = or_(articles.c.lease_until.is_(None), articles.c.lease_until <= now)
    due, oldest = connection.execute(
        select(func.count(), func.min(articles.c.next_check_at)).where(
            articles.c.next_check_at <= now, free
        )
    ).one()
    figures["due"] = due
    figures |= _queue(connection, now)
    figures["overdue_seconds"] = int((now - oldest).total_seconds()) if oldest else 0
    for state in ("pending", "failed"):
        query = select(func.count()).where(mails.c.state == state)
        figures[f"mail_{state}"] = connection.execute(query).scalar_one()
    pending = select(func.count()).where(alerts.c.mail_id.is_(None))
    figures["alerts_pending"] = connection.execute(pending).scalar_one()
    return figures


def article_counts(connection: Connection) -> dict[str, tuple[int, int]]:
    """By source: its articles, and those that it lists no more."""
    query = select(articles.c.source, func.count(), func.count(articles.c.unlisted_at))
    mine = query.where(articles.c.same_as.is_(None)).group_by(articles.c.source)
    return {name: (number, gone) for name, number, gone in connection.execute(mine)}


def _queue(connection: Connection, now: datetime) -> dict[str, int]:
    """Articles that are being checked; where several machines share the store also the hosts that
    wait for a worker and those that one works on."""
    held = select(func.count()).where(articles.c.lease_until > now)
    checking: int = connection.execute(held).scalar_one()
    found = {"checking": checking, "hosts_waiting": 0, "hosts_working": 0}
    if connection.dialect.name != "postgresql":
        return found
    if connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None:
        return found  # no daemon or worker has begun yet
    rows = connection.execute(_JOBS)
    return found | {_STATES[row.state]: row.hosts for row in rows}


_STATES = {"todo": "hosts_waiting", "doing": "hosts_working"}
_JOBS = text(  # of the library's own table; one job is one host
    "SELECT status::text AS state, count(*) AS hosts FROM procrastinate_jobs"
    " WHERE task_name = 'check_host' AND status IN ('todo', 'doing') GROUP BY status"
)


def shares(connection: Connection) -> tuple[float, int, int]:
    """The sum of the scheduled articles' shares, how many have one, and how many there are."""
    row = connection.execute(
        select(func.sum(articles.c.share), func.count(articles.c.share), func.count()).where(
            articles.c.next_check_at.is_not(None)
        )
    ).one()
    return row[0] or 0.0, row[1], row[2]


def trusts(connection: Connection) -> dict[str, Trust]:
    rows = connection.execute(select(hosts)).all()
    return {row.host: Trust(row.right, row.wrong, row.unannounced) for row in rows}


def trust_of(connection: Connection, whose: str) -> Trust:
    row = connection.execute(select(hosts).where(hosts.c.host == whose)).first()
    return Trust() if row is None else Trust(row.right, row.wrong, row.unannounced)


def learn(connection: Connection, records: Sequence[CheckRecord]) -> None:
    """Count what hints and edits of these checks say of their hosts and of who sent hints."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in records:
        for whose, told, edited in one.lessons(host_of(one.standing.article.uri)):
            if told or edited:
                kind = ("right" if edited else "wrong") if told else "unannounced"
                counts[whose, kind] += 1
    for (host, kind), number in counts.items():
        none = {"right": 0, "wrong": 0, "unannounced": 0}
        row = upsert(connection, hosts).values(host=host, **none | {kind: number})
        more = {kind: hosts.c[kind] + number}
        connection.execute(row.on_conflict_do_update(index_elements=["host"], set_=more))


def tally(connection: Connection, records: Sequence[CheckRecord]) -> None:
    """Count these checks by day: how they came out, what they found, what decided them."""
    counts = Counter((_day(one.started_at), *said) for one in records for said in _said(one))
    row = upsert(connection, tallies)
    more = {"checks": tallies.c.checks + row.excluded.checks}
    connection.execute(
        row.on_conflict_do_update(index_elements=["day", "kind", "name"], set_=more),
        [
            {"day": day, "kind": kind, "name": name, "checks": number}
            for (day, kind, name), number in sorted(counts.items())
        ],
    )


def _day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _said(one: CheckRecord) -> Iterator[tuple[str, str]]:
    yield "outcome", one.outcome.value
    if one.outcome is Outcome.COMPARED and one.standing.comparison is not None:
        yield "change", one.standing.comparison.change.value
    if one.level is not None:
        yield "level", one.level.value


def checked(connection: Connection, since: datetime | None = None) -> dict[tuple[str, str], int]:
    """Checks of the days from *since* on (None: all), by (kind, name)."""
    query = select(tallies.c.kind, tallies.c.name, func.sum(tallies.c.checks))
    if since is not None:
        query = query.where(tallies.c.day >= since)
    rows = connection.execute(query.group_by(tallies.c.kind, tallies.c.name))
    return {(kind, name): int(number) for kind, name, number in rows}


def leader(connection: Connection, now: datetime, lease: timedelta = timedelta(0)) -> str | None:
    """The daemon that holds the lock; nobody if it lasts longer than any *lease*, for then it was
    taken by a clock that was ahead."""
    ends = daemon.c.expires_at
    query = select(daemon.c.owner).where(ends > now, ends <= now + lease + CLOCKS_DIFFER)
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found


def next_due_at(connection: Connection) -> datetime | None:
    """When something can next be claimed; a leased article when its lease ends."""
    free = select(func.min(articles.c.next_check_at)).where(
        articles.c.next_check_at.is_not(None), articles.c.lease_until.is_(None)
    )
    leased = select(func.min(articles.c.lease_until)).where(
        articles.c.lease_until.is_not(None), articles.c.next_check_at.is_not(None)
    )
    moments = [connection.execute(query).scalar_one() for query in (free, leased)]
    return min((moment for moment in moments if moment is not None), default=None)


def take_daemon_lock(
    connection: Connection, owner: str, now: datetime, lease: timedelta
) -> str | None:
    holder = leader(connection, now, lease)
    if holder is not None and holder != clean(owner):
        return holder
    values = {"owner": owner, "expires_at": now + lease}
    row = upsert(connection, daemon).values(id=1, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))
    return None


def release_daemon_lock(connection: Connection, owner: str) -> None:
    connection.execute(delete(daemon).where(daemon.c.owner == owner))
