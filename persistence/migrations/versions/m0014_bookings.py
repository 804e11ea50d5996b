"""Payments are found by the order that late money's seats were sold as."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BOOKING = "CREATE INDEX payments_booking ON payments ((data->>'booking')) WHERE data->>'booking' <> id"


def upgrade() -> None:
    """Create the index; late money is rare, and so it is small."""
    op.execute(BOOKING)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP INDEX payments_booking")
