"""What the connections and the REST calls of a gateway share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from gateway.access.auth import TokenVerifier
from gateway.access.tenants import Tenants
from gateway.accounts.wiring import Accounts
from gateway.analytics.boards import Boards
from gateway.analytics.live import LiveBoards
from gateway.checkout import Checkout
from gateway.notices import HoldNotices
from gateway.sections.directory import Directory
from gateway.sections.dispatch import Dispatcher
from gateway.settings import GatewaySettings
from gateway.waiting.door import Door
from gateway.waiting.hall import WaitingHall
from gateway.waitlist.waitlists import Waitlists


class Office(msgspec.Struct, frozen=True):
    """What the connections and the REST calls of a gateway share; `now_ms` is Unix time."""

    dispatcher: Dispatcher
    directory: Directory
    checkout: Checkout
    verifier: TokenVerifier
    settings: GatewaySettings
    notices: HoldNotices
    hall: WaitingHall
    door: Door
    tenants: Tenants
    accounts: Accounts | None
    waitlist: Waitlists
    now_ms: Callable[[], int]
    work: set[asyncio.Task[None]]
    boards: Boards | None = None
    live: LiveBoards | None = None

    def deadline_ms(self, wanted_ms: int | None) -> int:
        """How long to wait: what the caller says, within bounds."""
        if wanted_ms is None:
            return self.settings.deadline_ms
        return min(max(wanted_ms, 1), self.settings.deadline_max_ms)
