"""What parts share that strike at the steps of a protocol: tricks that are armed by name, and counts."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from functools import partial

from proof.auditor.ledger import Ledger
from proof.auditor.records import Entry
from proof.simulation.books import books_of
from proof.simulation.cluster import Cluster
from proof.simulation.gateways import Gateways
from proof.simulation.meddling import Trick
from proof.simulation.part import Part, Strike
from proof.simulation.storage import Storage
from proof.simulation.world import World


class Steps(Part):
    """A `Part` without processes or books of its own: those of the sections say what happened."""

    def __init__(self, world: World, storage: Storage, cluster: Cluster, gateways: Gateways) -> None:
        self._world = world
        self._storage = storage
        self._cluster = cluster
        self._meddling = gateways.meddling
        self._chance = world.chance(self.name)

    @abstractmethod
    def tricks(self) -> Mapping[str, Trick]:
        """What may befall whoever comes to a step, by the names of the faults."""

    @abstractmethod
    def seen(self, ledger: Ledger, entry: Entry) -> Iterator[str]:
        """What a record says that happened, given the books before it."""

    async def start(self) -> None:
        """Nothing has to be started."""

    def faults(self) -> Mapping[str, Strike]:
        """Each arms its trick for the next one who comes to its step."""
        return {name: partial(self._meddling.arm, trick) for name, trick in self.tricks().items()}

    def heal(self) -> None:
        """From now on nobody meddles."""
        self._meddling.disarm()

    async def settle(self) -> None:
        """What has to come to rest the judge waits for."""

    def audit(self) -> Iterator[str]:
        """Count what happened; whether it was right the judge says."""
        books_of(self._storage, self._look)
        return iter(())

    def _look(self, _stream: int, ledger: Ledger, entry: Entry) -> None:
        for seen in self.seen(ledger, entry):
            self._world.ledger.sometimes(seen)
