"""What a client recorded is held against the journal by `holdfast verify --history`."""

from __future__ import annotations

from pathlib import Path

import pytest

from client import HoldfastClient, Recording, SeatTaken
from holdfast.verify_command import audit
from protocol.history import FORMAT
from tests.e2e.world import World, rows_of


async def _evening(world: World, event: str, file: Path) -> None:
    """Two buyers over one recording: a map, a hold, a refusal, an order, a look at it."""
    with Recording(file) as recording:
        url, ada, bob = world.server.url, world.token("ada"), world.token("bob")
        async with (
            HoldfastClient(url, ada, recorder=recording) as buyer,
            HoldfastClient(url, bob, recorder=recording) as rival,
        ):
            await rival.subscribe(event, layout=await world.layout(event))
            hold = await buyer.hold_create(event, ["S-1-1", "S-1-2"])
            with pytest.raises(SeatTaken):
                await rival.hold_create(event, ["S-1-2"])
            order = await buyer.checkout(hold.hold, "Ada", "ada@example.org")
            await buyer.order_get(order.order)


async def test_a_recorded_evening_is_clean_and_a_forged_one_is_not(world: World, tmp_path: Path) -> None:
    """Every call and every map was looked at; one acknowledged seat more, and the verdict names it."""
    file = tmp_path / "history.jsonl"
    await _evening(world, await world.put_on_sale(rows_of(4)), file)
    async with world.database() as dsn:
        verdict = await audit(dsn, [file])
        assert verdict.clean
        report = verdict.history
        assert report is not None
        assert (2, 1, 1) == (report.acknowledged, report.refused, report.read)
        assert report.sights >= 1
        forged = tmp_path / "forged.jsonl"
        forged.write_bytes(file.read_bytes().replace(b'"amount":"100.00"', b'"amount":"1.00"'))
        found = await audit(dsn, [forged])
    assert FORMAT.encode() in file.read_bytes()
    assert not found.clean
    assert {"H2", "H5"} == {finding.breach.partition(":")[0] for finding in found.breaches}
