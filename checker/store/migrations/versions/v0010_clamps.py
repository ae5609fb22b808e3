"""What hosts ask for bounds hints, and the budget that is spent outlives the process."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("articles", sa.Column("not_before", sa.BigInteger(), nullable=True))
    op.create_table(
        "budget",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("spent_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
