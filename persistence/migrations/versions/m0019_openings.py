"""When somebody is to look at an event whose sale opens by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the hour; no sale opens by itself yet."""
    op.execute("ALTER TABLE events ADD COLUMN opening_ms bigint")
    op.create_index(
        "events_opening", "events", ["opening_ms"], postgresql_where=sa.text("opening_ms IS NOT NULL")
    )


def downgrade() -> None:
    """Drop it: sales are opened by hand."""
    op.drop_index("events_opening", "events")
    op.execute("ALTER TABLE events DROP COLUMN opening_ms")
