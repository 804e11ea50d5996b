"""How many the door of an event turned away, by day and code: not in the journal, so not projected."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# `day` counts from the beginning of 1970, UTC.
TURNED_AWAY = """
CREATE TABLE turned_away (
    event text   NOT NULL,
    day   bigint NOT NULL,
    code  text   NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (event, day, code)
) WITH (fillfactor = 70)
"""


def upgrade() -> None:
    """Create the table; what was turned away before was not counted."""
    op.execute(TURNED_AWAY)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("turned_away")
