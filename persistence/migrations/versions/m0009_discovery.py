"""Venues on earth, how events are announced, and what is left of them, for those who look for one.

Positions are `geography` where the server has PostGIS, and points on a sphere (`cube`) where it
has not, such as on the embedded one; both answer alike.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

EARTH_RADIUS_M = 6371008.771415059
POSTGIS = """geography(Point, 4326) GENERATED ALWAYS AS (
    ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography)"""
CUBE = f"""cube GENERATED ALWAYS AS (CASE WHEN latitude IS NOT NULL THEN cube(ARRAY[
    {EARTH_RADIUS_M} * cos(radians(latitude)) * cos(radians(longitude)),
    {EARTH_RADIUS_M} * cos(radians(latitude)) * sin(radians(longitude)),
    {EARTH_RADIUS_M} * sin(radians(latitude))]) END)"""


def upgrade() -> None:
    """Create the tables, and list the events that there are."""
    position = _position()
    op.add_column(
        "events",
        sa.Column("billing", postgresql.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    )
    op.create_table(
        "venues",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("city", sa.Text, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("latitude", sa.Double, nullable=False),
        sa.Column("longitude", sa.Double, nullable=False),
        sa.Column("organiser", sa.Text),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "listings",
        sa.Column("event", sa.Text, sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("organiser", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("venue", sa.Text),
        sa.Column("latitude", sa.Double),
        sa.Column("longitude", sa.Double),
        sa.Column("category", sa.Text),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("starts_ms", sa.BigInteger, nullable=False),
        sa.Column("words", postgresql.TSVECTOR, nullable=False),
        sa.Column("free", sa.BigInteger, nullable=False),
        sa.Column("price", sa.Double, nullable=False),
        sa.Column("as_of_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "offers",
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("stream", sa.BigInteger, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("price", sa.Double, nullable=False),
        sa.Column("free", sa.BigInteger, nullable=False),
        sa.Column("run", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("event", "stream", "category"),
    )
    op.create_table(
        "surveys",
        sa.Column("stream", sa.BigInteger, primary_key=True),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("as_of_ms", sa.BigInteger, nullable=False),
        sa.Column("claimed_ms", sa.BigInteger, nullable=False),
    )
    for table in ("venues", "listings"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN position {position} STORED")
        op.execute(f"CREATE INDEX {table}_position ON {table} USING gist (position)")
        op.execute(f"CREATE INDEX {table}_map ON {table} USING gist (point(longitude, latitude))")
    op.create_index("listings_starts", "listings", ["starts_ms", "event"])
    op.create_index("listings_price", "listings", ["price", "event"])
    op.create_index("listings_words", "listings", ["words"], postgresql_using="gin")
    _list_events()


def _position() -> str:
    """The type of positions here, with its extension."""
    there = op.get_bind().scalar(sa.text("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'"))
    op.execute(f"CREATE EXTENSION IF NOT EXISTS {'postgis' if there else 'cube'}")
    return POSTGIS if there else CUBE


def _list_events() -> None:
    """Events from before are found by name; what is left of them is looked at when it next changes."""
    op.execute(
        "INSERT INTO listings"
        " (event, status, organiser, mode, currency, starts_ms, words, free, price, as_of_ms)"
        " SELECT id, status, organiser, mode, coalesce(terms ->> 'currency', 'EUR'), 4611686018427387904,"
        " to_tsvector('simple', name), 0, 'Infinity', created_ms FROM events"
    )
    op.execute(
        "INSERT INTO surveys (stream, event, seq, as_of_ms, claimed_ms)"
        " SELECT id, event, 0, 0, 0 FROM streams WHERE section <> '~queue'"
    )


def downgrade() -> None:
    """Drop the tables; the extension stays, which others may use."""
    for table in ("surveys", "offers", "listings", "venues"):
        op.drop_table(table)
    op.drop_column("events", "billing")
