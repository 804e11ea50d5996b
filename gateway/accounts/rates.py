"""How often somebody may try to sign in: from one address, and to one account from anywhere.

Beside the gateway's general limits, and far below them.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from gateway.accounts.settings import AccountSettings
from gateway.limiting.limiter import LOOPBACK, Limiter, refusal
from gateway.limiting.quotas import Attempt, read_quota
from protocol.errors import Problem

KEY_BYTES: Final = 16


class SignInRates:
    """Counts attempts. Accounts are counted by a hash of their address, whether there is one or not."""

    def __init__(self, limiter: Limiter, settings: AccountSettings) -> None:
        self._limiter = limiter
        self._address = read_quota(settings.attempts_per_address)
        self._account = read_quota(settings.attempts_per_account)
        self._mails = read_quota(settings.mails_per_account)

    async def refusal(
        self, address: str | None, account: str | None = None, *, mails: bool = False
    ) -> Problem | None:
        """Why this attempt comes too soon; `mails` says that it sends one."""
        attempts = []
        if self._address is not None and address is not None and address not in LOOPBACK:
            attempts.append(Attempt("address", f"sign-in {address}", self._address))
        if account is not None:
            key = blake2b(account.encode(), digest_size=KEY_BYTES).hexdigest()
            if self._account is not None:
                attempts.append(Attempt("account", key, self._account))
            if mails and self._mails is not None:
                attempts.append(Attempt("account", f"mail {key}", self._mails))
        return refusal(await self._limiter.take(attempts))
