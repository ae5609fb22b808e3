"""When hosts may be asked again, for the processes that share a server's database."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "turns",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.Column("rest_until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("host"),
    )
