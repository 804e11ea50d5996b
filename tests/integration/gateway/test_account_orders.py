"""What belongs to an account: orders, those that it made as a guest, and what is left once it is erased."""

from __future__ import annotations

from tests.integration.gateway.people import ADA, PASSWORD, Person
from tests.integration.gateway.world import World


async def test_a_guest_buys_and_finds_the_order_again_with_an_account() -> None:
    """Whoever proves the address that a guest gave reads and cancels the guest's orders; nobody else does."""
    async with World() as world:
        guest = Person(world)
        became = await guest.post("/auth/guest", email="ADA@example.org", name="Ada")
        guest.tokens = {"access_token": became["token"], "refresh_token": became["refresh_token"]}
        hold = await guest.post("/holds", event=world.event.id, seats=["FRONT-A-1"], key="1")
        buyer = {"name": "Ada", "email": ADA}
        order = await guest.post("/orders", hold=hold["hold"], buyer=buyer, key="2")
        path = f"/orders/{order['order']}"
        ada, bob = await Person(world).register(), await Person(world, "bob@example.org").register()
        assert (200, 404) == (
            (await ada.ask("GET", path)).status_code,
            (await bob.ask("GET", path)).status_code,
        )
        (ticket,) = (await ada.ask("GET", f"{path}/tickets")).json()["tickets"]
        assert ticket["code"] == (await ada.ask("GET", f"/tickets/{ticket['ticket']}.json")).json()["code"]
        async with world.socket() as socket:
            await socket.ask("hello", {"token": ada.tokens["access_token"]})
            assert (await socket.ask("order.get", {"order": order["order"]}))["ok"]
        assert "cancelled" == (await ada.post(f"{path}/cancel", key="3"))["status"]


async def test_erasure_forgets_the_person_and_keeps_the_booking() -> None:
    """Account, sessions and names are gone; the journal has the order as it was, and the address is free."""
    async with World() as world:
        ada = await Person(world).register()
        hold = await ada.post("/holds", event=world.event.id, seats=["FRONT-A-1"], key="1")
        order = await ada.post("/orders", hold=hold["hold"], buyer={"name": "Ada", "email": ADA}, key="2")
        records = {number: list(stream.records) for number, stream in world.database.streams.items()}
        assert 200 == (await ada.ask("DELETE", "/auth/me")).status_code
        row = await world.catalogue.order(order["order"])
        assert row is not None
        assert ("", "") == (row.buyer_name, row.buyer_email)
        assert records == {number: stream.records for number, stream in world.database.streams.items()}
        assert 401 == await ada.me()
        assert "token_invalid" == await ada.refused(
            "/auth/refresh", refresh_token=ada.tokens["refresh_token"]
        )
        assert "credentials_invalid" == await ada.refused("/auth/login", email=ADA, password=PASSWORD)
        await Person(world).register()


async def test_a_guest_without_an_address_is_claimed_with_their_token() -> None:
    """Whoever has the token has the orders, once; they are listed from the next tokens on."""
    async with World() as world:
        guest = Person(world)
        became = await guest.post("/auth/guest")
        guest.tokens = {"access_token": became["token"]}
        hold = await guest.post("/holds", event=world.event.id, seats=["FRONT-A-1"], key="1")
        order = await guest.post("/orders", hold=hold["hold"], buyer={"name": "Ada", "email": ADA}, key="2")
        ada, bob = await Person(world).register(), await Person(world, "bob@example.org").register()
        assert [] == (await ada.ask("GET", "/orders")).json()["data"]
        for _ in range(2):
            await ada.post("/auth/claim", token=became["token"])
        assert "invalid" == await bob.refused("/auth/claim", token=became["token"])
        assert "invalid" == await bob.refused("/auth/claim", token=ada.tokens["access_token"])
        assert "token_invalid" == await bob.refused("/auth/claim", token="none")
        await ada.refresh()
        (line,) = (await ada.ask("GET", "/orders")).json()["data"]
        assert (order["order"], world.event.id, "Gala") == (line["order"], line["event"], line["event_name"])
        assert "confirmed" == (await ada.ask("GET", f"/orders/{order['order']}")).json()["status"]
        assert [] == (await bob.ask("GET", "/orders")).json()["data"]


async def test_orders_are_listed_page_by_page() -> None:
    """The newest first; the mark of a page leads to the next one."""
    async with World() as world:
        ada = await Person(world).register()
        made = []
        for number in range(3):
            hold = await ada.post(
                "/holds", event=world.event.id, seats=[f"FRONT-A-{number + 1}"], key=f"h{number}"
            )
            buyer = {"name": "Ada", "email": ADA}
            made.append(
                (await ada.post("/orders", hold=hold["hold"], buyer=buyer, key=f"o{number}"))["order"]
            )
            world.clock.ahead_ms += 1_000
        first = (await ada.ask("GET", "/orders?limit=2")).json()
        second = (await ada.ask("GET", f"/orders?limit=2&after={first['next']}")).json()
        assert (True, False, None) == (first["has_more"], second["has_more"], second["next"])
        assert made[::-1] == [line["order"] for line in (*first["data"], *second["data"])]
