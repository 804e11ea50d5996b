"""All mutants there are."""

from __future__ import annotations

from typing import Final

from proof.mutants import (
    accounts,
    bus,
    carts,
    domain,
    figures,
    gateway,
    orders,
    payments,
    sagas,
    shells,
    storage,
    testing,
    tickets,
    waiting,
    waitlists,
)
from proof.mutants.mutant import Mutant

ALL: Final[tuple[Mutant, ...]] = (
    *storage.MUTANTS,
    *shells.MUTANTS,
    *domain.MUTANTS,
    *orders.MUTANTS,
    *payments.MUTANTS,
    *carts.MUTANTS,
    *gateway.MUTANTS,
    *waiting.MUTANTS,
    *waitlists.MUTANTS,
    *tickets.MUTANTS,
    *accounts.MUTANTS,
    *testing.MUTANTS,
    *sagas.MUTANTS,
    *bus.MUTANTS,
    *figures.MUTANTS,
)
