"""What a host of several sections does for each of them."""

from __future__ import annotations

import pytest

from actors.host import SectionHost
from actors.shell import SectionShell
from persistence.memory.store import MemorySectionStore
from tests.integration.actors.conftest import LIMITS, House


async def test_a_section_that_leaves_badly_keeps_no_other_from_leaving(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep goes on, and what failed is not kept as if it were alive."""
    store = MemorySectionStore(house.database)
    host = SectionHost("one", store, house.clock, house.ids, LIMITS, lambda _stream: None)
    await host.open(house.stream).served()
    house.clock.ms += LIMITS.passivate_after_ms

    async def fail(_shell: SectionShell) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr(SectionShell, "leave", fail)
        failed = host.open(house.stream)
        house.clock.ms += LIMITS.passivate_after_ms
        await host.sweep()
    assert failed is not host.open(house.stream)
    await host.close()
    await failed.leave()
