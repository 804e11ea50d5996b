"""Watching sections over the websocket: snapshots, deltas, counts, resuming and closing gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import pytest

from gateway.live.feed import SectionFeed
from gateway.live.hub import FeedHub
from protocol.closing import JSON, MSGPACK
from tests.integration.gateway.world import Socket, World


async def watching(socket: Socket, world: World, **body: Any) -> dict[str, Any]:
    """Say hello and subscribe; the reply's body."""
    await socket.hello()
    reply = await socket.ask("subscribe", {"event": world.event.id, **body})
    assert reply["ok"], reply
    channels: dict[str, Any] = reply["d"]["channels"]
    return channels


async def take(socket: Socket, world: World, seat: str) -> tuple[str, int]:
    """Hold a seat; the position that it was made durable at."""
    reply = await socket.ask("hold.create", {"event": world.event.id, "seats": [seat]}, f"take {seat}")
    ep, seq = reply["d"]["pos"]
    return ep, seq


@pytest.mark.parametrize("subprotocol", [MSGPACK, JSON])
async def test_a_snapshot_then_deltas(subprotocol: str) -> None:
    """A watcher gets one snapshot a section, then what changes, in order and without a gap."""
    async with World() as world, world.socket(subprotocol) as socket:
        front, back = f"{world.event.id}/FRONT", f"{world.event.id}/BACK"
        assert {back: "snapshot", front: "snapshot"} == await watching(socket, world)
        snapshots = {}
        for _ in range(2):
            snapshot = await socket.push("seats.snapshot")
            snapshots[snapshot["ch"]] = snapshot
        assert {"FIELD": 100} == snapshots[back]["d"]["areas"]
        ep, seq = await take(socket, world, "FRONT-A-1")
        delta = await socket.push("seats.delta")
        assert (front, ep, seq, snapshots[front]["seq"]) == (
            delta["ch"],
            delta["ep"],
            delta["seq"],
            delta["from"],
        )
        assert [["FRONT-A-1", "h"]] == delta["d"]["u"]
        pong = await socket.ask("ping", {})
        assert {front: [ep, seq], back: [snapshots[back]["ep"], snapshots[back]["seq"]]} == pong["d"][
            "positions"
        ]


async def test_resuming_goes_on_after_what_is_known() -> None:
    """A client that comes back with its position gets the deltas that it missed, and no snapshot."""
    async with World() as world, world.socket() as stays:
        await watching(stays, world, sections=["FRONT"])
        known = await stays.push("seats.snapshot")
        await take(stays, world, "FRONT-A-1")
        await stays.push("seats.delta")
        channel = known["ch"]
        async with world.socket() as back:
            resume = {"session": "ses_old", "positions": {channel: [known["ep"], known["seq"]]}}
            assert (await back.ask("hello", {"resume": resume}))["ok"]
            delta = await back.push("seats.delta")
            assert (known["seq"], [["FRONT-A-1", "h"]]) == (delta["from"], delta["d"]["u"])
        async with world.socket() as late:
            await late.hello()
            after = {channel: [known["ep"], known["seq"]]}
            body = {"event": world.event.id, "sections": ["FRONT"], "after": after}
            assert {channel: "deltas"} == (await late.ask("subscribe", body))["d"]["channels"]
            assert known["seq"] == (await late.push("seats.delta"))["from"]


async def test_resuming_waits_for_storage() -> None:
    """Nobody would tell a client whose event could not be looked up that it watches nothing any more."""
    async with World() as world, world.socket() as back:
        channel = f"{world.event.id}/FRONT"
        world.database.down = True
        resume = {"session": "ses_old", "positions": {channel: ["", 0]}}
        assert (await back.ask("hello", {"resume": resume}))["ok"]
        assert {} == (await back.ask("ping", {}))["d"]["positions"]
        world.database.down = False
        assert channel == (await back.push("seats.snapshot"))["ch"]


async def test_sync_closes_a_gap() -> None:
    """A client that lost something asks from where it is, and gets the rest or a snapshot."""
    async with World() as world, world.socket() as socket:
        await watching(socket, world, sections=["FRONT"])
        known = await socket.push("seats.snapshot")
        await take(socket, world, "FRONT-A-1")
        await socket.push("seats.delta")
        sync = {"ch": known["ch"], "after": [known["ep"], known["seq"]]}
        assert {known["ch"]: "deltas"} == (await socket.ask("sync", sync))["d"]["channels"]
        assert known["seq"] == (await socket.push("seats.delta"))["from"]
        sync = {"ch": known["ch"], "after": ["elsewhere", 1]}
        assert {known["ch"]: "snapshot"} == (await socket.ask("sync", sync))["d"]["channels"]
        assert known["ch"] == (await socket.push("seats.snapshot"))["ch"]
        reply = await socket.ask("sync", {"ch": "evt_1/NOWHERE", "after": ["a", 1]})
        assert "not_found" == reply["e"]["code"]


async def test_counts_for_the_far_view() -> None:
    """Counts come first for all sections, then for those that changed."""
    async with World() as world, world.socket() as socket:
        assert {world.event.id: "snapshot"} == await watching(socket, world, detail="counts")
        told: dict[str, list[int]] = {}
        while len(told) < 2:
            push = await socket.push("sections.delta")
            told |= {section: counts for section, *counts in push["d"]["u"]}
        assert {"FRONT": [12, 0, 0], "BACK": [112, 0, 0]} == told
        await take(socket, world, "FRONT-A-1")
        push = await socket.push("sections.delta")
        assert [["FRONT", 11, 1, 0]] == push["d"]["u"]


async def test_unsubscribing_ends_it() -> None:
    """After unsubscribing nothing more is told, and the channel has no position."""
    async with World() as world, world.socket() as socket, world.socket() as other:
        await watching(socket, world)
        await socket.push("seats.snapshot")
        await socket.push("seats.snapshot")
        await watching(other, world, sections=["FRONT"])
        await other.push("seats.snapshot")
        reply = await socket.ask("unsubscribe", {"event": world.event.id, "sections": ["FRONT"]})
        assert {"channels": {}} == reply["d"]
        await take(other, world, "FRONT-A-1")
        await other.push("seats.delta")
        pong = await socket.ask("ping", {})
        assert [f"{world.event.id}/BACK"] == list(pong["d"]["positions"])
        assert [] == socket.kept("seats.delta")


async def test_rest_tells_what_the_socket_tells() -> None:
    """Polling gives the status of all seats, and what changed since a position."""
    async with World() as world, world.socket() as socket, world.http(None) as http:
        await socket.hello()
        before = (await http.get(f"/v1/events/{world.event.id}/seats")).json()["sections"]["FRONT"]
        ep, seq = await take(socket, world, "FRONT-A-1")
        await socket.ask("subscribe", {"event": world.event.id, "sections": ["FRONT"]})
        while (await socket.until(lambda message: message.get("seq") is not None))["seq"] < seq:
            pass
        url = f"/v1/events/{world.event.id}/changes"
        query: dict[str, Any] = {"section": "FRONT", "after_seq": before["seq"], "ep": ep}
        page = (await http.get(url, params=query)).json()
        assert {
            "kind": "deltas",
            "ep": ep,
            "from": before["seq"],
            "seq": seq,
            "u": [["FRONT-A-1", "h"]],
        } == page
        page = (await http.get(url, params={"section": "FRONT"})).json()
        assert ("snapshot", [11, 1, 0]) == (
            page["kind"],
            [page["status"][name] for name in ("free", "held", "sold")],
        )
        assert 404 == (await http.get(url, params={"section": "NOWHERE"})).status_code


async def test_a_look_at_all_sections_over_rest_shows_them_abreast() -> None:
    """A hold over several is seen in all of them, or in none."""
    looked: list[set[str]] = []
    abreast = FeedHub.abreast

    async def noted(hub: FeedHub, feeds: Sequence[SectionFeed]) -> None:
        looked.append({feed.section for feed in feeds})
        await abreast(hub, feeds)

    async with World() as world, world.http(None) as http:
        with patch.object(FeedHub, "abreast", noted):
            seats = (await http.get(f"/v1/events/{world.event.id}/seats")).json()
        assert [set(seats["sections"])] == looked
