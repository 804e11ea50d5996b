"""Plays the script of a session on a stage of its own, beside a guest who must not notice it."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, Final

from proof.fuzz.caller import Caller
from proof.fuzz.house import TOKENS, House
from proof.fuzz.messages import COUNTS, GUEST, PING
from proof.fuzz.target import Finding
from proof.simulation.loop import VirtualLoop
from protocol.limits import HEARTBEAT_MS

STEPS_MAX: Final = 64
WAIT_MAX_MS: Final = 120_000
SETTLE_S: Final = 2.0
"""Virtual time after which everything is answered where nothing is broken."""


class Play:
    """One script on its stage."""

    def __init__(self, loop: VirtualLoop, script: list[Any]) -> None:
        """A script as `sessions` describes it; whatever is no step is passed over."""
        self.outcomes: Counter[str] = Counter()
        self._text = bool(script[0])
        self._steps = script[1][:STEPS_MAX]
        self._house = House(loop)
        self._words: dict[str, str] = dict(TOKENS)
        self._drained = False
        self._said = 0
        self._countable = True

    async def play(self) -> None:
        """Open the house, let the guest in, play, and see what is left."""
        house = self._house
        await house.open()
        self._words["$event"] = house.event.id
        witness = Caller(text=False)
        watching = asyncio.ensure_future(witness.run(house.front))
        witness.say(witness.encode([GUEST, self._filled(COUNTS)]))
        beating = asyncio.ensure_future(_beat(witness))
        await self._connect()
        for step in self._steps:
            await self._take(step)
        await self._part()
        if not self._drained:
            _unharmed(witness)
        beating.cancel()
        witness.leave()
        await watching
        await house.close()
        house.audit()

    async def _connect(self) -> None:
        self._caller = Caller(text=self._text)
        self._said, self._countable = 0, True
        self._serving = asyncio.ensure_future(self._caller.run(self._house.front))
        await asyncio.sleep(0)

    async def _part(self) -> None:
        """Wait for what is owed, then leave."""
        caller = self._caller
        await asyncio.sleep(SETTLE_S)
        if caller.wrong:
            raise Finding(caller.wrong[0])
        if self._countable and caller.closed is None and caller.replies != self._said:
            raise Finding(f"{self._said} messages, {caller.replies} replies")
        caller.leave()
        await self._serving
        self.outcomes.update(caller.heard)

    async def _take(self, step: Any) -> None:
        match step:
            case ["say", value]:
                self._say(self._filled(value))
            case ["raw", bytes(frame)]:
                self._caller.say(frame)
                self._countable = False
            case ["wait", int(ms)]:
                await asyncio.sleep(min(max(ms, 0), WAIT_MAX_MS) / 1000)
            case ["leave"]:
                await self._part()
                await self._connect()
            case ["deaf"]:
                self._caller.stop_reading()
                self._countable = False
            case ["drain"] if not self._drained:
                self._drained = True
                self._draining = asyncio.ensure_future(self._house.front.sockets.drain())
            case _:
                self.outcomes["no step"] += 1
        await asyncio.sleep(0.01)
        self._words.update(self._caller.words)

    def _say(self, value: Any) -> None:
        try:
            frame = self._caller.encode(value)
        except (ValueError, TypeError, OverflowError, RecursionError):
            self.outcomes["cannot be written"] += 1
            return
        self._caller.say(frame)
        self._said += len(value) if isinstance(value, list) else 1

    def _filled(self, value: Any) -> Any:
        """The value with every `$word` that is known filled in."""
        if isinstance(value, str) and "$" in value:
            for word, meaning in self._words.items():
                value = value.replace(word, meaning)
        elif isinstance(value, list):
            return [self._filled(each) for each in value]
        elif isinstance(value, dict):
            return {self._filled(key): self._filled(each) for key, each in value.items()}
        return value


async def _beat(caller: Caller) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_MS / 1000)
        caller.say(caller.encode(PING))


def _unharmed(witness: Caller) -> None:
    if witness.closed is not None or witness.wrong or witness.heard["ok"] != witness.replies:
        raise Finding(f"the guest beside it heard {dict(witness.heard)}")
