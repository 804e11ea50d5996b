"""Two buyers who cross over two sections in opposite order, thousands of times, while somebody watches."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from engine.events import HoldPlaced, HoldReleased
from engine.record_codec import decode_record
from tests.integration.gateway.test_carts import audit_at_rest, settle, statuses
from tests.integration.gateway.world import Socket, World

ROUNDS = 1_500
PATIENCE_S = 120
SEATS = ("FRONT-A-1", "BACK-A-1")


async def _try(socket: Socket, world: World, seats: tuple[str, ...], key: str) -> dict[str, Any] | None:
    """One attempt at both seats; the hold, if it came to one."""
    body = {"event": world.event.id, "seats": list(seats)}
    reply = await socket.ask("hold.create", body, key)
    if not reply["ok"]:
        assert "seat_taken" == reply["e"]["code"], reply
        return None
    hold: dict[str, Any] = reply["d"]
    assert set(SEATS) == {item["seat"] for item in hold["items"]}
    assert "hh" == statuses(world, SEATS), "half of a hold"
    return hold


class View(msgspec.Struct, frozen=True):
    """What a watcher is shown after a frame: where each section is, and how its seat stands."""

    at: dict[str, int]
    shown: dict[str, str]


class Watcher:
    """Somebody who watches both sections, frame by frame."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self.views = [View({}, {})]

    async def watch(self) -> None:
        """Note every view, until cancelled."""
        while True:
            at, shown = dict(self.views[-1].at), dict(self.views[-1].shown)
            for push in await self._socket.frame():
                section = push["ch"].split("/")[1]
                at[section] = push["seq"]
                if push["t"] == "seats.snapshot":
                    shown[section] = "f"  # it comes before the first round
                else:
                    shown |= {seat.split("-")[0]: status for seat, status in push["d"]["u"]}
            self.views.append(View(at, shown))


def lives(world: World) -> dict[str, list[tuple[int, int]]]:
    """By the section that decided: from which of its records to which each hold of both seats lived."""
    found: dict[str, list[tuple[int, int]]] = {}
    for section in world.event.sections:
        began: dict[str, int] = {}
        for row in world.database.streams[section.stream].records:
            match decode_record(row.data).event:
                case HoldPlaced(hold=hold, parts=parts) if parts:
                    began[hold] = row.seq
                case HoldReleased(hold=hold) if hold in began:
                    found.setdefault(section.name, []).append((began[hold], row.seq))
    return found


async def test_crossing_buyers_never_block_each_other() -> None:
    """Every round ends with one hold of both seats and never with half of one, nor with none."""
    async with (
        World(message_burst=1e9, messages_per_second=1e9) as world,
        world.socket() as ann,
        world.socket() as bob,
        world.socket() as eve,
    ):
        await eve.hello("eve")
        await eve.ask("subscribe", {"event": world.event.id})
        watcher = Watcher(eve)
        watching = asyncio.ensure_future(watcher.watch())
        await ann.hello("ann")
        await bob.hello("bob")
        async with asyncio.timeout(PATIENCE_S):
            for number in range(ROUNDS):
                tries = _try(ann, world, SEATS, f"a{number}"), _try(bob, world, SEATS[::-1], f"b{number}")
                holds = await asyncio.gather(*tries)
                won = [(each, hold) for each, hold in zip((ann, bob), holds, strict=True) if hold is not None]
                assert 1 == len(won), f"round {number} has {len(won)} holds"
                for socket, hold in won:
                    assert (await socket.ask("hold.release", {"hold": hold["hold"]}))["ok"]
                assert "ff" == statuses(world, SEATS)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        lived = lives(world)
        assert ROUNDS == sum(map(len, lived.values()))
        for view in watcher.views:
            for home, spans in lived.items():
                if any(began <= view.at.get(home, -1) < ended for began, ended in spans):
                    assert {"FRONT": "h", "BACK": "h"} == view.shown, "half of a hold is shown"
        assert {"FRONT", "BACK"} == watcher.views[-1].shown.keys()
        await settle(world, 700_000)
        audit_at_rest(world)
