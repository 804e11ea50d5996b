"""Snapshots come packed, and the server is not to try for itself."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark; what is stored already is not packed."""
    op.execute("ALTER TABLE snapshots ADD COLUMN packed boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE snapshots ALTER COLUMN data SET STORAGE EXTERNAL")


def downgrade() -> None:
    """Drop it, and the snapshots that nobody could read then: sections are rebuilt from their journals."""
    op.execute("DELETE FROM snapshots WHERE packed")
    op.execute("ALTER TABLE snapshots ALTER COLUMN data SET STORAGE EXTENDED")
    op.execute("ALTER TABLE snapshots DROP COLUMN packed")
