"""A ticket's way: booked over a websocket, shown, proven offline, admitted once, printed."""

from __future__ import annotations

import asyncio

import pytest

from client import TicketDesk
from client.errors import Conflict, Ended, Forbidden, NotFound
from client.scanner import Scanner
from protocol.errors import ErrorCode
from protocol.tickets import ScanBody
from tests.e2e.world import World, rows_of


async def test_a_booked_seat_opens_the_door_once(world: World) -> None:
    """Through the client, against a real server with its own key and PostgreSQL."""
    event = await world.put_on_sale(rows_of(4))
    async with world.client("ada") as ada:
        hold = await ada.hold_create(event, ["S-1-1", "S-1-2"])
        order = await ada.checkout(hold.hold, "Ada", "ada@example.org")
        desk = TicketDesk(world.server.url, world.token("ada"))
        staff = TicketDesk(world.server.url, world.token("sam", "staff"))
        kept, given = await desk.tickets(order.order)
        scanner = Scanner(await staff.keys())
        claims = scanner.prove(kept.code or "")
        assert claims is not None
        assert (event, order.order, "S-1-1") == (claims.event_id, claims.order_id, claims.seat)
        scans = [ScanBody(kept.code or "")]
        doors = await asyncio.gather(*(staff.check_in(event, "N", f"d{n}", scans) for n in range(8)))
        assert ["admitted", *["used"] * 7] == sorted(result.result for (result,) in doors)
        renewed = await desk.transfer(given, "Bob", "bob@example.org")
        (void,) = await staff.check_in(event, "N", "d1", [ScanBody(given.code or "")])
        assert ("ticket_void", "Bob") == (void.code, renewed.holder)
        assert b"%PDF" == (await desk.order_pdf(order.order))[:4] == (await desk.pdf(given.ticket))[:4]
        assert b"\x89PNG" == (await desk.png(given.ticket))[:4]
        with pytest.raises(NotFound):
            await TicketDesk(world.server.url, world.token("eve")).ticket(given.ticket)
        with pytest.raises(Forbidden):
            await desk.check_in(event, "N", "d1", scans)
        with pytest.raises(Conflict) as refused:
            await ada.order_cancel(order.order)
        assert ErrorCode.TICKET_USED == refused.value.problem.code
        async with world.rest("sam", "staff") as sam:
            key = {"Idempotency-Key": "given back at the door"}
            (await sam.post(f"/orders/{order.order}/cancel", headers=key)).raise_for_status()
        with pytest.raises(Ended):
            await desk.ticket(given.ticket)
        (cancelled,) = await staff.check_in(event, "N", "d1", [ScanBody(renewed.code or "")])
        assert ("refused", "ticket_void") == (cancelled.result, cancelled.code)
