"""What decided each check, and how many checks each level decided on a day."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("checks", sa.Column("level", sa.Text()))
    op.create_table(
        "levels",
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "level"),
    )
