from __future__ import annotations

from typing import Any

from bench.crowd import CrowdProgress, run_crowd
from bench.habits import CrowdOptions
from bench.loadgen import LoadSpec, run_load
from bench.scenarios import ScenarioName
from client import Layout, SectionLayout
from tests.integration.fake_server import FakeServer, Message, Peer, fake_server

EVENT = "evt_1"
PRICE = {"amount": "10.00", "currency": "EUR"}


class _House:
    """Sells seats of one section by label, in memory; `broken` gives each seat to everybody."""

    def __init__(self, labels: tuple[str, ...], *, broken: bool = False) -> None:
        self.labels = labels
        self.broken = broken
        self.taken: dict[str, str] = {}
        self.sold: set[str] = set()
        self.outcomes: dict[str, Message] = {}

    async def answer(self, server: FakeServer, peer: Peer, request: Message) -> None:
        match request["t"]:
            case "subscribe":
                await self._watch(peer, request)
            case "unsubscribe":
                await peer.accept(request, {})
            case "hold.create":
                await self._reply(peer, request, self._hold(request))
            case "hold.release":
                self._release(request["d"]["hold"])
                await peer.accept(request, _held(request["d"]["hold"], []))
            case "checkout.begin":
                await self._reply(peer, request, self._book(request["d"]["hold"]))

    async def _watch(self, peer: Peer, request: Message) -> None:
        channel = f"{EVENT}/HOT"
        numbers = [self._status(label) for label in self.labels] + [0]
        status = bytes(numbers[i] | numbers[i + 1] << 4 for i in range(0, len(self.labels), 2))
        await peer.accept(request, {"channels": {channel: "snapshot"}})
        body = {"status": status, "areas": {}}
        await peer.send({"t": "seats.snapshot", "ch": channel, "ep": "e", "seq": 1, "d": body})

    def _status(self, label: str) -> int:
        return 2 if label in self.sold else int(label in self.taken)

    async def _reply(self, peer: Peer, request: Message, fresh: Message) -> None:
        outcome = self.outcomes.setdefault(request["idem"], fresh)
        if "items" in outcome or "tickets" in outcome:
            await peer.accept(request, outcome)
        else:
            await peer.refuse(request, outcome["code"], 409, retryable=False)

    def _hold(self, request: Message) -> Message:
        if request["idem"] in self.outcomes:
            return self.outcomes[request["idem"]]
        free = [label for label in self.labels if self.broken or label not in self.taken]
        body = request["d"]
        wanted = body["seats"] if body.get("seats") else free[: body["best"]["qty"]]
        if not body.get("seats") and len(wanted) < body["best"]["qty"]:
            return {"code": "best_available_not_found"}
        if not set(wanted) <= set(free):
            return {"code": "seat_taken"}
        hold = f"hld_{len(self.outcomes)}"
        self.taken.update(dict.fromkeys(wanted, hold))
        return _held(hold, wanted)

    def _seats_of(self, hold: str) -> list[str]:
        return [label for label, holder in self.taken.items() if holder == hold]

    def _release(self, hold: str) -> None:
        for label in self._seats_of(hold):
            del self.taken[label]

    def _book(self, hold: str) -> Message:
        seats = self._seats_of(hold)
        self.sold.update(seats)
        tickets = [_item(label) for label in seats]
        return {"order": "ord_1", "status": "confirmed", "amount": PRICE, "tickets": tickets}


def _item(label: str) -> dict[str, Any]:
    return {"seat": label, "section": "HOT", "category": "c", "type": "standard", "price": PRICE}


def _held(hold: str, labels: list[str]) -> Message:
    return {
        "hold": hold,
        "items": [_item(label) for label in labels],
        "total": PRICE,
        "expires_at": "2999-01-01T00:00:00.000Z",
        "renewals_left": 10,
        "pos": ["e", 1],
    }


def _labels(count: int) -> tuple[str, ...]:
    return tuple(f"HOT-1-{number}" for number in range(1, count + 1))


def _load(server: FakeServer, scenario: ScenarioName, seats: int) -> LoadSpec:
    url = server.url.replace("ws", "http", 1)
    return LoadSpec(url, scenario, 3, 60.0, 0.0, EVENT, seats, ("one", "two"), "run1")


async def test_the_load_generator_takes_every_seat_once_and_ends_with_the_last() -> None:
    """Long before its time is over, because nothing is left to ask for."""
    house = _House(_labels(50))
    async with fake_server(house.answer) as server:
        result = await run_load(_load(server, "holds", 50))
    assert (50, {}, {}, ()) == (result.holds, result.refused, result.errors, result.breaches)
    assert set(house.labels) == set(house.taken)
    assert result.replies == 50


async def test_the_load_generator_counts_pairs() -> None:
    """A pair is a hold and its confirmed order."""
    house = _House(_labels(20))
    async with fake_server(house.answer) as server:
        result = await run_load(_load(server, "pairs", 20))
    assert (20, 20, ()) == (result.holds, result.pairs, result.breaches)
    assert set(house.labels) == house.sold


async def test_the_crowd_sells_out_a_house_and_its_books_agree_with_the_servers() -> None:
    """With every habit and quirk, lost lines included; only abandoned seats stay unsold."""
    house, seen = _House(_labels(60)), list[CrowdProgress]()
    layout = Layout([SectionLayout("HOT", house.labels, {})])
    options = CrowdOptions(
        seed=3, arrival_s=0.0, thinks_s=0.0, hesitates_s=0.0, patience=200, orders_each=60, lasts_s=120.0
    )
    async with fake_server(house.answer) as server:
        result = await run_crowd(server.url, EVENT, ["token"] * 8, layout, options, seen.append)
    assert ((), {}) == (result.breaches, result.errors)
    assert house.sold == set(result.sold_at_s)
    assert len(house.sold) == result.sold == sum(person.places for person in result.people)
    assert result.reconnects == result.quirks.get("drops the line", 0)
    assert 60 == seen[-1].capacity


async def test_the_crowd_notices_a_server_that_oversells() -> None:
    """A server that gives one seat to two is found out from replies alone."""
    house = _House(_labels(6), broken=True)
    layout = Layout([SectionLayout("HOT", house.labels, {})])
    options = CrowdOptions(seed=3, arrival_s=0.0, thinks_s=0.0, hesitates_s=0.0, orders_each=3)
    async with fake_server(house.answer) as server:
        result = await run_crowd(server.url, EVENT, ["token"] * 8, layout, options)
    assert result.breaches
