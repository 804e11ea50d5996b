"""News of a real server's sale, as its workers act on them."""

from __future__ import annotations

import asyncio
import os
import signal
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from holdfast.worker_process import NICENESS
from tests.e2e.world import UNBOUNDED, World, rows_of

TRIES_MAX = 400


def workers_of(world: World) -> list[psutil.Process]:
    """The worker processes that the server started."""
    children = psutil.Process(world.server.pid).children(recursive=True)
    return [each for each in children if "holdfast.worker_process" in " ".join(each.cmdline())]


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
            for _ in range(TRIES_MAX):
                lines: list[Any] = await connection.fetch(query, event)
                if len(lines) >= orders:
                    return lines
                await asyncio.sleep(0.05)  # the event is in another process
        finally:
            await connection.close()
    raise AssertionError(f"{len(lines)} of {orders} orders came through")


def mails(world: World) -> list[EmailMessage]:
    """What was written to buyers, each letter once however often it was sent."""
    found = {}
    for path in (world.server.data_dir / "mails").glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        found[mail["Message-ID"]] = mail
    return list(found.values())


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
    found: list[EmailMessage] = []
    for _ in range(4 * TRIES_MAX):
        found = [mail for mail in mails(world) if mail["Subject"] == "Your tickets for Mailed"]
        if len(found) >= len(orders):
            break
        await asyncio.sleep(0.05)  # the event is in another process
    attached = [str(part.get_filename()) for mail in found for part in mail.iter_attachments()]
    assert sorted(f"{order}.pdf" for order in orders) == sorted(attached)


async def test_the_relay_is_told_of(world: World) -> None:
    """Readiness names it as a part that is well."""
    async with world.rest() as http:
        report = (await http.get(f"{world.server.url}/readyz")).json()
    assert "ok" == report["parts"]["relay"]
