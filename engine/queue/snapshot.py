"""A room's state as bytes, and its digest; only the truth is stored."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b

import msgspec
from msgspec.structs import astuple

from engine.queue.members import Draw, Former, KeyOutcome, Member, Pace, Pressure
from engine.queue.phases import RoomPhase
from engine.queue.state import PACES_MAX, RoomState, derive
from engine.queue.terms import QueueTerms

FORMAT = 1
_DIGEST_BYTES = 32


class CapturedRoom(msgspec.Struct, frozen=True, array_like=True):
    """The truth of a room at one instant; nothing in it changes any more."""

    format: int
    seq: int
    at_ms: int
    event_id: str
    terms: QueueTerms
    phase: RoomPhase
    sold_out: bool
    joined: int
    seed: bytes
    draw: Draw
    members: tuple[Member, ...]
    former: tuple[Former, ...]
    void: tuple[tuple[str, int], ...]
    seen: tuple[tuple[int, int], ...]
    credit: int
    credited_ms: int
    admitted_ms: int
    waiting_since_ms: int
    paces: tuple[Pace, ...]
    pressures: tuple[Pressure, ...]
    stock: tuple[int, int] | None
    since_stock: int
    outcomes: tuple[KeyOutcome, ...]
    paused_ms: int = 0
    pause_reason: str = ""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(CapturedRoom)


def capture_room(state: RoomState) -> CapturedRoom:
    """A cheap copy of the truth, safe to be read while the state goes on."""
    return CapturedRoom(
        FORMAT,
        state.seq,
        state.at_ms,
        state.event_id,
        state.terms,
        state.phase,
        state.sold_out,
        state.joined,
        state.seed,
        state.draw,
        tuple(state.members.values()),
        tuple(state.former.values()),
        tuple(state.void.items()),
        tuple(state.seen.items()),
        state.credit,
        state.credited_ms,
        state.admitted_ms,
        state.waiting_since_ms,
        tuple(state.paces),
        tuple(state.pressures.values()),
        state.stock,
        state.since_stock,
        tuple(state.outcomes.values()),
        state.paused_ms,
        state.pause_reason,
    )


def encode_room(captured: CapturedRoom) -> bytes:
    """The bytes of a snapshot; the same truth gives the same bytes.

    Fields that joined later are left out while they are at their defaults: a truth from before has
    the bytes, and so the digest, that it had then.
    """
    fields = list(astuple(captured))
    for default in reversed(CapturedRoom.__struct_defaults__):
        if fields[-1] != default:
            break
        fields.pop()
    return _encoder.encode(fields)


def restore_room(data: bytes) -> RoomState:
    """The state that was captured. Raises `msgspec.DecodeError` or `ValueError` on other data."""
    stored = _decoder.decode(data)
    if stored.format != FORMAT:
        raise ValueError(f"snapshot format {stored.format}, expected {FORMAT}")
    state = RoomState()
    state.seq, state.at_ms, state.event_id = stored.seq, stored.at_ms, stored.event_id
    state.terms, state.phase, state.sold_out = stored.terms, stored.phase, stored.sold_out
    state.joined, state.seed, state.draw = stored.joined, stored.seed, stored.draw
    state.members = {member.number: member for member in stored.members}
    state.former = OrderedDict((former.principal, former) for former in stored.former)
    state.void, state.seen = OrderedDict(stored.void), OrderedDict(stored.seen)
    state.credit, state.credited_ms = stored.credit, stored.credited_ms
    state.admitted_ms, state.waiting_since_ms = stored.admitted_ms, stored.waiting_since_ms
    state.paces.extend(stored.paces[-PACES_MAX:])
    state.pressures = {pressure.source: pressure for pressure in stored.pressures}
    state.stock, state.since_stock = stored.stock, stored.since_stock
    state.paused_ms, state.pause_reason = stored.paused_ms, stored.pause_reason
    state.outcomes = OrderedDict(((each.principal, each.idem), each) for each in stored.outcomes)
    try:
        derive(state)
    except (IndexError, KeyError) as error:
        raise ValueError(f"the snapshot names whom the room has not: {error}") from error
    return state


def room_digest(state: RoomState | CapturedRoom) -> str:
    """Hexadecimal BLAKE2b of the truth; equal states, and only they, have equal digests."""
    captured = capture_room(state) if isinstance(state, RoomState) else state
    return blake2b(encode_room(captured), digest_size=_DIGEST_BYTES).hexdigest()
