"""Which parts a world has, in the order in which they come to life."""

from __future__ import annotations

from proof.simulation.cluster import Cluster
from proof.simulation.crowd import Crowd
from proof.simulation.gateways import Gateways
from proof.simulation.judge import Judge
from proof.simulation.storage import Storage
from proof.simulation.transport import Network
from proof.simulation.world import World


def build(world: World) -> Crowd:
    """Fill a world; the sale is over when the crowd that this gives has gone."""
    storage = Storage(world)
    cluster = Cluster(world, storage)
    network = Network(world, cluster)
    gateways = Gateways(world, storage, network)
    crowd = Crowd(world, storage, gateways)
    judge = Judge(world, storage, cluster, gateways, crowd)
    # They come to rest in the opposite order: the crowd first, then what served it, the judge last.
    world.parts = [judge, storage, cluster, network, gateways, crowd]
    return crowd
