"""News of a real server's sale, as its workers act on them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import psutil
import pytest

from holdfast.worker_process import NICENESS
from scripts.torture.processes import workers
from scripts.torture.waits import within
from tests.e2e.world import UNBOUNDED, World, rows_of

LOOK_EVERY_S = 0.05
THROUGH_MAX_S = 90.0
"""Workers that were killed start again, and what they had claimed is taken up by the next."""
pytestmark = pytest.mark.timeout(300)  # the waits' own limits come first: they say what was awaited
T = TypeVar("T")


async def at_least(count: int, what: str, look: Callable[[], Awaitable[list[T]]]) -> list[T]:
    """Look until there are so many; what makes them is in another process. Raises `StoodStill`."""
    async with within(THROUGH_MAX_S, f"{count} {what}"):
        while len(found := await look()) < count:  # noqa: ASYNC110  # as said
            await asyncio.sleep(LOOK_EVERY_S)
    return found


def workers_of(world: World) -> list[psutil.Process]:
    """The worker processes that the server started, of which there are some."""
    found = list(workers(world.server))
    assert found
    return found


def session_niceness(process: psutil.Process) -> int | None:
    """How nice a process's whole session is; None where the kernel does not weigh sessions."""
    session = Path(f"/proc/{process.pid}/autogroup")
    return int(session.read_text().split()[-1]) if session.exists() else None


async def trail(world: World, event: str, orders: int) -> list[Any]:
    """Wait until the audit trail has so many orders of an event, and give their lines."""
    query = "SELECT subject, seq FROM audit_trail WHERE event = $1 AND kind = 'order.confirmed' ORDER BY seq"
    async with world.database() as dsn:
        connection = await asyncpg.connect(dsn)
        try:
            return await at_least(orders, "lines of the trail", lambda: connection.fetch(query, event))
        finally:
            await connection.close()


async def mails(world: World, subject: str) -> list[EmailMessage]:
    """What was written to buyers under a subject, each letter once however often it was sent."""
    found = {}
    for path in (world.server.data_dir / "mails").glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        found[mail["Message-ID"]] = mail
    return [mail for mail in found.values() if mail["Subject"] == subject]


async def buy(world: World, event: str, who: str, seat: str) -> str:
    """An order that is confirmed at once."""
    async with world.client(who) as buyer:
        hold = await buyer.hold_create(event, [seat])
        order = await buyer.checkout(hold.hold, "Ann", "ann@example.org")
        return str(order.order)


async def test_workers_step_back_behind_those_who_sell(world: World) -> None:
    """Also where the kernel weighs sessions against each other: the workers have one of their own."""
    event = await world.put_on_sale(rows_of(20), name="Weighed", limits=UNBOUNDED)
    await buy(world, event, "ann", "S-1-1")
    await trail(world, event, 1)
    for process in workers_of(world):
        assert NICENESS == process.nice()
        assert session_niceness(process) in (NICENESS, None)


async def test_killed_workers_lose_nothing_and_repeat_nothing(world: World) -> None:
    """Each order has one line in the audit trail, though the workers die in mid-sale."""
    event = await world.put_on_sale(rows_of(20), limits=UNBOUNDED)
    orders = [await buy(world, event, "ann", f"S-1-{number}") for number in range(1, 6)]
    await trail(world, event, 5)
    for process in workers_of(world):
        os.kill(process.pid, signal.SIGKILL)
    orders += [await buy(world, event, "ann", f"S-1-{number}") for number in range(6, 11)]
    lines = await trail(world, event, 10)
    assert orders == [line["subject"] for line in lines]


async def test_each_buyer_is_written_to_once(world: World) -> None:
    """Without a mail server letters are files with the tickets in them, though workers die in between."""
    event = await world.put_on_sale(rows_of(20), name="Mailed", limits=UNBOUNDED)
    orders = [await buy(world, event, "ann", f"S-1-{number}") for number in (1, 2)]
    await trail(world, event, 2)
    for process in workers_of(world):
        os.kill(process.pid, signal.SIGKILL)
    orders.append(await buy(world, event, "ann", "S-1-3"))
    subject = "Your tickets for Mailed"
    found = await at_least(len(orders), "letters", lambda: mails(world, subject))
    attached = [str(part.get_filename()) for mail in found for part in mail.iter_attachments()]
    assert sorted(f"{order}.pdf" for order in orders) == sorted(attached)


async def test_the_relay_is_told_of(world: World) -> None:
    """Readiness names it as a part that is well."""
    async with world.rest() as http:
        report = (await http.get(f"{world.server.url}/readyz")).json()
    assert "ok" == report["parts"]["relay"]
