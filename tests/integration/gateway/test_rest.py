"""REST: the same commands as over the websocket, and the life of a sale."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.integration.gateway.checked_http import Checked, document
from tests.integration.gateway.world import World, small_plan, token

BUYER = {"name": "Ann", "email": "ann@example.com"}


async def test_a_sale_from_import_to_cancellation() -> None:
    """An organiser imports, creates and opens; a buyer holds, pays, reads and cancels; all as published."""
    async with World() as world, world.http("organiser", "org") as staff, world.http() as http:
        described = await document(http)
        organise, buy = Checked(staff, described), Checked(http, described)
        plan = (await organise("POST", "/v1/plans", msgspec.to_builtins(small_plan()))).json()
        assert (24, 100, 2) == (plan["seats"], plan["ga_capacity"], plan["sections"])
        assert plan["plan"] == (await buy("GET", "/v1/plans/{plan}", plan=plan["plan"])).json()["plan"]
        body = {"name": "Gala", "plan": plan["plan"], "prices": {"gold": {"standard": "12.50"}}}
        event = (await organise("POST", "/v1/events", body)).json()["event"]
        assert 404 == (await buy("GET", "/v1/events/{event}", event=event)).status_code
        seats = {"event": event, "seats": ["FRONT-A-1"]}
        assert 423 == (await buy("POST", "/v1/holds", seats, key="early")).status_code
        for step in ("publish", "open", "open", "pause", "resume"):
            changed = await organise("POST", f"/v1/events/{{event}}/{step}", event=event)
            assert 200 == changed.status_code
        assert ("open", None) == (changed.json()["status"], changed.json()["pause"])
        hold = await buy("POST", "/v1/holds", seats, key="hold")
        assert (201, "12.50") == (hold.status_code, hold.json()["total"]["amount"])
        name = hold.json()["hold"]
        read = (await buy("GET", "/v1/holds/{hold}", hold=name)).json()
        assert hold.json()["items"] == read["items"]
        swap = {"release": ["FRONT-A-1"], "take": ["FRONT-A-2"]}
        assert 200 == (await buy("POST", "/v1/holds/{hold}/swap", swap, key="swap", hold=name)).status_code
        assert 200 == (await buy("POST", "/v1/holds/{hold}/extend", key="extend", hold=name)).status_code
        checkout = {"hold": name, "buyer": BUYER}
        order = await buy("POST", "/v1/orders", checkout, key="pay")
        assert (201, "confirmed") == (order.status_code, order.json()["status"])
        order_id = order.json()["order"]
        read = (await buy("GET", "/v1/orders/{order}", order=order_id)).json()
        assert (event, ["FRONT-A-2"]) == (read["event"], [ticket["seat"] for ticket in read["tickets"]])
        cancelled = await buy("POST", "/v1/orders/{order}/cancel", key="cancel", order=order_id)
        assert "cancelled" == cancelled.json()["status"]
        read = (await buy("GET", "/v1/orders/{order}", order=order_id)).json()
        assert cancelled.json()["payment"] == read["payment"]
        back = {"amount": "12.50", "currency": "EUR"}
        assert ("refunded", back) == (read["payment"]["status"], read["payment"]["refunded"])
        listed = (await buy("GET", "/v1/events", limit=5)).json()
        assert [event] == [each["event"] for each in listed["data"]]
        closed = await organise("POST", "/v1/events/{event}/close", event=event)
        assert "closed" == closed.json()["status"]
        assert 422 == (await organise("POST", "/v1/events/{event}/pause", event=event)).status_code


async def test_a_pause_says_since_when_and_why() -> None:
    """The reason may be left out, and is a line for everybody to read as long as the pause lasts."""
    async with World() as world, world.http("organiser", "org") as staff, world.http() as http:
        described = await document(http)
        organise, buy = Checked(staff, described), Checked(http, described)
        path, event = "/v1/events/{event}/pause", world.event.id
        assert 200 == (await organise("POST", "/v1/events/{event}/open", event=event)).status_code
        for bad in ("", "x" * 201, "two\nlines"):
            assert 400 == (await organise("POST", path, {"reason": bad}, event=event)).status_code
        paused = (await organise("POST", path, event=event)).json()["pause"]
        assert {"since"} == paused.keys()
        again = (await organise("POST", path, {"reason": " A fuse has blown. "}, event=event)).json()["pause"]
        assert paused | {"reason": "A fuse has blown."} == again
        assert again == (await buy("GET", "/v1/events/{event}", event=event)).json()["pause"]
        resumed = await organise("POST", "/v1/events/{event}/resume", event=event)
        assert resumed.json()["pause"] is None


async def test_a_retry_is_told_as_one() -> None:
    """The same key and body give the same reply, marked as a replay; refusals too."""
    async with World() as world, world.http() as http, world.http(sub="eve") as eve:
        buy, late = Checked(http, await document(http)), Checked(eve, await document(http))
        body = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        first = await buy("POST", "/v1/holds", body, key="key")
        again = await buy("POST", "/v1/holds", body, key="key")
        assert (None, "true") == tuple(r.headers.get("idempotent-replayed") for r in (first, again))
        assert first.json() == again.json()
        refused = [await late("POST", "/v1/holds", body, key="key") for _ in range(2)]
        assert [None, "true"] == [response.headers.get("idempotent-replayed") for response in refused]
        assert ["seat_taken"] * 2 == [response.json()["code"] for response in refused]
        assert refused[0].json()["alternatives"]
        hold = {"hold": first.json()["hold"], "buyer": BUYER}
        paid = [await buy("POST", "/v1/orders", hold, key="pay") for _ in range(2)]
        assert [None, "true"] == [response.headers.get("idempotent-replayed") for response in paid]
        assert paid[0].json() == paid[1].json()


async def test_organisers_change_sections() -> None:
    """Blocking, sales, channels and prices reach every section concerned."""
    async with World() as world, world.http("organiser") as staff, world.http() as http:
        organise, buy = Checked(staff, await document(http)), Checked(http, await document(http))
        event = world.event.id

        async def hold(*seats: str) -> str:
            body = {"event": event, "seats": list(seats)}
            reply = (await buy("POST", "/v1/holds", body, key=f"{seats} {len(calls)}")).json()
            return str(reply.get("code") or reply["total"]["amount"])

        calls: list[str] = []

        async def change(call: str, **body: Any) -> list[str]:
            calls.append(call)
            response = await organise("POST", f"/v1/events/{{event}}/{call}", body, event=event)
            sections: list[str] = response.json()["sections"]
            return sections

        assert ["BACK", "FRONT"] == await change("block", seats=["FRONT-A-1", "BACK-A-1"])
        assert "seat_not_for_sale" == await hold("FRONT-A-1")
        await change("unblock", seats=["FRONT-A-1"])
        await change("for-sale", objects=["FRONT-A-2", "FIELD"], for_sale=False)
        assert "seat_not_for_sale" == await hold("FRONT-A-2")
        await change("channels", objects=["FRONT-A-3"], channel="vip")
        assert "channel_denied" == await hold("FRONT-A-3")
        assert ["BACK", "FRONT"] == await change("prices", category="gold", type="standard", amount="1.00")
        assert "1.00" == await hold("FRONT-A-1")


async def test_holds_and_their_owners() -> None:
    """Organisers may act on any hold, other buyers on none."""
    async with World() as world, world.http() as ann, world.http(sub="eve") as eve:
        body = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        hold = (await ann.post("/v1/holds", json=body, headers={"Idempotency-Key": "k"})).json()["hold"]
        assert 404 == (await eve.get(f"/v1/holds/{hold}")).status_code
        staff = {"Authorization": f"Bearer {token('staff', 'sam')}"}
        assert 200 == (await eve.get(f"/v1/holds/{hold}", headers=staff)).status_code
        released = await ann.delete(f"/v1/holds/{hold}")
        assert (200, []) == (released.status_code, released.json()["items"])
