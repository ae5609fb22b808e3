"""What people know of an article, subscriptions, and when mail was composed for whom."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _articles()
    op.add_column("standings", sa.Column("told", sa.Text(), nullable=True))
    _mails()
    _alerts()
    op.create_table(
        "subscriptions",
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address_key"),
    )
    op.create_table(
        "unsubscribe_tokens",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )


def _articles() -> None:
    """``flagged_at`` fills as articles are checked; the feed names them from then on."""
    op.add_column("articles", sa.Column("flagged_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_articles_flagged",
        "articles",
        ["flagged_at"],
        sqlite_where=sa.text("flagged_at IS NOT NULL"),
        postgresql_where=sa.text("flagged_at IS NOT NULL"),
    )


def _mails() -> None:
    op.add_column("mails", sa.Column("recipient", sa.Text(), nullable=False, server_default=""))
    op.add_column("mails", sa.Column("queued_at", sa.BigInteger(), nullable=True))
    mails = sa.table("mails", sa.column("id"), sa.column("body"), sa.column("recipient"))
    connection = op.get_bind()
    for number, body in connection.execute(sa.select(mails.c.id, mails.c.body)).all():
        recipient = json.loads(body)["recipient"]
        connection.execute(sa.update(mails).where(mails.c.id == number).values(recipient=recipient))
    op.create_index("ix_mails_recipient", "mails", ["recipient", "created_at"])


def _alerts() -> None:
    """Without an instant an alert counts as raised long ago: it is due at the next slot."""
    op.add_column("alerts", sa.Column("created_at", sa.BigInteger(), nullable=True))
