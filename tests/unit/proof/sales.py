"""Small sales with the real engine, recorded as clients and the journal would have them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

import msgspec

from actors.feed import Change
from actors.section import Section
from actors.wire import Answer, explanation_decoder
from engine.events import Record, SectionCreated
from engine.ids import id_body
from engine.journal import StoredRecord, StreamSource
from engine.plans.canonical import canonical_json, plan_digest
from engine.record_codec import encode_record
from engine.views import area_free, packed_status
from gateway.sections.answers import CODES
from proof.auditor import Journal
from protocol.errors import problem
from protocol.history import Answered, AnyLine, ChangeSeen, Invoked, Joined, MapSeen, Refused
from tests.unit.proof.wishes import BUYERS, EVENT, STAFF, Ask, Wishes
from tests.unit.section_world import PLAN, START_MS, TERMS

HISTORY, STREAM = "ep1", 7
CHANNEL = f"{EVENT}/S"
EPOCH_RECORDS = 40
"""After so many records another owner goes on."""


class Clock:
    """A clock that the sale turns."""

    def __init__(self) -> None:
        self.ms = START_MS

    def now_ms(self) -> int:
        return self.ms

    def monotonic(self) -> float:
        return self.ms / 1000


class Ids:
    """Ids that are the same in every run."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def fresh(self, stream: int, at_ms: int) -> str:
        return id_body(at_ms, next(self._numbers), stream)


class Reply:
    """Stands for a call's batch: keeps the one answer."""

    def __init__(self) -> None:
        self.answer: Answer | None = None

    def put(self, _index: int, answer: Answer) -> None:
        self.answer = answer


class Sale:
    """A sale of `asks` calls; afterwards `lines` and `journal` tell of it."""

    def __init__(self, seed: int, asks: int = 60) -> None:
        self.random = Random(seed)
        self.lines: list[AnyLine] = []
        self.rows: list[StoredRecord] = []
        self.clock = Clock()
        self.source = StreamSource(STREAM, EVENT, "S", HISTORY, "pln_1", canonical_json(PLAN))
        self.section = Section(self.source, self.clock, Ids(), 10)
        self._ticks = count(1)
        self._wishes = Wishes(self.random)
        self._asked: list[Ask] = []
        self._answered: list[tuple[Ask, Reply]] = []
        created = SectionCreated(EVENT, "S", "pln_1", plan_digest(PLAN), TERMS)
        self.rows.append(encoded(Record(START_MS, "system", created), 1))
        self.section.apply(self.rows[0].data)
        self.section.begin()
        self._seen = 1
        for principal in (*BUYERS, STAFF):
            self.lines.append(Joined(principal[4:], principal))
        self.lines.append(self._map())
        for _ in range(asks):
            self._step()
        self._finish()

    @property
    def journal(self) -> Journal:
        return Journal(self.source, self.rows)

    def _step(self) -> None:
        self._invoke(self._wishes.draw(self.section.state))
        self.clock.ms += self.random.choice((0, 1, 50, 20_000))
        while self._asked and self.random.random() < 0.7:
            self._decide()
        if self.random.random() < 0.6:
            self._commit()

    def _finish(self) -> None:
        while self._asked:
            self._decide()
        self._commit()

    def _invoke(self, ask: Ask) -> None:
        key = ask.request.idem
        self.lines.append(Invoked(next(self._ticks), ask.client, ask.call, ask.operation, key, ask.body))
        self._asked.append(ask)
        if key is not None and self.random.random() < 0.15:  # the client asks again, under the same key
            again = msgspec.structs.replace(ask, call=self._wishes.number())
            self.lines.append(
                Invoked(next(self._ticks), ask.client, again.call, ask.operation, key, ask.body)
            )
            self._asked.append(again)

    def _decide(self) -> None:
        ask = self._asked.pop(self.random.randrange(len(self._asked)))
        reply = Reply()
        answer = self.section.handle(ask.request, reply, 0)  # type: ignore[arg-type]  # all it needs of a batch
        if answer is not None:
            self.section.filling.reads.append((reply, 0, answer))  # type: ignore[arg-type]  # as above
        self._answered.append((ask, reply))

    def _commit(self) -> None:
        block = self.section.cut()
        for seq, data in enumerate(block.records, block.first_seq):
            self.rows.append(StoredRecord(seq, 1 + seq // EPOCH_RECORDS, data))
        block.answer()
        self.random.shuffle(self._answered)
        for ask, reply in self._answered:
            if reply.answer is not None:
                self._respond(ask, reply.answer)
        self._answered.clear()
        if block.records:
            self.lines.append(self._change(block.changes))
            if self.random.random() < 0.1:
                self.lines.append(self._map())
        self._seen = self.section.state.seq

    def _respond(self, ask: Ask, answer: Answer) -> None:
        tick = next(self._ticks)
        if answer.code is None:
            body = msgspec.msgpack.decode(answer.body)
            self._wishes.remember(ask, body)
            if self.random.random() < 0.9:  # else the answer is lost on its way
                self.lines.append(Answered(tick, ask.client, ask.call, body))
            return
        why = explanation_decoder.decode(answer.body)
        told = problem(
            CODES[answer.code],
            why.detail,
            objects=why.objects,
            alternatives=why.alternatives,
            section=why.section,
            pos=why.pos,
        )
        self.lines.append(Refused(tick, ask.client, ask.call, told))

    def _map(self) -> MapSeen:
        state = self.section.state
        areas = {name: area_free(state, area) for area, name in enumerate(state.layout.area_names)}
        packed = packed_status(state.public)
        return MapSeen(next(self._ticks), "cat", CHANNEL, HISTORY, state.seq, packed, areas)

    def _change(self, changes: list[Change]) -> ChangeSeen:
        layout = self.section.state.layout
        seats = {seat: status for change in changes for seat, status in change.seats}
        areas = {area: free for change in changes for area, free in change.areas}
        told = [(layout.labels[seat], "fhsb"[status]) for seat, status in seats.items()]
        named = [(layout.area_names[area], free) for area, free in areas.items()]
        now = self.section.state.seq
        return ChangeSeen(next(self._ticks), "cat", CHANNEL, HISTORY, self._seen, now, (*told, *named))


def encoded(record: Record, seq: int, epoch: int = 1) -> StoredRecord:
    """A record as it would be stored."""
    return StoredRecord(seq, epoch, encode_record(record))


def lines_of(sale: Sale, kind: type[AnyLine]) -> Iterator[tuple[int, Any]]:
    """The lines of one kind, with their places."""
    return ((place, line) for place, line in enumerate(sale.lines) if isinstance(line, kind))
