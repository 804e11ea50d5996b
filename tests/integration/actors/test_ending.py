"""What goes on for ever is ended before its end is spoken of."""

from __future__ import annotations

import asyncio

from actors.ending import ended


async def test_whoever_ends_a_task_waits_for_its_last_words() -> None:
    """What it does on its way out is done; what was never begun, or has failed, has ended already."""
    done: list[str] = []
    begun = asyncio.Event()

    async def goes_on() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            done.append("tidied")

    async def fails() -> None:
        raise LookupError("a bug")

    task = asyncio.create_task(goes_on())
    await begun.wait()
    await ended(task)
    assert ["tidied"] == done
    assert task.cancelled()
    await ended(None)
    await ended(asyncio.create_task(fails()))
