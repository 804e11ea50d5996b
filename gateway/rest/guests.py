"""Guests over REST: a token for those who buy without an account."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.views import rfc3339
from gateway.auth import issue_token, principal_id
from gateway.rest.call import Call
from gateway.rest.operation import Operation

GUEST_TTL_S: Final = 24 * 3600
"""As long as a guest's orders can be looked up from the browser that made them."""


class GuestReply(msgspec.Struct, frozen=True):
    """A buyer's token until `expires_at`; whoever has it is `principal`."""

    token: str
    principal: str
    expires_at: str


async def become_guest(call: Call) -> GuestReply:
    """Become a buyer without an account: each call is another one, and counts for the rate of its address."""
    clock = call.parts.clock
    now_ms = clock.now_ms()
    subject = "usr_" + call.parts.ids.fresh(0, now_ms)
    token = issue_token(call.office.settings.secret, subject, "buyer", GUEST_TTL_S, now_s=now_ms / 1000)
    return GuestReply(token, principal_id(subject), rfc3339(now_ms + GUEST_TTL_S * 1000))


OPERATIONS: Final = (
    Operation(
        "POST",
        "/auth/guest",
        "Become a buyer without an account",
        become_guest,
        reply=GuestReply,
        status=201,
    ),
)
