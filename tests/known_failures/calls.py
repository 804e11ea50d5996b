"""A buyer over REST, in the words that the tests of this folder use."""

from __future__ import annotations

from typing import Any

import httpx

from engine.layout import SectionLayout
from engine.plans.canonical import parse_canonical
from engine.record_codec import decode_record
from engine.replay import replay
from engine.views import counts
from tests.integration.gateway.world import World

BUYER = {"name": "Ann", "email": "ann@example.com"}


class Buyer:
    """Somebody with a token; `status` and `code` say what the last reply was."""

    def __init__(self, http: httpx.AsyncClient, event: str) -> None:
        self._http = http
        self._event = event

    async def hold(self, key: str, event: str | None = None, **what: Any) -> httpx.Response:
        """Hold seats or places."""
        return await self._post("/v1/holds", key, {"event": event or self._event, **what})

    async def seat(self, seat: str, key: str) -> httpx.Response:
        """Hold one seat."""
        return await self.hold(key, seats=[seat])

    async def place(self, key: str, qty: int = 1) -> httpx.Response:
        """Hold places of the field."""
        return await self.hold(key, ga={"area": "FIELD", "qty": qty})

    async def buy(self, hold: str, key: str, method: str = "card") -> httpx.Response:
        """Check a hold out."""
        body = {"hold": hold, "buyer": BUYER, "payment": {"method": method}}
        return await self._post("/v1/orders", key, body)

    async def give_back(self, hold: str) -> httpx.Response:
        """Release a hold."""
        return await self._http.delete(f"/v1/holds/{hold}")

    async def cancel(self, order: str, key: str) -> httpx.Response:
        """Cancel an order."""
        return await self._post(f"/v1/orders/{order}/cancel", key, None)

    async def get(self, path: str) -> httpx.Response:
        """Read."""
        return await self._http.get(path)

    async def _post(self, path: str, key: str, body: Any) -> httpx.Response:
        return await self._http.post(path, json=body, headers={"Idempotency-Key": key})


def code(response: httpx.Response) -> str:
    """The refusal's code; empty if there is none."""
    return "" if response.is_success else str(response.json()["code"])


def shares(world: World, section: str) -> tuple[int, int, int]:
    """Free, held and sold of a section by its journal, which is audited on the way."""
    stream = next(each.stream for each in world.event.sections if each.name == section)
    stored = world.database.streams[stream]
    layout = SectionLayout(parse_canonical(stored.source.plan), section)
    state, breaches = replay(layout, [(row.seq, decode_record(row.data)) for row in stored.records])
    assert [] == breaches
    return counts(state)
