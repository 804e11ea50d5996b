"""The catalogue's tables. The journal's are in the migrations alone: no object stands for a record."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import Text

from engine.ids import STREAM_MAX


class Table(DeclarativeBase):
    """Root of the catalogue's tables; columns say what `engine.catalogue` says of the same names."""

    type_annotation_map: ClassVar = {str: Text}


class OrganiserTable(Table):
    """The tenants."""

    __tablename__ = "organisers"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_ms: Mapped[int] = mapped_column(BigInteger)


class MembershipTable(Table):
    """What accounts are to organisers."""

    __tablename__ = "memberships"

    organiser: Mapped[str] = mapped_column(ForeignKey("organisers.id"), primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True, index=True)
    role: Mapped[str]


class PlanRow(Table):
    """A plan, kept as the canonical JSON that its digest was made of."""

    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("organiser", "digest", name="plans_organiser_digest_key"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    digest: Mapped[str]
    canonical: Mapped[bytes]
    sections: Mapped[int]
    seats: Mapped[int]
    ga_capacity: Mapped[int]
    created_ms: Mapped[int] = mapped_column(BigInteger)
    organiser: Mapped[str] = mapped_column(ForeignKey("organisers.id"))


class EventRow(Table):
    """An event; its terms as JSON."""

    __tablename__ = "events"
    __table_args__ = (Index("events_opening", "opening_ms", postgresql_where=text("opening_ms IS NOT NULL")),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    plan: Mapped[str] = mapped_column(ForeignKey("plans.id"))
    status: Mapped[str]
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_ms: Mapped[int] = mapped_column(BigInteger)
    organiser: Mapped[str] = mapped_column(ForeignKey("organisers.id"))
    mode: Mapped[str]
    actors: Mapped[int]
    billing: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    pause: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    opening_ms: Mapped[int | None] = mapped_column(BigInteger)


class StreamRow(Table):
    """A section of an event and the number of its journal stream."""

    __tablename__ = "streams"
    __table_args__ = (UniqueConstraint("event", "section"), UniqueConstraint("event", "ordinal"))

    id: Mapped[int] = mapped_column(
        BigInteger, Identity(always=True, start=1, minvalue=1, maxvalue=STREAM_MAX), primary_key=True
    )
    event: Mapped[str] = mapped_column(ForeignKey("events.id"))
    section: Mapped[str]
    ordinal: Mapped[int]
    history: Mapped[str]
    seats: Mapped[int]
    ga_capacity: Mapped[int]
    areas: Mapped[list[str]] = mapped_column(ARRAY(Text))


class OrderTable(Table):
    """An order's personal side; it may be erased, so nothing refers to it."""

    __tablename__ = "orders"
    __table_args__ = (Index("orders_principal", "principal"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str]
    stream: Mapped[int] = mapped_column(BigInteger)
    hold: Mapped[str]
    principal: Mapped[str]
    buyer_name: Mapped[str]
    buyer_email: Mapped[str]
    provider: Mapped[str]
    created_ms: Mapped[int] = mapped_column(BigInteger)


class TicketTable(Table):
    """What became of a ticket since it was sold: the newest generation and the first scan."""

    __tablename__ = "tickets"

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str]
    event: Mapped[str]
    stream: Mapped[int] = mapped_column(BigInteger)
    seat: Mapped[str]
    generation: Mapped[int]
    owner: Mapped[str | None]
    holder_name: Mapped[str | None]
    holder_email: Mapped[str | None]
    reissued_by: Mapped[str | None]
    reissued_ms: Mapped[int | None] = mapped_column(BigInteger)
    used_ms: Mapped[int | None] = mapped_column(BigInteger)
    used_device: Mapped[str | None]
    used_scan: Mapped[str | None]
    used_gate: Mapped[str | None]


class CheckinTable(Table):
    """Every scan of a good ticket, the first and the later ones."""

    __tablename__ = "checkins"

    ticket: Mapped[str] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(primary_key=True)
    scan: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str]
    generation: Mapped[int]
    scanned_ms: Mapped[int] = mapped_column(BigInteger)
    offline: Mapped[bool]
    gate: Mapped[str]
    admitted_by: Mapped[str]
    received_ms: Mapped[int] = mapped_column(BigInteger)
