"""Which documents list an article, since when none does, and which address is another article's."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "listed",
        sa.Column("document", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("document", "article_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_listed_article", "listed", ["article_id"])
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("articles", sa.Column("unlisted_at", sa.BigInteger(), nullable=True))
    op.add_column("articles", sa.Column("same_as", number, nullable=True))
    op.add_column("articles", sa.Column("copied_from", sa.Text(), nullable=True))
    _index("unlisted", "source", "unlisted_at")
    for column in ("moved_to", "same_as", "copied_from"):
        _index(column, column, column)


def _index(name: str, column: str, known: str) -> None:
    where = sa.text(f"{known} IS NOT NULL")
    op.create_index(
        f"ix_articles_{name}", "articles", [column], sqlite_where=where, postgresql_where=where
    )
