"""The waitlist as its members and its organiser live it, over real sections and gateways."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.integration.gateway.sold_out import sold_out


def shown_free(pushes: list[dict[str, Any]]) -> set[str]:
    """Every seat that a map was ever told to be free."""
    return {label for push in pushes for label, status in push["d"]["u"] if status == "f"}


async def test_three_together_get_neighbours_and_no_map_ever_shows_them_free() -> None:
    """The moment they are free, before anybody else, who is told that they are taken."""
    async with sold_out() as house, house.world.socket() as watcher, house.world.socket() as bob:
        await watcher.hello("ann")
        await watcher.ask("subscribe", {"event": house.event.id, "sections": ["FRONT"]})
        await watcher.push("seats.snapshot")
        entry = await house.joined(bob, "bob", 3)
        await house.free("FRONT-A", 2, 3, 4)
        offer = (await bob.push("waitlist.offer"))["d"]
        assert (entry, house.event.id) == (offer["entry"], offer["event"])
        assert ["FRONT-A-2", "FRONT-A-3", "FRONT-A-4"] == [item["seat"] for item in offer["items"]]
        assert "267.00" == offer["total"]["amount"]
        taken = await watcher.ask("hold.create", {"event": house.event.id, "seats": ["FRONT-A-3"]}, "k")
        assert "seat_taken" == taken["e"]["code"]
        await house.free("FRONT-B", 6)
        deltas = [await watcher.push("seats.delta")]
        while "FRONT-B-6" not in shown_free(deltas):
            deltas.append(await watcher.push("seats.delta"))
        assert {"FRONT-B-6"} == shown_free(deltas + watcher.kept("seats.delta"))


async def test_an_offer_is_accepted_and_paid_for_like_any_hold() -> None:
    """With the same reply for the same key; the entry has ended, and tells how."""
    async with sold_out() as house, house.world.socket() as bob:
        entry = await house.joined(bob, "bob", 2)
        await house.free("FRONT-A", 3, 4)
        hold = (await bob.push("waitlist.offer"))["d"]["hold"]
        accepted = await bob.ask("waitlist.accept", {"entry": entry}, "a")
        again = await bob.ask("waitlist.accept", {"entry": entry}, "a")
        assert ("accepted", hold) == (accepted["d"]["status"], accepted["d"]["hold"])
        assert accepted["d"]["items"] == again["d"]["items"]
        buyer = {"name": "Bob", "email": "bob@example.org"}
        paid = await bob.ask(
            "checkout.begin",
            {"hold": hold, "buyer": buyer, "payment": {"provider": "sandbox", "method": "card_ok"}},
            "c",
        )
        assert paid["ok"], paid
        assert "accepted" == (await house.status("bob"))["status"]


async def test_declined_or_left_it_goes_to_the_next_in_line() -> None:
    """In order, and those behind are told that they moved up."""
    async with (
        sold_out() as house,
        house.world.socket() as ann,
        house.world.socket() as bob,
        house.world.socket() as cat,
    ):
        first = await house.joined(ann, "ann", 1)
        second = await house.joined(bob, "bob", 1)
        await house.joined(cat, "cat", 1)
        assert 3 == (await house.status("cat"))["position"]
        await house.free("BACK-A", 1)
        assert first == (await ann.push("waitlist.offer"))["d"]["entry"]
        declined = await ann.ask("waitlist.decline", {"entry": first})
        assert "declined" == declined["d"]["status"]
        assert second == (await bob.push("waitlist.offer"))["d"]["entry"]
        update = (await cat.push("waitlist.update"))["d"]
        while update.get("position") != 1:
            update = (await cat.push("waitlist.update"))["d"]
        assert "left" == (await bob.ask("waitlist.leave", {"entry": second}))["d"]["status"]
        assert (await cat.push("waitlist.offer"))["d"]["items"][0]["seat"] == "BACK-A-1"
        late = await ann.ask("waitlist.accept", {"entry": first}, "late")
        assert "offer_expired" == late["e"]["code"]


async def test_an_offer_that_nobody_answers_lapses_to_the_next() -> None:
    """When its time is over, by the section's own clock."""
    async with sold_out() as house, house.world.socket() as ann, house.world.socket() as bob:
        entry = await house.joined(ann, "ann", 1)
        await house.joined(bob, "bob", 1)
        await house.free("BACK-A", 1)
        hold = (await ann.push("waitlist.offer"))["d"]["hold"]
        house.world.clock.ahead_ms += 900_000
        assert "lapsed" == (await house.status("ann"))["status"]
        offer = (await bob.push("waitlist.offer"))["d"]
        assert hold != offer["hold"]
        ended = await ann.push("waitlist.update")
        assert (entry, "lapsed") == (ended["d"]["entry"], ended["d"]["status"])


async def test_joining_is_refused_while_seats_that_fit_are_free() -> None:
    """In any section; who has an entry is told which, and what nobody could ever have is refused too."""
    async with sold_out() as house, house.world.socket() as bob:
        await bob.hello("bob")
        await house.free("FRONT-A", 1)
        assert "seats_available" == (await house.join(bob, 1, "1"))["e"]["code"]
        entry = (await house.join(bob, 2, "3"))["d"]["entry"]
        assert entry == (await house.join(bob, 2, "3"))["d"]["entry"]
        other = await house.join(bob, 3, "4")
        assert ("already_waiting", [entry]) == (other["e"]["code"], other["e"]["objects"])
        assert "best_available_not_found" == (await house.join(bob, 13, "5"))["e"]["code"]
        assert "invalid" == (await house.join(bob, 2, "6", max_price="1.234"))["e"]["code"]
        nowhere = await bob.ask("waitlist.join", {"event": "evt_none", "qty": 1}, "7")
        assert "not_found" == nowhere["e"]["code"]
        assert "not_found" == (await bob.ask("waitlist.status", {"event": "evt_none"}))["e"]["code"]
        for kind in ("leave", "accept", "decline"):
            reply = await bob.ask(f"waitlist.{kind}", {"entry": "wtl_none"}, "8")
            assert "not_found" == reply["e"]["code"]


async def test_the_same_over_rest_by_polling() -> None:
    """Join, look, accept or decline, leave; each says when to ask again."""
    async with sold_out() as house, house.world.http(sub="ann") as http:
        wish = {"qty": 1, "categories": ["gold"], "max_price": "100.00"}
        joined = await http.post(house.path, json=wish, headers={"Idempotency-Key": "j"})
        assert 201 == joined.status_code
        entry = joined.json()["entry"]
        assert ("waiting", 1, 10) == tuple(
            joined.json()[name] for name in ("status", "position", "refresh_interval_s")
        )
        assert {"amount": "100.00", "currency": "EUR"} == (await http.get(house.path)).json()["max_price"]
        await house.free("BACK-B", 6)
        seen = (await http.get(house.path)).json()
        assert ("offered", "BACK-B-6") == (seen["status"], seen["items"][0]["seat"])
        accepted = await http.post(
            f"{house.path}/accept", json={"entry": entry}, headers={"Idempotency-Key": "a"}
        )
        assert "accepted" == accepted.json()["status"]
        assert seen["hold"] == (await http.get(f"/v1/holds/{seen['hold']}")).json()["hold"]
        assert 410 == (await http.post(f"{house.path}/decline", json={"entry": entry})).status_code
        await http.post(house.path, json=wish, headers={"Idempotency-Key": "again"})
        assert "left" == (await http.delete(house.path)).json()["status"]
        assert 404 == (await http.get("/v1/events/evt_none/waitlist")).status_code


async def test_an_organiser_sees_the_list_and_reorders_it_for_a_reason() -> None:
    """Who moved whom, and why, stays with the entry; nobody else may, and not of another event."""
    async with sold_out() as house, house.world.socket() as ann, house.world.socket() as bob:
        first = await house.joined(ann, "ann", 1)
        second = await house.joined(bob, "bob", 1)
        page = (await house.staff("/entries")).json()
        assert [first, second] == [each["entry"] for each in page["data"]]
        assert not page["has_more"]
        moved = await house.staff("/move", entry=second, before=first, reason="Was sent home by mistake")
        assert 1 == moved.json()["position"]
        page = (await house.staff("/entries?limit=1")).json()
        assert (second, True) == (page["data"][0]["entry"], page["has_more"])
        assert "Was sent home by mistake" == page["data"][0]["moved"]["reason"]
        rest = (await house.staff(f"/entries?after={page['next']}")).json()
        assert [first] == [each["entry"] for each in rest["data"]]
        while (await ann.push("waitlist.update"))["d"].get("position") != 2:
            pass
        assert (await house.status("bob"))["moved"]
        async with house.world.http(sub="ann") as buyer:
            body = {"entry": first, "reason": "me first"}
            assert 403 == (await buyer.post(f"{house.path}/move", json=body)).status_code
            assert 403 == (await buyer.get(f"{house.path}/entries")).status_code
        removed = await house.staff("/remove", entry=first)
        assert "removed" == removed.json()["status"]
        assert 404 == (await house.staff("/remove", entry="wtl_1")).status_code
        assert 422 == (await house.staff("/move", entry=second, reason=" ")).status_code


async def test_sections_that_offer_at_the_same_time_give_an_entry_one_offer() -> None:
    """What the other one held goes to the next in line, also before two gateways at once."""
    async with (
        sold_out() as house,
        house.world.another_gateway(),
        house.world.socket() as ann,
        house.world.socket() as bob,
    ):
        await house.joined(ann, "ann", 2)
        await house.joined(bob, "bob", 2)
        await asyncio.gather(house.free("FRONT-A", 1, 2), house.free("BACK-A", 1, 2))
        offers = [(await each.push("waitlist.offer"))["d"] for each in (ann, bob)]
        sections = {item["section"] for offer in offers for item in offer["items"]}
        assert {"FRONT", "BACK"} == sections
        assert 2 == len({offer["hold"] for offer in offers})
        page = (await house.staff("/entries")).json()
        assert ["offered", "offered"] == [each["status"] for each in page["data"]]


async def test_what_one_gateway_began_another_goes_on_with() -> None:
    """Who waits is not forgotten with the gateway that they came through."""
    async with sold_out() as house, house.world.another_gateway() as other:
        async with house.world.http(sub="ann", app=other) as http:
            wish = {"qty": 2, "categories": ["gold"]}
            await http.post(house.path, json=wish, headers={"Idempotency-Key": "j"})
        async with house.world.socket() as ann:
            await ann.hello("ann")
            assert "waiting" == (await ann.ask("waitlist.status", {"event": house.event.id}))["d"]["status"]
            await house.free("FRONT-B", 1, 2)
            offer = (await ann.push("waitlist.offer"))["d"]
            assert "declined" == (await ann.ask("waitlist.decline", {"entry": offer["entry"]}))["d"]["status"]
            assert "declined" == (await house.status("ann", other))["status"]


async def test_a_paused_sale_offers_nothing_until_it_goes_on() -> None:
    """And nobody can join meanwhile."""
    async with sold_out() as house, house.world.socket() as ann, house.world.socket() as bob:
        await house.joined(ann, "ann", 1)
        async with house.world.http("organiser", "boss") as boss:
            for step in ("publish", "open", "pause"):
                reply = await boss.post(f"/v1/events/{house.event.id}/{step}")
                assert 200 == reply.status_code, reply.text
            await house.free("FRONT-B", 1)
            await bob.hello("bob")
            assert "sale_paused" == (await house.join(bob, 1))["e"]["code"]
            assert "waiting" == (await house.status("ann"))["status"]
            await boss.post(f"/v1/events/{house.event.id}/resume")
        assert "FRONT-B-1" == (await ann.push("waitlist.offer"))["d"]["items"][0]["seat"]
