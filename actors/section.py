"""The synchronous half of a section: one ask after the other, no await, so no lock.

What is decided gathers in a block; the shell commits blocks and lets their answers go.
"""

from __future__ import annotations

from typing import assert_never

import structlog

from actors import answers
from actors.batch import Batch
from actors.block import Block
from actors.feed import Change
from actors.ports import Clock, IdSource
from actors.wire import Answer
from engine.commands import Entry, ExpireHolds, Request
from engine.decide import decide
from engine.decisions import Accepted, Decision, Read, Rejected, Replayed
from engine.events import Record, Refused
from engine.evolve import evolve
from engine.holds import Outcome
from engine.record_codec import encode_record
from engine.refusals import Refusal
from engine.state import SectionState, next_deadline
from engine.views import area_free, render, render_found

log = structlog.get_logger()
_EXPIRE = Request(principal="system", command=ExpireHolds(), role="system")


class Section:
    """A section's state and the block that is filling. `state` is ahead of what is durable."""

    def __init__(self, stream: int, history: str, state: SectionState, clock: Clock, ids: IdSource) -> None:
        """A section whose state is durable as it stands."""
        self.stream = stream
        self.history = history
        self.state = state
        self.filling = Block(state.seq + 1)
        self._clock = clock
        self._ids = ids

    def handle(self, request: Request, batch: Batch, index: int) -> Answer | None:
        """Dedupe, stamp, decide, append, evolve.

        The answer goes into the filling block; one that has no effect of its own is
        returned, and the shell knows whether it may leave at once.
        """
        at_ms = self.now_ms()
        self.expire(at_ms)
        entry = Entry(at_ms, self._ids.fresh(self.stream, at_ms), request)
        try:
            decision = decide(self.state, entry)
        except Exception:  # a bug met by one request must not end the sale for all
            log.exception("decide_failed", stream=self.stream, command=type(request.command).__name__)
            return answers.INTERNAL
        return self._settle(decision, batch, index)

    def now_ms(self) -> int:
        """The wall clock, which may step back, made to never go back."""
        return max(self._clock.now_ms(), self.state.at_ms)

    def _settle(self, decision: Decision, batch: Batch, index: int) -> Answer | None:
        state = self.state
        match decision:
            case Accepted(record):
                self._append(record)
                view = render(state.layout, state.terms, record.event, state.seq, self.history)
                self.filling.writes.append((batch, index, answers.accepted(view, state.seq)))
                return None
            case Rejected(record, refusal):
                if record is None:
                    return self._refused(refusal, state.seq)
                self._append(record)
                self.filling.writes.append((batch, index, self._refused(refusal, state.seq)))
                return None
            case Replayed(outcome):
                return self._replay(outcome)
            case Read(found):
                view = render_found(state.layout, state.terms, found, state.seq, self.history)
                return answers.accepted(view, state.seq)
        assert_never(decision)

    def _replay(self, outcome: Outcome) -> Answer:
        """The first answer under a key, from the record that stored it."""
        if isinstance(outcome.event, Refused):
            return self._refused(outcome.event.refusal, outcome.seq, replayed=True)
        state = self.state
        view = render(state.layout, state.terms, outcome.event, outcome.seq, self.history)
        return answers.accepted(view, outcome.seq, replayed=True)

    def _refused(self, refusal: Refusal, seq: int, *, replayed: bool = False) -> Answer:
        section = self.state.layout.name
        return answers.refused(refusal, seq, section=section, history=self.history, replayed=replayed)

    def _append(self, record: Record) -> None:
        """Put a record into the filling block and let it change the state."""
        state, block = self.state, self.filling
        touched = evolve(state, record)
        block.records.append(encode_record(record))
        block.last_at_ms = record.at_ms
        status = state.public_status
        block.changes.append(
            Change(
                tuple([(seat, status(seat)) for seat in touched.seats]),
                tuple([(area, area_free(state, area)) for area in touched.areas]),
            )
        )

    def expire(self, at_ms: int) -> None:
        """End holds that are due, before anything else is judged at this time."""
        deadline = next_deadline(self.state)
        if deadline is None or deadline > at_ms:
            return
        decision = decide(self.state, Entry(at_ms, "", _EXPIRE))
        if isinstance(decision, Accepted):
            self._append(decision.record)

    def cut(self) -> Block:
        """Take the filling block away to be committed; the next one begins after it."""
        block = self.filling
        self.filling = Block(self.state.seq + 1)
        return block
