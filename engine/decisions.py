"""What `decide` answers: accepted, rejected, replayed or merely read."""

from __future__ import annotations

from typing import final

import msgspec

from engine.events import Record
from engine.figures import Figures
from engine.holds import Gathered, Hold, Order, Outcome
from engine.refusals import Refusal
from engine.waitlist.party import Found


class Accepted(msgspec.Struct, frozen=True):
    """It may happen: write `record`, then let `evolve` apply it."""

    record: Record


class Rejected(msgspec.Struct, frozen=True):
    """It may not; under an idempotency key the refusal is a record that must be written too."""

    record: Record | None
    refusal: Refusal


class Replayed(msgspec.Struct, frozen=True):
    """The key was used for the same request before: answer with its first outcome."""

    outcome: Outcome


@final
class Read(msgspec.Struct, frozen=True):
    """A read: hold, order, entries, gathering or figures as they stand, nothing to be written."""

    found: Hold | Order | Found | Gathered | Figures


Decision = Accepted | Rejected | Replayed | Read
