"""Refunds of some of an order's seats, with the fees that they bore."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from engine.terms import Fee
from tests.integration.gateway.tills import check_money, hold, pay
from tests.integration.gateway.world import TERMS, World

PRICE = 8_900


async def test_some_seats_go_back_with_what_they_cost() -> None:
    """Seats, fees and all, to the cent; what was given back before counts, and a free seat moves no money."""
    fees = (Fee("Service", amount=50, share=1000), Fee("Order", amount=200, per="order"))
    terms = replace(TERMS, fees=fees)
    async with World(terms=terms) as world, world.http() as http, world.http("staff") as staff:
        held = await hold(http, world, ["FRONT-A-1", "FRONT-A-2", "FRONT-A-3"])
        order = (await pay(http, held, "pinned-card")).json()
        each = PRICE + 50 + 890
        assert f"{(3 * each + 200) / 100:.2f}" == order["amount"]["amount"]
        path = f"/v1/orders/{order['order']}/refund"

        async def back(key: str, **body: object) -> Any:
            return await staff.post(path, json=body, headers={"Idempotency-Key": key})

        assert "invalid" == (await back("both", amount="1.00", seats=["FRONT-A-1"])).json()["code"]
        assert "invalid" == (await back("other", seats=["FRONT-B-1"])).json()["code"]
        for replayed in (None, "true"):
            part = await back("part", seats=["FRONT-A-1"])
            assert "confirmed" == part.json()["status"], part.text
            assert ["FRONT-A-2", "FRONT-A-3"] == [ticket["seat"] for ticket in part.json()["tickets"]]
            assert f"{each / 100:.2f}" == part.json()["payment"]["refunded"]["amount"]
            assert f"{(2 * each + 200) / 100:.2f}" == part.json()["amount"]["amount"]
            assert replayed == part.headers.get("Idempotent-Replayed")
        assert "idempotency_key_reused" == (await back("part", seats=["FRONT-A-2"])).json()["code"]
        assert (2, 2 * each + 200) == await check_money(world)
        await back("goodwill", amount="10.00")
        await back("second", seats=["FRONT-A-2"])
        assert (1, each + 200) == await check_money(world)
        tickets = (await http.get(f"/v1/orders/{order['order']}/tickets")).json()["tickets"]
        assert ["FRONT-A-3"] == [ticket["seat"] for ticket in tickets]
        last = (await back("last", seats=["FRONT-A-3"])).json()
        assert ("cancelled", "refunded") == (last["status"], last["payment"]["status"])
        assert (0, 0) == await check_money(world)
