"""When articles are due besides what their checks plan: pulled forward, or put off."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from checker.model import Ping
from checker.store import moves
from checker.store.articles import canonical
from checker.store.dialect import upsert
from checker.store.schema import articles, sources, standings
from checker.store.standing import chunks

MAX_PINGS = 8  # senders of one article


def watched(connection: Connection, uris: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """The articles of each address, in the sources that are configured now; of one to which an
    article has moved that article."""
    forms = {canonical(uri): uri for uri in uris}
    found: dict[str, tuple[int, ...]] = {}
    for some in chunks(forms):
        rows = connection.execute(
            select(func.coalesce(articles.c.same_as, articles.c.id), articles.c.uri)
            .join(sources, sources.c.name == articles.c.source)
            .where(articles.c.uri.in_(some), sources.c.present)
            .order_by(articles.c.id)
        )
        for number, uri in rows:
            found[forms[uri]] = (*found.get(forms[uri], ()), number)
        for row in moves.arrived(connection, [uri for uri in some if forms[uri] not in found]):
            found[forms[row.moved_to]] = (*found.get(forms[row.moved_to], ()), row.id)
    return found


def postpone(connection: Connection, due: Mapping[int, datetime]) -> None:
    """Give claimed articles back, due at another time."""
    scheduled = articles.c.next_check_at.is_not(None)
    for number, when in due.items():
        this = update(articles).where(articles.c.id == number)
        connection.execute(this.values(lease_until=None))
        connection.execute(this.where(scheduled).values(next_check_at=when))


def ping(
    connection: Connection, by: str, due: Mapping[int, datetime], now: datetime
) -> dict[int, datetime | None]:
    """Keep the hint of each article in *due*, and pull its check forward to then; when it is due
    after that (None: it is not scheduled)."""
    after: dict[int, datetime | None] = {}
    for numbers in chunks(due):
        rows = connection.execute(
            select(articles.c.id, articles.c.next_check_at, standings.c.pings)
            .outerjoin(standings, standings.c.article_id == articles.c.id)
            .where(articles.c.id.in_(numbers))
        ).all()
        for number, planned, known in rows:
            others = tuple(one for one in known or () if one.by != by)
            values = {"pings": (*others, Ping(by, now))[-MAX_PINGS:]}
            row = upsert(connection, standings).values(article_id=number, **values)
            connection.execute(
                row.on_conflict_do_update(index_elements=["article_id"], set_=values)
            )
            after[number] = planned and min(planned, due[number])
            change = {"touched_at": due[number], "next_check_at": after[number]}
            connection.execute(update(articles).where(articles.c.id == number).values(change))
    return after
