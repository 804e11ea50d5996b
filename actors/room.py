"""The synchronous half of a waiting room: one ask after the other, no await, so no lock."""

from __future__ import annotations

from hashlib import sha256
from typing import Final, assert_never

import structlog

from actors import answers
from actors.batch import Batch
from actors.block import Block
from actors.keeper import Encoding
from actors.ports import Clock, IdSource
from actors.room_feed import RoomFeed
from actors.room_wire import RoomChanges, RoomHeader, WholeLine
from actors.wire import Answer, StreamRequest
from engine.invariants import Breach
from engine.journal import StreamSource
from engine.queue.admission import level
from engine.queue.commands import GatherRoom, RoomEntry, RoomRequest, Tick
from engine.queue.decide import decide
from engine.queue.decisions import RoomAccepted, RoomAnswered, RoomDecision, RoomRejected, RoomReplayed
from engine.queue.events import (
    PressureSet,
    RoomEvent,
    RoomPaused,
    RoomRecord,
    RoomRefused,
    RoomResumed,
    TermsSet,
    decode_room_record,
    encode_room_record,
)
from engine.queue.evolve import evolve
from engine.queue.invariants import check_room
from engine.queue.news import News
from engine.queue.schedule import gathering_due, next_due
from engine.queue.snapshot import capture_room, encode_room, restore_room, room_digest
from engine.queue.state import RoomState
from engine.queue.views import render
from engine.queue.waits import tempo
from engine.refusals import Refusal

log = structlog.get_logger()
_TICK: Final = RoomRequest(principal="system", command=Tick(), role="system")
TICKS_MAX: Final = 512
"""Things that are due which are done at once; the rest waits for the next commit."""
SEED_IDS: Final = 8
"""A fresh id has 42 random bits: so many make a seed that nobody can foresee."""
_TURNING: Final = (RoomPaused, RoomResumed, TermsSet, PressureSet)


class Room:
    """A room's state and the block that is filling. `state` is ahead of what is durable."""

    def __init__(self, source: StreamSource, clock: Clock, ids: IdSource, changes_kept_max: int) -> None:
        """An empty room, to be filled from what is stored of it."""
        self.stream = source.stream
        self.history = source.history
        self.state = RoomState()
        self.filling: Block[News] = Block(1)
        self._feed = RoomFeed(source.stream, source.history, changes_kept_max)
        self._turn = 0
        self._clock = clock
        self._ids = ids

    # -- coming back ----------------------------------------------------------------------

    def restore(self, data: bytes) -> str:
        """Become what a snapshot says. Raises `msgspec.DecodeError` or `ValueError`."""
        self.state = restore_room(data)
        return room_digest(self.state)

    def apply(self, record: bytes) -> None:
        """Let a stored record take effect."""
        evolve(self.state, decode_room_record(record))

    def breaches(self) -> list[Breach]:
        """The invariants that are broken."""
        return check_room(self.state)

    def begin(self) -> None:
        """All that is stored was applied: asks may come."""
        self._turn = self.state.seq
        self.filling = Block(self.state.seq + 1)
        self._feed.reset(self.state.seq, self._header(), self._line())

    # -- asks -----------------------------------------------------------------------------

    @property
    def seq(self) -> int:
        """The position of the last record that was decided."""
        return self.state.seq

    @property
    def busy(self) -> bool:
        """Whether anybody is a member, or something is to happen by itself."""
        return bool(self.state.members) or self.due_ms() is not None

    def handle(self, request: StreamRequest, batch: Batch, index: int) -> Answer | None:
        """Dedupe, stamp, decide, append, evolve, as a section does."""
        if not isinstance(request, RoomRequest):
            return answers.NOT_FOUND
        at_ms = self.now_ms()
        self.expire(at_ms)
        seed = self._seed(at_ms) if isinstance(request.command, GatherRoom) else b""
        entry = RoomEntry(at_ms, self._ids.fresh(self.stream, at_ms), request, seed)
        try:
            decision = decide(self.state, entry)
        except Exception:  # a bug met by one request must not end the room for all
            log.exception("decide_failed", stream=self.stream, command=type(request.command).__name__)
            return answers.INTERNAL
        return self._settle(decision, request.principal, batch, index)

    def _seed(self, at_ms: int) -> bytes:
        return sha256(
            "".join([self._ids.fresh(self.stream, at_ms) for _ in range(SEED_IDS)]).encode()
        ).digest()

    def now_ms(self) -> int:
        """The wall clock, which may step back, made to never go back."""
        return max(self._clock.now_ms(), self.state.at_ms)

    def _settle(self, decision: RoomDecision, principal: str, batch: Batch, index: int) -> Answer | None:
        state = self.state
        match decision:
            case RoomAccepted(record):
                self._append(record)
                self._later(batch, index, self._rendered(principal, record.event))
                return None
            case RoomRejected(record, refusal):
                if record is None:
                    return self._refused(refusal, state.seq)
                self._append(record)
                self._later(batch, index, self._refused(refusal, state.seq))
                return None
            case RoomReplayed(outcome):
                return self._rendered(principal, outcome.event, replayed=True)
            case RoomAnswered(view):
                return answers.accepted(view, state.seq)
        assert_never(decision)

    def _later(self, batch: Batch, index: int, answer: Answer) -> None:
        """Answer with what is true now, once it is durable."""
        self.filling.writes.append((batch, index, lambda: answer))

    def _rendered(self, principal: str, event: RoomEvent, *, replayed: bool = False) -> Answer:
        """The answer to what led to `event`: a place moves, so it is told as it now stands."""
        if isinstance(event, RoomRefused):
            return self._refused(event.refusal, self.state.seq, replayed=replayed)
        view = render(self.state, principal, event, self.now_ms())
        if isinstance(view, Refusal):
            return self._refused(view, self.state.seq, replayed=replayed)
        return answers.accepted(view, self.state.seq, replayed=replayed)

    def _refused(self, refusal: Refusal, seq: int, *, replayed: bool = False) -> Answer:
        return answers.refused(refusal, seq, replayed=replayed)

    def _append(self, record: RoomRecord) -> None:
        """Put a record into the filling block and let it change the state."""
        block = self.filling
        news = evolve(self.state, record)
        block.records.append(encode_room_record(record))
        block.last_at_ms = record.at_ms
        block.changes.append(news)
        if isinstance(record.event, _TURNING):
            self._turn = self.state.seq

    # -- time and news --------------------------------------------------------------------

    def due_ms(self) -> int | None:
        """When something is to happen by itself."""
        return next_due(self.state)

    def expire(self, at_ms: int) -> None:
        """Do what is due, before anything else is judged at this time."""
        for _ in range(TICKS_MAX):
            due_ms = next_due(self.state)
            if due_ms is None or due_ms > at_ms:
                return
            seed = b"" if gathering_due(self.state) is None else self._seed(at_ms)
            decision = decide(self.state, RoomEntry(at_ms, "", _TICK, seed))
            if not isinstance(decision, RoomAccepted):
                return
            self._append(decision.record)

    def cut(self) -> Block[News]:
        """Take the filling block away to be committed; the next one begins after it."""
        block = self.filling
        self._at_cut = self._header(), self._line() if any(news.anew for news in block.changes) else None
        self.filling = Block(self.state.seq + 1)
        return block

    def publish(self, block: Block[News]) -> None:
        """Show what the block that was cut last made durable."""
        header, line = self._at_cut
        if line is None:
            self._feed.publish(block.changes, header, block.last_at_ms)
        else:
            self._feed.reset(block.first_seq + len(block.records) - 1, header, line)
            self._feed.wake()

    @property
    def watched(self) -> bool:
        """Whether a gateway is waiting for news right now."""
        return self._feed.watched

    async def changes(self, after_seq: int, timeout_s: float) -> RoomChanges:
        """Durable changes after `after_seq`, as soon as there are any."""
        return await self._feed.wait(after_seq, timeout_s)

    def close(self) -> None:
        """Let everybody go who waits for changes."""
        self._feed.wake()

    def snapshot(self) -> Encoding:
        """A cheap copy of the state, to be encoded later."""
        captured = capture_room(self.state)
        return lambda: (encode_room(captured), room_digest(captured))

    def _header(self) -> RoomHeader:
        state = self.state
        return RoomHeader(
            state.phase.public_name,
            state.sold_out,
            self._turn,
            tempo(state),
            state.waiting,
            state.active,
            level(state),
            None if state.stock is None else state.stock[0],
            state.terms.opens_ms or 0,
            state.draw.draws_ms,
            state.terms.challenge_cost,
            state.lined_up,
            state.paused_ms,
            state.pause_reason,
        )

    def _line(self) -> WholeLine:
        line = self.state.line
        return WholeLine(line.bits(), line.last, tuple(self.state.void.items()))
