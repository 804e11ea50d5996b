"""How many actors an event may have is settled when it is created, so that all gateways agree on it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Events that are there keep the number that was the default when they were made."""
    op.add_column("events", sa.Column("actors", sa.Integer, nullable=False, server_default="8"))
    op.alter_column("events", "actors", server_default=None)


def downgrade() -> None:
    """Forget the numbers."""
    op.drop_column("events", "actors")
