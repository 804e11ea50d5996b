"""A stream for what the catalogue has to tell, which the relay reads like all others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin the stream; events that are public already are told of no more."""
    op.execute("INSERT INTO leases (stream, next_seq) VALUES (0, 1)")


def downgrade() -> None:
    """Drop the stream with what was told."""
    for table in ("relay_positions", "inbox", "audit_trail", "dead_letters", "journal", "leases"):
        rows = sa.table(table, sa.column("stream"))
        op.execute(rows.delete().where(rows.c.stream == 0))
