"""Every kind of news that there is, as the docs have it: when nobody reads them, docs and code part ways."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from engine.catalogue import Billing
from engine.events import (
    AnyEvent,
    ChannelSet,
    ForSaleSet,
    HoldChanged,
    HoldPinned,
    HoldsExpired,
    HoldUnpinned,
    OrderCancelled,
    OrderReduced,
    Part,
    PartItem,
    PlacesItem,
    PriceSet,
    Record,
    Refused,
    SaleSet,
    SeatItem,
    SeatsBlocked,
    SeatsUnblocked,
)
from engine.plan import Area, Category, Plan, Row, Seat, Section
from engine.queue.events import (
    AnyRoomEvent,
    LineDrawn,
    MembersAdmitted,
    MembersSeen,
    RoomEnded,
    RoomGathered,
    RoomOpened,
    RoomPaused,
    RoomRecord,
    RoomResumed,
    encode_room_record,
)
from engine.queue.terms import QueueTerms
from engine.refusals import Code, Refusal
from engine.terms import Sale, Terms
from engine.tickets import Place, ticket_id
from engine.waitlist.events import EntryEnded, EntryJoined, OfferAccepted, OfferConfirmed, OfferMade
from engine.waitlist.standing import Standing
from engine.waitlist.wish import Wish
from persistence.memory.database import MemoryDatabase
from persistence.memory.relay import MemoryRelay
from tests.integration.workers.houses import AT_MS, House, booked, placed, released
from tests.unit.doc_pages import DOCS, rows
from workers.kinds import KINDS
from workers.limits import RelayLimits
from workers.message import CloudEvent, Message
from workers.relay import Relay

SEAT = SeatItem(0, "standard", 5_000)
PLACES = PlacesItem(0, "child", 2_000, 3)
PART = Part("gat_1", 2, "S1", 7, (PartItem("S1-A-1", "std", "standard", 5_000),))
ORDER = "ord_" + 32 * "0"
SALES: tuple[Sale, ...] = ("open", "paused", "closed", "not_open")
SAMPLES: tuple[AnyEvent, ...] = (
    placed("hld_1", 0),
    HoldChanged("hld_1", (SEAT,), (PLACES,), AT_MS + 60_000, 9),
    released("hld_1"),
    HoldsExpired(("hld_1", "hld_2")),
    HoldPinned("hld_1", ORDER, 5_000, AT_MS + 60_000),
    HoldUnpinned("hld_1", ORDER, AT_MS + 60_000, 5_000),
    booked("hld_1", ORDER, 0),
    replace(booked("hld_2", "ord_2", 1), known_as=ORDER),
    OrderCancelled(ORDER, (SEAT,), (), 5_000),
    OrderReduced(ORDER, (), (PLACES,), 5_000),
    SeatsBlocked((1,)),
    SeatsUnblocked((1,)),
    ForSaleSet((1,), (0,), for_sale=False),
    ChannelSet((1,), (), "press"),
    PriceSet("std", "standard", 6_000),
    *(SaleSet(sale) for sale in SALES),
    Refused(Refusal(Code.SEAT_TAKEN)),
    EntryJoined("wtl_1", Wish(1), 1, 0, (1,), here=True, joined_ms=AT_MS),
    EntryEnded("wtl_1", Standing.LEFT),
    OfferConfirmed("wtl_1", "hld_1", AT_MS + 60_000),
    OfferAccepted("wtl_1", "hld_1", (SEAT,), (), AT_MS + 60_000, 10),
)
ROOM_SAMPLES: tuple[AnyRoomEvent, ...] = (
    RoomGathered(b""),
    LineDrawn(),
    RoomOpened(),
    RoomPaused(),
    RoomResumed(),
    RoomEnded(sold_out=True),
    MembersSeen((1,)),
    MembersAdmitted((1, 2), AT_MS + 60_000, 0),
)


class Collected:
    """An outlet that keeps what it wants."""

    def __init__(self, *kinds: str) -> None:
        self.got: list[Message] = []
        self._kinds = kinds

    async def look(self) -> None: ...

    def wants(self, kind: str) -> bool:
        return not self._kinds or kind in self._kinds

    async def send(self, messages: Sequence[Message]) -> None:
        self.got += messages


async def busy_house() -> House:
    """A house with a waiting room in which everything happened that is news, and some that is not."""
    house = House(MemoryDatabase())
    seats = tuple(Seat(str(number), float(number), 0.0, "std") for number in range(1, 11))
    plan = Plan(
        "House",
        (Category("std", "Standard", price="50.00"),),
        (Section("S0", (Row("A", seats),), areas=(Area("FLOOR", 50, "std"),)),),
    )
    info = await house.catalogue.save_plan(plan, AT_MS)
    event = await house.catalogue.create_event(
        "Night", info.id, Terms(), AT_MS, QueueTerms(), billing=Billing(starts_ms=AT_MS)
    )
    house.event, house.streams = event.id, [event.sections[0].stream]
    house.write(house.streams[0], *SAMPLES)
    offer = OfferMade("wtl_1", "hld_9", (SEAT,), (), AT_MS + 60_000)
    house.write_record(house.streams[0], Record(AT_MS, "usr_ada", released("hld_0"), offers=(offer,)))
    assert event.queue is not None
    room = house.database.stream(event.queue.stream)
    for sample in ROOM_SAMPLES:
        record = RoomRecord(AT_MS, "usr_ada", sample)
        house.database.write(room, AT_MS, [encode_room_record(record)])
    for status in ("published", "open"):
        await house.catalogue.set_event_status(event.id, status, AT_MS)
    return house


async def news_of(house: House, *kinds: str) -> list[CloudEvent]:
    """What a relay tells of a house."""
    outlet = Collected(*kinds)
    positions = MemoryRelay(house.database, lambda: AT_MS)
    relay = Relay("relay-1", house.store, positions, outlet, RelayLimits(), lambda: 0.0)
    while await relay.round():
        pass
    return [message.cloud_event() for message in outlet.got]


def documented() -> dict[str, tuple[set[str], set[str]]]:
    """Of each kind the fields that it always has, and those that it may have."""
    found = {}
    for kinds, when, told in rows(DOCS / "BUS.md", "## A message"):
        without = set(re.findall(r"`(\w+)`", when.partition("without")[2]))
        fields = re.findall(r"`(\w+\??)`", re.sub(r":.*|\([^)]*\)", "", told))
        optional = {field.rstrip("?") for field in fields if field.endswith("?")}
        always = {"event", "section", "ep", "seq", *fields} - without
        for kind in re.findall(r"`([\w.]+)`", kinds):
            found[kind] = ({field for field in always if not field.endswith("?")}, optional)
    return found


async def test_every_kind_of_news_is_published_with_the_fields_of_the_docs() -> None:
    """Kinds of the docs, kinds of the code and kinds that come out are the same, field by field."""
    told: dict[str, list[CloudEvent]] = {}
    for each in await news_of(await busy_house()):
        told.setdefault(each.type, []).append(each)
    table = documented()
    assert sorted(table) == sorted(KINDS) == sorted(told)
    for kind, (always, optional) in table.items():
        for each in told[kind]:
            assert always | optional == {*each.data} | optional, kind
            assert {*each.data} <= always | optional, kind


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_a_kind_that_alone_is_wanted_comes_alone_and_under_the_same_ids(kind: str) -> None:
    """Records that are passed over unread hide nothing, and the id does not depend on who listens."""
    house = await busy_house()
    everything = await news_of(house)
    assert [each for each in everything if each.type == kind] == await news_of(house, kind)


async def test_the_tickets_of_a_sale_are_those_that_it_gives() -> None:
    """Also of places and of what other sections lent: each has the id that it can be read by."""
    house = await House.open()
    order = booked("hld_1", ORDER, 0)
    house.write(house.streams[0], type(order)("hld_1", ORDER, (SEAT,), (), 10_000, (PART,)))
    [issued] = await news_of(house, "ticket.issued")
    assert issued.subject == ORDER
    assert [
        {"ticket": ticket_id(ORDER, Place(seat, "standard")), "seat": seat, "type": "standard"}
        for seat in ("S0-A-1", "S1-A-1")
    ] == issued.data["tickets"]


async def test_an_event_is_published_once() -> None:
    """When it leaves its draft, and not at the steps that follow."""
    house = await House.open()
    for status in ("draft", "open", "paused", "closed"):
        await house.catalogue.set_event_status(house.event, status, AT_MS)
    [published] = await news_of(house, "event.published")
    assert ("0-1", "0", house.event) == (published.id, published.partitionkey, published.subject)
    assert "Night" == published.data["name"]
