"""The tables. What is asked for often is a real column with an index; values are JSON beside it.

``articles`` is narrow, because claiming rewrites its rows; ``standings`` holds an article's values
that change with every check, ``derived`` the large ones that seldom do (a row is not touched when
its value stays the same); ``checks`` is the history. Instants are microseconds since 1970, UTC.

Changing a table means a new migration: a test compares both.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Double,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

from checker.model import (
    Absences,
    Alert,
    Change,
    EditorsWord,
    Hint,
    Level,
    Memento,
    Outcome,
    Ping,
    Round,
    Source,
    Status,
    Subscription,
    Told,
    Verdict,
)
from checker.ports import Mail
from checker.store.columns import CleanText, Instant, Value, Word, metadata

_Id: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")
_ARTICLE = "articles.id"
_WHERE = "postgresql_where"


def _partial(name: str, *columns: Column[Any], where: ColumnElement[bool]) -> Index:
    """An index over the rows that are asked for; the others cost it nothing."""
    return Index(name, *columns, sqlite_where=where, info={_WHERE: where})


def know_postgresql() -> None:
    """Say in PostgreSQL's words what is an index over some rows. With the first option that is
    said in them SQLAlchemy loads all its drivers, which a file needs none of."""
    for table in metadata.tables.values():
        for index in table.indexes:
            if _WHERE in index.info:
                index.dialect_options["postgresql"]["where"] = index.info[_WHERE]


sources = Table(
    "sources",
    metadata,
    Column("name", CleanText, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("present", Boolean, nullable=False),  # configured now
    Column("active", Boolean, nullable=False),  # present and enabled: its articles are scheduled
    Column("adopted_at", Instant),
    Column("config", Value[Source](Source), nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("source", CleanText, ForeignKey("sources.name"), nullable=False),
    Column("uri", CleanText, nullable=False),  # without fragment, scheme and host in lower case
    Column("host", CleanText, nullable=False),  # with port
    Column("title", CleanText, nullable=False),
    Column("section", CleanText),
    Column("next_check_at", Instant),  # the schedule; NULL: not scheduled
    Column("lease_until", Instant),
    Column("touched_at", Instant),  # something new came while the article was being checked
    Column("status", Word[Status](Status)),
    Column("given_digest", Text),  # of the last copy that the source gave
    Column("hinted_at", Instant),  # the latest date that a hint named
    Column("verdict_key", Text),  # of the verdict on the present copy
    Column("banner_key", Text),  # of the verdict last published on the present copy
    Column("moved_to", CleanText),
    Column("checks", Integer, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("last_checked_at", Instant),
    Column("last_compared_at", Instant),
    Column("changed_at", Instant),
    Column("track_edits", Float),  # NULL like 0
    Column("track_hours", Float),
    Column("share", Float),  # of the requests; NULL: not planned yet
    Column("not_before", Instant),  # what the host asked for: no hint makes it due sooner
    Column("flagged_at", Instant),  # outdated since; NULL: it is not
    Column("judged_at", Instant),  # when the verdict was last found; NULL: as the verdict says
    Column("unlisted_at", Instant),  # its source lists it no more since; NULL: nobody knows so
    Column("same_as", _Id),  # the article that moved to this address; then this one is not watched
    Column("copied_from", CleanText),  # how the archive writes its address; NULL: as here
    UniqueConstraint("uri", "source", name="uq_articles_uri_source"),
)

_scheduled = articles.c.next_check_at.is_not(None)
_partial("ix_articles_due", articles.c.next_check_at, where=_scheduled)
_partial("ix_articles_host_due", articles.c.host, articles.c.next_check_at, where=_scheduled)
_partial("ix_articles_leased", articles.c.lease_until, where=articles.c.lease_until.is_not(None))
Index("ix_articles_source_status", articles.c.source, articles.c.status)
_partial("ix_articles_flagged", articles.c.flagged_at, where=articles.c.flagged_at.is_not(None))
for _rare in ("moved_to", "same_as", "copied_from"):
    _partial(f"ix_articles_{_rare}", articles.c[_rare], where=articles.c[_rare].is_not(None))
_partial("ix_articles_unlisted", articles.c.source, where=articles.c.unlisted_at.is_not(None))
Index(
    "ix_articles_banner",
    articles.c.id,
    sqlite_where=text("verdict_key IS NOT banner_key"),
    info={_WHERE: text("verdict_key IS DISTINCT FROM banner_key")},
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", CleanText, primary_key=True),  # and port, as addresses write them; or a sender
    Column("right", Integer, nullable=False),  # hints that an edit bore out
    Column("wrong", Integer, nullable=False),
    Column("unannounced", Integer, nullable=False),  # edits that no hint told of
)

standings = Table(
    "standings",
    metadata,
    Column("article_id", _Id, ForeignKey(_ARTICLE), primary_key=True),
    Column("copy", Value[Memento](Memento)),
    Column("newest", Value[Memento](Memento)),
    Column("absences", Value[Absences](Absences)),
    Column("verdict", Value[Verdict](Verdict)),
    Column("hints", Value[tuple[Hint, ...]](tuple[Hint, ...])),
    Column("told", Value[Told](Told)),
    Column("pings", Value[tuple[Ping, ...]](tuple[Ping, ...])),
)

derived = Table(
    "derived",
    metadata,
    Column("article_id", _Id, ForeignKey(_ARTICLE), primary_key=True),
    Column(
        "kind", Text, primary_key=True
    ),  # "copy_reading", "newest_reading", "comparison", "forms"
    Column("body", Text, nullable=False),
)

words = Table(  # what editors said; rows are only ever added
    "words",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("article_id", _Id, ForeignKey(_ARTICLE), nullable=False, index=True),
    Column("body", Value[Any](EditorsWord), nullable=False),
)

checks = Table(
    "checks",
    metadata,
    Column("article_id", _Id, ForeignKey(_ARTICLE), primary_key=True),
    Column("started_at", Instant, primary_key=True),
    Column("finished_at", Instant, nullable=False),
    Column("outcome", Word[Outcome](Outcome), nullable=False),
    Column("detail", CleanText, nullable=False),
    Column("status", Integer),
    Column("change", Word[Change](Change)),
    Column("verdict", Word[Status](Status)),
    Column("version", Text, nullable=False),  # of the rules that judged
    Column("capture", Value[Memento](Memento)),
    Column("level", Word[Level](Level)),  # what decided it
    sqlite_with_rowid=False,  # clustered: one article's history lies together
)

captures = Table(  # that somebody else made and that were taken in
    "captures",
    metadata,
    Column("article_id", _Id, ForeignKey(_ARTICLE), primary_key=True),
    Column("captured_at", Instant, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("memento", Value[Memento](Memento), nullable=False),
    Column("origin", CleanText, nullable=False),  # file and place
    Column("taken_at", Instant, nullable=False),
)

tallies = Table(  # how many checks of a day came out how: by outcome, change and level of decision
    "tallies",
    metadata,
    Column("day", Instant, primary_key=True),  # its midnight, UTC
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("checks", Integer, nullable=False),
)

mails = Table(
    "mails",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("message_id", CleanText, nullable=False, unique=True),
    Column("state", Text, nullable=False),  # pending, sent, failed, withdrawn
    Column("attempts", Integer, nullable=False),  # begun
    Column("created_at", Instant, nullable=False),
    Column("next_attempt_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("done_at", Instant),
    Column("detail", CleanText, nullable=False),
    Column("body", Value[Mail](Mail), nullable=False),
    Column("recipient", CleanText, nullable=False, server_default=""),
    Column("queued_at", Instant),  # again, by hand; NULL: when it was created
)
Index("ix_mails_state", mails.c.state, mails.c.next_attempt_at)
Index("ix_mails_recipient", mails.c.recipient, mails.c.created_at)

alerts = Table(
    "alerts",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("key", CleanText, nullable=False),
    Column("recipient", CleanText, nullable=False),
    Column("article_id", _Id),  # NULL: of a source's adoption
    Column("started_at", Instant),  # of the check that raised it
    Column("mail_id", _Id, ForeignKey("mails.id")),
    Column("body", Value[Alert](Alert), nullable=False),
    Column("created_at", Instant),
    UniqueConstraint("key", "recipient", name="uq_alerts_key_recipient"),
    ForeignKeyConstraint(["article_id", "started_at"], ["checks.article_id", "checks.started_at"]),
)
Index("ix_alerts_check", alerts.c.article_id, alerts.c.started_at)
_partial("ix_alerts_pending", alerts.c.id, where=alerts.c.mail_id.is_(None))
Index("ix_alerts_mail", alerts.c.mail_id)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("address_key", CleanText, primary_key=True),  # without regard to case
    Column("body", Value[Subscription](Subscription), nullable=False),
)

unsubscribe_tokens = Table(  # who has one may end the mail to this address; only its digest is kept
    "unsubscribe_tokens",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("address", CleanText, nullable=False),
    Column("created_at", Instant, nullable=False),
)

turns = Table(  # of hosts, among processes; seconds since 1970 by the database server's clock
    "turns",
    metadata,
    Column("host", Text, primary_key=True),
    Column("next_at", Double, nullable=False),
    Column("rest_until", Double, nullable=False),
)

budget = Table(  # of checks, among all processes: what was spent, as the time that earns it
    "budget",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("spent_until", Instant, nullable=False),
)

chores = Table(  # how far housekeeping has come
    "chores",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", Value[Round](Round), nullable=False),
)

daemon = Table(
    "daemon",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1: there is one
    Column("owner", CleanText, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
