"""Checks are counted by outcome and change, too, beside the level that decided them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "kind", "name"),
    )
    op.execute(
        "INSERT INTO tallies (day, kind, name, checks) "
        "SELECT day, 'level', level, checks FROM levels"
    )
    op.drop_table("levels")
