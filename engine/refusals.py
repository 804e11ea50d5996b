"""Why a section says no: one enum in order of precedence, each a phrase that support can read aloud.

When several reasons apply the first in this order is given. The codes are those of the
public error catalogue (`protocol.errors`); a test holds the two together.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self, final

import msgspec


class Code(StrEnum):
    """A refusal's stable code; declaration order is precedence."""

    phrase: str

    def __new__(cls, code: str, phrase: str) -> Self:
        """Keep the phrase beside the code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.phrase = phrase
        return member

    SCOPE_MISSING = "scope_missing", "You may not do this."
    NOT_ADMITTED = "not_admitted", "The queue has not admitted you."
    NOT_FOUND = "not_found", "There is nothing here by that name."
    HOLD_EXPIRED = "hold_expired", "The hold has ended; its seats went back on sale."
    OFFER_EXPIRED = "offer_expired", "The offer has ended; its seats went to the next in line."
    QUEUE_TICKET_EXPIRED = "queue_ticket_expired", "Your place in the queue has ended."
    SEAT_TAKEN = "seat_taken", "Somebody else has this seat."
    SEAT_NOT_FOR_SALE = "seat_not_for_sale", "This seat is not for sale."
    CHANNEL_DENIED = "channel_denied", "This seat is reserved for another sales channel."
    BEST_AVAILABLE_NOT_FOUND = "best_available_not_found", "No seats fit the request."
    HOLD_MISMATCH = "hold_mismatch", "The hold is not in a state that allows this."
    ALREADY_BOOKED = "already_booked", "This order is booked already."
    SEATS_AVAILABLE = "seats_available", "Seats that fit are free: hold them."
    ALREADY_WAITING = "already_waiting", "You are on this waitlist already."
    INVALID = "invalid", "The request does not make sense as it stands."
    LIMIT_EXCEEDED = "limit_exceeded", "This would exceed a limit of the sale."
    ORPHAN_RULE = "orphan_rule", "This choice would leave a single seat alone."
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused", "The key was used for a different request."
    SALE_NOT_OPEN = "sale_not_open", "The sale is not open."
    SALE_PAUSED = "sale_paused", "The sale is paused."
    SOLD_OUT = "sold_out", "Not enough places are left."


@final
class Refusal(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A refusal with what helps the caller: the objects concerned and what could be had instead."""

    code: Code
    detail: str = ""
    objects: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
