"""Since when a sale rests and why, beside its status: of those that rest already it is not known."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE events ADD COLUMN pause jsonb")


def downgrade() -> None:
    """Drop it."""
    op.execute("ALTER TABLE events DROP COLUMN pause")
