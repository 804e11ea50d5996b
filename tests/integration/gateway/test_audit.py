"""What happened to a seat, over REST."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.rest import audit
from gateway.sections.archive import READERS_MAX
from tests.integration.gateway.test_carts import BOTH, create, settle
from tests.integration.gateway.world import World

BUYER = {"name": "Ann", "email": "ann@example.org"}


async def story(world: World, seat: str, **query: Any) -> dict[str, Any]:
    """A page of a seat's biography, as its organiser reads it."""
    async with world.http("organiser", "boss") as http:
        reply = await http.get(f"/v1/events/{world.event.id}/audit", params={"seat": seat, **query})
        assert reply.status_code == 200, reply.text
        page: dict[str, Any] = reply.json()
        return page


async def lose_a_seat(world: World) -> None:
    """Ann holds a seat and lets it go; then she holds it too long, and Bob buys it and gives it back."""
    async with world.http() as ann, world.http("buyer", "bob") as bob:
        held = (await create(ann, world, "1", seats=["FRONT-A-1"])).json()
        assert (await ann.delete(f"/v1/holds/{held['hold']}")).is_success
        assert (await create(ann, world, "2", seats=["FRONT-A-1"])).is_success
        world.clock.ahead_ms += 1_200_000
        held = (await create(bob, world, "3", seats=["FRONT-A-1"])).json()
        order = await bob.post(
            "/v1/orders", json={"hold": held["hold"], "buyer": BUYER}, headers={"Idempotency-Key": "4"}
        )
        assert order.is_success, order.text
        cancelled = await bob.post(
            f"/v1/orders/{order.json()['order']}/cancel", headers={"Idempotency-Key": "5"}
        )
        assert cancelled.is_success, cancelled.text


async def test_why_a_seat_was_lost() -> None:
    """Every turn of its life in order: who, when, by which record, in which hold and order, and its price."""
    async with World() as world:
        await lose_a_seat(world)
        page = await story(world, "FRONT-A-1")
        told = [(line["what"], "why" in line) for line in page["data"]]
        assert [
            *(("held", False), ("released", True), ("held", False), ("expired", True)),
            *(("held", False), ("sold", False), ("cancelled", True)),
        ] == told
        sold = page["data"][5]
        assert ({"amount": "89.00", "currency": "EUR"}, "standard") == (sold["price"], sold["type"])
        assert sold["hold"] == page["data"][4]["hold"]
        assert sold["order"] == page["data"][6]["order"]
        assert sold["owner"] == page["data"][6]["by"] != page["data"][0]["by"]
        assert sorted(line["seq"] for line in page["data"]) == [line["seq"] for line in page["data"]]
        assert (False, None) == (page["has_more"], page["next"])
        assert [] == (await story(world, "FRONT-A-2"))["data"]


@pytest.mark.parametrize("records", [20_000, 2])
async def test_pages_add_up(monkeypatch: pytest.MonkeyPatch, records: int) -> None:
    """A page goes on from the mark of the one before, also where a page ran out of records to look at."""
    monkeypatch.setattr(audit, "RECORDS_A_PAGE_MAX", records)
    async with World() as world:
        await lose_a_seat(world)
        lines, page = [], await story(world, "FRONT-A-1", limit=2)
        while page["has_more"]:
            lines += page["data"]
            page = await story(world, "FRONT-A-1", limit=2, after=page["next"])
        monkeypatch.undo()
        assert (await story(world, "FRONT-A-1"))["data"] == lines + page["data"]


async def test_a_part_of_a_hold_elsewhere_says_what_it_follows_from() -> None:
    """A seat that was lent came back because of a record of the section that decided."""
    async with World() as world, world.http() as http:
        held = (await create(http, world, "1", seats=BOTH)).json()
        assert (await http.delete(f"/v1/holds/{held['hold']}")).is_success
        await settle(world)
        home = held["section"]
        lent, returned = (await story(world, next(each for each in BOTH if home not in each)))["data"]
        assert ("lent", "returned") == (lent["what"], returned["what"])
        assert lent["gathering"] == returned["gathering"]
        assert (home, "released") == (returned["cause"]["section"], returned["cause"]["did"])


async def test_what_makes_no_sense_is_refused() -> None:
    """Areas have no biographies, unknown seats none here, and marks are of one seat."""
    async with World() as world, world.http("organiser", "boss") as http:
        await lose_a_seat(world)
        mark = (await story(world, "FRONT-A-1", limit=1))["next"]
        queries = {
            "FIELD": "invalid",
            "FRONT-Z-1": "not_found",
            "NOWHERE-A-1": "not_found",
            f"FRONT-A-2&after={mark}": "invalid",
            "FRONT-A-1&after=****": "invalid",
            "FRONT-A-1&after=AAAA": "invalid",
            "FRONT-A-1&limit=0": "malformed",
        }
        path = f"/v1/events/{world.event.id}/audit?seat="
        told = {query: (await http.get(path + query)).json()["code"] for query in queries}
        assert queries == told


async def test_too_many_readers_are_turned_away() -> None:
    """They are told to come again."""
    async with World() as world, world.http("organiser", "boss") as http:
        reading = [world.archive.reading() for _ in range(READERS_MAX)]
        for each in reading:
            each.__enter__()
        reply = await http.get(f"/v1/events/{world.event.id}/audit?seat=FRONT-A-1")
        assert (503, "section_overloaded") == (reply.status_code, reply.json()["code"])
        for each in reading:
            each.__exit__(None, None, None)
