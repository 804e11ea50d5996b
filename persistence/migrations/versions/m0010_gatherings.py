"""Holds over several sections, as long as something is left to do for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "gatherings",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("due_ms", sa.BigInteger),
        sa.Column("alias", sa.Text, unique=True),
        sa.Column("data", postgresql.JSONB, nullable=False),
    )
    # Most rows rest for good, and those are not in it.
    op.create_index(
        "gatherings_due", "gatherings", ["due_ms"], postgresql_where=sa.text("due_ms IS NOT NULL")
    )


def downgrade() -> None:
    """Drop the table; parts that were not settled yet stay as they are."""
    op.drop_table("gatherings")
