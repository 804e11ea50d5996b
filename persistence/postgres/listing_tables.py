"""The tables of discovery. Events are the source: what stands here can be made again from them.

They have a root of their own, because what the server adds to them (positions, and the indexes
over those) is in the migration alone.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

import sqlalchemy as sa
from sqlalchemy import BigInteger, Double
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import Text

SIMPLE: Final[sa.ColumnElement[Any]] = sa.literal_column("'simple'::regconfig")
"""How words are taken: as they are. `engine.words` has made them alike before."""


class Listed(DeclarativeBase):
    """Root of the tables of discovery."""

    type_annotation_map: ClassVar = {str: Text}


class VenueTable(Listed):
    """A venue; its `position`, which the server makes of the degrees, is spoken to in `positions`."""

    __tablename__ = "venues"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    city: Mapped[str]
    country: Mapped[str]
    address: Mapped[str]
    zone: Mapped[str]
    latitude: Mapped[float] = mapped_column(Double)
    longitude: Mapped[float] = mapped_column(Double)
    organiser: Mapped[str | None]
    created_ms: Mapped[int] = mapped_column(BigInteger)


class ListingTable(Listed):
    """An event as it is looked for: where, when, under which words, and what is left of it."""

    __tablename__ = "listings"

    event: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    organiser: Mapped[str]
    mode: Mapped[str]
    venue: Mapped[str | None]
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    category: Mapped[str | None]
    currency: Mapped[str]
    starts_ms: Mapped[int] = mapped_column(BigInteger)
    words: Mapped[str] = mapped_column(TSVECTOR)
    free: Mapped[int] = mapped_column(BigInteger)
    price: Mapped[float] = mapped_column(Double)
    as_of_ms: Mapped[int] = mapped_column(BigInteger)


class OfferTable(Listed):
    """What is left of a category in a section."""

    __tablename__ = "offers"

    event: Mapped[str] = mapped_column(primary_key=True)
    stream: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    category: Mapped[str] = mapped_column(primary_key=True)
    price: Mapped[float] = mapped_column(Double)
    free: Mapped[int] = mapped_column(BigInteger)
    run: Mapped[int] = mapped_column(BigInteger)


class SurveyTable(Listed):
    """At which position a section was looked at last, and until when somebody is about to."""

    __tablename__ = "surveys"

    stream: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event: Mapped[str]
    seq: Mapped[int] = mapped_column(BigInteger)
    as_of_ms: Mapped[int] = mapped_column(BigInteger)
    claimed_ms: Mapped[int] = mapped_column(BigInteger)
