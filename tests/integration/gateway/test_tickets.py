"""Tickets over REST, from a booking to the door; every reply is held against the published description."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import httpx
import pypdfium2
from PIL import Image

from gateway.auth import Role
from gateway.paying.sandbox_bank import SECOND_STEP
from gateway.ticketing.faces import modules_of
from tests.integration.gateway.checked_http import Checked, document
from tests.integration.gateway.world import World, token

BOB = {"name": "Bob", "email": "bob@example.org"}


async def book(world: World, what: dict[str, Any], sub: str = "ann") -> dict[str, Any]:
    """An order, booked."""
    async with world.http(sub=sub) as http:
        body = {"event": world.event.id, **what}
        key = f"{sub} {what}"
        hold = await http.post("/v1/holds", json=body, headers={"Idempotency-Key": key})
        paying = {"hold": hold.json()["hold"], "buyer": {"name": "Ann Example", "email": "a@example.org"}}
        order = await http.post("/v1/orders", json=paying, headers={"Idempotency-Key": f"pay {key}"})
        assert (201, "confirmed") == (order.status_code, order.json()["status"])
        found: dict[str, Any] = order.json()
        return found


class Doorway:
    """Calls for tickets and the door, as different people."""

    def __init__(self, http: httpx.AsyncClient, described: dict[str, Any]) -> None:
        self._http = http
        self._described = described

    async def __call__(
        self, sub: str, method: str, path: str, body: Any = None, **rest: Any
    ) -> httpx.Response:
        role: Role = "staff" if sub == "sam" else "buyer"
        self._http.headers["Authorization"] = f"Bearer {token(role, sub)}"
        return await Checked(self._http, self._described)(method, path, body, **rest)

    async def tickets(self, order: dict[str, Any], sub: str = "ann") -> list[dict[str, Any]]:
        reply = await self(sub, "GET", "/v1/orders/{order}/tickets", order=order["order"])
        found: list[dict[str, Any]] = reply.json()["tickets"]
        return found

    async def scan(
        self, event: str, *codes: str | dict[str, Any], device: str = "d1", **body: Any
    ) -> list[dict[str, Any]]:
        scans = [code if isinstance(code, dict) else {"code": code} for code in codes]
        asked = {"event": event, "gate": f"gate {device}", "device": device, "scans": scans} | body
        reply = await self("sam", "POST", "/v1/checkins", asked)
        found: list[dict[str, Any]] = reply.json()["results"]
        return found

    async def transfer(self, sub: str, ticket: dict[str, Any], **body: Any) -> httpx.Response:
        asked = {"holder": BOB, "generation": ticket["generation"]} | body
        return await self(sub, "POST", "/v1/tickets/{ticket}/transfer", asked, ticket=ticket["ticket"])


async def doorway(world: World) -> Doorway:
    """Whoever is asked for."""
    http = world.http()
    return Doorway(http, await document(http))


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
        for path in ("/v1/tickets/{ticket}.json", "/v1/tickets/{ticket}.pdf", "/v1/tickets/{ticket}.png"):
            assert 404 == (await call("eve", "GET", path, ticket=ticket["ticket"])).status_code
            for unknown in ("tkt_1", f"tkt_{44 * '0'}", f"{ticket['ticket'][:-1]}x"):
                assert 404 == (await call("ann", "GET", path, ticket=unknown)).status_code
        for path in ("/v1/orders/{order}/tickets", "/v1/orders/{order}/tickets.pdf"):
            assert 404 == (await call("eve", "GET", path, order=order["order"])).status_code
        assert 404 == (await call.transfer("eve", ticket)).status_code
        assert (
            ticket == (await call("sam", "GET", "/v1/tickets/{ticket}.json", ticket=ticket["ticket"])).json()
        )


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
        told = await call.scan("evt_another", ticket["code"])
        assert [("refused", "wrong_event")] == [(each["result"], each["code"]) for each in told]
        again = await book(world, {"seats": ["FRONT-B-1"]}, sub="cy")
        (fresh,) = await call.tickets(again, "cy")
        told = await call.scan(event, void["code"], fresh["code"])
        assert ["refused", "admitted"] == [each["result"] for each in told]
        asked = {"event": event, "gate": "g", "device": "d", "scans": [{"code": ticket["code"]}]}
        assert 403 == (await call("ann", "POST", "/v1/checkins", asked)).status_code


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
