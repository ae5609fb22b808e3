"""What is kept of the documents that list a source's articles, and of who pushes their news."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from checker.store.columns import CleanText, Instant, metadata

listings = Table(  # documents that list articles, by the source that begins with one of them
    "listings",
    metadata,
    Column("source", CleanText, primary_key=True),
    Column("uri", CleanText, primary_key=True),
    Column("parent", CleanText, nullable=False),  # the document that names it
    Column("depth", Integer, nullable=False),  # 0: the source's own address
    Column("etag", CleanText),
    Column("last_modified", CleanText),
    Column("seen_at", Instant),  # when its parent named it last
    Column("read_at", Instant),
    Column("whole_at", Instant),  # when it came whole, not as a 304
)
Index("ix_listings_waiting", listings.c.source, listings.c.read_at)

listed = Table(  # by documents that list all there is: what is missing in them was removed
    "listed",
    metadata,
    Column("document", BigInteger, primary_key=True, autoincrement=False),  # ``listed.key``
    Column("article_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seen_at", Instant, nullable=False),
    sqlite_with_rowid=False,  # clustered: what one document lists lies together
)
Index("ix_listed_article", listed.c.article_id)

hubs = Table(  # that push a feed's news (WebSub), by the source whose feed names them
    "hubs",
    metadata,
    Column("source", CleanText, primary_key=True),
    Column("hub", CleanText, nullable=False),
    Column("topic", CleanText, nullable=False),
    Column("token", Text, nullable=False, unique=True),  # of the callback's address
    Column("secret", Text, nullable=False),
    Column("asked_at", Instant),
    Column("failures", Integer, nullable=False),
    Column("lease_until", Instant),
)
