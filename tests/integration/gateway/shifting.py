"""Time that a test puts forward, and the till that lives by it."""

from __future__ import annotations

from actors.clock import SystemClock
from engine.gathering import Gathering
from engine.payments.payment import Payment
from engine.webhooks import Delivery, Replay
from gateway.paying.ports import Bank, Paying
from gateway.paying.sandbox_bank import SandboxBank
from gateway.paying.sandbox_intents import SandboxIntent
from gateway.paying.signatures import news_key
from gateway.waitlist.row import WaitlistRow
from gateway.webhooks import Webhooks
from holdfast.late_letters import LateLetters
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.database import MemoryDatabase
from persistence.memory.due_rows import MemoryDueRows
from persistence.memory.webhooks import MemoryWebhooks
from workers.mail.letters import Letter
from workers.webhooks.guard import Guard


class ShiftedClock(SystemClock):
    """The system's time, put forward as a test likes; what waits is not woken by that."""

    ahead_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() + self.ahead_ms


class Books:
    """What is kept of payments, by us and by the sandbox, and of waitlists."""

    def __init__(
        self, database: MemoryDatabase, secret: str, clock: ShiftedClock, banks: tuple[Bank, ...]
    ) -> None:
        self.payments: MemoryDueRows[Payment] = MemoryDueRows(database)
        self.intents: MemoryDueRows[SandboxIntent] = MemoryDueRows(database)
        self.gatherings: MemoryDueRows[Gathering] = MemoryDueRows(database)
        self.bank = SandboxBank(self.intents, news_key(secret), clock.now_ms)
        self.waitlists: MemoryDueRows[WaitlistRow] = MemoryDueRows(database)
        self.letters: MemoryDueRows[Letter] = MemoryDueRows(database)
        late = LateLetters(self.letters, clock.now_ms)
        self.paying = Paying(self.payments, (self.bank, *banks), late)


def hooks_in_memory(
    database: MemoryDatabase, catalogue: MemoryCatalogue, replays: MemoryDueRows[Replay]
) -> Webhooks:
    """Endpoints that no worker looks after."""
    deliveries: MemoryDueRows[Delivery] = MemoryDueRows(database)
    return Webhooks(MemoryWebhooks(database, catalogue, deliveries), replays, Guard().objection)
