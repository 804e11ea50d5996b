"""Payments that take time, and those that the sandbox knows of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("payments", "sandbox_intents")


def upgrade() -> None:
    """Create the tables."""
    for table in TABLES:
        op.create_table(
            table,
            sa.Column("id", sa.Text, primary_key=True),
            sa.Column("version", sa.BigInteger, nullable=False),
            sa.Column("due_ms", sa.BigInteger),
            sa.Column("alias", sa.Text, unique=True),
            sa.Column("data", postgresql.JSONB, nullable=False),
        )
        # Most rows rest for good, and those are not in it.
        op.create_index(f"{table}_due", table, ["due_ms"], postgresql_where=sa.text("due_ms IS NOT NULL"))


def downgrade() -> None:
    """Drop the tables, and with them what is known of the money."""
    for table in TABLES:
        op.drop_table(table)
