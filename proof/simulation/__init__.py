"""Whole sales under faults on one seeded loop with virtual time: the same seed, the same sale, byte for byte.

The engine, the sections' shells, the router and the gateway's sessions are the real ones.
What surrounds them is simulated: processes that die and freeze, clocks, the way between
gateways and actors, storage, sockets, and a crowd with habits. `runner.simulate` plays one
seed; `part.Part` is how something new joins the world.
"""
