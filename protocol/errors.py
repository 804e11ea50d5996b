"""The error catalogue: RFC 9457 problems, the same over REST and in a websocket reply's `e`.

Declaration order is precedence: when several reasons apply, the first is given. A code's
meaning never changes; new codes may be added.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Self

import msgspec

TYPE_BASE: Final = "https://holdfast.example/errors/"
"""Prefix of a problem's `type`; it names the kind of error and need not be fetched."""


class ErrorCode(StrEnum):
    """Every code that a client may meet, with its HTTP status and title."""

    status: int
    title: str  # type: ignore[assignment]  # an error's title, not the method of strings
    retryable: bool

    def __new__(cls, code: str, status: int, title: str, retryable: bool = False) -> Self:
        """Keep status, title and whether the same request may succeed later beside the code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.status = status
        member.title = title
        member.retryable = retryable
        return member

    MALFORMED = "malformed", 400, "The message could not be read"
    UNSUPPORTED_VERSION = "unsupported_version", 400, "This version is not spoken here"
    IDEMPOTENCY_KEY_MISSING = "idempotency_key_missing", 400, "This command needs an idempotency key"
    TOKEN_MISSING = "token_missing", 401, "A token is needed"
    TOKEN_INVALID = "token_invalid", 401, "The token is not valid"
    TOKEN_EXPIRED = "token_expired", 401, "The token has expired"
    CREDENTIALS_INVALID = "credentials_invalid", 401, "The address or the password is wrong"
    CODE_INVALID = "code_invalid", 401, "The code is wrong, was used, or has expired"
    SIGNATURE_INVALID = "signature_invalid", 401, "The signature is not valid"
    PAYMENT_DECLINED = "payment_declined", 402, "The payment was declined"
    SCOPE_MISSING = "scope_missing", 403, "You may not do this"
    CHALLENGE_REQUIRED = "challenge_required", 403, "The challenge has to be solved first"
    NOT_ADMITTED = "not_admitted", 403, "The queue has not admitted you"
    CSRF = "csrf", 403, "The request did not come from our pages"
    NOT_FOUND = "not_found", 404, "There is nothing here by that name"
    HOLD_EXPIRED = "hold_expired", 410, "The hold has ended"
    OFFER_EXPIRED = "offer_expired", 410, "The offer has ended"
    QUEUE_TICKET_EXPIRED = "queue_ticket_expired", 410, "The place in the queue has ended"
    TICKET_FORGED = "ticket_forged", 422, "The ticket was not issued here"
    WRONG_EVENT = "wrong_event", 409, "The ticket is for another event"
    TICKET_VOID = "ticket_void", 410, "The ticket is no longer valid"
    TICKET_USED = "ticket_used", 409, "The ticket was used before"
    SEAT_TAKEN = "seat_taken", 409, "Seat is no longer available"
    SEAT_NOT_FOR_SALE = "seat_not_for_sale", 409, "Seat is not for sale"
    CHANNEL_DENIED = "channel_denied", 409, "Seat is reserved for another channel"
    BEST_AVAILABLE_NOT_FOUND = "best_available_not_found", 409, "No seats fit the request"
    HOLD_MISMATCH = "hold_mismatch", 409, "The hold is not in a state that allows this"
    ALREADY_BOOKED = "already_booked", 409, "The order is booked already"
    SEATS_AVAILABLE = "seats_available", 409, "Seats that fit are free"
    ALREADY_WAITING = "already_waiting", 409, "You are on this waitlist already"
    IDEMPOTENCY_IN_PROGRESS = "idempotency_in_progress", 409, "The first request is still running", True
    TOO_LARGE = "too_large", 413, "The message is too large"
    INVALID = "invalid", 422, "The request does not make sense"
    LIMIT_EXCEEDED = "limit_exceeded", 422, "A limit of the sale would be exceeded"
    ORPHAN_RULE = "orphan_rule", 422, "A single seat would be left alone"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused", 422, "The key was used for another request"
    SALE_NOT_OPEN = "sale_not_open", 423, "The sale is not open", True
    SALE_PAUSED = "sale_paused", 423, "The sale is paused", True
    SOLD_OUT = "sold_out", 423, "Not enough places are left"
    RATE_LIMITED = "rate_limited", 429, "Too many requests", True
    SECTION_RECOVERING = "section_recovering", 503, "The section is recovering", True
    SECTION_OVERLOADED = "section_overloaded", 503, "The section is overloaded", True
    STORAGE_UNAVAILABLE = "storage_unavailable", 503, "Storage cannot be reached", True
    DRAINING = "draining", 503, "The server is draining", True
    DEADLINE_EXCEEDED = "deadline_exceeded", 504, "The request's own deadline passed", True
    OUTCOME_UNKNOWN = "outcome_unknown", 504, "The outcome is not known; retry with the same key", True
    INTERNAL = "internal", 500, "Something is broken on our side", True


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """An RFC 9457 problem object. `objects` and `alternatives` accompany `seat_taken` and `orphan_rule`.

    `section` and `pos` (`[ep, seq]`) say on which state a section refused; without them no
    section was asked, or none answered.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    retryable: bool = msgspec.field(default=False)
    retry_after_ms: int | None = None
    request_id: str | None = None
    objects: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
    section: str = ""
    pos: tuple[str, int] | None = None


def problem(  # noqa: PLR0913 # keywords, as the catalogue has them
    code: ErrorCode,
    detail: str = "",
    *,
    retry_after_ms: int | None = None,
    request_id: str | None = None,
    objects: tuple[str, ...] = (),
    alternatives: tuple[tuple[str, ...], ...] = (),
    section: str = "",
    pos: tuple[str, int] | None = None,
) -> Problem:
    """The problem object of a code, with what is known of this occurrence."""
    return Problem(
        type=TYPE_BASE + code.value,
        title=code.title,
        status=code.status,
        code=code.value,
        detail=detail or code.title,
        retryable=code.retryable,
        retry_after_ms=retry_after_ms,
        request_id=request_id,
        objects=objects,
        alternatives=alternatives,
        section=section,
        pos=pos,
    )
