"""Commands about a hold that exists: release, extend, and the end that time brings."""

from __future__ import annotations

from typing import assert_never

from engine.commands import Entry, ExpireHolds, ExtendHold, ReleaseHold, SwapHold
from engine.decide_swap import swap_hold
from engine.events import HoldChanged, HoldReleased, HoldsExpired
from engine.guards import SPANS, earliest, find_hold
from engine.holds import Hold
from engine.objects import check_in_hold, resolve_objects
from engine.refusals import Code, Refusal
from engine.state import SectionState, due_holds
from engine.transitions import Step

HoldCommand = ReleaseHold | SwapHold | ExtendHold | ExpireHolds


def judge_hold(
    state: SectionState, entry: Entry, command: HoldCommand
) -> HoldReleased | HoldChanged | HoldsExpired | Refusal:
    """Judge a command of this family."""
    match command:
        case ReleaseHold():
            return release_hold(state, entry, command)
        case ExtendHold():
            return extend_hold(state, entry, command)
        case SwapHold():
            return swap_hold(state, entry, command)
        case ExpireHolds():
            return expire_holds(state, entry)
        case _ as never:
            assert_never(never)


def release_hold(
    state: SectionState, entry: Entry, command: ReleaseHold
) -> HoldReleased | HoldChanged | Refusal:
    """Give back all of a hold or a part of it; what stays keeps its deadline."""
    hold = find_hold(state, entry, command.hold, Step.RELEASE)
    named = None if command.objects is None else resolve_objects(state.layout, command.objects)
    if isinstance(hold, Refusal):
        elsewhere = hold.detail == SPANS  # then not all names are of this section
        return earliest(hold, named if isinstance(named, Refusal) and not elsewhere else None)
    if isinstance(named, Refusal):
        return named
    return HoldReleased(hold.id, entry.at_ms) if named is None else _give_back(state, entry, hold, *named)


def _give_back(
    state: SectionState, entry: Entry, hold: Hold, seats: list[int], areas: list[int]
) -> HoldReleased | HoldChanged | Refusal:
    if hold.id in state.waitlist.by_hold:  # W1: an offer is for the whole of a party
        return Refusal(Code.HOLD_MISMATCH, "An offer is given back whole.", (hold.id,))
    refusal = check_in_hold(state.layout, hold, seats, areas)
    if refusal is not None:
        return refusal
    kept = tuple([item for item in hold.seats if item.seat not in seats])
    places = tuple([item for item in hold.places if item.area not in areas])
    if not kept and not places:  # one with parts is for `decide_parts`
        return HoldReleased(hold.id, entry.at_ms)
    return HoldChanged(hold.id, kept, places, hold.expires_ms, hold.renewals_left)


def extend_hold(state: SectionState, entry: Entry, command: ExtendHold) -> HoldChanged | Refusal:
    """Renew a deadline, within the number of renewals and the longest life of a hold."""
    hold = find_hold(state, entry, command.hold, Step.RENEW)
    if isinstance(hold, Refusal):
        return hold
    limits = state.terms.limits
    last_ms = hold.placed_ms + limits.hold_life_max_ms
    if hold.renewals_left < 1 or hold.expires_ms >= last_ms:
        return Refusal(Code.LIMIT_EXCEEDED, "This hold cannot be extended any more.", (hold.id,))
    # I7: a renewal never shortens a hold nor outlives the longest life.
    expires_ms = max(hold.expires_ms, min(entry.at_ms + limits.hold_ttl_ms, last_ms))
    return HoldChanged(hold.id, hold.seats, hold.places, expires_ms, hold.renewals_left - 1, hold.parts)


def expire_holds(state: SectionState, entry: Entry) -> HoldsExpired | Refusal:
    """End all holds that are due, earliest first. Asked by the section's shell alone."""
    if entry.request.role != "system":
        return Refusal(Code.SCOPE_MISSING)
    due = due_holds(state, entry.at_ms)
    return HoldsExpired(tuple(due)) if due else Refusal(Code.INVALID, "No hold is due.")
