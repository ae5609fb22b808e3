"""When a verdict was last found stands beside it: one that stays the same is not written again."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("articles", sa.Column("judged_at", sa.BigInteger(), nullable=True))
