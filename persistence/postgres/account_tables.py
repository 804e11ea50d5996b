"""The tables of people, their sessions, organisers and API keys."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from persistence.postgres.tables import Table


class AccountTable(Table):
    """People. Everything personal of an account is in its row, and in those of its orders and tickets."""

    __tablename__ = "accounts"
    # Many guests may say the same address; one account has proven it.
    __table_args__ = (
        Index("accounts_email", "email", unique=True, postgresql_where=text("NOT guest")),
        Index("accounts_guests", "email", postgresql_where=text("guest AND claimed_by IS NULL")),
        Index("accounts_claimed", "claimed_by", postgresql_where=text("claimed_by IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str | None]
    name: Mapped[str]
    guest: Mapped[bool]
    created_ms: Mapped[int] = mapped_column(BigInteger)
    password: Mapped[str | None]
    second_factor: Mapped[str]
    totp: Mapped[str | None]
    totp_step: Mapped[int] = mapped_column(BigInteger)
    claimed_by: Mapped[str | None]
    recovery: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")


class ChallengeTable(Table):
    """One-time codes that were sent, as hashes."""

    __tablename__ = "auth_challenges"
    __table_args__ = (Index("auth_challenges_expires", "expires_ms"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    tries_left: Mapped[int]
    expires_ms: Mapped[int] = mapped_column(BigInteger)
    code: Mapped[bytes | None] = mapped_column(LargeBinary)
    account: Mapped[str | None]
    email: Mapped[str | None]
    name: Mapped[str]
    password: Mapped[str | None]


class SessionTable(Table):
    """Who is signed in, and where."""

    __tablename__ = "auth_sessions"
    __table_args__ = (Index("auth_sessions_account", "account"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str]
    client: Mapped[str]
    created_ms: Mapped[int] = mapped_column(BigInteger)
    used_ms: Mapped[int] = mapped_column(BigInteger)
    expires_ms: Mapped[int] = mapped_column(BigInteger)
    generation: Mapped[int]
    revoked_ms: Mapped[int | None] = mapped_column(BigInteger)


class RefreshTable(Table):
    """Every refresh token that a session had, as hashes: an old one that comes back is known by it."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (Index("refresh_tokens_session", "session"),)

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session: Mapped[str] = mapped_column(ForeignKey("auth_sessions.id", ondelete="CASCADE"))
    generation: Mapped[int]
    given_ms: Mapped[int] = mapped_column(BigInteger)


class RevocationTable(Table):
    """What gateways are to refuse from now on, though its signature is good."""

    __tablename__ = "revocations"

    subject: Mapped[str] = mapped_column(primary_key=True)
    before_ms: Mapped[int] = mapped_column(BigInteger)
    at_ms: Mapped[int] = mapped_column(BigInteger, index=True)


class ApiKeyTable(Table):
    """API keys, as hashes."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    organiser: Mapped[str] = mapped_column(ForeignKey("organisers.id"), index=True)
    name: Mapped[str]
    mode: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_by: Mapped[str]
    created_ms: Mapped[int] = mapped_column(BigInteger)
    revoked_ms: Mapped[int | None] = mapped_column(BigInteger)
