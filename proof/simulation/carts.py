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
from proof.simulation.books import books_of
from proof.simulation.cluster import Cluster
from proof.simulation.gateways import Gateways
from proof.simulation.meddling import Fits, Play, Said, Trick, of_kind, went_well
from proof.simulation.part import Strike
from proof.simulation.storage import Storage
from proof.simulation.world import World

LENT: Final = went_well(TakePart)
DECIDED: Final = of_kind(GatherHold)
CHANGED: Final = went_well(WithParts)


class Carts:
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
        self._world = world
        self._storage = storage
        self._cluster = cluster
        self._meddling = gateways.meddling
        self._chance = world.chance(self.name)
        self._meddling.listeners.append(self._heard)

    async def start(self) -> None:
        """Nothing has to be started."""

    def faults(self) -> Mapping[str, Strike]:
        """What befalls the next gathering that comes to a step."""
        play = self._meddling
        steps: dict[str, tuple[Fits, Play, str]] = {
            "lender of a part killed": (LENT, self._kill, self.sometimes[0]),
            "lender of a part replaced": (LENT, self._replace, self.sometimes[1]),
            "reply of a part lost": (LENT, play.lost, self.sometimes[2]),
            "reply of a part late": (LENT, play.late(self._chance), self.sometimes[3]),
            "reply of a decision lost": (DECIDED, play.lost, self.sometimes[4]),
            "gateway killed before the undoing": (_in_vain, play.deaf, self.sometimes[5]),
            "gateway killed after a hold's end": (CHANGED, play.deaf, self.sometimes[6]),
            "keeper killed before the parts are told": (
                went_well(GetGathering),
                play.deaf,
                self.sometimes[7],
            ),
            "reply of a settled part lost": (went_well(SettlePart), play.lost, self.sometimes[8]),
            "state of a hold not heard": (went_well(GetGathering), play.lost, self.sometimes[9]),
        }
        return {name: self._armed(*step) for name, step in steps.items()}

    def _armed(self, fits: Fits, play: Play, seen: str) -> Strike:
        return lambda: self._meddling.arm(Trick(fits, play, seen))

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

    def heal(self) -> None:
        """From now on nobody meddles."""
        self._meddling.disarm()

    async def settle(self) -> None:
        """The judge waits until every gathering is over."""

    def audit(self) -> Iterator[str]:
        """Count what happened; whether it was right the judge says, by A22 and A23."""
        books_of(self._storage, self._look)
        return iter(())

    def _look(self, _stream: int, ledger: Ledger, entry: Entry) -> None:
        for seen in _seen(ledger, entry):
            self._world.ledger.sometimes(seen)


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
