"""One section: its journal audited record by record, and each call looked at where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from proof.auditor.across import Across
from proof.auditor.audit import Auditor
from proof.auditor.journal import Row, Source
from proof.auditor.records import Denied, Entry
from proof.history.acknowledged import READS, check_acknowledged, check_declined, check_read
from proof.history.commands import Command
from proof.history.maps import Timeline
from proof.history.operations import DERIVED, Operation, Sight
from proof.history.order import Step, out_of_order
from proof.history.refused import check_refused
from proof.history.rules import Rule
from proof.history.whole import check_whole
from proof.rules import Breach
from protocol.errors import Problem

DECLINED: Final = "payment_declined"
REUSED: Final = "idempotency_key_reused"
Key = tuple[str, str]


class Tally(msgspec.Struct):
    """How many calls were looked at, by how they ended."""

    acknowledged: int = 0
    refused: int = 0
    read: int = 0
    records: int = 0


class SectionCheck:
    """What a recorded history says of one section, held against its journal."""

    def __init__(
        self,
        source: Source,
        told: dict[int, list[Operation]],
        sights: list[tuple[str, Sight]],
        commands: dict[Key, Command],
        across: Across,
        staff: Collection[str] | None,
    ) -> None:
        """`told` are the calls whose position is in this section, by record; `commands` all by key."""
        self.breaches: Final[list[Breach]] = []
        self.tally: Final = Tally()
        self._name: Final = f"{source.event}/{source.section}"
        self._section: Final = source.section
        self._told: Final = told
        self._sights: Final = sights
        self._commands: Final = commands
        self._stream: Final = source.stream
        self._across: Final = across
        self._auditor: Final = Auditor(source, staff)
        self._timeline: Final = Timeline(self._auditor.ledger.house) if sights else None
        self._steps: Final[dict[str, list[Step]]] = defaultdict(list)
        self._whose: Final[dict[str, list[str]]] = defaultdict(list)

    def run(self, rows: Iterable[Row]) -> None:
        """Check everything; breaches and tally say what came out."""
        for row in rows:
            entry = self._auditor.take(row)
            if entry is None:
                self.breaches.extend(
                    Breach(each.rule, each.detail, each.section, each.seq) for each in self._auditor.breaches
                )
                break
            self.tally.records += 1
            self._across.take(self._stream, self._name, self._auditor.ledger, entry)
            self._record(row.seq, entry)
        self._beyond()
        self._look()
        self._order()

    def _record(self, seq: int, entry: Entry) -> None:
        if self._timeline is not None:
            self._timeline.take(self._auditor.ledger)
        told = self._told.pop(seq, ())
        if entry.key is not None:
            command = self._commands.get((entry.principal, entry.key.split(DERIVED)[0]))
            if command is not None:
                self._effect(seq, command, told)
        for operation in told:
            self._answer(seq, entry, operation)

    def _effect(self, seq: int, command: Command, told: Iterable[Operation]) -> None:
        """A record under a recorded key: its command took effect here, whether or not anybody was told."""
        command.effects += 1
        for clock, invoked_ns in command.invoked_ns.items():
            ends = [each.ended_ns for each in told if each.clock == clock and each.ended_ns is not None]
            self._step(clock, Step(2 * seq, invoked_ns, min(ends, default=None)), command.told)

    def _answer(self, seq: int, entry: Entry, operation: Operation) -> None:
        self._named(seq, operation)
        problem = operation.problem
        if problem is None and operation.name in READS:
            self.tally.read += 1
            self._tell(Rule.READ, seq, check_read(operation, self._auditor.ledger))
            self._beside(seq, operation)
        elif problem is None:
            self.tally.acknowledged += 1
            self._acknowledged(seq, entry, operation)
        elif problem.code == DECLINED:
            self.tally.refused += 1
            self._tell(Rule.REFUSED, seq, check_declined(operation, entry, self._auditor.ledger))
        else:
            self.tally.refused += 1
            self._refused(seq, entry, operation, problem)

    def _named(self, seq: int, operation: Operation) -> None:
        problem, reply = operation.problem, operation.reply
        section: object
        if problem is not None:
            section = problem.section
        else:
            section = reply.get("section") if isinstance(reply, dict) else getattr(reply, "section", None)
        if section != self._section:
            self._tell(Rule.IN_JOURNAL, seq, [f"{operation.told} names the section {section!r}"])

    def _acknowledged(self, seq: int, entry: Entry, operation: Operation) -> None:
        ledger = self._auditor.ledger
        wrong = check_acknowledged(operation, entry, ledger.house, ledger.terms)
        self._tell(Rule.ACKNOWLEDGED, seq, wrong)
        self._tell(Rule.ACKNOWLEDGED, seq, check_whole(operation))
        if operation.key is None:  # else it was noted with its record
            self._step(
                operation.clock, Step(2 * seq, operation.invoked_ns, operation.ended_ns), operation.told
            )

    def _refused(self, seq: int, entry: Entry, operation: Operation, problem: Problem) -> None:
        self._tell(Rule.REFUSED, seq, check_refused(operation, problem, self._auditor.ledger))
        of_its_own = (
            isinstance(entry.what, Denied)
            and operation.key is not None
            and problem.code != REUSED  # the record is that of the other body
            and (entry.principal, (entry.key or "").split(DERIVED)[0]) == (operation.principal, operation.key)
        )
        if not of_its_own:
            self._beside(seq, operation)
        elif isinstance(entry.what, Denied) and entry.what.no.code != problem.code:
            wrong = f"{operation.told} was refused {problem.code}; its record says {entry.what.no.code}"
            self._tell(Rule.REFUSED, seq, [wrong])

    def _beside(self, seq: int, operation: Operation) -> None:
        """A call that saw a record's state and left none of its own."""
        step = Step(2 * seq + 1, operation.invoked_ns, operation.ended_ns)
        self._step(operation.clock, step, operation.told)

    def _step(self, clock: str, step: Step, told: str) -> None:
        self._steps[clock].append(step)
        self._whose[clock].append(told)

    def _beyond(self) -> None:
        for seq, operations in sorted(self._told.items()):
            for operation in operations:
                self._tell(Rule.IN_JOURNAL, seq, [f"{operation.told} was told of a record that is not there"])

    def _look(self) -> None:
        if self._timeline is None:
            return
        for clock, sight in self._sights:
            seq = getattr(sight, "seq", 0)
            if seq > self.tally.records:
                self._tell(Rule.IN_JOURNAL, seq, [f"{sight.client} saw a record that is not there"])
                continue
            self.breaches.extend(
                Breach(rule.value, detail, self._name, at) for rule, detail, at in self._timeline.check(sight)
            )
            # Whoever saw a record has seen it happen: what is asked afterwards comes after it.
            self._step(clock, Step(2 * seq, None, sight.at_ns), f"what {sight.client} saw")

    def _order(self) -> None:
        for clock, steps in self._steps.items():
            whose = self._whose[clock]
            for later, earlier in out_of_order(steps):
                wrong = (
                    f"{whose[earlier]} stands at {steps[earlier].level / 2:g}, and was invoked after "
                    f"{whose[later]} at {steps[later].level / 2:g} had ended"
                )
                self._tell(Rule.ORDER, steps[earlier].level // 2, [wrong])

    def _tell(self, rule: Rule, seq: int, findings: Iterable[str]) -> None:
        self.breaches.extend(Breach(rule.value, finding, self._name, seq) for finding in findings)
