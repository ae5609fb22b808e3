"""What the planner knows of an article: edits seen, hours watched, its share of the requests."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("track_edits", "track_hours", "share"):
        op.add_column("articles", sa.Column(name, sa.Float(), nullable=True))
