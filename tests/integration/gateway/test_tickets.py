"""Tickets over REST, from a booking to the hands of somebody else, and how they look."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from gateway.paying.sandbox_bank import SECOND_STEP
from gateway.ticketing import pages
from gateway.ticketing.drawing import DrawingFailed, DrawingProcess
from gateway.ticketing.drawing_process import Drawing
from gateway.ticketing.faces import Face, modules_of
from tests.integration.gateway.doorway import BOB, book, doorway
from tests.integration.gateway.world import World

FACE = Face("Gala", "Hall", (("Seat", "1"),), (("Name", "Ann"),), "tkt_1", "HF1:")


async def test_a_booking_has_its_tickets_at_once() -> None:
    """One a seat and one a place, with names, prices and codes; asking again gives the same."""
    async with World() as world:
        call = await doorway(world)
        seats = await book(world, {"seats": ["FRONT-A-1", "FRONT-A-2"], "types": {"FRONT-A-2": "child"}})
        places = await book(world, {"ga": {"area": "FIELD", "qty": 3}})
        first, second = await call.tickets(seats)
        assert ("FRONT", "A", "1", "standard", "89.00", "Ann Example", "valid") == (
            *(first["section"], first["row"], first["place"], first["type"]),
            *(first["price"]["amount"], first["holder"], first["status"]),
        )
        assert ("Gala", "child", "45.00") == (second["event_name"], second["type"], second["price"]["amount"])
        field = await call.tickets(places)
        assert [("FIELD", 1), ("FIELD", 2), ("FIELD", 3)] == [
            (each["seat"], each.get("number", 1)) for each in field
        ]
        tickets = [first, second, *field]
        assert 5 == len({each["ticket"] for each in tickets}) == len({each["code"] for each in tickets})
        assert field == await call.tickets(places)
        for ticket in tickets:
            alone = await call("ann", "GET", "/v1/tickets/{ticket}.json", ticket=ticket["ticket"])
            assert ticket == alone.json()


async def test_tickets_are_their_owners_business() -> None:
    """Other people's tickets are not there, in any form; staff may see them."""
    async with World() as world:
        call = await doorway(world)
        order = await book(world, {"seats": ["FRONT-A-1"]})
        (ticket,) = await call.tickets(order)
        for path in (
            "/v1/tickets/{ticket}.json",
            "/v1/tickets/{ticket}.pdf",
            "/v1/tickets/{ticket}.png",
            "/v1/tickets/{ticket}.svg",
        ):
            assert 404 == (await call("eve", "GET", path, ticket=ticket["ticket"])).status_code
            for unknown in ("tkt_1", f"tkt_{44 * '0'}", f"{ticket['ticket'][:-1]}x"):
                assert 404 == (await call("ann", "GET", path, ticket=unknown)).status_code
        for path in ("/v1/orders/{order}/tickets", "/v1/orders/{order}/tickets.pdf"):
            assert 404 == (await call("eve", "GET", path, order=order["order"])).status_code
        assert 404 == (await call.transfer("eve", ticket)).status_code
        assert (
            ticket == (await call("sam", "GET", "/v1/tickets/{ticket}.json", ticket=ticket["ticket"])).json()
        )


async def test_a_ticket_changes_hands() -> None:
    """The new owner has the good one; the old code is void, and the giver sees no other."""
    async with World() as world:
        call = await doorway(world)
        event = world.event.id
        order = await book(world, {"seats": ["FRONT-A-1"]})
        (ticket,) = await call.tickets(order)
        renamed = (await call.transfer("ann", ticket)).json()
        assert (2, "Bob", "valid") == (renamed["generation"], renamed["holder"], renamed["status"])
        assert renamed["code"] != ticket["code"]
        assert renamed == (await call.transfer("ann", ticket)).json()
        stale = await call.transfer("ann", ticket, holder={"name": "Cy", "email": "c@example.org"})
        assert (410, "ticket_void") == (stale.status_code, stale.json()["code"])
        given = (await call.transfer("ann", renamed, to="usr_bob")).json()
        assert (3, False) == (given["generation"], "code" in given)
        assert given == (await call.transfer("ann", renamed, to="usr_bob")).json()
        (told,) = await call.tickets(order)
        assert "code" not in told
        path = "/v1/tickets/{ticket}.json"
        assert 404 == (await call("ann", "GET", path, ticket=ticket["ticket"])).status_code
        held = (await call("usr_bob", "GET", path, ticket=ticket["ticket"])).json()
        codes = (ticket["code"], renamed["code"], held["code"])
        results = [each["result"] for each in await call.scan(event, *codes)]
        assert ["refused", "refused", "admitted"] == results
        late = await call.transfer("usr_bob", held)
        assert (409, "ticket_used") == (late.status_code, late.json()["code"])


async def test_tickets_look_as_they_should() -> None:
    """The PDF says where to sit, in letters; picture and page show the code that the door admits."""
    async with World() as world:
        call = await doorway(world)
        order = await book(world, {"seats": ["FRONT-A-1", "FRONT-A-2"]})
        ticket, _ = await call.tickets(order)
        async with world.http() as http:
            page = await http.get(f"/v1/tickets/{ticket['ticket']}.pdf")
            both = await http.get(f"/v1/orders/{order['order']}/tickets.pdf")
            picture = await http.get(f"/v1/tickets/{ticket['ticket']}.png")
        assert ["application/pdf", "application/pdf", "image/png"] == [
            reply.headers["content-type"] for reply in (page, both, picture)
        ]
        assert "private, no-store" == picture.headers["cache-control"]
        written = pypdfium2.PdfDocument(both.content)
        assert 2 == len(written)
        words = written[0].get_textpage().get_text_bounded()
        for word in ("Gala", "Hall", "FRONT", "Ann Example", "89.00 EUR", order["order"], ticket["ticket"]):
            assert word in words
        assert modules_of(ticket["code"]) == seen_in(Image.open(io.BytesIO(picture.content)), ticket["code"])
        drawn = pypdfium2.PdfDocument(page.content)[0].render(scale=5).to_pil()
        assert modules_of(ticket["code"]) == seen_in(drawn, ticket["code"])


def seen_in(picture: Image.Image, code: str) -> tuple[tuple[bool, ...], ...]:
    """The modules of the QR code in a picture, found by the dark square around its corners."""
    modules = modules_of(code)
    side, quiet = len(modules), next(at for at, row in enumerate(modules) if any(row))
    # Nothing else on a ticket is quite black.
    black = picture.convert("L").point(lambda value: 255 if value < 10 else 0)
    box = black.getbbox()
    assert box is not None
    left, top, right, _ = box
    module = (right - left) / (side - 2 * quiet)
    inner = range(side - 2 * quiet)

    def is_dark(x: int, y: int) -> bool:
        middle = int(left + (x + 0.5) * module), int(top + (y + 0.5) * module)
        return x in inner and y in inner and black.getpixel(middle) == 255

    return tuple(tuple(is_dark(x - quiet, y - quiet) for x in range(side)) for y in range(side))


async def test_tickets_come_with_the_money() -> None:
    """An order that is pinned while the bank is asked has none, and has them once it is booked."""
    async with World() as world, world.http() as http:
        call = await doorway(world)

        async def pay(seat: str, method: str) -> dict[str, Any]:
            body = {"event": world.event.id, "seats": [seat]}
            hold = await http.post("/v1/holds", json=body, headers={"Idempotency-Key": seat})
            payment = {"provider": "sandbox", "method": f"pinned-{method}"}
            paying = {"hold": hold.json()["hold"], "buyer": BOB, "payment": payment}
            order = await http.post("/v1/orders", json=paying, headers={"Idempotency-Key": f"pay {seat}"})
            found: dict[str, Any] = order.json()
            return found

        waiting, booked = await pay("FRONT-A-1", SECOND_STEP), await pay("FRONT-A-2", "card")
        assert ("pending", "confirmed") == (waiting["status"], booked["status"])
        assert [] == await call.tickets(waiting)
        (ticket,) = await call.tickets(booked)
        assert ("FRONT-A-2", "Bob") == (ticket["seat"], ticket["holder"])
        assert ["admitted"] == [each["result"] for each in await call.scan(world.event.id, ticket["code"])]


class Slow:
    """Draws when it is let."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.drawn: list[Drawing] = []

    async def draw(self, drawing: Drawing) -> bytes:
        await self.go.wait()
        self.drawn.append(drawing)
        return b"drawn"

    async def close(self) -> None:
        self.go.set()


async def test_no_more_are_drawn_than_can_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some wait, and the next one is told to come back."""
    monkeypatch.setattr(pages, "WAITING_MAX", 2)
    slow = Slow()
    drawing = pages.TicketPages(slow)
    waiting = [asyncio.create_task(drawing.png(FACE)) for _ in range(3)]
    assert pages.BUSY == await waiting[2]
    slow.go.set()
    assert [b"drawn"] * 2 == await asyncio.gather(*waiting[:2])
    assert b"drawn" == await drawing.png(FACE)
    assert [Drawing("png", (FACE,))] * 3 == slow.drawn


async def test_a_drawing_that_is_given_up_spoils_no_other() -> None:
    """Nobody gets what somebody else did not wait for; a process that died is started again."""
    process = DrawingProcess()
    first = asyncio.create_task(process.draw(Drawing("png", (FACE,))))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert b"%PDF" == (await process.draw(Drawing("pdf", (FACE,))))[:4]
    with pytest.raises(DrawingFailed):
        await process.draw(Drawing("png", ()))
    assert b"\x89PNG" == (await process.draw(Drawing("png", (FACE,))))[:4]
    await process.close()
