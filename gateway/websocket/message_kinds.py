"""Which messages need a token, and which of them an idempotency key."""

from __future__ import annotations

from typing import Final, get_args

from gateway.access.rights import SOCKET
from protocol.requests import AnyRequest, CheckoutBegin, HoldCreate, HoldExtend, HoldSwap, OrderCancel
from protocol.waitlist_requests import WaitlistAccept, WaitlistJoin

KEYED: Final = frozenset(
    (HoldCreate, HoldExtend, HoldSwap, CheckoutBegin, OrderCancel, WaitlistJoin, WaitlistAccept)
)
"""Requests that need an idempotency key; giving back a hold twice does no harm."""
COMMANDS: Final = frozenset(
    kind for kind in get_args(AnyRequest) if SOCKET[str(kind.__struct_config__.tag)].who != "anyone"
)
"""Requests that need a token: guests may look only."""
