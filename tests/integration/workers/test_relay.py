"""The relay: nothing lost, nothing out of order, whatever goes away meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from unittest.mock import patch

import msgspec
import pytest

from engine.events import Record, SaleSet
from engine.journal import StorageUnavailable, StreamSource
from engine.waitlist.events import OfferMade
from persistence.memory.relay import MemoryRelay
from tests.integration.workers.houses import AT_MS, House, booked, placed, positions, released
from workers.errors import BrokerAway, LeaseLost
from workers.limits import RelayLimits
from workers.message import Message
from workers.relay import Relay
from workers.tellers import Tellers


class FakeOutlet:
    """Keeps what it is sent; told to, it takes a batch and says that it did not, or takes nothing."""

    def __init__(self) -> None:
        self.got: list[Message] = []
        self.lose = False
        self.refuse = False

    async def look(self) -> None: ...

    def wants(self, kind: str) -> bool:
        return kind != "sale.open"

    async def send(self, messages: Sequence[Message]) -> None:
        if self.refuse:
            raise BrokerAway("not now")
        self.got += messages
        if self.lose:
            raise BrokerAway("the confirm was lost")


class Bus:
    """A relay over a house in memory, on clocks that stand until they are turned."""

    def __init__(self, house: House, **limits: int) -> None:
        self.house = house
        self.now_ms = AT_MS
        self.positions = MemoryRelay(house.database, lambda: self.now_ms)
        self.outlet = FakeOutlet()
        self.limits = RelayLimits(**limits)
        self.relay = self.another("relay-1")

    def another(self, owner: str) -> Relay:
        return Relay(
            owner, self.house.store, self.positions, self.outlet, self.limits, lambda: self.now_ms / 1000
        )


async def test_each_record_becomes_a_cloud_event_that_names_nobody() -> None:
    """A booking carries ids, labels and amounts; its id is stream and number, its key the stream."""
    house = await House.open()
    stream = house.streams[0]
    house.write(stream, booked("hld_1", "ord_1", 0, 1))
    bus = Bus(house)
    await bus.relay.round()
    message, _tickets = bus.outlet.got
    body = msgspec.json.decode(message.body)
    assert {
        "specversion": "1.0",
        "id": f"{stream}-2",
        "source": f"/v1/events/{house.event}",
        "type": "order.confirmed",
        "subject": "ord_1",
        "time": "2023-11-14T22:13:20.000Z",
        "datacontenttype": "application/json",
        "sequence": "0000000000000002",
        "partitionkey": str(stream),
    } == {name: value for name, value in body.items() if name != "data"}
    price = {"amount": "50.00", "currency": "EUR"}
    items = [{"seat": f"S0-A-{n}", "category": "std", "type": "standard", "price": price} for n in (1, 2)]
    assert items == body["data"]["items"]
    assert {"amount": "100.00", "currency": "EUR"} == body["data"]["amount"]
    assert f"order.confirmed.{house.event}" == message.topic
    assert b"ada" not in message.body


async def test_news_come_in_order_and_the_position_follows() -> None:
    """Two streams, several rounds: each in its own order, and nothing is left."""
    house = await House.open(2)
    bus = Bus(house, records_per_round=4)
    for number in range(5):
        for stream in house.streams:
            house.write(stream, placed(f"hld_{stream}_{number}", number), released(f"hld_{stream}_{number}"))
    while await bus.relay.round():
        pass
    for stream in house.streams:
        assert list(range(2, 12)) == positions(bus.outlet.got, stream)
    assert dict.fromkeys(house.streams, 11) == bus.positions.positions
    assert await bus.positions.lag() == 0


async def test_offers_that_come_with_a_record_are_news_of_their_own() -> None:
    """A release sets two seats free and one of them is offered: two messages, told apart by their part."""
    house = await House.open()
    stream = house.streams[0]
    offers = tuple(
        OfferMade(f"wtl_{number}", f"hld_{number}", (), (), AT_MS + 60_000, proposed=number == 1)
        for number in (1, 2)
    )
    house.write_record(stream, Record(AT_MS, "usr_ada", released("hld_0"), offers=offers))
    bus = Bus(house)
    await bus.relay.round()
    assert [(f"{stream}-2", "seats.released"), (f"{stream}-2.2", "waitlist.offered")] == [
        (message.id, message.kind) for message in bus.outlet.got
    ]
    assert "wtl_2" == bus.outlet.got[1].cloud_event().subject


async def test_what_nobody_wants_is_passed_over() -> None:
    """The position moves over news that the outlet has no use for."""
    house = await House.open()
    house.write(house.streams[0], SaleSet("open"))
    bus = Bus(house)
    await bus.relay.round()
    assert [] == bus.outlet.got
    assert {house.streams[0]: 2} == bus.positions.positions


@pytest.mark.parametrize("fault", ["lose", "refuse"])
async def test_the_position_stands_until_the_broker_has_confirmed(fault: str) -> None:
    """What may have been lost is sent again under the same id, and only then passed."""
    house = await House.open()
    house.write(house.streams[0], placed("hld_1", 1))
    bus = Bus(house)
    setattr(bus.outlet, fault, True)
    with pytest.raises(BrokerAway):
        await bus.relay.round()
    assert {} == bus.positions.positions
    setattr(bus.outlet, fault, False)
    await bus.relay.round()
    assert {f"{house.streams[0]}-2"} == {message.id for message in bus.outlet.got}
    assert {house.streams[0]: 2} == bus.positions.positions


async def test_one_relay_at_a_time_and_the_next_one_takes_over() -> None:
    """A second relay waits for the lease to end, and the first one's position counts no more."""
    house = await House.open()
    bus = Bus(house)
    other = bus.another("relay-2")
    house.write(house.streams[0], placed("hld_1", 1))
    await bus.relay.round()
    house.write(house.streams[0], placed("hld_2", 2))
    assert await other.round() == 0
    bus.now_ms += bus.limits.lease_ms
    assert await other.round() == 1
    house.write(house.streams[0], placed("hld_3", 3))
    bus.now_ms -= bus.limits.lease_ms  # the first one was frozen, and its own clock with it
    with pytest.raises(LeaseLost):
        await bus.relay.round()
    assert {house.streams[0]: 3} == bus.positions.positions


async def test_storage_that_is_away_stops_the_relay_and_nothing_else() -> None:
    """It says so, and goes on where it was."""
    house = await House.open()
    house.write(house.streams[0], placed("hld_1", 1))
    bus = Bus(house)
    house.database.down = True
    with pytest.raises(StorageUnavailable):
        await bus.relay.round()
    house.database.down = False
    assert await bus.relay.round() == 2


async def test_a_damaged_stream_stops_alone() -> None:
    """Its news end before the damage, and the others go on."""
    house = await House.open(2)
    broken, whole = house.streams
    for stream in house.streams:
        house.write(stream, placed("hld_1", 1))
    records = house.database.streams[broken].records
    records[1] = type(records[1])(2, 0, AT_MS, records[1].checksum ^ 1, records[1].data)
    bus = Bus(house)
    await bus.relay.round()
    assert [] == positions(bus.outlet.got, broken)
    assert [2] == positions(bus.outlet.got, whole)
    assert {whole: 2} == bus.positions.positions
    assert await bus.relay.round() == 0


async def test_records_that_nobody_wants_cost_no_reading_of_the_plan() -> None:
    """A sale's holds are many; who hears of orders alone need not know how the house is built."""
    house = await House.open()
    stream = house.streams[0]
    house.write(stream, placed("hld_1", 0))
    store = house.store
    asked: list[int] = []
    source = store.source

    async def counted(stream: int) -> StreamSource:
        asked.append(stream)
        return await source(stream)

    tellers = Tellers(store)
    with patch.object(store, "source", counted):
        for kinds in ("order.confirmed", "seats.held", "seats.held"):
            records = await store.read(stream, 0, 10)
            told = await tellers.messages(stream, records, {kinds}.__contains__)
            assert len(told) == (kinds == "seats.held")
    assert [stream, stream] == asked
