"""The waitlists as a part of the world: what befalls offers, and whether all sections agree in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.waitlist.commands import (
    AcceptOffer,
    ClaimOffer,
    ConfirmOffer,
    DeclineOffer,
    EndEntry,
    JoinWaitlist,
)
from proof.auditor.ledger import Ledger
from proof.auditor.line import Waiter
from proof.auditor.records import Booked, Cancelled, Entry, Expired, Pinned, Settled
from proof.auditor.registers import Registers
from proof.auditor.waiting_records import Claimed, EntryOver, Moved, Returned, Taken
from proof.simulation.books import books_of
from proof.simulation.cluster import Cluster
from proof.simulation.gateways import Gateways
from proof.simulation.meddling import Said, Trick, went_well
from proof.simulation.part import Unsettled
from proof.simulation.steps import Steps
from proof.simulation.storage import Storage
from proof.simulation.world import World, until

AGREED_WITHIN_S: Final = 120
"""Longer than any offer lives, and than is left alone what a gateway claimed that is dead."""
INSTANT_MS: Final = 50
DECLINED: Final = 6
WITHDRAWN: Final = 10


class Lines(Steps):
    """Strikes at the steps of offers, and waits until the sections agree about who waits."""

    name = "lines"
    sometimes: tuple[str, ...] = (
        "a gateway died after it had claimed an offer",
        "a section died with a proposal that was claimed",
        "an offer was claimed and nobody heard of it",
        "an offer was confirmed and nobody heard of it",
        "a gateway died after an offer was answered",
        "a gateway died after somebody had joined",
        "a gateway died before an end was told everywhere",
        "an offer of another section was claimed",
        "a claim was returned",
        "a proposal was withdrawn",
        "an offer was accepted",
        "an offer was declined",
        "an offer was paid for at once",
        "an offer ran out",
        "an offer was answered at the instant of its end",
        "an end by time was an offer to the next",
        "a cancelled booking was an offer to the next",
        "a part that went back was an offer to the next",
        "somebody was put elsewhere in line",
    )

    def __init__(self, world: World, storage: Storage, cluster: Cluster, gateways: Gateways) -> None:
        super().__init__(world, storage, cluster, gateways)
        self._read_to: dict[int, int] = {}
        self._apart: list[str] = []

    def tricks(self) -> Mapping[str, Trick]:
        """What befalls the next offer that comes to a step."""
        play, seen = self._meddling, self.sometimes
        return {
            "gateway killed after a claim": Trick(went_well(ClaimOffer), play.deaf, seen[0]),
            "owner of a proposal killed": Trick(went_well(ClaimOffer), self._kill, seen[1]),
            "reply of a claim lost": Trick(went_well(ClaimOffer), play.lost, seen[2]),
            "reply of a confirmation lost": Trick(went_well(ConfirmOffer), play.lost, seen[3]),
            "gateway killed after an answer": Trick(_answered, play.deaf, seen[4]),
            "gateway killed after a joining": Trick(went_well(JoinWaitlist), play.deaf, seen[5]),
            "gateway killed after an entry's end": Trick(went_well(EndEntry), play.deaf, seen[6]),
        }

    def _kill(self, said: Said) -> None:
        if isinstance(said.command, ClaimOffer):
            self._cluster.kill_owner(said.command.stream)
        said.pass_on(said.answer)

    async def settle(self) -> None:
        """Every offer is answered or over, and each section has those whom the register says it has."""
        if not await until(self.agree, 1.0, AGREED_WITHIN_S):
            raise Unsettled(f"waitlists never agree: {self._apart[0]}")

    def agree(self) -> bool:
        """Whether they do, by all that is written; books are read anew only after they went on."""
        ends = {number: self._storage.last_seq(number) for number in self._storage.database.streams}
        if ends != self._read_to:
            self._read_to, self._apart = ends, self._disagreements()
        return not self._apart

    def _disagreements(self) -> list[str]:
        """What sections do not agree on; nothing if a rule was broken before, where books end too early."""
        books, registers = books_of(self._storage), Registers()
        if any(auditor.ended for auditor in books.values()):
            return []
        for stream, auditor in books.items():
            registers.take(stream, f"stream {stream}", auditor.ledger)
        return [str(breach) for breach in registers.breaches()]

    def seen(self, ledger: Ledger, entry: Entry) -> Iterator[str]:
        """What befell offers; whether it was right the judge says, by A18 to A21 and A24."""
        return _seen(ledger, entry)


def _answered(said: Said) -> bool:
    return isinstance(said.command, AcceptOffer | DeclineOffer) and said.answer.code is None


def _seen(ledger: Ledger, entry: Entry) -> Iterator[str]:
    """What a record says of the waitlist, given the books before it."""
    match entry.what:
        case Claimed():
            yield "an offer of another section was claimed"
        case Returned():
            yield "a claim was returned"
        case Moved():
            yield "somebody was put elsewhere in line"
        case Taken(hold=hold):
            yield "an offer was accepted"
            yield from _just_in_time(ledger, hold, entry)
        case EntryOver(entry=name, how=how) if name in ledger.line.waiters:
            yield from _over(ledger, ledger.line.waiters[name], how, entry)
        case _:
            yield from _of_a_hold(ledger, entry)
    yield from _passed_on(entry)


def _over(ledger: Ledger, waiter: Waiter, how: int, entry: Entry) -> Iterator[str]:
    if how == DECLINED:
        yield "an offer was declined"
        yield from _just_in_time(ledger, waiter.hold or "", entry)
    elif how == WITHDRAWN and waiter.stands == "proposed":
        yield "a proposal was withdrawn"


def _of_a_hold(ledger: Ledger, entry: Entry) -> Iterator[str]:
    """What becomes of an offer, which is a hold, as of one."""
    offered = ledger.line.by_hold
    match entry.what:
        case Pinned(hold=hold) | Booked(hold=hold) if hold in offered:
            yield "an offer was paid for at once"
            yield from _just_in_time(ledger, hold, entry)
        case Expired(holds=holds) if not offered.keys().isdisjoint(holds):
            yield "an offer ran out"
        case _:
            pass


def _just_in_time(ledger: Ledger, hold: str, entry: Entry) -> Iterator[str]:
    held = ledger.holds.get(hold)
    if held is not None and held.ends_ms - entry.at_ms <= INSTANT_MS:
        yield "an offer was answered at the instant of its end"


def _passed_on(entry: Entry) -> Iterator[str]:
    match entry.what:
        case Expired() if entry.offers:
            yield "an end by time was an offer to the next"
        case Cancelled() if entry.offers:
            yield "a cancelled booking was an offer to the next"
        case Settled() if entry.offers:
            yield "a part that went back was an offer to the next"
        case _:
            pass
