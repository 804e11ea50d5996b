"""A payment to begin with."""

from __future__ import annotations

from engine.payments.payment import PaidItem, Payment

CREATED_MS = 1_000_000
PAY_BY_MS = CREATED_MS + 100_000


def payment(amount: int = 8_900) -> Payment:
    """A payment that has just begun."""
    items = (PaidItem("A-1", "gold", "standard", amount),)
    return Payment(
        *("ord_1", "evt_1", 1, "hld_1", "usr_ann", "key", "sandbox", "pinned-card", "EUR", amount),
        *(items, PAY_BY_MS, CREATED_MS, CREATED_MS),
        booking="ord_1",
    )
