"""The websocket, from the handshake to a booked order, on real sections without Ray."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from engine.catalogue import EventInfo
from gateway.desk.resuming import RESUMED_EVENTS_MAX
from protocol.closing import JSON, MSGPACK, CloseCode
from tests.integration.gateway.world import Socket, World

BUYER = {"name": "Ann", "email": "ann@example.com"}


async def held(socket: Socket, world: World, *seats: str, idem: str = "hold") -> dict[str, Any]:
    """Hold seats; the body of the reply."""
    reply = await socket.ask("hold.create", {"event": world.event.id, "seats": list(seats)}, idem)
    assert reply["ok"], reply
    body: dict[str, Any] = reply["d"]
    return body


@pytest.mark.parametrize("subprotocol", [MSGPACK, JSON])
async def test_hold_and_book(subprotocol: str) -> None:
    """A buyer says hello, holds two seats and checks them out, in both subprotocols."""
    async with World() as world, world.socket(subprotocol) as socket:
        assert {"type": "websocket.accept", "subprotocol": subprotocol} == socket.accepted
        hello = await socket.hello()
        assert ["session", "principal", "heartbeat_ms", "limits"] == list(hello["d"])
        hold = await held(socket, world, "FRONT-A-1", "FRONT-A-2")
        assert ["FRONT-A-1", "FRONT-A-2"] == [item["seat"] for item in hold["items"]]
        assert {"amount": "178.00", "currency": "EUR"} == hold["total"]
        checkout = {"hold": hold["hold"], "buyer": BUYER}
        order = await socket.ask("checkout.begin", checkout, "pay")
        assert ("confirmed", "approved") == (order["d"]["status"], order["d"]["payment"]["status"])
        again = await socket.ask("checkout.begin", checkout, "pay")
        assert order["d"] == again["d"]
        read = await socket.ask("order.get", {"order": order["d"]["order"]})
        assert ["FRONT-A-1", "FRONT-A-2"] == [ticket["seat"] for ticket in read["d"]["tickets"]]
        cancelled = await socket.ask("order.cancel", {"order": order["d"]["order"]}, "cancel")
        assert "cancelled" == cancelled["d"]["status"]


async def test_one_seat_for_a_hundred() -> None:
    """Of a hundred who ask for one seat one has it, and 99 are told so and offered others."""
    async with World() as world, AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(world.socket()) for _ in range(100)]
        for number, socket in enumerate(sockets):
            await socket.hello(f"buyer-{number}")
        body = {"event": world.event.id, "seats": ["FRONT-A-3"]}
        replies = await asyncio.gather(*(socket.ask("hold.create", body, "key") for socket in sockets))
        refused = [reply["e"] for reply in replies if not reply["ok"]]
        assert 99 == len(refused)
        assert {"seat_taken"} == {refusal["code"] for refusal in refused}
        assert all(refusal["objects"] == ["FRONT-A-3"] and refusal["alternatives"] for refusal in refused)


async def test_a_hold_through_its_life() -> None:
    """A hold grows, swaps, is extended and given back, each time told as it now is."""
    async with World() as world, world.socket() as socket:
        await socket.hello()
        hold = (await held(socket, world, "FRONT-A-1"))["hold"]
        grown = await socket.ask(
            "hold.create", {"event": world.event.id, "seats": ["FRONT-A-2"], "hold": hold}, "grow"
        )
        assert ["FRONT-A-1", "FRONT-A-2"] == [item["seat"] for item in grown["d"]["items"]]
        swap = {"hold": hold, "release": ["FRONT-A-1"], "take": ["FRONT-B-1"]}
        swapped = await socket.ask("hold.swap", swap, "swap")
        assert {"FRONT-A-2", "FRONT-B-1"} == {item["seat"] for item in swapped["d"]["items"]}
        extended = await socket.ask("hold.extend", {"hold": hold}, "extend")
        assert swapped["d"]["renewals_left"] - 1 == extended["d"]["renewals_left"]
        released = await socket.ask("hold.release", {"hold": hold})
        assert [] == released["d"]["items"]


async def test_best_available_goes_from_section_to_section() -> None:
    """Best available fills the near section, then the far one, and a retry gets its first outcome."""
    async with World() as world, world.socket() as socket:
        await socket.hello()
        best = {"event": world.event.id, "best": {"qty": 6}}
        sections = []
        for buyer in range(4):
            reply = await socket.ask("hold.create", best, f"key-{buyer}")
            if reply["ok"]:
                sections.append(reply["d"]["items"][0]["section"])
                again = await socket.ask("hold.create", best, f"key-{buyer}")
                assert reply["d"] == again["d"]
        assert ["FRONT", "FRONT", "BACK", "BACK"] == sections
        reply = await socket.ask("hold.create", best, "key-4")
        assert reply["e"]["code"] in {"best_available_not_found", "sold_out"}


async def test_other_peoples_holds_are_not_there() -> None:
    """A hold of somebody else's, one that never was, and one of an unknown section are all not found."""
    async with World() as world, world.socket() as ann, world.socket() as eve:
        await ann.hello("ann")
        await eve.hello("eve")
        hold = (await held(ann, world, "FRONT-A-1"))["hold"]
        for name in (hold, hold[:10] + "0000" + hold[14:], hold[:-8] + "7fffffff", "hld_x", "x"):
            reply = await eve.ask("hold.extend", {"hold": name}, f"key-{name}")
            assert "not_found" == reply["e"]["code"]


async def test_a_key_is_for_one_body() -> None:
    """The same key with another body is refused, over websocket and REST alike."""
    async with World() as world, world.socket() as socket, world.http() as http:
        await socket.hello()
        await held(socket, world, "FRONT-A-1", idem="key")
        body = {"event": world.event.id, "seats": ["FRONT-A-2"]}
        reply = await socket.ask("hold.create", body, "key")
        assert "idempotency_key_reused" == reply["e"]["code"]
        response = await http.post("/v1/holds", json=body, headers={"Idempotency-Key": "key"})
        assert (422, "idempotency_key_reused") == (response.status_code, response.json()["code"])


@pytest.mark.parametrize("way", ["", "pinned-"])
async def test_a_declined_payment_leaves_the_hold(way: str) -> None:
    """When the provider declines, at once or later, the hold lives on, and a retry says the same."""
    async with World() as world, world.socket() as socket:
        await socket.hello()
        hold = (await held(socket, world, "FRONT-A-1"))["hold"]
        declined = {"hold": hold, "buyer": BUYER, "payment": {"method": f"{way}declined-card"}}
        for _ in range(2):
            reply = await socket.ask("checkout.begin", declined, "pay-1")
            assert "payment_declined" == reply["e"]["code"]
        paid = {"hold": hold, "buyer": BUYER, "payment": {"method": f"{way}card"}}
        reply = await socket.ask("checkout.begin", paid, "pay-2")
        assert ("confirmed", "approved") == (reply["d"]["status"], reply["d"]["payment"]["status"])
        again = await socket.ask("checkout.begin", paid, "pay-2")
        assert reply["d"] == again["d"]
        unknown = {"hold": hold, "buyer": BUYER, "payment": {"provider": "nobody"}}
        assert "invalid" == (await socket.ask("checkout.begin", unknown, "pay-3"))["e"]["code"]


@pytest.mark.parametrize("bad", ["nonsense", ""])
async def test_a_bad_token_is_told_and_closed(bad: str) -> None:
    """A token that is not valid gets its problem, then the connection is closed with 4401."""
    async with World() as world, world.socket() as socket:
        reply = await socket.ask("hello", {"token": bad})
        assert "token_invalid" == reply["e"]["code"]
        assert CloseCode.BAD_HELLO == await socket.closed()


async def test_guests_may_look_only() -> None:
    """Without a token one sees the map and holds nothing."""
    async with World() as world, world.socket() as socket:
        assert (await socket.hello(None))["d"]["principal"] is None
        assert (await socket.ask("subscribe", {"event": world.event.id}))["ok"]
        reply = await socket.ask("hold.create", {"event": world.event.id, "seats": ["FRONT-A-1"]}, "key")
        assert "token_missing" == reply["e"]["code"]
        assert (await socket.hello("ann"))["ok"]
        await held(socket, world, "FRONT-A-1")


async def test_an_unknown_event() -> None:
    """What names no event is not found."""
    async with World() as world, world.socket() as socket:
        await socket.hello()
        reply = await socket.ask("hold.create", {"event": "evt_no", "seats": ["A-1-1"]}, "key")
        assert "not_found" == reply["e"]["code"]
        assert "not_found" == (await socket.ask("subscribe", {"event": "evt_no"}))["e"]["code"]
        bad = {"event": world.event.id, "sections": ["NOWHERE"]}
        assert "not_found" == (await socket.ask("subscribe", bad))["e"]["code"]


async def test_handshakes_that_are_refused() -> None:
    """An unknown subprotocol and an origin that is not on the list are refused before they are accepted."""
    async with World(origins=("https://tickets.example",)) as world:
        for socket, status in [
            (world.socket("nonsense"), 400),
            (world.socket(origin="https://evil.example"), 403),
        ]:
            async with socket:
                assert socket.accepted is not None
                assert ("websocket.http.response.start", status) == (
                    socket.accepted["type"],
                    socket.accepted["status"],
                )
        async with world.socket(origin="https://tickets.example") as socket:
            assert (await socket.hello())["ok"]


async def test_our_own_pages_need_no_permission() -> None:
    """A browser on a page of this server may connect to it, and one on another port of its host may not."""
    async with World() as world:
        async with world.socket(origin="http://127.0.0.1:8000", host="127.0.0.1:8000") as socket:
            assert (await socket.hello())["ok"]
        async with world.socket(origin="http://127.0.0.1:9000", host="127.0.0.1:8000") as socket:
            assert socket.accepted is not None
            assert 403 == socket.accepted["status"]


async def test_replies_that_are_ready_together_are_one_frame() -> None:
    """The answers to an array of requests come as an array."""
    async with World() as world, world.socket() as socket:
        await socket.hello()
        socket.say(*({"t": "ping", "id": number, "d": {}} for number in range(100, 105)))
        frame = await socket.frame()
        assert [100, 101, 102, 103, 104] == [message["re"] for message in frame]


async def test_a_slow_socket_blocks_nobody_else() -> None:
    """While one socket takes nothing others are served; it gets its replies once it reads again."""
    async with World() as world, world.socket() as slow, world.socket() as quick:
        await slow.hello("slow")
        await quick.hello("quick")
        slow.writable.clear()
        body = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        waiting = asyncio.ensure_future(slow.ask("hold.create", body, "key"))
        await held(quick, world, "FRONT-A-2")
        assert not waiting.done()
        slow.writable.set()
        assert (await waiting)["ok"]


async def test_who_never_reads_is_closed() -> None:
    """A client that sends and never reads is cut off once too many replies wait."""
    async with World(replies_waiting_max=64) as world, world.socket() as socket:
        await socket.hello()
        socket.writable.clear()
        for number in range(3):
            socket.say(*({"t": "ping", "id": 100 * number + n, "d": {}} for n in range(64)))
        socket.say({"t": "ping", "id": 999, "d": {}})
        await socket.idle()
        socket.writable.set()
        assert CloseCode.SLOW_CONSUMER == await socket.closed()


async def test_draining() -> None:
    """A draining gateway says so, answers what is in flight, and closes with 4503; nobody new is let in."""
    async with World() as world, world.socket() as socket:
        await socket.hello()
        draining = asyncio.ensure_future(world.app.state.sockets.drain())
        notice = await socket.push("draining")
        assert {"reconnect_after_ms": 2000} == notice["d"]
        assert CloseCode.DRAINING == await socket.closed()
        socket.leave()
        await draining
        async with world.socket() as late:
            assert late.accepted is not None
            assert 503 == late.accepted["status"]


async def test_a_session_is_resumed_once_and_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may say hello as often as they like: that must not look up events without end."""
    async with World() as world, world.socket() as socket:
        looked_up: list[str] = []
        event = world.catalogue.event

        async def counted(event_id: str) -> EventInfo | None:
            looked_up.append(event_id)
            return await event(event_id)

        monkeypatch.setattr(world.catalogue, "event", counted)
        for hello in range(3):
            made_up = {f"evt_{hello}_{number}/S": ["h", 1] for number in range(500)}
            await socket.ask("hello", {"resume": {"session": "ses_1", "positions": made_up}})
        wish = {"event": world.event.id, "sections": ["FRONT"]}
        assert (await socket.ask("subscribe", wish))["ok"]
        await socket.push("seats.snapshot")
        assert RESUMED_EVENTS_MAX >= len(looked_up) - 1
