"""The relay's positions, what consumers have taken in, and what they send out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

DUE = ("letters", "deliveries")

RELAYS = """
CREATE TABLE relays (
    name     text PRIMARY KEY,
    epoch    bigint NOT NULL,
    owner    text   NOT NULL,
    until_ms bigint NOT NULL
)
"""

# A small row a stream, updated as often as its stream is relayed.
POSITIONS = """
CREATE TABLE relay_positions (
    stream   bigint PRIMARY KEY,
    seq      bigint NOT NULL,
    moved_at timestamptz NOT NULL
) WITH (fillfactor = 50)
"""

INBOX = """
CREATE TABLE inbox (
    consumer text   NOT NULL,
    stream   bigint NOT NULL,
    seq      bigint NOT NULL,
    part     bigint NOT NULL,
    at_ms    bigint NOT NULL,
    PRIMARY KEY (consumer, stream, seq, part)
)
"""

DEAD_LETTERS = """
CREATE TABLE dead_letters (
    consumer text   NOT NULL,
    stream   bigint NOT NULL,
    seq      bigint NOT NULL,
    part     bigint NOT NULL,
    reason   text   NOT NULL,
    body     bytea  NOT NULL,
    at_ms    bigint NOT NULL,
    PRIMARY KEY (consumer, stream, seq, part)
)
"""

AUDIT_TRAIL = """
CREATE TABLE audit_trail (
    stream  bigint NOT NULL,
    seq     bigint NOT NULL,
    part    bigint NOT NULL,
    event   text   NOT NULL,
    kind    text   NOT NULL,
    subject text,
    at_ms   bigint NOT NULL,
    PRIMARY KEY (stream, seq, part)
)
"""

ENDPOINTS = """
CREATE TABLE webhook_endpoints (
    id      text PRIMARY KEY,
    owner   text NOT NULL,
    version bigint NOT NULL,
    data    jsonb NOT NULL
)
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in (RELAYS, POSITIONS, INBOX, DEAD_LETTERS, AUDIT_TRAIL, ENDPOINTS):
        op.execute(statement)
    op.execute("CREATE INDEX inbox_at ON inbox USING brin (at_ms)")
    op.execute("CREATE INDEX audit_trail_subject ON audit_trail (subject) WHERE subject IS NOT NULL")
    op.execute("CREATE INDEX webhook_endpoints_owner ON webhook_endpoints (owner)")
    for table in DUE:
        op.create_table(
            table,
            sa.Column("id", sa.Text, primary_key=True),
            sa.Column("version", sa.BigInteger, nullable=False),
            sa.Column("due_ms", sa.BigInteger),
            sa.Column("alias", sa.Text, unique=True),
            sa.Column("data", postgresql.JSONB, nullable=False),
        )
        # What was sent rests for good, and is not in it.
        op.create_index(f"{table}_due", table, ["due_ms"], postgresql_where=sa.text("due_ms IS NOT NULL"))
    op.execute("CREATE INDEX deliveries_endpoint ON deliveries ((data->>'endpoint'), id)")


def downgrade() -> None:
    """Drop the tables: afterwards all news is news again."""
    tables = ("webhook_endpoints", "audit_trail", "dead_letters", "inbox", "relay_positions", "relays")
    for table in (*DUE, *tables):
        op.drop_table(table)
