"""Amounts that people write, in minor units of a currency."""

from __future__ import annotations

from decimal import Decimal

from engine.views import money


def minor_units(amount: str, currency: str) -> int | None:
    """The amount in minor units, or None when it is finer than the currency.

    >>> minor_units("89.5", "EUR")
    8950
    """
    # Asks how amounts are written, so that reading and writing cannot disagree.
    decimals = len(money(0, currency).amount.partition(".")[2])
    units = Decimal(amount).scaleb(decimals)
    return int(units) if units == units.to_integral_value() else None
