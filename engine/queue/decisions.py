"""What a room's `decide` answers: accepted, rejected, replayed or merely answered."""

from __future__ import annotations

import msgspec

from engine.queue.events import RoomRecord
from engine.queue.members import KeyOutcome
from engine.queue.views import RoomAnswer
from engine.refusals import Refusal


class RoomAccepted(msgspec.Struct, frozen=True):
    """It may happen: write `record`, then let `evolve` apply it."""

    record: RoomRecord


class RoomRejected(msgspec.Struct, frozen=True):
    """It may not; under an idempotency key the refusal is a record that must be written too."""

    record: RoomRecord | None
    refusal: Refusal


class RoomReplayed(msgspec.Struct, frozen=True):
    """The key was used for the same request before: answer with its first outcome."""

    outcome: KeyOutcome


class RoomAnswered(msgspec.Struct, frozen=True):
    """Nothing is to be written: a read, or what was asked for is so already."""

    view: RoomAnswer


RoomDecision = RoomAccepted | RoomRejected | RoomReplayed | RoomAnswered
