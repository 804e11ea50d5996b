"""What is kept of an event whose waitlist has to be looked after."""

from __future__ import annotations

import msgspec


class WaitlistRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event with several sections that people wait for; `due_ms` None: nobody does any more."""

    id: str
    version: int = 0
    due_ms: int | None = None
    alias: str | None = None
