"""What the composition root hands to the gateway."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from actors.ports import Clock, IdSource
from engine.due_rows import DueRows
from engine.gathering import Gathering
from gateway.accounts.ports import AccountParts
from gateway.analytics.ports import Analytics
from gateway.limiting.quotas import Rates
from gateway.paying.ports import Paying
from gateway.ports import (
    AdvancingClock,
    Catalogue,
    ChangeSource,
    Openings,
    PaymentProvider,
    Readiness,
    Rooms,
    Sections,
)
from gateway.sections.archive import Archive
from gateway.tracing import Tracing
from gateway.waitlist.row import WaitlistRow
from gateway.webhooks import Webhooks
from telemetry.exchange import Figures, own_figures


async def figures_of_this_process() -> list[Figures]:
    """What a gateway alone on its node tells of itself."""
    return [own_figures("gateway")]


class Parts(msgspec.Struct, frozen=True):
    """The outside world of one gateway; tests bring fakes. `version` is told by `/info`.

    Without `rooms` it has no way to waiting rooms, and sells for no event that has one; without
    `paying` it takes no payment that takes time, and without `gatherings` a hold has places of one
    section only. Without `rates` it counts for itself how often callers ask; without `webhooks`
    nobody can ask for any, without `archive` nobody reads what happened, without `analytics` nobody
    how a sale goes, and without `accounts` tokens are an operator's alone. With `test_clock`, which is
    then its `clock` too, it is in test mode. `figures` are those of all processes of its node.
    Without `waitlists` it looks after those alone whose members it meets; without `openings` no sale
    opens by itself, and without `tracing` nothing is traced.
    """

    sections: Sections
    changes: ChangeSource
    catalogue: Catalogue
    readiness: Readiness
    providers: tuple[PaymentProvider, ...]
    clock: Clock
    ids: IdSource
    version: str = "0.1.0"
    rooms: Rooms | None = None
    paying: Paying | None = None
    gatherings: DueRows[Gathering] | None = None
    rates: Rates | None = None
    test_clock: AdvancingClock | None = None
    webhooks: Webhooks | None = None
    accounts: AccountParts | None = None
    archive: Archive | None = None
    analytics: Analytics | None = None
    figures: Callable[[], Awaitable[list[Figures]]] = figures_of_this_process
    waitlists: DueRows[WaitlistRow] | None = None
    tracing: Tracing | None = None
    openings: Openings | None = None
