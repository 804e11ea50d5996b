"""Recovery codes of accounts, as hashes; one that was used is empty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody has codes yet."""
    codes: sa.Column[list[str]] = sa.Column(
        "recovery", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"
    )
    op.add_column("accounts", codes)


def downgrade() -> None:
    """Drop it: codes that were written down open nothing any more."""
    op.drop_column("accounts", "recovery")
