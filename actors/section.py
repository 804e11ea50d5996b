"""The synchronous half of a section: one ask after the other, no await, so no lock.

What is decided gathers in a block; the shell commits blocks and lets their answers go.
"""

from __future__ import annotations

from functools import partial
from typing import assert_never

import structlog

from actors import answers
from actors.batch import Batch
from actors.block import Block
from actors.feed import Change, Feed
from actors.keeper import Encoding
from actors.leisure import joined_at_leisure
from actors.ports import Clock, IdSource
from actors.wire import Answer, Changes, StreamRequest
from engine.causes import rests_on
from engine.commands import Entry, ExpireHolds, Request
from engine.decide import decide
from engine.decisions import Accepted, Decision, Read, Rejected, Replayed
from engine.events import AnyEvent, Record, Refused
from engine.evolve import evolve
from engine.invariants import Breach, check
from engine.journal import StreamSource
from engine.layout import SectionLayout
from engine.plans.canonical import parse_section
from engine.record_codec import decode_record, encode_record
from engine.refusals import Refusal
from engine.rendering import render_event, render_read
from engine.snapshot import Captured, capture, digest, digest_of, pieces, restore
from engine.state import SectionState, next_deadline
from engine.views import area_free, counts
from engine.waitlist.match import take_effect

log = structlog.get_logger()
_EXPIRE = Request(principal="system", command=ExpireHolds(), role="system")


class Section:
    """A section's state and the block that is filling. `state` is ahead of what is durable."""

    def __init__(self, source: StreamSource, clock: Clock, ids: IdSource, changes_kept_max: int) -> None:
        """An empty section, to be filled from what is stored of it."""
        self.stream = source.stream
        self.history = source.history
        self.state = SectionState(SectionLayout(parse_section(source.plan, source.section), source.section))
        self.filling: Block[Change] = Block(1)
        self._feed = Feed(source.stream, source.history, changes_kept_max)
        self._at_cut = (0, 0, 0)
        self._clock = clock
        self._ids = ids

    # -- coming back ----------------------------------------------------------------------

    def restore(self, data: bytes) -> str:
        """Become what a snapshot says. Raises `msgspec.DecodeError` or `ValueError`."""
        state = restore(self.state.layout, data)
        self.state = state
        return digest(state)

    def apply(self, record: bytes) -> None:
        """Let a stored record take effect."""
        evolve(self.state, decode_record(record))

    def breaches(self) -> list[Breach]:
        """The invariants that are broken."""
        return check(self.state)

    def begin(self) -> None:
        """All that is stored was applied: asks may come."""
        state = self.state
        state.waitlist.noted(state.seq)
        self.filling = Block(state.seq + 1)
        areas = [area_free(state, index) for index in range(len(state.layout.area_names))]
        self._feed.reset(state.seq, state.public_statuses(), areas, counts(state))

    # -- asks -----------------------------------------------------------------------------

    @property
    def seq(self) -> int:
        """The position of the last record that was decided."""
        return self.state.seq

    @property
    def busy(self) -> bool:
        """Whether holds live here."""
        return bool(self.state.holds)

    def handle(self, request: StreamRequest, batch: Batch, index: int) -> Answer | None:
        """Dedupe, stamp, decide, evolve, append.

        The answer goes into the filling block; one that has no effect of its own is
        returned, and the shell knows whether it may leave at once.
        """
        if not isinstance(request, Request):
            return answers.NOT_FOUND
        at_ms = self.now_ms()
        self.expire(at_ms)
        entry = Entry(at_ms, self._ids.fresh(self.stream, at_ms), request)
        try:
            decision = decide(self.state, entry)
        except Exception:  # a bug met by one request must not end the sale for all
            log.exception("decide_failed", stream=self.stream, command=type(request.command).__name__)
            return answers.INTERNAL
        return self._settle(decision, entry.fresh_id, batch, index)

    def now_ms(self) -> int:
        """The wall clock, which may step back, made to never go back."""
        return max(self._clock.now_ms(), self.state.at_ms)

    def _settle(self, decision: Decision, fresh_id: str, batch: Batch, index: int) -> Answer | None:
        state = self.state
        match decision:
            case Accepted(record=record) | Rejected(record=Record() as record):
                self._append(record, fresh_id)
                told = partial(self._told, record.event, state.seq)
                self.filling.writes.append((batch, index, told))
                return None
            case Rejected(refusal=refusal):
                return self._refused(refusal, state.seq)
            case Replayed(outcome):
                return self._told(outcome.event, outcome.seq, replayed=True)
            case Read(found):
                view = render_read(state.layout, state.terms, found, state.seq, self.history)
                return answers.accepted(view, state.seq)
        assert_never(decision)

    def _told(self, event: AnyEvent, seq: int, *, replayed: bool = False) -> Answer:
        """What record `seq` tells its caller: the first time and whenever its key is used again."""
        if type(event) is Refused:
            return self._refused(event.refusal, seq, replayed=replayed)
        view = render_event(self.state.layout, self.state.terms, event, seq, self.history)
        return answers.accepted(view, seq, replayed=replayed)

    def _refused(self, refusal: Refusal, seq: int, *, replayed: bool = False) -> Answer:
        section = self.state.layout.name
        return answers.refused(refusal, seq, section=section, history=self.history, replayed=replayed)

    def _append(self, record: Record, fresh_id: str) -> None:
        """Let a record change the state, and put it into the filling block with what it offers."""
        state, block = self.state, self.filling
        record, touched = take_effect(state, record, fresh_id)
        block.records.append(encode_record(record))
        block.last_at_ms = record.at_ms
        public = state.public
        block.changes.append(
            Change(
                tuple([(seat, public[seat]) for seat in touched.seats]),
                tuple([(area, area_free(state, area)) for area in touched.areas]) if touched.areas else (),
                state.waitlist.noted(state.seq),
                rests_on(record.event),
            )
        )

    # -- time and news --------------------------------------------------------------------

    def due_ms(self) -> int | None:
        """When the next hold ends."""
        return next_deadline(self.state)

    def expire(self, at_ms: int) -> None:
        """End holds that are due, before anything else is judged at this time."""
        deadlines = self.state.deadlines
        if not deadlines or deadlines[0][0] > at_ms:
            return  # the first may be out of date, but it is the earliest
        deadline = next_deadline(self.state)
        if deadline is None or deadline > at_ms:
            return
        entry = Entry(at_ms, self._ids.fresh(self.stream, at_ms), _EXPIRE)
        decision = decide(self.state, entry)
        if isinstance(decision, Accepted):
            self._append(decision.record, entry.fresh_id)

    def cut(self) -> Block[Change]:
        """Take the filling block away to be committed; the next one begins after it."""
        block = self.filling
        self._at_cut = counts(self.state)
        self.filling = Block(self.state.seq + 1)
        return block

    def publish(self, block: Block[Change]) -> None:
        """Show what the block that was cut last made durable."""
        self._feed.publish(block.changes, self._at_cut)

    @property
    def watched(self) -> bool:
        """Whether a gateway is waiting for news right now."""
        return self._feed.watched

    async def changes(self, after_seq: int, timeout_s: float) -> Changes:
        """Durable changes after `after_seq`, as soon as there are any."""
        return await self._feed.wait(after_seq, timeout_s)

    def close(self) -> None:
        """Let everybody go who waits for changes."""
        self._feed.close()

    def snapshot(self) -> Encoding:
        """A cheap copy of the state, to be encoded later."""
        captured = capture(self.state)
        return lambda: _encoded(captured)


def _encoded(captured: Captured) -> tuple[bytes, str]:
    """Bytes and digest of a snapshot, for one encoding: it keeps the section's own thread waiting."""
    data = joined_at_leisure(pieces(captured))
    return data, digest_of(data)
