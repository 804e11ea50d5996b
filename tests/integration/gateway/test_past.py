"""The seat map as it was, over REST."""

from __future__ import annotations

from typing import Any

import pytest

from engine.times import rfc3339
from gateway.sections import past
from tests.integration.gateway.test_audit import lose_a_seat
from tests.integration.gateway.world import World


async def ask(world: World, query: str) -> Any:
    """What the organiser is answered."""
    async with world.http("organiser", "boss") as http:
        return await http.get(f"/v1/events/{world.event.id}/seats{query}")


async def test_the_map_at_every_record_agrees_with_the_biography() -> None:
    """What a seat's biography says of a record is what the map shows after it."""
    async with World() as world:
        await lose_a_seat(world)
        async with world.http("organiser", "boss") as http:
            page = (await http.get(f"/v1/events/{world.event.id}/audit?seat=FRONT-A-1")).json()
        shown = {"held": (1, 0), "sold": (0, 1)}
        for line in page["data"]:
            front = (await ask(world, f"?section=FRONT&as_of_seq={line['seq']}")).json()["sections"]["FRONT"]
            assert shown.get(line["what"], (0, 0)) == (front["held"], front["sold"])
            assert line["seq"] == front["seq"]
            at = (await ask(world, f"?as_of={line['at']}")).json()["sections"]
            assert {"FRONT", "BACK"} == at.keys()
        now = (await ask(world, "")).json()["sections"]["FRONT"]
        assert now == (await ask(world, f"?section=FRONT&as_of_seq={now['seq']}")).json()["sections"]["FRONT"]
        assert ["FRONT"] == list((await ask(world, "?section=FRONT")).json()["sections"])


async def test_what_cannot_be_told_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The future, the time before, no section, and what would take too long."""
    async with World() as world:
        await lose_a_seat(world)
        queries = {
            "?section=FRONT&as_of_seq=999": "invalid",
            "?as_of_seq=1": "invalid",
            "?section=NOWHERE": "not_found",
            f"?as_of={rfc3339(world.clock.now_ms() + 60_000)}": "invalid",
            "?as_of=2001-01-01T00:00:00Z": "not_found",
            "?as_of=yesterday": "malformed",
            "?section=FRONT&as_of_seq=0": "malformed",
        }
        assert queries == {query: (await ask(world, query)).json()["code"] for query in queries}
        monkeypatch.setattr(past, "RECORDS_MAX", 3)
        assert "limit_exceeded" == (await ask(world, "?section=FRONT&as_of_seq=5")).json()["code"]


async def test_the_past_is_the_houses() -> None:
    """Anybody may see the map as it is."""
    async with World() as world:
        path = f"/v1/events/{world.event.id}/seats"
        for role, code in ((None, "token_missing"), ("buyer", "scope_missing")):
            async with world.http(role) as http:  # type: ignore[arg-type]  # one of the roles, or none
                assert (await http.get(path)).is_success
                assert code == (await http.get(f"{path}?as_of_seq=1&section=FRONT")).json()["code"]
