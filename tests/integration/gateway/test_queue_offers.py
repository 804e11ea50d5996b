"""A waitlist's offer in a queued event: it lets its owner pay for its own seats, and for nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.integration.gateway.foyer import Foyer, foyer
from tests.integration.gateway.sold_out import SoldOut
from tests.integration.gateway.test_queue_door import BUYER, wrong_passes
from tests.integration.gateway.world import Socket


class Asked:
    """Requests of one person, over the websocket or over REST; each says `ok` or the code of its refusal."""

    def __init__(self, there: Foyer, socket: Socket, sub: str, rest: bool) -> None:
        self._there, self._socket, self._sub, self._rest = there, socket, sub, rest

    async def __call__(self, kind: str, key: str, path: str = "", **body: Any) -> str:
        if not self._rest:
            reply = await self._socket.ask(kind, body, key)
            return "ok" if reply["ok"] else str(reply["e"]["code"])
        async with self._there.world.http(sub=self._sub) as http:
            answer = await http.post(f"/v1{path}", json=body, headers={"Idempotency-Key": key})
            return "ok" if answer.is_success else str(answer.json()["code"])

    async def pay(self, hold: str, key: str = "pay") -> str:
        return await self("checkout.begin", key, "/orders", hold=hold, buyer=BUYER)

    async def extend(self, hold: str, key: str = "extend") -> str:
        body = {} if self._rest else {"hold": hold}
        return await self("hold.extend", key, f"/holds/{hold}/extend", **body)

    async def swap(self, hold: str, out: str, into: str) -> str:
        swap: dict[str, Any] = {"release": [out], "take": [into]}
        return await self(
            "hold.swap", "swap", f"/holds/{hold}/swap", **(swap if self._rest else swap | {"hold": hold})
        )

    async def take(self, event: str, seat: str, key: str, **more: Any) -> str:
        return await self("hold.create", key, "/holds", event=event, seats=[seat], **more)


@asynccontextmanager
async def offered(who: str = "bob") -> AsyncIterator[tuple[Foyer, SoldOut, Socket, dict[str, Any]]]:
    """A queued event that is sold out, and somebody without a pass who was just offered two seats."""
    async with foyer() as there:
        house = SoldOut(there.world, there.event)
        await house.take_all()
        async with there.world.socket() as socket:
            await house.joined(socket, who, 2)
            await house.free("FRONT-A", 3, 4)
            yield there, house, socket, (await socket.push("waitlist.offer"))["d"]


@pytest.mark.parametrize("rest", [False, True])
@pytest.mark.parametrize("accepted", [False, True])
async def test_an_offer_is_paid_for_without_a_pass(rest: bool, accepted: bool) -> None:
    """At once, or accepted first and renewed; who never stood in the queue is let through for these seats."""
    async with offered() as (there, _, socket, offer):
        asked = Asked(there, socket, "bob", rest)
        if accepted:
            assert (await socket.ask("waitlist.accept", {"entry": offer["entry"]}, "a"))["ok"]
            assert "ok" == await asked.extend(offer["hold"])
        assert "ok" == await asked.pay(offer["hold"])


@pytest.mark.parametrize("rest", [False, True])
async def test_an_accepted_offer_is_known_also_when_its_owner_waits_anew(rest: bool) -> None:
    """What admits is the hold that was offered, whatever entry its owner has by now."""
    async with offered() as (there, house, socket, offer):
        assert (await socket.ask("waitlist.accept", {"entry": offer["entry"]}, "a"))["ok"]
        assert (await house.join(socket, 1, "again"))["ok"]
        assert "ok" == await Asked(there, socket, "bob", rest).pay(offer["hold"])


@pytest.mark.parametrize("rest", [False, True])
async def test_an_offer_admits_to_nothing_else(rest: bool) -> None:
    """No other seats, new, added or in exchange; no wrong pass helps; nobody else gets through with it."""
    async with offered() as (there, house, socket, offer):
        await house.free("BACK-B", 1, 2)
        hold, event = offer["hold"], there.event.id
        asked = Asked(there, socket, "bob", rest)
        assert (await socket.ask("waitlist.accept", {"entry": offer["entry"]}, "a"))["ok"]
        assert "not_admitted" == await asked.take(event, "BACK-B-1", "new")
        assert "not_admitted" == await asked.take(event, "BACK-B-1", "more", hold=hold)
        assert "not_admitted" == await asked.swap(hold, "FRONT-A-3", "BACK-B-1")
        for name, wrong in wrong_passes(event, there.world.event.id).items():
            if wrong is not None:
                assert "not_admitted" == await asked.take(event, "BACK-B-1", name, **{"pass": wrong}), name
        async with there.world.socket() as eve:
            await eve.hello("eve")
            assert "not_admitted" == await Asked(there, eve, "eve", rest).pay(hold)
            assert "not_admitted" == await Asked(there, eve, "eve", rest).extend(hold)


@pytest.mark.parametrize("rest", [False, True])
async def test_no_offer_lets_through_whom_the_organiser_turned_away(rest: bool) -> None:
    """Whose pass was taken back pays for nothing, offered or not, before and after saying yes."""
    async with foyer() as there:
        await there.staff("open")
        house = SoldOut(there.world, there.event)
        await house.take_all()
        async with there.world.socket() as socket:
            pass_ = await there.admitted(socket, "bob")
            assert (await house.join(socket, 2))["ok"]
            await house.free("FRONT-A", 3, 4)
            offer = (await socket.push("waitlist.offer"))["d"]
            ticket = (await there.ask(socket, "status"))["d"]["ticket"]
            await there.staff("revoke", ticket=ticket)
            asked = Asked(there, socket, "bob", rest)
            assert "not_admitted" == await asked.pay(offer["hold"])
            assert (await socket.ask("waitlist.accept", {"entry": offer["entry"]}, "a"))["ok"]
            assert "not_admitted" == await asked.pay(offer["hold"], "pay again")
            assert "not_admitted" == await asked.extend(offer["hold"])
            assert "not_admitted" == await asked.take(there.event.id, "BACK-B-1", "k", **{"pass": pass_})
