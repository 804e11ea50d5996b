"""The judge: what everybody was told, held against the journal, when all is over."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from actors.wire import Answer
from engine.commands import GetHold, Request
from engine.layout import SectionLayout
from engine.record_codec import decode_record
from engine.replay import replay
from engine.snapshot import digest
from engine.state import SectionState
from proof.auditor import Journal
from proof.history import check
from proof.simulation.cluster import Cluster
from proof.simulation.crowd import Crowd
from proof.simulation.gateways import Gateways
from proof.simulation.lines import Lines
from proof.simulation.part import Strike, Unsettled
from proof.simulation.promises import broken_promises
from proof.simulation.storage import Storage
from proof.simulation.world import World, until

LEASE_FRESH_S = 1.0
"""Longer than a section answers reads without having looked at its lease."""
SEEN_WITHIN_S = 45
"""Within less than two heartbeats, or whoever only looks is sent away before it is found out."""
REST_LOOKS = 2_400
"""So often it is looked whether all parts of holds are settled: for longer than any hold lives."""
STAFF = ("usr_staff",)
PROBE_MS = 30_000
"""A section that does not answer within this virtual time after the last fault is lost."""


class Judge:
    """Asks every section once more after the storm, then judges."""

    name = "judge"
    sometimes: tuple[str, ...] = ()

    def __init__(
        self,
        world: World,
        storage: Storage,
        cluster: Cluster,
        gateways: Gateways,
        crowd: Crowd,
        lines: Lines,
    ) -> None:
        self._world = world
        self._storage = storage
        self._cluster = cluster
        self._gateways = gateways
        self._crowd = crowd
        self._lines = lines

    async def start(self) -> None:
        """A judge waits."""

    def faults(self) -> Mapping[str, Strike]:
        """A judge makes none."""
        return {}

    def heal(self) -> None:
        """Nothing to repair."""

    async def settle(self) -> None:
        """Every section answers again, also those that did not know yet that they had a successor."""
        await asyncio.sleep(LEASE_FRESH_S)
        request = Request("usr_judge", GetHold("hld_none"))
        if not await until(lambda: bool(self._gateways.living), 0.1, 100):
            raise Unsettled("no gateway lives")
        if not await until(lambda: not self._gateways.gatherings._due_ms, 0.5, REST_LOOKS):
            raise Unsettled("a hold over several sections never came to rest")
        gateway = self._gateways.living[0]
        for section in self._storage.event.sections:
            asking = gateway.process.run(gateway.sections.ask(section.stream, request, PROBE_MS))
            answer: Answer = await asking
            if answer.code != "not_found":
                raise Unsettled(f"{section.name} answers {answer.code} after all faults have ended")
        if not await until(self._cluster.at_rest, 0.5, 120):
            raise Unsettled("a section never came to rest")
        for caller in self._crowd.callers:
            if caller.positions:
                await caller.ask("ping", {})
        if not await until(self._all_is_told, 1.0, SEEN_WITHIN_S):
            raise Unsettled("a map or a waitlist is behind for ever, though all are connected")

    def _all_is_told(self) -> bool:
        """Asked together: a hold may end, and be offered to the next, while somebody's map is waited for."""
        return self._all_see() and self._cluster.at_rest() and self._lines.agree()

    def _all_see(self) -> bool:
        """Whether everybody who looks has been told of everything."""
        storage = self._storage
        newest = {
            f"{storage.event.id}/{section.name}": storage.last_seq(section.stream)
            for section in storage.event.sections
        }
        return all(
            position[1] == newest[channel]
            for caller in self._crowd.callers
            if caller.connected
            for channel, position in caller.positions.items()
        )

    def audit(self) -> Iterator[str]:
        """Judge every stream."""
        yield from self._world.loop.broken
        yield from self._history()
        for section in self._storage.event.sections:
            layout = SectionLayout(self._storage.plan, section.name)
            yield from self._stream(section.stream, layout)

    def _history(self) -> Iterator[str]:
        """What every buyer was told and saw, by an auditor that shares no code with the engine."""
        streams = self._storage.database.streams
        sections = [streams[section.stream] for section in self._storage.event.sections]
        journals = [Journal(stored.source, stored.records) for stored in sections]
        report = check(self._crowd.lines(), journals, STAFF, at_rest=True)
        yield from (str(breach) for breach in report.breaches)

    def _stream(self, stream: int, layout: SectionLayout) -> Iterator[str]:
        stored = self._storage.database.streams[stream].records
        records = [decode_record(row.data) for row in stored]
        state, breaches = replay(layout, enumerate(records, 1))
        wrong = [str(breach) for breach in breaches]
        wrong += self._states(stream, state)
        acks = [ack for ack in self._gateways.acks if ack.stream == stream]
        wrong += broken_promises(acks, records, doubled=self._world.ledger.faults["call doubled"] > 0)
        yield from (f"stream {stream}: {each}" for each in wrong)

    def _states(self, stream: int, state: SectionState) -> Iterator[str]:
        for life in self._cluster.newest():
            for shell in life.shells:
                if shell.stream == stream and digest(shell.state) != digest(state):
                    yield "the live state is not what the journal gives"
