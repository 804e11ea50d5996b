"""The websocket, from the handshake to a booked order, on real sections without Ray."""

from __future__ import annotations

import asyncio

import pytest

from protocol.closing import JSON, MSGPACK
from tests.integration.gateway.world import World


@pytest.mark.parametrize("subprotocol", [MSGPACK, JSON])
async def test_hold_and_book(subprotocol: str) -> None:
    """A buyer says hello, holds two seats and checks them out, in both subprotocols."""
    async with World() as world, world.socket(subprotocol) as socket:
        assert {"type": "websocket.accept", "subprotocol": subprotocol} == socket.accepted
        assert (await socket.hello())["ok"]
        body = {"event": world.event.id, "seats": ["FRONT-A-1", "FRONT-A-2"]}
        hold = await socket.ask("hold.create", body, "key-1")
        assert ["FRONT-A-1", "FRONT-A-2"] == [item["seat"] for item in hold["d"]["items"]]
        assert {"amount": "178.00", "currency": "EUR"} == hold["d"]["total"]
        checkout = {"hold": hold["d"]["hold"], "buyer": {"name": "Ann", "email": "ann@example.com"}}
        order = await socket.ask("checkout.begin", checkout, "key-2")
        assert "confirmed" == order["d"]["status"]
        again = await socket.ask("checkout.begin", checkout, "key-2")
        assert order["d"] == again["d"]
        read = await socket.ask("order.get", {"order": order["d"]["order"]})
        assert ["FRONT-A-1", "FRONT-A-2"] == [ticket["seat"] for ticket in read["d"]["tickets"]]


async def test_one_seat_for_a_hundred() -> None:
    """Of a hundred who ask for one seat one has it, and 99 are told so and offered others."""
    async with World() as world:
        sockets = [world.socket() for _ in range(100)]
        for number, socket in enumerate(sockets):
            await socket.__aenter__()
            await socket.hello(f"buyer-{number}")
        body = {"event": world.event.id, "seats": ["FRONT-A-3"]}
        replies = await asyncio.gather(*(socket.ask("hold.create", body, "key") for socket in sockets))
        refused = [reply["e"] for reply in replies if not reply["ok"]]
        assert 99 == len(refused)
        assert {"seat_taken"} == {refusal["code"] for refusal in refused}
        assert all(refusal["objects"] == ["FRONT-A-3"] and refusal["alternatives"] for refusal in refused)
        for socket in sockets:
            await socket.__aexit__()
