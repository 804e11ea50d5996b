"""The door: who is let in, who was, and who is not."""

from __future__ import annotations

import asyncio

import pytest

from tests.integration.gateway.doorway import book, doorway
from tests.integration.gateway.world import TERMS, World


async def test_the_door_admits_once() -> None:
    """The second scan learns when and where the first one was, and the ticket tells its owner."""
    async with World() as world:
        call = await doorway(world)
        order = await book(world, {"seats": ["FRONT-A-1", "FRONT-A-2"]})
        ticket, other = await call.tickets(order)
        (admitted,) = await call.scan(world.event.id, ticket["code"])
        assert ("admitted", ticket["ticket"], "FRONT-A-1", "Ann Example") == (
            *(admitted["result"], admitted["ticket"], admitted["seat"], admitted["holder"]),
        )
        (used,) = await call.scan(world.event.id, ticket["code"], device="d2")
        assert ("used", "ticket_used", "gate d1", "d1") == (
            *(used["result"], used["code"], used["first"]["gate"], used["first"]["device"]),
        )
        now, untouched = await call.tickets(order)
        assert ("used", used["first"]) == (now["status"], now["used"])
        assert other == untouched
        seen = await call("sam", "GET", "/v1/tickets/{ticket}/checkins", ticket=ticket["ticket"])
        assert [("d1", True), ("d2", False)] == [
            (each["device"], each["admitted"]) for each in seen.json()["checkins"]
        ]
        refused = await call.transfer("ann", ticket)
        assert (409, "ticket_used") == (refused.status_code, refused.json()["code"])


async def test_two_doors_at_once_admit_once() -> None:
    """Also through two gateways."""
    async with World() as world, world.another_gateway() as other:
        call = await doorway(world)
        (ticket,) = await call.tickets(await book(world, {"seats": ["FRONT-A-1"]}))

        async def scan(number: int) -> str:
            body = {
                "event": world.event.id,
                "gate": "main",
                "device": f"d{number}",
                "scans": [{"code": ticket["code"]}],
            }
            async with world.http("staff", "sam", app=other if number % 2 else None) as http:
                return str((await http.post("/v1/checkins", json=body)).json()["results"][0]["result"])

        results = await asyncio.gather(*(scan(number) for number in range(12)))
        assert ["admitted", *["used"] * 11] == sorted(results)


async def test_what_was_scanned_offline_is_merged() -> None:
    """The earliest scan is the one that let in; repeated batches change nothing; none is from the future."""
    async with World() as world:
        call = await doorway(world)
        event = world.event.id
        order = await book(world, {"ga": {"area": "FIELD", "qty": 2}})
        one, two = [ticket["code"] for ticket in await call.tickets(order)]
        assert ["admitted"] == [each["result"] for each in await call.scan(event, one, device="live")]
        at = "2026-01-01T19:00:0{}.000Z"
        late = [{"code": one, "scanned_at": at.format(2)}, {"code": two, "scanned_at": at.format(2)}]
        early = [{"code": one, "scanned_at": at.format(1)}, {"code": two, "scanned_at": at.format(3)}]
        for _ in range(2):
            told = await call.scan(event, *late, device="b", offline=True)
        assert ["admitted", "admitted"] == [each["result"] for each in told]
        told = await call.scan(event, *early, device="a", offline=True)
        assert ["admitted", "used"] == [each["result"] for each in told]
        assert ("b", at.format(2)) == (told[1]["first"]["device"], told[1]["first"]["at"])
        told = await call.scan(event, *late, device="b", offline=True)
        assert ["used", "admitted"] == [each["result"] for each in told]
        (future,) = await call.scan(event, {"code": one, "scanned_at": "2999-01-01T00:00:00Z"}, offline=True)
        assert ("refused", "invalid") == (future["result"], future["code"])


async def test_a_device_that_heard_no_answer_asks_again() -> None:
    """The same id or the same time make it the same scan; without either it is another one."""
    async with World() as world:
        call = await doorway(world)
        order = await book(world, {"ga": {"area": "FIELD", "qty": 3}})
        one, two, three = [ticket["code"] for ticket in await call.tickets(order)]
        for code, known in ((one, {"id": "s-1"}), (two, {"scanned_at": "2026-01-01T19:00:00+01:00"})):
            for _ in range(2):
                told = await call.scan(world.event.id, {"code": code, **known})
                assert ["admitted"] == [each["result"] for each in told]
        told = await call.scan(world.event.id, three, three)
        assert ["admitted", "used"] == sorted(each["result"] for each in told)


async def test_the_door_refuses_what_is_not_good() -> None:
    """Forged, of another event, cancelled, handed over: each with its code."""
    async with World() as world:
        call = await doorway(world)
        event = world.event.id
        kept = await book(world, {"seats": ["FRONT-A-1"]})
        gone = await book(world, {"seats": ["FRONT-B-1"]})
        (ticket,), (void,) = await call.tickets(kept), await call.tickets(gone)
        cancelled = await call("ann", "POST", "/v1/orders/{order}/cancel", key="c", order=gone["order"])
        assert "cancelled" == cancelled.json()["status"]
        assert [] == await call.tickets(gone)
        pdf = await call("ann", "GET", "/v1/tickets/{ticket}.pdf", ticket=void["ticket"])
        assert (410, "ticket_void") == (pdf.status_code, pdf.json()["code"])
        flipped = ticket["code"][:-2] + ("A0" if ticket["code"][-2:] != "A0" else "B0")
        told = await call.scan(event, flipped, "HF1:", void["code"])
        assert ["ticket_forged", "ticket_forged", "ticket_void"] == [each["code"] for each in told]
        another = await world.catalogue.create_event("Another", world.event.plan, TERMS, 0)
        told = await call.scan(another.id, ticket["code"])
        assert [("refused", "wrong_event")] == [(each["result"], each["code"]) for each in told]
        again = await book(world, {"seats": ["FRONT-B-1"]}, sub="cy")
        (fresh,) = await call.tickets(again, "cy")
        told = await call.scan(event, void["code"], fresh["code"])
        assert ["refused", "admitted"] == [each["result"] for each in told]
        asked = {"event": event, "gate": "g", "device": "d", "scans": [{"code": ticket["code"]}]}
        assert 403 == (await call("ann", "POST", "/v1/checkins", asked)).status_code


@pytest.mark.parametrize("method", ["card", "pinned-card"])
async def test_who_came_in_does_not_get_the_money_back(method: str) -> None:
    """Once a ticket was used its buyer cannot cancel, whatever they paid by and on either way; staff can."""
    async with World() as world, world.http() as http, world.socket() as socket:
        await socket.hello("ann")
        call = await doorway(world)
        held = await http.post(
            "/v1/holds",
            json={"event": world.event.id, "seats": ["FRONT-A-1", "FRONT-A-2"]},
            headers={"Idempotency-Key": "h"},
        )
        buyer = {"name": "Ann", "email": "ann@example.org"}
        body = {"hold": held.json()["hold"], "buyer": buyer, "payment": {"method": method}}
        order = (await http.post("/v1/orders", json=body, headers={"Idempotency-Key": "p"})).json()
        ticket = (await call.tickets(order))[1]
        await call.scan(world.event.id, ticket["code"])
        path = f"/v1/orders/{order['order']}/cancel"
        refused = await http.post(path, headers={"Idempotency-Key": "c"})
        assert (409, "ticket_used") == (refused.status_code, refused.json()["code"])
        assert [ticket["ticket"]] == refused.json()["objects"]
        told = await socket.ask("order.cancel", {"order": order["order"]}, "w")
        assert "ticket_used" == told["e"]["code"]
        assert "confirmed" == (await http.get(f"/v1/orders/{order['order']}")).json()["status"]
        async with world.http("organiser", "boss") as boss:
            gone = await boss.post(path, headers={"Idempotency-Key": "c"})
            assert "cancelled" == gone.json()["status"]
