"""What members do themselves: join and leave."""

from __future__ import annotations

from engine.queue.commands import RoomEntry, RoomRequest
from engine.queue.events import MemberJoined, MemberLeft
from engine.queue.members import Ending
from engine.queue.phases import RoomPhase
from engine.queue.state import RoomState
from engine.queue.terms import QueueTerms
from engine.queue.views import DoneView, PlaceView, farewell, place_view
from engine.refusals import Code, Refusal
from engine.times import rfc3339


def join(state: RoomState, entry: RoomEntry) -> MemberJoined | PlaceView | Refusal:
    """A place at the end of the line, a pass for those who need not wait, or what there is already."""
    request = entry.request
    member = state.member_of(request.principal)
    if member is not None:  # Q1: one place an identity
        return place_view(state, member, entry.at_ms)
    refusal = _obstacle(state, request)
    if refusal is not None:
        return refusal
    at_once = _bypasses(state, request) or (
        state.terms.mode == "passthrough" and state.phase is RoomPhase.OPEN
    )
    expires_ms = entry.at_ms + state.terms.pass_ttl_ms if at_once else 0
    return MemberJoined(f"que_{entry.fresh_id}", state.joined + 1, expires_ms)


def _obstacle(state: RoomState, request: RoomRequest) -> Refusal | None:
    """Why somebody may not join; the first reason in the order of the catalogue."""
    former = state.former.get(request.principal)
    if former is not None and former.ending is Ending.REVOKED:
        return farewell(former)
    if state.terms.mode == "reject" and not _bypasses(state, request):
        return Refusal(Code.NOT_ADMITTED, "Nobody can join now.")
    if state.waiting >= state.terms.members_max:
        return Refusal(Code.LIMIT_EXCEEDED, "The waiting room is full.")
    if state.phase is RoomPhase.CLOSED:
        return Refusal(Code.SALE_NOT_OPEN, _closed(state.terms))
    if state.phase is RoomPhase.OVER:
        return Refusal(Code.SOLD_OUT) if state.sold_out else Refusal(Code.SALE_NOT_OPEN, "The sale is over.")
    return None


def _closed(terms: QueueTerms) -> str:
    """That nobody may join yet, and from when on, if that is set."""
    until_ms = terms.opens_ms if terms.gathers_ms is None else terms.gathers_ms
    return "The waiting room is closed" + ("." if until_ms is None else f" until {rfc3339(until_ms)}.")


def _bypasses(state: RoomState, request: RoomRequest) -> bool:
    """Whether this caller need not wait."""
    return request.role != "buyer" or not set(state.terms.bypass_channels).isdisjoint(request.channels)


def leave(state: RoomState, principal: str) -> MemberLeft | DoneView | Refusal:
    """Give up a place or give back a pass; who has done so is told the same again."""
    member = state.member_of(principal)
    if member is not None:
        return MemberLeft(member.number, member.ticket)
    former = state.former.get(principal)
    if former is None:
        return Refusal(Code.NOT_FOUND, "You have no place here.")
    return DoneView(state.phase.public_name) if former.ending is Ending.LEFT else farewell(former)
