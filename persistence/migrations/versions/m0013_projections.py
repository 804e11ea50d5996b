"""What became of each sale, counted from the journal: by day, by minute, by group and by order."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# How far each stream was counted, what it came to then, and what is to be known to go on.
STREAMS = """
CREATE TABLE projected_streams (
    stream  bigint PRIMARY KEY,
    event   text   NOT NULL,
    section text   NOT NULL,
    seq     bigint NOT NULL,
    at_ms   bigint NOT NULL,
    held    bigint NOT NULL,
    sold    bigint NOT NULL,
    orders  bigint NOT NULL,
    booked  bigint NOT NULL,
    state   bytea  NOT NULL
) WITH (fillfactor = 50)
"""

# `day` and `minute` count from the beginning of 1970, UTC.
STEPS = """
CREATE TABLE projected_steps (
    event   text   NOT NULL,
    section text   NOT NULL,
    day     bigint NOT NULL,
    step    text   NOT NULL,
    reason  text   NOT NULL,
    count   bigint NOT NULL,
    places  bigint NOT NULL,
    amount  bigint NOT NULL,
    PRIMARY KEY (event, day, section, step, reason)
) WITH (fillfactor = 70)
"""

MINUTES = """
CREATE TABLE projected_minutes (
    event  text   NOT NULL,
    minute bigint NOT NULL,
    step   text   NOT NULL,
    count  bigint NOT NULL,
    places bigint NOT NULL,
    amount bigint NOT NULL,
    PRIMARY KEY (event, minute, step)
) WITH (fillfactor = 70)
"""

SALES = """
CREATE TABLE projected_sales (
    event          text   NOT NULL,
    section        text   NOT NULL,
    day            bigint NOT NULL,
    category       text   NOT NULL,
    channel        text   NOT NULL,
    held           bigint NOT NULL,
    checkout       bigint NOT NULL,
    sold           bigint NOT NULL,
    returned       bigint NOT NULL,
    value          bigint NOT NULL,
    returned_value bigint NOT NULL,
    PRIMARY KEY (event, day, section, category, channel)
) WITH (fillfactor = 70)
"""

ORDERS = """
CREATE TABLE projected_orders (
    id        text   PRIMARY KEY,
    stream    bigint NOT NULL,
    event     text   NOT NULL,
    section   text   NOT NULL,
    hold      text   NOT NULL,
    status    text   NOT NULL,
    places    bigint NOT NULL,
    amount    bigint NOT NULL,
    refunded  bigint NOT NULL,
    currency  text   NOT NULL,
    placed_ms bigint NOT NULL,
    booked_ms bigint,
    ended_ms  bigint
)
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in (STREAMS, STEPS, MINUTES, SALES, ORDERS):
        op.execute(statement)
    op.execute("CREATE INDEX projected_streams_event_idx ON projected_streams (event)")
    op.execute("CREATE INDEX projected_orders_event_id_idx ON projected_orders (event, id)")


def downgrade() -> None:
    """Drop the tables: everything in them can be counted again."""
    for table in ("orders", "sales", "minutes", "steps", "streams"):
        op.drop_table(f"projected_{table}")
