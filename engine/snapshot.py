"""A section's state as bytes, and its digest.

`capture` copies references only, so that the expensive part (`encode`, `digest`) can run in
another thread while the section goes on selling. Only the truth is stored; what is derived
from it is derived again.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import msgspec

from engine.holds import Ended, Hold, Lent, Order, Outcome
from engine.layout import SectionLayout
from engine.pieces import array_header, encoded_in_pieces
from engine.state import BLOCKED, SectionState, derive
from engine.terms import Terms
from engine.waitlist.party import Party, Past
from engine.waitlist.waitlist import Waitlist

FORMAT = 1
_DIGEST_BYTES = 32


class Waiting(msgspec.Struct, frozen=True, array_like=True):
    """The truth of a waitlist."""

    parties: tuple[Party, ...]
    past: tuple[Past, ...]
    joined: int


class Captured(msgspec.Struct, frozen=True):
    """The truth of a section at one instant; nothing in it changes any more."""

    seq: int
    at_ms: int
    event_id: str
    plan_digest: str
    terms: Terms
    holds: tuple[Hold, ...]
    orders: tuple[Order, ...]
    ended: tuple[Ended, ...]
    outcomes: tuple[Outcome, ...]
    status: bytes
    seat_off_sale: bytes
    area_off_sale: bytes
    seat_channel: tuple[str | None, ...]
    area_channel: tuple[str | None, ...]
    waiting: Waiting | None
    lent: tuple[Lent, ...]


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    format: int
    seq: int
    at_ms: int
    event_id: str
    plan_digest: str
    terms: Terms
    holds: tuple[Hold, ...]
    orders: tuple[Order, ...]
    ended: tuple[Ended, ...]
    outcomes: tuple[Outcome, ...]
    blocked: tuple[int, ...]
    seats_off_sale: tuple[int, ...]
    areas_off_sale: tuple[int, ...]
    seat_channels: tuple[tuple[int, str], ...]
    area_channels: tuple[tuple[int, str], ...]
    waiting: Waiting | None = None
    lent: tuple[Lent, ...] = ()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Stored)


def capture(state: SectionState) -> Captured:
    """A cheap copy of the truth, safe to be read while the state goes on."""
    return Captured(
        state.seq,
        state.at_ms,
        state.event_id,
        state.plan_digest,
        state.terms,
        tuple(state.holds.values()),
        tuple(state.orders.values()),
        tuple(state.ended.values()),
        tuple(state.outcomes.values()),
        bytes(state.status),
        bytes(state.seat_off_sale),
        bytes(state.area_off_sale),
        tuple(state.seat_channel),
        tuple(state.area_channel),
        _waiting(state.waitlist),
        tuple(state.lent.values()),
    )


def encode(captured: Captured) -> bytes:
    """The bytes of a snapshot; the same truth gives the same bytes."""
    return b"".join(pieces(captured))


def pieces(captured: Captured) -> Iterator[bytes]:
    """The same, a little at a time: `_Stored` field by field, and its long arrays in parts."""
    # Where nobody ever waited and nothing is lent nothing is said of it.
    said = 2 if captured.lent else int(captured.waiting is not None)
    yield array_header(len(_Stored.__struct_fields__) - 2 + said)
    head = (FORMAT, captured.seq, captured.at_ms, captured.event_id, captured.plan_digest, captured.terms)
    yield from map(_encoder.encode, head)
    for items in (captured.holds, captured.orders, captured.ended, captured.outcomes):
        yield from encoded_in_pieces(items)
    yield _encoder.encode(_places_of(BLOCKED, captured.status))
    for flags in (captured.seat_off_sale, captured.area_off_sale):
        yield _encoder.encode(_places_of(True, flags))
    for channels in (captured.seat_channel, captured.area_channel):
        yield _encoder.encode(_named(channels))
    if captured.waiting is not None or captured.lent:
        yield _encoder.encode(captured.waiting)
    if captured.lent:
        yield from encoded_in_pieces(captured.lent)


def restore(layout: SectionLayout, data: bytes) -> SectionState:
    """The state that was captured. Raises `msgspec.DecodeError` or `ValueError` on other data."""
    stored = _decoder.decode(data)
    if stored.format != FORMAT:
        raise ValueError(f"snapshot format {stored.format}, expected {FORMAT}")
    state = SectionState(layout)
    state.seq, state.at_ms = stored.seq, stored.at_ms
    state.event_id, state.plan_digest = stored.event_id, stored.plan_digest
    state.terms = stored.terms
    state.holds = {hold.id: hold for hold in stored.holds}
    state.orders = {order.id: order for order in stored.orders}
    state.ended = {ended.id: ended for ended in stored.ended}
    state.lent = {lent.gathering: lent for lent in stored.lent}
    state.outcomes = {(each.principal, each.idem): each for each in stored.outcomes}
    try:
        _mark(state, stored)
        if stored.waiting is not None:
            state.waitlist.fill(stored.waiting.parties, stored.waiting.past, stored.waiting.joined)
            state.waitlist.noted(stored.seq)
        derive(state)
    except (IndexError, KeyError) as error:
        raise ValueError(f"the snapshot names what {layout.name} has not: {error}") from error
    return state


def _mark(state: SectionState, stored: _Stored) -> None:
    """Fill what is kept by ordinal. Raises `IndexError` for an ordinal that there is not."""
    for seat in stored.blocked:
        state.status[seat] = BLOCKED
    for seat in stored.seats_off_sale:
        state.seat_off_sale[seat] = True
    for area in stored.areas_off_sale:
        state.area_off_sale[area] = True
    for seat, channel in stored.seat_channels:
        state.seat_channel[seat] = channel
    for area, channel in stored.area_channels:
        state.area_channel[area] = channel


def digest(state: SectionState | Captured) -> str:
    """Hexadecimal BLAKE2b of the truth; equal states, and only they, have equal digests."""
    captured = capture(state) if isinstance(state, SectionState) else state
    return digest_of(encode(captured))


def digest_of(data: bytes) -> str:
    """The digest of the state that `encode` gave these bytes for."""
    return blake2b(data, digest_size=_DIGEST_BYTES).hexdigest()


def _places_of(value: int, values: bytes) -> list[int]:
    """Where a value stands; mostly it stands nowhere, and to find that out takes no walk."""
    if value not in values:
        return []
    return [index for index, each in enumerate(values) if each == value]


def _named(channels: tuple[str | None, ...]) -> list[tuple[int, str]]:
    if channels.count(None) == len(channels):
        return []
    return [(index, channel) for index, channel in enumerate(channels) if channel is not None]


def _waiting(waitlist: Waitlist) -> Waiting | None:
    if waitlist.empty:
        return None
    return Waiting(tuple(waitlist.parties.values()), tuple(waitlist.past.values()), waitlist.joined)
