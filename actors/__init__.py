"""Sections as single-threaded actors: ownership, group commit, placement and routing.

The only package that speaks Ray, and it does so in `actors.ray_*` modules alone.
"""

import os

# Ray reads this when it is imported, which only happens below: its ports are bound to loopback and
# not to the machine's address, where everybody who reaches them could run code. A cluster has its
# own configuration.
os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
