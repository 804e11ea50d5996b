"""A buyer's client: connects, resumes, and asks again under the same key until it knows."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec

from proof.simulation.gateways import Gateways
from proof.simulation.ledger import Chance
from proof.simulation.sockets import Socket
from proof.simulation.world import World
from protocol.errors import Problem
from protocol.history import Answered, AnyLine, ChangeSeen, Invoked, Joined, Lost, MapSeen, Refused, ResetSeen
from protocol.queue import QueueAdmitted
from protocol.replies import SeatsDelta, SeatsSnapshot
from protocol.requests import Position

REPLY_S: Final = 6.0
"""A client that hears nothing for so long asks again, on the same connection or a new one."""
RECONNECT_S: Final = 0.3
ATTEMPTS_MAX: Final = 30
_AGAIN: Final = frozenset(
    (
        "rate_limited",
        "section_recovering",
        "section_overloaded",
        "storage_unavailable",
        "draining",
        "deadline_exceeded",
        "outcome_unknown",
        "internal",
    )
)
"""What says that the same request may succeed later."""
_HURRIED: Final = frozenset(("hold.create", "hold.extend", "hold.swap", "checkout.begin"))
"""What a client in a hurry says a deadline with."""
_NOTHING: Final = msgspec.Raw(b"\xc0")


class Heard(msgspec.Struct):
    """Anything that a server says."""

    re: int | None = None
    ok: bool = False
    e: Problem | None = None
    t: str = ""
    ch: str = ""
    ep: str = ""
    seq: int = 0
    from_: int = msgspec.field(name="from", default=0)
    d: msgspec.Raw = _NOTHING


class Outcome(msgspec.Struct, frozen=True):
    """What a call came to: a body, a refusal, or (neither) nothing that is known."""

    body: msgspec.Raw | None = None
    problem: Problem | None = None

    @property
    def code(self) -> str:
        """The refusal's code; empty if there is none."""
        return "" if self.problem is None else self.problem.code


_one: Final = msgspec.msgpack.Decoder(Heard).decode
_many: Final = msgspec.msgpack.Decoder(list[Heard]).decode
_snapshot: Final = msgspec.msgpack.Decoder(SeatsSnapshot).decode
_admitted: Final = msgspec.msgpack.Decoder(QueueAdmitted).decode
_delta: Final = msgspec.msgpack.Decoder(SeatsDelta).decode
_plain: Final = msgspec.msgpack.Decoder().decode
_encode: Final = msgspec.msgpack.Encoder().encode


class Caller:
    """One client. Everything it asks, is told and sees is written down in `lines`."""

    def __init__(
        self, world: World, gateways: Gateways, name: str, token: str, watched: dict[str, Any] | None
    ) -> None:
        """`watched` is what it subscribes to, if anything."""
        self.name = name
        self.lines: list[AnyLine] = []
        self.positions: dict[str, Position] = {}
        self.patience_ms: int | None = None
        self.queue_pass: str | None = None
        self.offered = False
        self._world = world
        self._ledger = world.ledger
        self._gateways = gateways
        self._chance: Chance = world.chance(name)
        self._token = token
        self._watched = watched
        self._socket: Socket | None = None
        self._connecting = asyncio.Lock()
        self._session = ""
        self._number = 0
        self._calls = 0
        self._waiting: dict[int, asyncio.Future[Heard | None]] = {}

    @property
    def connected(self) -> bool:
        """Whether there is a connection on which hello was said."""
        return self._socket is not None and self._socket.open

    # -- connection -----------------------------------------------------------------------

    async def connect(self) -> Socket:
        """A connection on which hello was said, as soon as there is one."""
        while self._socket is None or not self._socket.open:
            async with self._connecting:
                if self._socket is None or not self._socket.open:
                    self._socket = await self._open()
        return self._socket

    async def _open(self) -> Socket | None:
        socket = Socket(self._world, self._chance, self._frame, self._closed)
        if self._gateways.connect(socket) and await self._hello(socket):
            return socket
        socket.leave()
        await asyncio.sleep(self._chance.pause(RECONNECT_S))
        return None

    async def _hello(self, socket: Socket) -> bool:
        resume = {"session": self._session, "positions": self.positions} if self._session else None
        reply = await self._exchange(socket, "hello", {"token": self._token, "resume": resume}, None)
        if reply is None or not reply.ok:
            return False
        if resume is not None and self.positions:
            self._ledger.sometimes("a buyer resumed")
        body = _plain(reply.d)
        self._session = body["session"]
        self.lines.append(Joined(self.name, body["principal"]))
        if self._watched is not None and not self.positions:
            body = self._watched | {"after": self.positions}
            return await self._exchange(socket, "subscribe", body, None) is not None
        return True

    def _closed(self, socket: Socket, code: int) -> None:
        if socket is not self._socket:
            return
        self._ledger.trace(b"C%d" % code)
        if code == 4430:
            self._ledger.sometimes("a slow reader was sent away")
        self._socket = None
        self._fail_all()

    def leave(self) -> None:
        """Drop the connection, as a browser does that is closed."""
        if self._socket is not None:
            self._socket.leave()
            self._socket = None
            self._fail_all()

    def _fail_all(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_result(None)

    async def _exchange(self, socket: Socket, kind: str, body: Any, key: str | None) -> Heard | None:
        self._number = number = self._number + 1
        message = {"t": kind, "id": number, "d": body}
        if key is not None:
            message["idem"] = key
        if self.patience_ms is not None and kind in _HURRIED:
            message["dl"] = self.patience_ms
        loop = self._world.loop
        future: asyncio.Future[Heard | None] = loop.create_future()
        self._waiting[number] = future
        socket.say(_encode(message))
        timer = loop.call_later(REPLY_S, self._give_up, number)
        reply = await future
        timer.cancel()
        return reply

    def _give_up(self, number: int) -> None:
        future = self._waiting.pop(number, None)
        if future is not None and not future.done():
            future.set_result(None)

    # -- calls ----------------------------------------------------------------------------

    def _now_ns(self) -> int:
        return int(self._world.loop.time() * 1e9)

    async def ask(self, kind: str, body: Any, key: str | None = None, *, stubborn: bool = True) -> Outcome:
        """Ask, again if need be; one that is not `stubborn` gives up when a reply does not come."""
        self._ledger.commands += 1
        self._calls = call = self._calls + 1
        self.lines.append(Invoked(self._now_ns(), self.name, call, kind, key, body))
        for attempt in range(1, ATTEMPTS_MAX + 1):
            reply = await self._exchange(await self.connect(), kind, body, key)
            if reply is None:
                if not stubborn:
                    break
                continue
            if reply.ok:
                self.lines.append(Answered(self._now_ns(), self.name, call, _plain(reply.d), attempt))
                return Outcome(reply.d)
            problem = reply.e
            if problem is None:
                self._ledger.violation(f"{self.name}: a reply that is neither yes nor no")
                break
            if problem.code not in _AGAIN:
                self.lines.append(Refused(self._now_ns(), self.name, call, problem, attempt))
                return Outcome(None, problem)
            self._ledger.sometimes(f"told {problem.code}")
            await asyncio.sleep((problem.retry_after_ms or 100) / 1000)
        self.lines.append(Lost(self._now_ns(), self.name, call, "gave up"))
        return Outcome()

    # -- news -----------------------------------------------------------------------------

    def _frame(self, frame: bytes) -> None:
        first = frame[0]
        for heard in _many(frame) if first & 0xF0 == 0x90 or first in (0xDC, 0xDD) else (_one(frame),):
            if heard.t:
                self._news(heard)
            elif heard.re is not None:
                future = self._waiting.pop(heard.re, None)
                if future is not None and not future.done():
                    future.set_result(heard)

    def _news(self, heard: Heard) -> None:
        match heard.t:
            case "seats.delta":
                self._delta(heard)
            case "seats.snapshot":
                snapshot = _snapshot(heard.d)
                self.positions[heard.ch] = (heard.ep, heard.seq)
                self.lines.append(
                    MapSeen(
                        self._now_ns(),
                        self.name,
                        heard.ch,
                        heard.ep,
                        heard.seq,
                        snapshot.status,
                        snapshot.areas,
                    )
                )
            case "reset":
                self._ledger.sometimes("a channel was reset")
                self.positions.pop(heard.ch, None)
                self.lines.append(ResetSeen(self._now_ns(), self.name, heard.ch))
            case "waitlist.offer":
                self.offered = True
            case "queue.admitted":
                self.queue_pass = _admitted(heard.d).pass_
            case "queue.ended":
                self.queue_pass = None
            case "hold.expired" | "hold.expiring":
                self._ledger.sometimes(f"told {heard.t}")
            case _:
                pass

    def _delta(self, heard: Heard) -> None:
        known = self.positions.get(heard.ch)
        # A position that was told in `sync` may be older than what came meanwhile: overlaps do no harm.
        if known is None or known[0] != heard.ep or heard.from_ > known[1]:
            self._ledger.violation(
                f"{self.name}: {heard.ch} goes on from {heard.from_} after {known} was sent"
            )
        if known is None or heard.seq > known[1]:
            self.positions[heard.ch] = (heard.ep, heard.seq)
        self.lines.append(
            ChangeSeen(
                self._now_ns(), self.name, heard.ch, heard.ep, heard.from_, heard.seq, _delta(heard.d).u
            )
        )
