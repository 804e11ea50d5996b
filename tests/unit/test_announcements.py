"""What the catalogue tells of is read again as it was written."""

from __future__ import annotations

import msgspec
import pytest

from engine.announcements import (
    Announcement,
    EventPublished,
    decode_announcement,
    encode_announcement,
    publication,
)
from engine.catalogue import Billing, EventInfo
from engine.terms import Terms


def test_a_publication_says_what_when_and_whose() -> None:
    """Only what everybody may see of an event, and it outlives the way to the disk and back."""
    billing = Billing(venue="ven_1", starts_ms=9_000, description="long")
    event = EventInfo(
        "evt_1", "Lear", "pln_1", "published", Terms(), (), 1, organiser="org_1", billing=billing
    )
    told = publication(event, 5_000)
    assert Announcement(5_000, EventPublished("evt_1", "Lear", "org_1", "live", "ven_1", 9_000)) == told
    assert told == decode_announcement(encode_announcement(told))


def test_what_is_no_announcement_is_not_taken_for_one() -> None:
    """A record of another kind is an error, not an event."""
    with pytest.raises(msgspec.DecodeError):
        decode_announcement(msgspec.msgpack.encode([5_000, ["moved", "evt_1"]]))
