"""Accounts, one-time codes, sessions with their refresh tokens, revocations and API keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("email", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("guest", sa.Boolean, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("second_factor", sa.Text, nullable=False),
        sa.Column("totp", sa.Text),
        sa.Column("totp_step", sa.BigInteger, nullable=False),
        sa.Column("claimed_by", sa.Text),
    )
    # Many guests may say the same address; one account has proven it.
    op.create_index(
        "accounts_email", "accounts", ["email"], unique=True, postgresql_where=sa.text("NOT guest")
    )
    op.create_index(
        "accounts_guests", "accounts", ["email"], postgresql_where=sa.text("guest AND claimed_by IS NULL")
    )
    op.create_index(
        "accounts_claimed", "accounts", ["claimed_by"], postgresql_where=sa.text("claimed_by IS NOT NULL")
    )
    op.create_index("orders_principal", "orders", ["principal"])
    op.create_table(
        "auth_challenges",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("tries_left", sa.Integer, nullable=False),
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
        sa.Column("code", sa.LargeBinary),
        sa.Column("account", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("password", sa.Text),
    )
    op.create_index("auth_challenges_expires", "auth_challenges", ["expires_ms"])
    op.create_table(
        "auth_sessions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("used_ms", sa.BigInteger, nullable=False),
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("revoked_ms", sa.BigInteger),
    )
    op.create_index("auth_sessions_account", "auth_sessions", ["account"])
    op.create_table(
        "refresh_tokens",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("session", sa.Text, sa.ForeignKey("auth_sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("given_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("refresh_tokens_session", "refresh_tokens", ["session"])
    op.create_table(
        "revocations",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("before_ms", sa.BigInteger, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("organiser", sa.Text, sa.ForeignKey("organisers.id"), nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("revoked_ms", sa.BigInteger),
    )


def downgrade() -> None:
    """Drop the tables, and with them who everybody is."""
    for table in (
        "api_keys",
        "revocations",
        "refresh_tokens",
        "auth_sessions",
        "auth_challenges",
        "accounts",
    ):
        op.drop_table(table)
    op.drop_index("orders_principal", "orders")
