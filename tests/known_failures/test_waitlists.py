"""Elsewhere: who waits is notified of a free seat that anybody else may take, and cannot join twice."""

from __future__ import annotations

from tests.integration.gateway.sold_out import sold_out


async def test_who_was_told_has_the_seat_and_may_wait_again() -> None:
    """A stranger who asks the moment it is free is refused, and an entry that ended is no obstacle."""
    async with sold_out() as house, house.world.socket() as waiting, house.world.socket() as stranger:
        entry = await house.joined(waiting, "ada", 1)
        await stranger.hello("eve")
        await house.free("FRONT-A", 1)
        taken = await stranger.ask("hold.create", {"event": house.event.id, "seats": ["FRONT-A-1"]}, "k")
        assert "seat_taken" == taken["e"]["code"]
        offer = (await waiting.push("waitlist.offer"))["d"]
        assert "accepted" == (await waiting.ask("waitlist.accept", {"entry": entry}, "a"))["d"]["status"]
        assert "FRONT-A-1" == offer["items"][0]["seat"]
        again = await house.join(waiting, 1, "again")
        assert again["ok"]
        assert entry != again["d"]["entry"]
