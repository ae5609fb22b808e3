"""Hints that somebody sends of an article, beside those of its feed or sitemap."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("standings", sa.Column("pings", sa.Text(), nullable=True))
