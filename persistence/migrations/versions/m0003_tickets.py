"""What became of tickets after they were sold, and who came to the door."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "tickets",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("order_id", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("stream", sa.BigInteger, nullable=False),
        sa.Column("seat", sa.Text, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("holder_name", sa.Text),
        sa.Column("holder_email", sa.Text),
        sa.Column("reissued_by", sa.Text),
        sa.Column("reissued_ms", sa.BigInteger),
        sa.Column("used_ms", sa.BigInteger),
        sa.Column("used_device", sa.Text),
        sa.Column("used_scan", sa.Text),
        sa.Column("used_gate", sa.Text),
    )
    op.create_table(
        "checkins",
        sa.Column("ticket", sa.Text, primary_key=True),
        sa.Column("device", sa.Text, primary_key=True),
        sa.Column("scan", sa.Text, primary_key=True),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("scanned_ms", sa.BigInteger, nullable=False),
        sa.Column("offline", sa.Boolean, nullable=False),
        sa.Column("gate", sa.Text, nullable=False),
        sa.Column("admitted_by", sa.Text, nullable=False),
        sa.Column("received_ms", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables, and with them who was let in."""
    op.drop_table("checkins")
    op.drop_table("tickets")
