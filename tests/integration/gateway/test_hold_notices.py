"""A hold's end reaches its owner over the websocket, wherever the hold was made."""

from __future__ import annotations

import time

import msgspec
import pytest

from engine.terms import Limits
from protocol.closing import SUBPROTOCOLS
from tests.integration.gateway.world import TERMS, World

TTL_MS = 50_000
"""Less than the time before the end at which owners are warned: they are at once."""


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
@pytest.mark.parametrize("way", ["websocket", "rest"])
async def test_owners_hear_of_the_end_of_their_holds(subprotocol: str, way: str) -> None:
    """A short hold is announced at once and again when it has ended; strangers hear nothing."""
    async with World() as world:
        terms = msgspec.structs.replace(TERMS, limits=Limits(hold_ttl_ms=TTL_MS))
        event = await world.catalogue.create_event("Brief", world.event.plan, terms, time.time_ns() // 10**6)
        async with world.socket(subprotocol) as ann, world.socket(subprotocol) as bob:
            await ann.hello("ann")
            await bob.hello("bob")
            wish = {"event": event.id, "seats": ["FRONT-A-1"]}
            if way == "websocket":
                held = (await ann.ask("hold.create", wish, "key"))["d"]
            else:
                async with world.http() as http:
                    held = (await http.post("/v1/holds", json=wish, headers={"Idempotency-Key": "k"})).json()
            expiring = await ann.push("hold.expiring")
            assert {"hold": held["hold"], "expires_at": held["expires_at"]} == expiring["d"]
            world.clock.ahead_ms += TTL_MS
            assert {"hold": held["hold"]} == (await ann.push("hold.expired"))["d"]
            await bob.ask("ping", {})
            assert [] == bob.kept("hold.expiring") + bob.kept("hold.expired")
