"""Looks after payments that are due, so that no order stays undecided."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from engine.payments.payment import Payment
from engine.payments.step import STEP_MS
from gateway.keeping import Chore, Keeper
from gateway.paying.saga import Saga

CLAIM_MS: Final = 2 * STEP_MS
"""For how long what one gateway has claimed is left alone by the others."""


class PaymentKeeper(Keeper[Payment]):
    """One gateway's part in looking after all payments."""

    def __init__(self, saga: Saga, now_ms: Callable[[], int], *chores: Chore) -> None:
        super().__init__("payments", saga.ledger, partial(saga.drive, look=True), now_ms, CLAIM_MS, *chores)
