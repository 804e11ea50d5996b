"""Organisers and what belongs to them; what there was belongs to the one that every database has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DEFAULT = "org_00000000000070008000000000000000"


def upgrade() -> None:
    """Create the tables, and give every plan and event to the first organiser."""
    organisers = op.create_table(
        "organisers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(organisers, [{"id": DEFAULT, "name": "Organiser", "created_ms": 0}])
    op.create_table(
        "memberships",
        sa.Column("organiser", sa.Text, sa.ForeignKey("organisers.id"), primary_key=True),
        sa.Column("account", sa.Text, primary_key=True, index=True),
        sa.Column("role", sa.Text, nullable=False),
    )
    for table in ("plans", "events"):
        column = sa.Column(
            "organiser", sa.Text, sa.ForeignKey("organisers.id"), nullable=False, server_default=DEFAULT
        )
        op.add_column(table, column)
        op.alter_column(table, "organiser", server_default=None)
    op.add_column("events", sa.Column("mode", sa.Text, nullable=False, server_default="live"))
    op.alter_column("events", "mode", server_default=None)
    # The same drawing of two organisers is two plans.
    op.drop_constraint("plans_digest_key", "plans")
    op.create_unique_constraint("plans_organiser_digest_key", "plans", ["organiser", "digest"])


def downgrade() -> None:
    """Forget whose plans and events are; fails where two organisers have the same drawing."""
    op.drop_constraint("plans_organiser_digest_key", "plans")
    op.create_unique_constraint("plans_digest_key", "plans", ["digest"])
    op.drop_column("events", "mode")
    for table in ("events", "plans"):
        op.drop_column(table, "organiser")
    op.drop_table("memberships")
    op.drop_table("organisers")
