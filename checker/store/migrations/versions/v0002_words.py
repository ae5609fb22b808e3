"""Reviews become one kind of an editor's words; dismissals, snoozes and reopenings join them."""

import json
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    op.create_table(
        "words",
        sa.Column("id", _id(), nullable=False),
        sa.Column("article_id", _id(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_words_article_id", "words", ["article_id"])
    _take_over()
    op.drop_table("reviews")


def _id() -> TypeEngine[int]:
    """SQLite numbers rows itself only where the type is INTEGER."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _take_over() -> None:
    """Every review that was ever given stays in the audit trail."""
    connection = op.get_bind()
    old = sa.text('SELECT article_id, "by", at, until, note FROM reviews ORDER BY id')
    rows = [
        {
            "article_id": row.article_id,
            "body": json.dumps(
                {
                    "by": row.by,
                    "at": (_EPOCH + timedelta(microseconds=row.at)).isoformat(),
                    "until": row.until,
                    "note": row.note,
                    "_type": "Review",
                },
                ensure_ascii=False,
            ),
        }
        for row in connection.execute(old)
    ]
    if rows:
        connection.execute(
            sa.text("INSERT INTO words (article_id, body) VALUES (:article_id, :body)"), rows
        )
