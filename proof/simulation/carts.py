"""Holds over several sections as a part of the world: between their steps, and at their end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.commands import GatherHold, GetGathering, SettlePart, TakePart, WithParts
from proof.auditor.ledger import Ledger
from proof.auditor.possessions import Holding, by_the_house
from proof.auditor.records import (
    Booked,
    Cancelled,
    Changed,
    Entry,
    Expired,
    Pinned,
    Placed,
    Released,
    Settled,
)
from proof.simulation.cluster import Cluster
from proof.simulation.gateways import Gateways
from proof.simulation.meddling import Said, Trick, of_kind, went_well
from proof.simulation.steps import Steps
from proof.simulation.storage import Storage
from proof.simulation.world import World

LENT: Final = went_well(TakePart)
DECIDED: Final = of_kind(GatherHold)
CHANGED: Final = went_well(WithParts)


class Carts(Steps):
    """Strikes at the steps of gatherings. Their books are the sections'; the judge looks at them."""

    name = "carts"
    sometimes: tuple[str, ...] = (
        "a section that had lent a part died",
        "a section that had lent a part was replaced",
        "a part was lent and nobody heard of it",
        "a part was lent and heard of too late",
        "a hold over sections was decided and nobody heard of it",
        "a gateway died before what was lent in vain went back",
        "a gateway died between the end of a hold and its parts",
        "a gateway died before it told the parts",
        "a section was told twice what became of its part",
        "nobody could say what had become of a hold",
        "a hold ended while more was gathered for it",
        "a hold over sections grew",
        "a hold over sections was extended",
        "a hold over sections was given back",
        "a hold over sections ended by its time",
        "a hold over sections waited for its money",
        "a hold over sections was sold",
        "a booking over sections was cancelled",
        "late money found seats of several sections",
        "what was lent in vain went back",
    )

    def __init__(self, world: World, storage: Storage, cluster: Cluster, gateways: Gateways) -> None:
        super().__init__(world, storage, cluster, gateways)
        self._meddling.listeners.append(self._heard)

    def tricks(self) -> Mapping[str, Trick]:
        """What befalls the next gathering that comes to a step."""
        play, seen = self._meddling, self.sometimes
        return {
            "lender of a part killed": Trick(LENT, self._kill, seen[0]),
            "lender of a part replaced": Trick(LENT, self._replace, seen[1]),
            "reply of a part lost": Trick(LENT, play.lost, seen[2]),
            "reply of a part late": Trick(LENT, play.late(self._chance), seen[3]),
            "reply of a decision lost": Trick(DECIDED, play.lost, seen[4]),
            "gateway killed before the undoing": Trick(_in_vain, play.deaf, seen[5]),
            "gateway killed after a hold's end": Trick(CHANGED, play.deaf, seen[6]),
            "keeper killed before the parts are told": Trick(went_well(GetGathering), play.deaf, seen[7]),
            "reply of a settled part lost": Trick(went_well(SettlePart), play.lost, seen[8]),
            "state of a hold not heard": Trick(went_well(GetGathering), play.lost, seen[9]),
        }

    def _kill(self, said: Said) -> None:
        self._cluster.kill_owner(said.stream)
        said.pass_on(said.answer)

    def _replace(self, said: Said) -> None:
        self._cluster.double_owner(said.stream)
        said.pass_on(said.answer)

    def _heard(self, said: Said) -> None:
        match said.command:
            case GatherHold(hold=hold) if hold is not None and said.answer.code == "hold_expired":
                self._world.ledger.sometimes("a hold ended while more was gathered for it")
            case _:
                pass

    def seen(self, ledger: Ledger, entry: Entry) -> Iterator[str]:
        """What befell holds over sections; whether it was right the judge says, by A22 and A23."""
        return _seen(ledger, entry)


def _in_vain(said: Said) -> bool:
    """Whether a section refused what others may have lent to already."""
    return isinstance(said.command, TakePart | GatherHold) and said.answer.code is not None


def _seen(ledger: Ledger, entry: Entry) -> Iterator[str]:
    """What a record says of holds over sections, given the books before it."""
    match entry.what:
        case Placed(shares=shares) if shares and by_the_house(entry.key):
            yield "late money found seats of several sections"
        case Changed() as changed:
            yield from _change(ledger.holds.get(changed.hold), changed, entry.key)
        case Released(hold=hold) if _shares(ledger, hold):
            yield "a hold over sections was given back"
        case Expired(holds=holds) if any(_shares(ledger, hold) for hold in holds):
            yield "a hold over sections ended by its time"
        case Pinned(hold=hold) if _shares(ledger, hold):
            yield "a hold over sections waited for its money"
        case Booked(shares=shares) if shares:
            yield "a hold over sections was sold"
        case Cancelled(shares=shares) if shares:
            yield "a booking over sections was cancelled"
        case Settled() as settled if not (settled.seats or settled.places or settled.by_seq == 0):
            if settled.gathering not in ledger.gathered:
                yield "what was lent in vain went back"
        case _:
            pass


def _change(hold: Holding | None, changed: Changed, key: str | None) -> Iterator[str]:
    if hold is None or not changed.shares:
        return
    if by_the_house(key):
        yield "late money found seats of several sections"
    elif len(changed.shares) > len(hold.shares):
        yield "a hold over sections grew"
    elif changed.expires_ms > hold.expires_ms:
        yield "a hold over sections was extended"


def _shares(ledger: Ledger, hold: str) -> bool:
    found = ledger.holds.get(hold)
    return found is not None and bool(found.shares)
