"""Replays of webhooks that were asked for and not done yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "replays",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("due_ms", sa.BigInteger),
        sa.Column("alias", sa.Text, unique=True),
        sa.Column("data", postgresql.JSONB, nullable=False),
    )
    op.create_index("replays_due", "replays", ["due_ms"], postgresql_where=sa.text("due_ms IS NOT NULL"))


def downgrade() -> None:
    """Drop the table; what was not replayed yet can be asked for again."""
    op.drop_table("replays")
