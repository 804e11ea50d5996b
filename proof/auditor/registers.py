"""Whether the sections of an event agree about those who wait: who waits where, and whose offer it is.

Entries are written down in one section, the register of their event, and copied to the others
that may satisfy them. What another section offers was claimed for the entry before, by a record of the
register. As no record cites the other one, this can only be said once nothing is under way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from proof.auditor.ledger import Ledger
from proof.auditor.line import Line, Waiter
from proof.auditor.rules import Rule
from proof.rules import Breach


class Registers:
    """The lists of one event's sections, once their journals were taken."""

    def __init__(self) -> None:
        self._names: Final[dict[int, str]] = {}
        self._ledgers: Final[dict[int, Ledger]] = {}

    def take(self, stream: int, name: str, ledger: Ledger) -> None:
        """Note the books of a section; they are read when all is over."""
        self._names[stream] = name
        self._ledgers[stream] = ledger

    def breaches(self) -> Iterator[Breach]:
        """Everything that sections do not agree on."""
        claims = {
            (claim.entry, claim.stream, claim.hold)
            for ledger in self._ledgers.values()
            for claim in ledger.line.claims
        }
        for stream, ledger in self._ledgers.items():
            line = ledger.line
            for hold, entry in line.confirmed.items():
                if (entry, stream, hold) not in claims:
                    yield self._breach(stream, f"{hold} is offered to {entry}, and was never claimed for it")
            for waiter in line.waiters.values():
                for wrong in self._entry(stream, waiter) if waiter.streams else self._copy(stream, waiter):
                    yield self._breach(stream, wrong)

    def _entry(self, register: int, waiter: Waiter) -> Iterator[str]:
        """An entry waits in all sections that may satisfy it, or has its one offer in one of them."""
        for stream in waiter.streams:
            if stream == register or stream not in self._ledgers:
                continue
            copy = self._line(stream).waiters.get(waiter.entry)
            offers = waiter.stands == "elsewhere" and stream == waiter.stream
            if waiter.stands == "waiting" and (copy is None or copy.rank != waiter.rank):
                yield f"{waiter.entry} waits, and not in its place in {self._names[stream]}"
            elif offers and (copy is None or (copy.stands, copy.hold) != ("offered", waiter.hold)):
                yield f"{waiter.entry} is said to be offered {waiter.hold} in {self._names[stream]}"

    def _copy(self, stream: int, copy: Waiter) -> Iterator[str]:
        """What waits or has an offer here does so by the register's word."""
        found = (ledger.line.waiters.get(copy.entry) for ledger in self._ledgers.values())
        entry = next((each for each in found if each is not None and each.streams), None)
        here = entry is not None and (entry.stands == "waiting" or entry.stream == stream)
        if copy.stands == "proposed":
            yield f"{copy.entry} is proposed {copy.hold}, which nobody claims"
        elif not here:
            yield f"{copy.entry} is {copy.stands}, and its register has it no more"
        elif entry is not None and copy.stands == "offered" and entry.hold != copy.hold:
            yield f"{copy.entry} is offered {copy.hold}, and its register says {entry.hold}"

    def _line(self, stream: int) -> Line:
        return self._ledgers[stream].line

    def _breach(self, stream: int, detail: str) -> Breach:
        return Breach(Rule.AGREED.value, detail, self._names[stream], self._ledgers[stream].seq)
