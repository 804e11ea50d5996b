"""Long polls for a section's changes, as a gateway makes them."""

from __future__ import annotations

import asyncio
from typing import Self

from actors.channel import ChannelBroken
from actors.watch import SectionChanges
from actors.wire import Changes, encoder

CHANGES = Changes(1, "h", 0, 1, (), (), (0, 0, 0))


class Actor:
    """Answers polls as it is told to, one after the other; it is its own placement and channel."""

    def __init__(self, *answers: bytes | Exception | None) -> None:
        self._answers = list(answers)

    async def locate(self, _stream: int) -> str | None:
        return "here"

    def channel(self, _actor: str) -> Self:
        return self

    async def handle(self, _data: bytes) -> bytes:
        raise AssertionError("nobody sends commands here")

    async def changes(self, _data: bytes) -> bytes:
        answer = self._answers.pop(0)
        if answer is None:
            await asyncio.get_running_loop().create_future()
        if isinstance(answer, Exception):
            raise answer
        assert answer is not None
        return answer


async def test_a_poll_that_is_lost_without_a_word_is_made_again() -> None:
    """Or the map of that section would stand still for ever at this gateway."""
    actor = Actor(None, encoder.encode(CHANGES))
    assert CHANGES == await SectionChanges(actor, actor, poll_timeout_s=0.01).changes(1, 0)


async def test_polls_wait_through_broken_channels_and_recoveries() -> None:
    """A section that is coming back answers with nothing."""
    actor = Actor(ChannelBroken("gone"), encoder.encode(None), encoder.encode(CHANGES))
    assert CHANGES == await SectionChanges(actor, actor).changes(1, 0)
