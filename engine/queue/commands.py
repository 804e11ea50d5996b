"""What can be asked of a waiting room. Imperative names; `engine.queue.events` answers in the past tense.

A command arrives inside a `RoomRequest` (who asks, under which key) and is judged inside a
`RoomEntry` (the request stamped with the time, a fresh id and, where one is needed, a seed).
"""

from __future__ import annotations

import msgspec

from engine.commands import Role
from engine.queue.terms import QueueTerms


class RoomCommand(msgspec.Struct, frozen=True, array_like=True, tag_field="kind"):
    """Root of all commands; each subclass is tagged with its own name."""


class JoinRoom(RoomCommand, frozen=True, array_like=True, tag="join"):
    """Take a place, or get the one that the caller has."""


class LeaveRoom(RoomCommand, frozen=True, array_like=True, tag="leave"):
    """Give up the caller's place, or give back their pass."""


class GetPlace(RoomCommand, frozen=True, array_like=True, tag="get_place"):
    """Read the caller's place; leaves no record."""


class GetRoom(RoomCommand, frozen=True, array_like=True, tag="get_room"):
    """Read how the room stands; leaves no record."""


class GetDraw(RoomCommand, frozen=True, array_like=True, tag="get_draw"):
    """Read what is published of the draw, with up to `limit` of the list's tickets after `after`."""

    after: int = 0
    limit: int = 1_000


class GatherRoom(RoomCommand, frozen=True, array_like=True, tag="gather"):
    """Let people gather before the opening, and commit the room to a seed (staff)."""


class OpenRoom(RoomCommand, frozen=True, array_like=True, tag="open"):
    """Open the room; one with a draw and people in it is frozen first (staff)."""


class PauseRoom(RoomCommand, frozen=True, array_like=True, tag="pause"):
    """Let nobody in for a while; everybody keeps their place, and may be told the `reason` (staff)."""

    reason: str = ""


class ResumeRoom(RoomCommand, frozen=True, array_like=True, tag="resume"):
    """Go on letting people in (staff)."""


class EndRoom(RoomCommand, frozen=True, array_like=True, tag="end"):
    """Send home all who wait; passes stay valid until their time (staff)."""


class SetTerms(RoomCommand, frozen=True, array_like=True, tag="set_terms"):
    """Change the terms from here on (staff)."""

    terms: QueueTerms


class AdmitNext(RoomCommand, frozen=True, array_like=True, tag="admit_next"):
    """Let the next `count` in now, whatever the rate (staff)."""

    count: int


class RevokePass(RoomCommand, frozen=True, array_like=True, tag="revoke"):
    """End a member's pass or place and let them not come back (staff)."""

    ticket: str


class FindMembers(RoomCommand, frozen=True, array_like=True, tag="find_members"):
    """Read where the members with these tickets stand (system); leaves no record."""

    tickets: tuple[str, ...]


class SeeMembers(RoomCommand, frozen=True, array_like=True, tag="see_members"):
    """These members gave a sign of life (system)."""

    numbers: tuple[int, ...]


class SetPressure(RoomCommand, frozen=True, array_like=True, tag="set_pressure"):
    """`source` finds the sections slow: take `level` thousandths of the rate away (system)."""

    source: str
    level: int


class SetStock(RoomCommand, frozen=True, array_like=True, tag="set_stock"):
    """How many places of the event are free, and how many held (system)."""

    free: int
    held: int


class Tick(RoomCommand, frozen=True, array_like=True, tag="tick"):
    """Do the next thing that is due; asked by the room's own shell alone."""


StaffCommand = GatherRoom | OpenRoom | PauseRoom | ResumeRoom | EndRoom | SetTerms | AdmitNext | RevokePass
SystemCommand = FindMembers | SeeMembers | SetPressure | SetStock | Tick
AnyRoomCommand = JoinRoom | LeaveRoom | GetPlace | GetRoom | GetDraw | StaffCommand | SystemCommand


class RoomRequest(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """A command with who asks for it, as gateways send it; fields as in `engine.commands.Request`."""

    principal: str
    command: AnyRoomCommand
    idem: str | None = None
    fingerprint: bytes = b""
    role: Role = "buyer"
    channels: tuple[str, ...] = ()


class RoomEntry(msgspec.Struct, frozen=True, array_like=True):
    """A request stamped by its room.

    `fresh_id` is a UUID body without prefix for the ticket that it creates; `seed` has 32
    bytes that nobody could foresee when the command may begin a draw, else it may be empty.
    """

    at_ms: int
    fresh_id: str
    request: RoomRequest
    seed: bytes = b""
