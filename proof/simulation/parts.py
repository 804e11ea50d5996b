"""Which parts a world has, in the order in which they come to life."""

from __future__ import annotations

from collections.abc import Callable

from proof.simulation.carts import Carts
from proof.simulation.cluster import Cluster
from proof.simulation.crowd import Crowd
from proof.simulation.gateways import Gateways
from proof.simulation.judge import Judge
from proof.simulation.lines import Lines
from proof.simulation.lobby import Lobby
from proof.simulation.scenario import Scenario
from proof.simulation.storage import Storage
from proof.simulation.transport import Network
from proof.simulation.treasury import Treasury
from proof.simulation.world import World


def promised() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of all faults, and of all that must have happened in a run of enough seeds."""
    world = World(Scenario(0))
    build(world)
    faults = [name for part in world.parts for name in part.faults()]
    sometimes = [name for part in world.parts for name in part.sometimes]
    world.loop.end()
    return tuple(sorted(faults)), tuple(sorted(sometimes))


def build(world: World) -> Callable[[], bool]:
    """Fill a world; what this gives says whether the crowd has gone."""
    storage = Storage(world)
    cluster = Cluster(world, storage)
    network = Network(world, cluster)
    treasury = Treasury(world, storage)
    gateways = Gateways(world, storage, network, treasury)
    lobby = Lobby(world, storage, cluster, gateways)
    carts = Carts(world, storage, cluster, gateways)
    lines = Lines(world, storage, cluster, gateways)
    crowd = Crowd(world, storage, gateways)
    judge = Judge(world, storage, cluster, gateways, crowd, lines)
    # They come to rest in the opposite order: the crowd first, then what served it, the judge last.
    world.parts = [judge, lines, carts, storage, cluster, network, lobby, treasury, gateways, crowd]
    return lambda: crowd.gone
