"""Whole sessions: frames, pauses and departures into a real gateway with real sections behind it.

An input is MessagePack of `[text, [step, …]]` with the steps

    ["say", value]     a message (or an array of them) in the connection's codec
    ["raw", bytes]     a frame as it is
    ["wait", ms]       virtual time passes
    ["leave"]          the connection ends, and a new one begins
    ["deaf"]           nothing is read until the connection ends
    ["drain"]          the gateway is told to go

and words like `$hold` stand for what earlier replies told. Anything else is one raw frame.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any, Final

import msgspec
from structlog.testing import capture_logs

from proof.fuzz import messages as m
from proof.fuzz.frames import Frames
from proof.fuzz.play import WAIT_MAX_MS, Play
from proof.fuzz.spoiling import spoil
from proof.fuzz.target import Finding
from proof.simulation.loop import VirtualLoop

TURNS_MAX: Final = 50_000
"""Turns of the loop that one input may take beside its pauses; a long good session takes some thousand."""
TURNS_PER_SECOND_MAX: Final = 50
"""The same for each second of virtual time, in which a house with nothing to do takes 15."""
SAID_AS_BYTES: Final = 0.15
SAID_MORE: Final = 0.3
MORE: Final[list[Any]] = [
    *(["say", message] for message in m.REQUESTS),
    *(["wait", ms] for ms in (1, 1_000, 30_000, WAIT_MAX_MS)),
    *(["leave"], ["deaf"], ["drain"]),
]
_frames = Frames()


class Sessions:
    """Every input meets a house of its own, and a well-behaved guest who must not notice it."""

    name = "sessions"

    def seeds(self) -> Sequence[bytes]:
        """Good sessions: a sale, a look around, staff, a resumption, a departure in between."""
        sale = [m.HELLO, m.SEATS, m.MORE, m.EXTEND, m.SWAP, m.RELEASE, m.CHECKOUT, m.ORDER, m.CANCEL, m.PING]
        look = [m.GUEST, m.SUBSCRIBE, m.COUNTS, m.SYNC, m.PING, m.UNSUBSCRIBE]
        best = [m.HELLO, m.BEST, m.PLACES, m.SUBSCRIBE, m.CHECKOUT, m.ORDER]
        door = [m.HELLO, m.CHALLENGE, m.JOIN, m.WAITING, m.LEAVE]
        staff = {"t": "hello", "id": 1, "d": {"token": "$org"}}
        scripts = [
            [["say", message] for message in sale],
            [["say", message] for message in look],
            [["say", best], ["wait", 400], ["say", m.PING]],
            [["say", message] for message in door],
            [["say", m.HELLO], ["say", m.SEATS], ["leave"], ["say", m.RESUMING], ["say", m.CHECKOUT]],
            [["say", m.HELLO], ["say", m.SUBSCRIBE], ["deaf"], ["say", m.SEATS], ["wait", 15_000]],
            [["say", m.HELLO], ["say", m.BEST], ["drain"], ["say", m.SEATS]],
            [["say", staff], ["say", m.SEATS], ["wait", 61_000], ["say", m.PING]],
            [["say", m.HELLO], ["raw", msgspec.msgpack.encode(m.PING)], ["raw", msgspec.json.encode(m.PING)]],
        ]
        return [msgspec.msgpack.encode([text, script]) for script in scripts for text in (False, True)]

    def mutate(self, data: bytes, random: Random) -> bytes:
        """Another script: steps spoiled in their values, or in the bytes of a frame."""
        script = _script(data)
        if script is None:
            return _frames.mutate(data, random)
        steps = script[1]
        match random.random():
            case share if share < SAID_AS_BYTES and steps:
                at = random.randrange(len(steps))
                steps[at] = ["raw", _frames.mutate(_frame(steps[at], text=bool(script[0])), random)]
            case share if share < SAID_AS_BYTES + SAID_MORE:
                steps.insert(random.randint(0, len(steps)), random.choice(MORE))
            case _:
                spoil(script, random)
        return _written(script, text=False)

    def run(self, data: bytes) -> Iterable[str]:
        """Each request gets one reply or the end of its connection, and the books stay right."""
        loop = VirtualLoop()
        asyncio.set_event_loop(loop)
        play = Play(loop, _script(data) or [False, [["say", m.HELLO], ["raw", data]]])
        with capture_logs() as logs:
            try:
                loop.run_until_complete(play.play())
            finally:
                asyncio.set_event_loop(None)
                loop.end()
        bad = [entry for entry in logs if entry["log_level"] in ("error", "critical")]
        if bad or loop.broken:
            raise Finding(f"logged {bad[:1]}, broken {loop.broken[:1]}")
        if loop.turns > TURNS_MAX + TURNS_PER_SECOND_MAX * loop.time():
            raise Finding(f"{loop.turns} turns")
        return play.outcomes.elements()


def _script(data: bytes) -> list[Any] | None:
    """The script that the bytes are, or None."""
    try:
        script = msgspec.msgpack.decode(data)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    match script:
        case [_, [*_]]:
            return list(script)
    return None


def _frame(step: Any, *, text: bool) -> bytes:
    """What a step says, as bytes to be damaged."""
    value = step[1] if isinstance(step, list) and len(step) > 1 else m.PING
    return value if isinstance(value, bytes) else _written(value, text=text)


def _written(value: Any, *, text: bool) -> bytes:
    try:
        return bytes(msgspec.json.encode(value) if text else msgspec.msgpack.encode(value))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return b"\xc0"
