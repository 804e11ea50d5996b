"""What callers see of a room. Times are Unix milliseconds: gateways write them for people."""

from __future__ import annotations

import msgspec

from engine.queue.admission import level
from engine.queue.draw import seed_hash
from engine.queue.events import MemberJoined, RoomEvent
from engine.queue.members import Ending, Former, Member
from engine.queue.phases import RoomPhase
from engine.queue.state import RoomState
from engine.queue.terms import QueueTerms
from engine.queue.waits import Tempo, Wait, estimate, tempo
from engine.refusals import Code, Refusal


class PlaceView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A member's place (`slot` in the line, `position` once there is one), or pass.

    `left` is how many places of the event are free, if that is known, `paused_ms` since when nobody
    is let in, 0 while people are, and `pause_reason` what is told of why.
    """

    ticket: str
    number: int
    slot: int
    phase: str
    position: int | None = None
    ahead: int | None = None
    wait: Wait | None = None
    left: int | None = None
    pass_expires_ms: int = 0
    paused_ms: int = 0
    pause_reason: str = ""


class RoomView(msgspec.Struct, frozen=True):
    """How a room stands. `pressure` is in thousandths; `stock` is free and held places; a pause as above."""

    phase: str
    terms: QueueTerms
    waiting: int
    active: int
    joined: int
    sold_out: bool
    tempo: Tempo
    pressure: int
    stock: tuple[int, int] | None
    draws_ms: int
    paused_ms: int
    pause_reason: str


class DrawView(msgspec.Struct, frozen=True):
    """What is published of the draw: a page of `(ticket, position)` in the order of joining.

    `seed_hash` and `list_hash` are empty before they are published, `seed` (hexadecimal) until
    the draw is made; positions are 0 until then. `next` is the `after` of the following page.
    """

    seed_hash: str
    list_hash: str
    size: int
    seed: str
    entries: tuple[tuple[str, int], ...]
    next: int | None


class FoundView(msgspec.Struct, frozen=True):
    """Where members stand: `(ticket, slot, pass_expires_ms)`; those who are none are left out."""

    found: tuple[tuple[str, int, int], ...]


class DoneView(msgspec.Struct, frozen=True):
    """It was done."""

    phase: str


RoomAnswer = PlaceView | RoomView | DrawView | FoundView | DoneView
_CODES = {
    Ending.LEFT: Code.QUEUE_TICKET_EXPIRED,
    Ending.LAPSED: Code.QUEUE_TICKET_EXPIRED,
    Ending.EXPIRED: Code.QUEUE_TICKET_EXPIRED,
    Ending.REVOKED: Code.NOT_ADMITTED,
    Ending.SOLD_OUT: Code.SOLD_OUT,
    Ending.CLOSED: Code.SALE_NOT_OPEN,
}
_SENTENCES = {
    Ending.LEFT: "You gave it back.",
    Ending.LAPSED: "There was no sign of you for too long.",
    Ending.EXPIRED: "Its time has run out.",
    Ending.REVOKED: "The organiser took it back.",
    Ending.SOLD_OUT: "Nothing is left.",
    Ending.CLOSED: "The organiser ended the sale.",
}


def farewell(former: Former) -> Refusal:
    """Why somebody is no member any more."""
    return Refusal(_CODES[former.ending], _SENTENCES[former.ending], (former.ticket,))


def place_view(state: RoomState, member: Member, at_ms: int) -> PlaceView:
    """A member's place or pass as it is at `at_ms`."""
    phase = state.phase.public_name
    if not member.waits:
        expires_ms = member.pass_expires_ms
        return PlaceView(member.ticket, member.number, 0, phase, pass_expires_ms=expires_ms)
    position = state.position(member)
    left = None if state.stock is None else state.stock[0]
    if position is None:
        return PlaceView(member.ticket, member.number, member.slot, phase, left=left)
    wait = estimate(tempo(state), position - 1, starts_in_ms(state, at_ms))
    return PlaceView(
        *(member.ticket, member.number, member.slot, phase, position, position - 1),
        *(wait, left),
        paused_ms=state.paused_ms,
        pause_reason=state.pause_reason,
    )


def starts_in_ms(state: RoomState, at_ms: int) -> int:
    """How long until people are let in, as far as the terms say so."""
    opens_ms = state.terms.opens_ms
    return max(0, opens_ms - at_ms) if state.phase is RoomPhase.PRE and opens_ms is not None else 0


def room_view(state: RoomState) -> RoomView:
    """How the room stands."""
    return RoomView(
        state.phase.public_name,
        state.terms,
        state.waiting,
        state.active,
        state.joined,
        state.sold_out,
        tempo(state),
        level(state),
        state.stock,
        state.draw.draws_ms,
        state.paused_ms,
        state.pause_reason,
    )


def draw_view(state: RoomState, after: int, limit: int) -> DrawView:
    """A page of what is published of the draw."""
    draw = state.draw
    stop = after + limit
    places = draw.places or (0,) * len(draw.tickets)
    return DrawView(
        seed_hash(state.seed) if state.seed else "",
        draw.list_hash,
        len(draw.tickets),
        state.seed.hex() if draw.drawn_ms else "",
        tuple(zip(draw.tickets[after:stop], places[after:stop], strict=True)),
        stop if stop < len(draw.tickets) else None,
    )


def found_view(state: RoomState, tickets: tuple[str, ...]) -> FoundView:
    """Where the members with these tickets stand."""
    numbers = [state.number_of_ticket[each] for each in tickets if each in state.number_of_ticket]
    members = [state.members[number] for number in numbers]
    return FoundView(tuple([(each.ticket, each.slot, each.pass_expires_ms) for each in members]))


def render(state: RoomState, principal: str, event: RoomEvent, at_ms: int) -> RoomAnswer | Refusal:
    """The answer to a command that led to `event`, as its author's affairs now stand."""
    if not isinstance(event, MemberJoined):
        return DoneView(state.phase.public_name)
    member = state.member_of(principal)
    return place_view(state, member, at_ms) if member is not None else farewell(state.former[principal])
