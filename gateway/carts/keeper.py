"""Looks after gatherings that are due, so that no cart stays half made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.gathering import STEP_MS, Gathering
from gateway.carts.gathering import Gatherer
from gateway.keeping import Keeper

CLAIM_MS: Final = 2 * STEP_MS
"""For how long what one gateway has claimed is left alone by the others."""


class CartKeeper(Keeper[Gathering]):
    """One gateway's part in looking after all gatherings."""

    def __init__(self, gatherer: Gatherer, now_ms: Callable[[], int]) -> None:
        super().__init__("gatherings", gatherer.ledger, gatherer.go_on, now_ms, CLAIM_MS)
