"""The client's entry on a waitlist, kept over broken connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest

from client import ClientOptions, HoldfastClient, WaitEnded, Waitlist
from client.errors import Conflict
from protocol.waitlist import WaitlistUpdate
from tests.integration.fake_server import Answer, FakeServer, Message, Peer, fake_server

QUICK = ClientOptions(backoff_base_ms=1, backoff_cap_ms=2, retry_base_ms=1, retry_cap_ms=2, connects_max=50)
EVENT = "evt_1"
OFFER = {
    "entry": "wtl_1",
    "event": EVENT,
    "hold": "hld_1",
    "expires_at": "2026-01-01T00:15:00.000Z",
    "items": [],
    "total": {"amount": "10.00", "currency": "EUR"},
}


def buyer(server: FakeServer) -> HoldfastClient:
    """A client of the fake server."""
    return HoldfastClient(server.url, "token", QUICK, randomness=Random(1))


def entry(status: str = "waiting", **more: Any) -> Message:
    """The body of an entry."""
    return {
        "entry": "wtl_1",
        "event": EVENT,
        "status": status,
        "as_of": "2026-01-01T00:00:00.000Z",
        **more,
    }


def answering(*news: Message, status: Message | None = None) -> Answer:
    """A server that says `news` after each joining."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        match request["t"]:
            case "waitlist.join":
                await peer.accept(request, entry(position=3, ahead=2))
                if news:
                    await peer.send(*news)
            case "waitlist.status":
                await peer.accept(request, status or entry(position=1, ahead=0))
            case "ping":
                await peer.accept(request, {"now": "", "positions": {}})
            case kind:
                ended = {"accept": "accepted", "decline": "declined", "leave": "left"}
                await peer.accept(request, entry(ended[kind.removeprefix("waitlist.")]))

    return answer


@asynccontextmanager
async def waiting(
    answer: Answer, on_update: Callable[[WaitlistUpdate], None] | None = None
) -> AsyncIterator[tuple[HoldfastClient, Waitlist]]:
    """A client before such a server, about to join."""
    async with (
        fake_server(answer) as server,
        buyer(server) as client,
        Waitlist(client, EVENT, on_update) as waitlist,
    ):
        yield client, waitlist


async def test_an_offer_comes_by_itself() -> None:
    """News of other entries pass by; places are told on the way; the answers say how it ended."""
    seen: list[int | None] = []
    news = (
        {"t": "waitlist.offer", "d": {**OFFER, "entry": "wtl_2"}},
        {"t": "waitlist.update", "d": {**entry(), "entry": "wtl_2"}},
        {"t": "waitlist.update", "d": entry(position=1, ahead=0)},
        {"t": "waitlist.other", "d": {}},
        {"t": "waitlist.offer", "d": OFFER},
        {"t": "waitlist.offer", "d": OFFER},
    )
    async with waiting(answering(*news), lambda update: seen.append(update.position)) as (_, waitlist):
        with pytest.raises(RuntimeError):
            await waitlist.accept()
        joined = await waitlist.join(2, categories=["gold"], max_price="10.00")
        assert 3 == joined.position
        offer = await waitlist.offered()
        assert ("hld_1", [1]) == (offer.hold, seen)
        assert "accepted" == (await waitlist.accept()).status
        assert "declined" == (await waitlist.decline()).status
        assert "left" == (await waitlist.leave()).status


async def test_an_offer_that_came_while_nobody_was_connected_is_found() -> None:
    """The next connection asks for the entry."""
    offered = entry("offered", **{name: OFFER[name] for name in ("hold", "expires_at", "items", "total")})
    async with waiting(answering(status=offered)) as (client, waitlist):
        await waitlist.join(1)
        client.drop()
        assert "hld_1" == (await waitlist.offered()).hold


@pytest.mark.parametrize("by_news", [True, False])
async def test_an_entry_that_ended_is_told(by_news: bool) -> None:
    """By news of it, or by the next connection."""
    news = ({"t": "waitlist.update", "d": entry("lapsed")},) if by_news else ()
    async with waiting(answering(*news, status=entry("lapsed"))) as (client, waitlist):
        await waitlist.join(1)
        if not by_news:
            client.drop()
        with pytest.raises(WaitEnded, match="lapsed"):
            await waitlist.offered()
    assert "nothing is waited for" == str(WaitEnded(None))


async def test_seats_that_are_free_are_to_be_bought() -> None:
    """The refusal is a conflict."""

    async def answer(_server: FakeServer, peer: Peer, request: Message) -> None:
        await peer.refuse(request, "seats_available", 409, retryable=False)

    async with waiting(answer) as (_, waitlist):
        with pytest.raises(Conflict):
            await waitlist.join(1)


async def test_who_waits_again_waits_for_the_new_entry_alone() -> None:
    """What the first one was told by its end does not end the second, whose offer may come with its reply."""
    second = {"entry": "wtl_2"}

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        if len(server.asked("waitlist.join")) == 1:
            await peer.accept(request, entry())
            await peer.send({"t": "waitlist.update", "d": entry("removed")})
        else:
            await peer.send({"t": "waitlist.offer", "d": {**OFFER, **second}})
            await peer.accept(request, entry(**second))

    ended = asyncio.Event()
    async with waiting(answer, lambda _update: ended.set()) as (_, waitlist):
        await waitlist.join(1)
        await asyncio.wait_for(ended.wait(), 60)
        await waitlist.join(1)
        assert "wtl_2" == (await asyncio.wait_for(waitlist.offered(), 60)).entry
