"""Journal, leases and snapshots; plans, events, their streams and orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A record's stream is not a foreign key: checking one would lock a row of `streams` for every
# append, and without a lease row nothing can be appended anyway.
JOURNAL = """
CREATE TABLE journal (
    stream   bigint NOT NULL,
    seq      bigint NOT NULL,
    epoch    bigint NOT NULL,
    at_ms    bigint NOT NULL,
    checksum bigint NOT NULL,
    data     bytea  NOT NULL,
    PRIMARY KEY (stream, seq)
)
"""

# One small row a stream, updated at every commit: room in its page keeps the updates off the index.
LEASES = """
CREATE TABLE leases (
    stream   bigint PRIMARY KEY,
    epoch    bigint NOT NULL DEFAULT 0,
    next_seq bigint NOT NULL DEFAULT 1,
    owner    text   NOT NULL DEFAULT ''
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)
"""

SNAPSHOTS = """
CREATE TABLE snapshots (
    stream   bigint NOT NULL,
    seq      bigint NOT NULL,
    epoch    bigint NOT NULL,
    checksum bigint NOT NULL,
    digest   text   NOT NULL,
    data     bytea  NOT NULL,
    PRIMARY KEY (stream, seq)
)
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in (JOURNAL, LEASES, SNAPSHOTS):
        op.execute(statement)
    op.create_table(
        "plans",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("canonical", sa.LargeBinary, nullable=False),
        sa.Column("sections", sa.Integer, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("ga_capacity", sa.Integer, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, sa.ForeignKey("plans.id"), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("terms", postgresql.JSONB, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "streams",
        # Public ids carry their stream in 32 bits.
        sa.Column(
            "id",
            sa.BigInteger,
            sa.Identity(always=True, start=1, minvalue=1, maxvalue=2**32 - 1),
            primary_key=True,
        ),
        sa.Column("event", sa.Text, sa.ForeignKey("events.id"), nullable=False),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("history", sa.Text, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("ga_capacity", sa.Integer, nullable=False),
        sa.Column("areas", postgresql.ARRAY(sa.Text), nullable=False),
        sa.UniqueConstraint("event", "section"),
        sa.UniqueConstraint("event", "ordinal"),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("stream", sa.BigInteger, nullable=False),
        sa.Column("hold", sa.Text, nullable=False),
        sa.Column("principal", sa.Text, nullable=False),
        sa.Column("buyer_name", sa.Text, nullable=False),
        sa.Column("buyer_email", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables, and everything that was sold with them."""
    for table in ("orders", "streams", "events", "plans", "snapshots", "leases", "journal"):
        op.drop_table(table)
