"""A letter that is to be written: what it is about, and how often it was tried. It names nobody."""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec
from msgspec.structs import replace

from workers.message import Message

Kind = Literal[
    "order.confirmed",
    "order.cancelled",
    "order.reduced",
    "payment.failed",
    "waitlist.joined",
    "waitlist.offered",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""News that people are written to about."""
JOINED: Final = "waitlist.joined"
OFFERED: Final = "waitlist.offered"
RETURNED: Final = "payment.returned"
"""Money that came too late goes back: no record of a section's says so, the payment does."""
MINUTE_MS: Final = 60_000
SCHEDULE_MS: Final = tuple(MINUTE_MS * minutes for minutes in (1, 2, 5, 15, 60, 240, 720, 1_440))
"""How long after each try that failed the next one comes: over two days in all."""
NOT_YET_MS: Final = 2_000
NOT_YET_MAX: Final = 30
"""How often a letter waits for a name that is stored a moment after the sale."""
JITTER_SHARE: Final = 0.1


class Letter(msgspec.Struct, frozen=True, omit_defaults=True):
    """A letter about what the record `seq` of `stream`, or its `part`, says of `order`, or of an entry.

    `state` is `waiting`, `sent`, `dropped` (there is nobody to write to, or nothing to say) or `failed`.
    """

    id: str
    kind: str
    order: str
    stream: int
    seq: int
    due_ms: int | None
    state: str = "waiting"
    tries: int = 0
    waits: int = 0
    failure: str = ""
    version: int = 0
    part: int = 0

    @property
    def alias(self) -> str | None:
        """The first letter about an entry of a waitlist is found by it: its record says whose it is."""
        return self.order if self.kind == JOINED else None

    def sent(self) -> Letter:
        """A mail server has it."""
        return replace(self, state="sent", due_ms=None, failure="", version=self.version + 1)

    def dropped(self, why: str) -> Letter:
        """It will never be sent."""
        return replace(self, state="dropped", due_ms=None, failure=why, version=self.version + 1)

    def not_yet(self, now_ms: int) -> Letter:
        """Whom it is for is not stored yet."""
        if self.waits >= NOT_YET_MAX:
            return self.dropped("nobody's name is on the order")
        return replace(self, due_ms=now_ms + NOT_YET_MS, waits=self.waits + 1, version=self.version + 1)

    def postponed(self, until_ms: int) -> Letter:
        """Not tried now; no try is counted."""
        return replace(self, due_ms=until_ms, version=self.version + 1)

    def refused(self, why: str) -> Letter:
        """A mail server will never take it."""
        return replace(self, state="failed", due_ms=None, failure=why, version=self.version + 1)

    def failed(self, why: str, now_ms: int, chance: float) -> Letter:
        """A try failed; `chance` in [0, 1) spreads the next one."""
        if self.tries >= len(SCHEDULE_MS):
            return self.refused(why)
        wait_ms = int(SCHEDULE_MS[self.tries] * (1 + JITTER_SHARE * chance))
        return replace(
            self, due_ms=now_ms + wait_ms, tries=self.tries + 1, failure=why, version=self.version + 1
        )


def letter_of(message: Message, subject: str, now_ms: int) -> Letter:
    """A letter that is due now; each piece of news leads to one."""
    part = f"-{message.part}" if message.part else ""
    name = f"ltr_{message.stream}-{message.seq}{part}"
    return Letter(name, message.kind, subject, message.stream, message.seq, now_ms, part=message.part)


def returned(order: str, now_ms: int) -> Letter:
    """A letter about late money that goes back; an order has one at most."""
    return Letter(f"ltr_{order}-returned", RETURNED, order, 0, 0, now_ms)
