"""The calls of the test clock: there in test mode alone, and for organisers alone."""

from __future__ import annotations

from pathlib import Path

from actors.testing_clock import TestClock
from tests.integration.gateway.world import World

PATH = "/v1/test/clock"
DAY = {"by_ms": 86_400_000}


async def test_without_test_mode_there_is_no_such_call() -> None:
    """Not even for organisers, and the published API does not speak of it."""
    async with World() as world, world.http("organiser") as staff:
        assert 404 == (await staff.get(PATH)).status_code
        assert 404 == (await staff.post(f"{PATH}/advance", json=DAY)).status_code
        assert "/test/" not in (await staff.get("/openapi.json")).text


async def test_organisers_put_the_clock_forward(tmp_path: Path) -> None:
    """Others may not; what makes no sense is refused."""
    clock = TestClock(tmp_path / "clock")
    tested = World()
    tested.test_clock = clock
    async with tested as world, world.http("organiser") as staff, world.http() as buyer:
        assert 403 == (await buyer.post(f"{PATH}/advance", json=DAY)).status_code
        assert 403 == (await buyer.get(PATH)).status_code
        async with world.http(None) as guest:
            assert 401 == (await guest.post(f"{PATH}/advance", json=DAY)).status_code
        assert 0 == (await staff.get(PATH)).json()["ahead_ms"]
        moved = await staff.post(f"{PATH}/advance", json=DAY)
        assert (200, 86_400_000) == (moved.status_code, moved.json()["ahead_ms"])
        assert 86_400_000 == clock.ahead_ms
        for wrong in (0, -1, 367 * 86_400_000):
            assert 400 == (await staff.post(f"{PATH}/advance", json={"by_ms": wrong})).status_code
        assert "/test/clock/advance" in (await staff.get("/openapi.json")).text
