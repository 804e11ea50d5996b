"""What the world is told of an order whose money came late: its buyer's name for it, and its tickets."""

from __future__ import annotations

from typing import Any

from tests.integration.gateway.test_carts import BOTH
from tests.integration.gateway.test_late_carts import late, rest
from tests.integration.gateway.world import World
from tests.integration.workers.houses import House
from tests.integration.workers.test_news import news_of
from workers.message import CloudEvent


async def news(world: World, kind: str) -> CloudEvent:
    """The one piece of news of this kind."""
    [told] = await news_of(House(world.database), kind)
    return told


async def test_late_money_is_told_under_the_order_that_its_buyer_knows() -> None:
    """With the tickets that can be read there, as long as the order lives; its section has another name."""
    async with World() as world, world.http() as http:
        order = await late(world, http, BOTH)
        await rest(world)
        sale, issued = await news(world, "order.confirmed"), await news(world, "ticket.issued")
        assert (order, order, True) == (sale.subject, sale.data["order"], sale.data["late"])
        read = (await http.get(f"/v1/orders/{order}/tickets")).json()["tickets"]
        assert sorted(ticket["ticket"] for ticket in read) == named(issued)
        assert (order, order) == (issued.subject, issued.data["order"])
        async with world.http("staff") as staff:
            part = {"Idempotency-Key": "part"}
            given = await staff.post(f"/v1/orders/{order}/refund", json={"seats": [BOTH[0]]}, headers=part)
            assert 200 == given.status_code, given.text
        gone = await http.post(f"/v1/orders/{order}/cancel", headers={"Idempotency-Key": "gone"})
        assert "cancelled" == gone.json()["status"]
        for kind in ("order.reduced", "order.cancelled"):
            told = await news(world, kind)
            assert (order, order, False) == (told.subject, told.data["order"], "late" in told.data)


def named(issued: CloudEvent) -> list[str]:
    """The ids of the tickets that were issued."""
    tickets: list[dict[str, Any]] = issued.data["tickets"]
    return sorted(ticket["ticket"] for ticket in tickets)
