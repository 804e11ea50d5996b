"""Two clients ask for one seat in the same instant.

HOLDFAST_EVENT=evt_… HOLDFAST_ADA=TOKEN HOLDFAST_BOB=TOKEN python docs/examples/race.py
"""

from __future__ import annotations

import asyncio
import os

from client import HoldfastClient, SeatTaken

SERVER = os.environ.get("HOLDFAST_SERVER", "http://127.0.0.1:8000")
SEAT = "STALLS-C-5"


async def ask(name: str, client: HoldfastClient, event: str) -> str | None:
    """Ask for the seat; the id of the hold, or None when the other one was faster."""
    try:
        hold = await client.hold_create(event, [SEAT])
    except SeatTaken as taken:
        print(f"{name}: {taken.code} {taken.objects}, free beside it: {taken.alternatives}")
        return None
    print(f"{name}: holds {hold.items[0].seat} for {hold.total.amount} {hold.total.currency}")
    return hold.hold


async def main() -> None:
    """Race, and let the winner pay."""
    event = os.environ["HOLDFAST_EVENT"]
    ada = HoldfastClient(SERVER, os.environ["HOLDFAST_ADA"])
    bob = HoldfastClient(SERVER, os.environ["HOLDFAST_BOB"])
    async with ada, bob:
        of_ada, of_bob = await asyncio.gather(ask("ada", ada, event), ask("bob", bob, event))
        winner, hold = (ada, of_ada) if of_ada else (bob, of_bob)
        order = await winner.checkout(hold or "", "The Winner", "winner@example.org")
        print(f"{order.order}: {order.status}, {[ticket.seat for ticket in order.tickets]}")


asyncio.run(main())
