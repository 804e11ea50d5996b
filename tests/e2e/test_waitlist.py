"""The waitlist on a real server: groups get what they wait for, and the public sees nothing of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from client import HoldfastClient, Refused, Waitlist
from client.calls import Happening, MapChanged
from holdfast.verify import verify
from protocol.waitlist import WaitlistUpdate
from tests.e2e.test_carts import two_wings
from tests.e2e.world import UNBOUNDED, World

PATIENCE_S: Final = 120
ROW: Final = 8
GRABS: Final = 3
"""So many people of the public ask for what is free all the while."""


class House:
    """A sold-out event of two sections; its organiser has every seat and gives back what is to be free."""

    def __init__(self, world: World, event: str, holds: dict[str, str]) -> None:
        self.world, self.event, self._holds = world, event, holds
        self.path = f"/events/{event}/waitlist"

    async def free(self, section: str, *numbers: int) -> None:
        """Give back some seats."""
        seats = ",".join(f"{section}-1-{number}" for number in numbers)
        async with self.world.rest("house", "organiser") as rest:
            reply = await rest.delete(f"/holds/{self._holds[section]}", params={"seats": seats})
            reply.raise_for_status()

    async def staff(self, what: str, **body: Any) -> dict[str, Any]:
        """An organiser's call."""
        async with self.world.rest("organiser", "organiser") as rest:
            reply = await (rest.post(self.path + what, json=body) if body else rest.get(self.path + what))
            found: dict[str, Any] = reply.raise_for_status().json()
            return found

    async def clean(self) -> None:
        """The books, as an auditor finds them."""
        async with self.world.database() as dsn:
            assert () == (await verify(dsn, lambda _streams, _records: None)).breaches


@asynccontextmanager
async def sold_out(world: World) -> AsyncIterator[House]:
    """A house of two sections without a free seat."""
    limits = UNBOUNDED | {"seats_per_hold": ROW}
    event = await world.put_on_sale(two_wings(ROW), limits=limits)
    holds = {}
    async with world.rest("house", "organiser") as rest:
        for section in ("L", "R"):
            seats = [f"{section}-1-{number}" for number in range(1, ROW + 1)]
            body, key = {"event": event, "seats": seats}, {"Idempotency-Key": f"{event} {section}"}
            holds[section] = (
                (await rest.post("/holds", json=body, headers=key)).raise_for_status().json()["hold"]
            )
    house = House(world, event, holds)
    yield house
    await house.clean()


async def grab(client: HoldfastClient, event: str, enough: asyncio.Event) -> list[str]:
    """Somebody of the public, who asks for any free seat until enough was seen; what they got."""
    got: list[str] = []
    while not enough.is_set():
        try:
            hold = await client.hold_best(event, 1)
        except Refused:
            continue
        got += [item.seat for item in hold.items]
    return got


def noting(free: set[str]) -> Callable[[Happening], None]:
    """Notes every seat that a map is ever told to be free."""

    def heard(happening: Happening) -> None:
        if isinstance(happening, MapChanged) and happening.delta is not None:
            free.update(label for label, status in happening.delta.u if status == "f")

    return heard


@pytest.mark.parametrize("section", ["L", "R"])
async def test_a_group_of_three_has_neighbours_before_anybody_sees_them_free(
    world: World, section: str
) -> None:
    """In either section, while the public asks and watches; what fits nobody who waits is the public's."""
    async with (
        sold_out(world) as house,
        world.client("viewer") as viewer,
        world.client("public") as public,
        world.client("three") as three,
        Waitlist(three, house.event) as waiting,
    ):
        free: set[str] = set()
        await viewer.subscribe(house.event, layout=await world.layout(house.event))
        viewer.session.listeners.append(noting(free))
        assert 1 == (await waiting.join(3)).position
        enough = asyncio.Event()
        grabbing = [asyncio.ensure_future(grab(public, house.event, enough)) for _ in range(GRABS)]
        async with asyncio.timeout(PATIENCE_S):
            await house.free(section, 2, 3, 4)
            offer = await waiting.offered()
            enough.set()
            assert [[], [], []] == await asyncio.gather(*grabbing)
            assert [f"{section}-1-{number}" for number in (2, 3, 4)] == [item.seat for item in offer.items]
            await house.free(section, 8)  # nobody waits for it: when it is seen, all before it was
            while f"{section}-1-8" not in free:
                await viewer.ping()
        assert {f"{section}-1-8"} == free
        order = await three.checkout(offer.hold, "Three", "three@example.org")
        assert ("confirmed", 3) == (order.status, len(order.tickets))
        assert "accepted" == (await waiting.status()).status


async def test_offers_go_down_the_line_and_places_are_told(world: World) -> None:
    """Declined it goes to the next, who is told that they moved up; who leaves is passed over."""
    async with (
        sold_out(world) as house,
        world.client("first") as first,
        world.client("second") as second,
        world.client("third", "json") as third,
        Waitlist(first, house.event) as one,
        Waitlist(second, house.event) as two,
    ):
        places: list[int | None] = []
        foremost = asyncio.Event()

        def moved_up(update: WaitlistUpdate) -> None:
            places.append(update.position)
            if update.position == 1:
                foremost.set()

        async with Waitlist(third, house.event, moved_up) as three, asyncio.timeout(PATIENCE_S):
            joined = [await each.join(2) for each in (one, two, three)]
            assert [1, 2, 3] == [each.position for each in joined]
            await house.free("L", 1, 2)
            offer = await one.offered()
            assert "declined" == (await one.decline()).status
            assert offer.items == (await two.offered()).items
            assert "accepted" == (await two.accept()).status
            await foremost.wait()
            assert sorted(filter(None, places), reverse=True) == list(filter(None, places))
            assert "left" == (await three.leave()).status
            await house.free("L", 5, 6)
        assert [] == (await house.staff("/entries"))["data"]
        held = await third.hold_best(house.event, 2)
        assert ["L-1-5", "L-1-6"] == [item.seat for item in held.items]


async def test_the_waitlist_over_rest(world: World) -> None:
    """Join, look, be put before others for a reason that stays on record, accept, decline and leave."""
    key, yes, pays = ({"Idempotency-Key": each} for each in ("join", "yes", "pay"))
    async with (
        sold_out(world) as house,
        world.rest("ann") as ann,
        world.rest("bob") as bob,
        world.rest("cat") as cat,
    ):
        entries = []
        for place, rest in enumerate((ann, bob, cat), 1):
            reply = (await rest.post(house.path, json={"qty": 2}, headers=key)).raise_for_status().json()
            again = (await rest.post(house.path, json={"qty": 2}, headers=key)).json()
            assert (place, reply["entry"]) == (reply["position"], again["entry"])
            entries.append(reply["entry"])
        moved = await house.staff("/move", entry=entries[2], before=entries[0], reason="Needs a ramp")
        assert 1 == moved["position"]
        listed = (await house.staff("/entries"))["data"]
        assert [entries[2], entries[0], entries[1]] == [each["entry"] for each in listed]
        assert "Needs a ramp" == listed[0]["moved"]["reason"]
        assert [2, 3, 1] == [(await rest.get(house.path)).json()["position"] for rest in (ann, bob, cat)]
        await house.free("L", 1, 2)
        offered = (await cat.get(house.path)).json()
        assert ("offered", 2) == (offered["status"], len(offered["items"]))
        accepted = await cat.post(f"{house.path}/accept", json={"entry": entries[2]}, headers=yes)
        assert ("accepted", offered["hold"]) == (accepted.json()["status"], accepted.json()["hold"])
        pay = {"hold": offered["hold"], "buyer": {"name": "Cat", "email": "cat@example.org"}}
        assert "confirmed" == (await cat.post("/orders", json=pay, headers=pays)).json()["status"]
        await house.free("L", 3, 4)
        assert "offered" == (await ann.get(house.path)).json()["status"]
        declined = await ann.post(f"{house.path}/decline", json={"entry": entries[0]})
        assert "declined" == declined.json()["status"]
        assert "offered" == (await bob.get(house.path)).json()["status"]
        assert "left" == (await bob.delete(house.path)).json()["status"]
