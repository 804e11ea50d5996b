"""A call of a gateway to an actor, as both ends of the network know it."""

from __future__ import annotations

import asyncio

from actors.channel import ChannelBroken


class Call:
    """One call under way. Its caller may have given up; what it does is done all the same."""

    __slots__ = ("answer", "data", "watches")

    def __init__(self, data: bytes, answer: asyncio.Future[bytes], *, watches: bool) -> None:
        self.data = data
        self.answer = answer
        self.watches = watches

    def break_(self, why: str) -> None:
        """Tell the caller, if it still waits, that nothing is known."""
        if not self.answer.done():
            self.answer.set_exception(ChannelBroken(why))

    def resolve(self, data: bytes) -> None:
        """Hand the answer over; a second one is of no interest."""
        if not self.answer.done():
            self.answer.set_result(data)
