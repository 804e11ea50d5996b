"""A gathering: one wish for seats of several sections, as it is kept until nothing is left to do for it."""

from __future__ import annotations

from enum import Enum
from hashlib import blake2b
from typing import Final

import msgspec
from msgspec.structs import replace

from engine.commands import HoldBest, HoldPlaces, HoldSeats, Role

STEP_MS: Final = 5_000
"""Who works on a gathering is done with it by then, or somebody else goes on."""
RETRY_FIRST_MS: Final = 500
RETRY_MAX_MS: Final = 30_000
DOUBLINGS_MAX: Final = 16
_ID_BYTES: Final = 16


class State(Enum):
    """What is to be done: ask the sections, or tell those that lent something what became of it."""

    ASKING = "asking"
    GATHERED = "gathered"
    REFUSED = "refused"


class Ask(msgspec.Struct, frozen=True):
    """What one section is asked to lend."""

    stream: int
    section: str
    take: HoldSeats | HoldBest | HoldPlaces


class Gathering(msgspec.Struct, frozen=True, omit_defaults=True):
    """One wish under one key of one buyer. Times in Unix milliseconds.

    `asks` are in the order of their streams, which is the same for everybody. Stream `home`
    decides; `hold` is added to, and gives back what `release` names. Record `decided_seq` of the stream
    `decided_by`, under the key `decided_under`, is the outcome, once there is one. `version` counts changes.
    `due_ms` is when somebody has to look after it at the latest; None once there is nothing to do.
    """

    id: str
    event: str
    principal: str
    role: Role
    channels: tuple[str, ...]
    key: str
    fingerprint: bytes
    home: int
    asks: tuple[Ask, ...]
    created_ms: int
    due_ms: int | None
    hold: str | None = None
    release: tuple[str, ...] = ()
    state: State = State.ASKING
    decided_by: int = 0
    decided_seq: int = 0
    decided_under: str = ""
    tries: int = 0
    version: int = 0

    @property
    def alias(self) -> str | None:
        """It has one name."""
        return None


class Outcome(msgspec.Struct, frozen=True):
    """What a gathering came to: record `seq` of `stream`, under `key`."""

    refused: bool
    stream: int
    seq: int
    key: str


def gathering_id(principal: str, key: str) -> str:
    """One id for each key of each buyer, so that a key which is used again finds what it was used for."""
    named = f"{len(principal)}:{principal}{key}"
    return "gth_" + blake2b(named.encode(), digest_size=_ID_BYTES).hexdigest()


def decided(gathering: Gathering, outcome: Outcome, due_ms: int) -> Gathering:
    """The gathering once its outcome is known."""
    return replace(
        gathering,
        state=State.REFUSED if outcome.refused else State.GATHERED,
        decided_by=outcome.stream,
        decided_seq=outcome.seq,
        decided_under=outcome.key,
        due_ms=due_ms,
        tries=0,
        version=gathering.version + 1,
    )


def due(gathering: Gathering, due_ms: int | None) -> Gathering:
    """The gathering when it is to be looked after at `due_ms`, and not before."""
    return replace(gathering, due_ms=due_ms, tries=0, version=gathering.version + 1)


def stuck(gathering: Gathering, now_ms: int) -> Gathering:
    """The gathering when a section did not answer: soon again, and ever later."""
    wait_ms = min(RETRY_FIRST_MS << min(gathering.tries, DOUBLINGS_MAX), RETRY_MAX_MS)
    return replace(
        gathering, due_ms=now_ms + wait_ms, tries=gathering.tries + 1, version=gathering.version + 1
    )
