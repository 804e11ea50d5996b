"""What may go wrong on the bus."""

from __future__ import annotations


class BusError(Exception):
    """Root of what the bus's parts may raise."""


class BrokerAway(BusError):
    """The broker could not be reached, or went away: whether it has what was sent is unknown."""


class LeaseLost(BusError):
    """Another relay has taken over; what this one sent meanwhile the other may send again."""
