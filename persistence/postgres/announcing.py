"""Writes what the catalogue has to tell, in the transaction of what it tells of."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.announcements import ANNOUNCEMENTS, Announcement, encode_announcement
from persistence.checksum import record_checksum
from persistence.sql import load_statements

SQL = load_statements("persistence.postgres", "catalogue.sql")
EPOCH = 0


async def announce(connection: AsyncConnection, announcement: Announcement) -> None:
    """Add a record to the stream of announcements."""
    number = {"stream": ANNOUNCEMENTS}
    seq = (await connection.execute(sa.text(SQL["next_announcement"]), number)).scalar_one()
    data = encode_announcement(announcement)
    checksum = record_checksum(ANNOUNCEMENTS, seq, EPOCH, data)
    values = {"seq": seq, "at_ms": announcement.at_ms, "checksum": checksum, "data": data}
    await connection.execute(sa.text(SQL["write_announcement"]), number | values)
