"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None


def upgrade() -> None:
    _sources()
    _articles()
    _article_indexes()
    _standings()
    _derived()
    _reviews()
    _checks()
    _mails()
    _alerts()
    _daemon()


def _id() -> TypeEngine[int]:
    """SQLite numbers rows itself only where the type is INTEGER."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _where(condition: str) -> dict[str, Any]:
    """Only rows that are asked for are in the index."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("adopted_at", sa.BigInteger(), nullable=True),
        sa.Column("config", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", _id(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("next_check_at", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("touched_at", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("given_digest", sa.Text(), nullable=True),
        sa.Column("hinted_at", sa.BigInteger(), nullable=True),
        sa.Column("verdict_key", sa.Text(), nullable=True),
        sa.Column("banner_key", sa.Text(), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("last_checked_at", sa.BigInteger(), nullable=True),
        sa.Column("last_compared_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["source"], ["sources.name"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uri", "source", name="uq_articles_uri_source"),
    )


def _article_indexes() -> None:
    op.create_index(
        "ix_articles_banner",
        "articles",
        ["id"],
        sqlite_where=sa.text("verdict_key IS NOT banner_key"),
        postgresql_where=sa.text("verdict_key IS DISTINCT FROM banner_key"),
    )
    op.create_index(
        "ix_articles_due",
        "articles",
        ["next_check_at"],
        **_where("next_check_at IS NOT NULL"),
    )
    op.create_index(
        "ix_articles_host_due",
        "articles",
        ["host", "next_check_at"],
        **_where("next_check_at IS NOT NULL"),
    )
    op.create_index(
        "ix_articles_leased",
        "articles",
        ["lease_until"],
        **_where("lease_until IS NOT NULL"),
    )
    op.create_index("ix_articles_source_status", "articles", ["source", "status"])


def _standings() -> None:
    op.create_table(
        "standings",
        sa.Column("article_id", _id(), nullable=False),
        sa.Column("copy", sa.Text(), nullable=True),
        sa.Column("newest", sa.Text(), nullable=True),
        sa.Column("absences", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("hints", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"]),
        sa.PrimaryKeyConstraint("article_id"),
    )


def _derived() -> None:
    op.create_table(
        "derived",
        sa.Column("article_id", _id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"]),
        sa.PrimaryKeyConstraint("article_id", "kind"),
    )


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", _id(), nullable=False),
        sa.Column("article_id", _id(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_reviews_article_id", "reviews", ["article_id"])


def _checks() -> None:
    op.create_table(
        "checks",
        sa.Column("article_id", _id(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("change", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("capture", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"]),
        sa.PrimaryKeyConstraint("article_id", "started_at"),
        sqlite_with_rowid=False,
    )


def _mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", _id(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
    )
    op.create_index("ix_mails_state", "mails", ["state", "next_attempt_at"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", _id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("article_id", _id(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("mail_id", _id(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "started_at"], ["checks.article_id", "checks.started_at"]
        ),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", "recipient", name="uq_alerts_key_recipient"),
    )
    op.create_index("ix_alerts_check", "alerts", ["article_id", "started_at"])
    op.create_index("ix_alerts_mail", "alerts", ["mail_id"])
    op.create_index("ix_alerts_pending", "alerts", ["id"], **_where("mail_id IS NULL"))


def _daemon() -> None:
    op.create_table(
        "daemon",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
