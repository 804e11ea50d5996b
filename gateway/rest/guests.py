"""Guests over REST: a token for those who buy without an account."""

from __future__ import annotations

from typing import Final

from engine.views import rfc3339
from gateway.access.auth import issue_token, principal_id
from gateway.access.handover import HANDOVER_TTL_S, brought, hand_over, take_over
from gateway.rest.auth import admit
from gateway.rest.call import Call
from gateway.rest.operation import Operation
from protocol.accounts import GuestBody, GuestReply, HandoverReply
from protocol.errors import ErrorCode, Problem, problem

GUEST_TTL_S: Final = 24 * 3600
"""As long as a guest's orders can be looked up from the browser that made them."""


async def become_guest(call: Call) -> GuestReply | Problem:
    """Become a buyer without an account: each call is another one, and counts for the rate of its address.

    Whoever proves the `email` later, with an account, finds the orders again. Of a guest without one
    nothing is kept: a crowd that only looks costs the database nothing. With a `handover` the caller is
    the guest who asked for that code, for as long as that one's own token is good.
    """
    body: GuestBody = call.body
    if body.handover is not None:
        return await _handed(call, body.handover)
    if call.office.accounts is None or body.email is None:
        return _stranger(call)
    known = await admit(call)
    tokens = await known.sign_in.be_guest(body)
    expires_at = rfc3339(call.parts.clock.now_ms() + tokens.expires_in * 1000)
    return GuestReply(tokens.access_token, tokens.account, expires_at, tokens.refresh_token, tokens.session)


def _stranger(call: Call) -> GuestReply:
    """A guest whom nobody remembers."""
    now_ms = call.parts.clock.now_ms()
    subject = "usr_" + call.parts.ids.fresh(0, now_ms)
    token = issue_token(call.office.settings.secret, subject, "buyer", GUEST_TTL_S, now_s=now_ms / 1000)
    return GuestReply(token, principal_id(subject), rfc3339(now_ms + GUEST_TTL_S * 1000))


async def _handed(call: Call, code: str) -> GuestReply | Problem:
    """The guest whom a code hands over, to whoever brings it first."""
    secret, now_s = call.office.settings.secret, call.parts.clock.now_ms() / 1000
    handed = take_over(secret, code, now_s)
    if isinstance(handed, ErrorCode):
        return problem(handed)
    verdicts = await call.limiter.take([brought(handed)])
    if any(verdict.limited for verdict in verdicts):
        return problem(ErrorCode.TOKEN_INVALID, "This code was used before.")
    token = issue_token(secret, handed.sub, "buyer", handed.until - int(now_s), now_s=now_s)
    return GuestReply(token, handed.sub, rfc3339(handed.until * 1000))


async def hand_guest_over(call: Call) -> HandoverReply | Problem:
    """Get a code by which another page, of the server's own, becomes the same guest for two minutes."""
    if not call.caller.anonymous:
        return problem(ErrorCode.SCOPE_MISSING, "Only guests are handed over; accounts sign in.")
    now_ms = call.parts.clock.now_ms()
    code_id = call.parts.ids.fresh(0, now_ms)
    code = hand_over(call.office.settings.secret, call.caller, code_id, now_ms / 1000)
    return HandoverReply(code, rfc3339(now_ms + HANDOVER_TTL_S * 1000))


OPERATIONS: Final = (
    Operation(
        "POST",
        "/auth/guest",
        "Become a buyer without an account",
        become_guest,
        GuestBody,
        GuestReply,
        status=201,
        bare=True,
        errors=(ErrorCode.RATE_LIMITED, ErrorCode.TOKEN_INVALID, ErrorCode.TOKEN_EXPIRED),
    ),
    Operation(
        "POST",
        "/auth/handover",
        "Hand a guest over to a page of the server's own",
        hand_guest_over,
        reply=HandoverReply,
        status=201,
        errors=(ErrorCode.SCOPE_MISSING,),
    ),
)
