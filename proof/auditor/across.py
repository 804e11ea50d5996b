"""What the journals of several sections of one event say of each other: what is lent, and who waits."""

from __future__ import annotations

from collections.abc import Iterator

from proof.auditor.crossing import Crossing
from proof.auditor.ledger import Ledger
from proof.auditor.records import Entry
from proof.auditor.registers import Registers
from proof.rules import Breach


class Across:
    """Gathered while the journals are audited one after the other."""

    def __init__(self) -> None:
        self._crossing = Crossing()
        self._registers = Registers()

    def take(self, stream: int, name: str, ledger: Ledger, entry: Entry) -> None:
        """Note what a record says of other sections; it stands in the section's books already."""
        self._crossing.take(stream, name, ledger, entry)
        self._registers.take(stream, name, ledger)

    def breaches(self, *, at_rest: bool) -> Iterator[Breach]:
        """Everything that does not fit, once all journals were taken; `at_rest`: nothing is under way."""
        yield from self._crossing.breaches(at_rest=at_rest)
        if at_rest:
            yield from self._registers.breaches()
