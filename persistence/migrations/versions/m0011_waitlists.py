"""Events whose waitlists somebody has to look after."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "waitlists",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("due_ms", sa.BigInteger),
        sa.Column("alias", sa.Text, unique=True),
        sa.Column("data", postgresql.JSONB, nullable=False),
    )
    op.create_index("waitlists_due", "waitlists", ["due_ms"], postgresql_where=sa.text("due_ms IS NOT NULL"))


def downgrade() -> None:
    """Drop the table; who waits is in the journal, and nobody looks after them."""
    op.drop_table("waitlists")
