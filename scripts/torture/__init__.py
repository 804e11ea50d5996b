"""Kills parts of a server while a crowd buys, again and again, and holds it to every promise it made.

    python -m scripts.torture --rounds 10

Faults (`faults`) strike a server in mid-sale; buyers (`buyer`) repeat what was not answered
under the same keys and remember all that was (`promises`); after each fault and once more
from the journal (`books`) everything remembered must be there, once.
"""
