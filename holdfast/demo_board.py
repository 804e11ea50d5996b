"""What the board and the analytics say at the end of a demo, to be held against the audit of the books."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Final

import httpx
import msgspec

from holdfast.verify import Verdict
from protocol.analytics import BoardReply, DailyReply

SETTLED_MAX_S: Final = 60.0
"""So long the last holds may take to run out, and the projector to count the last record."""
LOOK_S: Final = 0.5
REPLY_MAX_S: Final = 30.0


class Told(msgspec.Struct, frozen=True):
    """What people of the house are told: by the board, and by the analytics less what went back.

    `behind` are records that the analytics had not counted.
    """

    sold: int
    held: int
    revenue: Decimal
    counted: int
    taken: Decimal
    behind: int

    @property
    def settled(self) -> bool:
        """Whether nobody holds anything any more, and everything is counted."""
        return not self.held and not self.behind


async def told_at_last(url: str, event: str, token: str) -> Told:
    """What is told once it has settled; what has not in a minute is told as it is.

    Raises `httpx.HTTPError` when the server does not answer.
    """
    headers = {"Authorization": f"Bearer {token}"}
    loop = asyncio.get_running_loop()
    until_s = loop.time() + SETTLED_MAX_S
    base = f"{url}/v1"
    async with httpx.AsyncClient(
        base_url=base, headers=headers, trust_env=False, timeout=REPLY_MAX_S
    ) as http:
        told = await _told(http, event)
        while not told.settled and loop.time() < until_s:
            await asyncio.sleep(LOOK_S)  # Figures are asked for: nothing is pushed to who is not connected.
            told = await _told(http, event)
    return told


async def _told(http: httpx.AsyncClient, event: str) -> Told:
    board = msgspec.json.decode(await _read(http, f"/events/{event}/board"), type=BoardReply)
    daily = msgspec.json.decode(await _read(http, f"/analytics/daily?event={event}"), type=DailyReply)
    total = daily.total
    return Told(
        sold=board.sold,
        held=board.held,
        revenue=Decimal(board.revenue.amount),
        counted=total.sold - total.returned,
        taken=Decimal(total.revenue.amount) - Decimal(total.refunds.amount),
        behind=max(board.behind, daily.behind),
    )


async def _read(http: httpx.AsyncClient, path: str) -> bytes:
    return (await http.get(path)).raise_for_status().content


def differences(told: Told, verdict: Verdict) -> tuple[str, ...]:
    """In what board, analytics and books are apart, in words; nothing when all say the same."""
    pairs = (
        ("sold by the board", told.sold, verdict.sold),
        ("held by the board", told.held, verdict.held),
        ("sold by the analytics", told.counted, verdict.sold),
        ("taken by the analytics", told.taken, told.revenue),
        ("records not counted", told.behind, 0),
    )
    return tuple(f"{what}: {said}, and not {right}" for what, said, right in pairs if said != right)
