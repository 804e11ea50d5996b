"""What can be asked of the waitlist of a section."""

from __future__ import annotations

import msgspec

from engine.waitlist.standing import Standing
from engine.waitlist.wish import Wish


class Wait(msgspec.Struct, frozen=True, array_like=True, tag_field="kind"):
    """Root of this family's commands; each subclass is tagged with its own name."""


class JoinWaitlist(Wait, frozen=True, array_like=True, tag="join_waitlist"):
    """Wait for seats that fit, in the section that keeps the event's register.

    `streams` are all sections of the event that may satisfy the wish, `here` says whether the
    register's own is one of them. `barred` is the code with which another of them would refuse
    it: a key has one outcome, and the register is where it is kept.
    """

    wish: Wish
    streams: tuple[int, ...]
    here: bool
    barred: str = ""


class LeaveWaitlist(Wait, frozen=True, array_like=True, tag="leave_waitlist"):
    """Wait no longer, also with an offer open; by staff: take an entry off the list."""

    entry: str


class AcceptOffer(Wait, frozen=True, array_like=True, tag="accept_offer"):
    """Make a hold like any other of what is offered."""

    entry: str


class DeclineOffer(Wait, frozen=True, array_like=True, tag="decline_offer"):
    """Give what is offered to the next in line; the entry ends."""

    entry: str


class MoveEntry(Wait, frozen=True, array_like=True, tag="move_entry"):
    """Put an entry before another one that waits, or (None) behind all, and say why (staff)."""

    entry: str
    before: str | None
    why: str


class ListEntry(Wait, frozen=True, array_like=True, tag="list_entry"):
    """Let an entry of the register wait here too, or give it the rank it has there (system)."""

    entry: str
    owner: str
    joined_ms: int
    wish: Wish
    rank: int


class ClaimOffer(Wait, frozen=True, array_like=True, tag="claim_offer"):
    """Ask the register whether `hold` in the section of `stream` is the entry's one offer (system)."""

    entry: str
    stream: int
    hold: str


class ConfirmOffer(Wait, frozen=True, array_like=True, tag="confirm_offer"):
    """The register has claimed what was proposed: offer it (system)."""

    entry: str
    hold: str


class ReturnEntry(Wait, frozen=True, array_like=True, tag="return_entry"):
    """Tell the register that what it claimed ended before it was offered (system)."""

    entry: str
    hold: str


class EndEntry(Wait, frozen=True, array_like=True, tag="end_entry"):
    """End an entry here as it ended in the section that knows, if it has just this hold (system)."""

    entry: str
    standing: Standing
    hold: str | None


class GetFit(Wait, frozen=True, array_like=True, tag="get_fit"):
    """Ask whether somebody may wait for this here: refused as joining would be; leaves no record."""

    wish: Wish


class GetEntry(Wait, frozen=True, array_like=True, tag="get_entry"):
    """Read an entry of the caller's, or (None) the one they have here; leaves no record.

    With `hold`: the one that was offered this hold.
    """

    entry: str | None = None
    hold: str | None = None


class GetEntries(Wait, frozen=True, array_like=True, tag="get_entries"):
    """Read these entries, as far as they are known here (system); leaves no record."""

    entries: tuple[str, ...]


class GetWaitlist(Wait, frozen=True, array_like=True, tag="get_waitlist"):
    """Read up to `limit` live entries behind the rank `after`, in their order (staff); no record."""

    after: int = 0
    limit: int = 100


WaitlistCommand = (
    JoinWaitlist
    | LeaveWaitlist
    | AcceptOffer
    | DeclineOffer
    | MoveEntry
    | ListEntry
    | ClaimOffer
    | ConfirmOffer
    | ReturnEntry
    | EndEntry
)
WaitlistQuestion = GetFit | GetEntry | GetEntries | GetWaitlist
