"""Authenticators: time-based one-time passwords after RFC 6238, each good once; or what stands in for one."""

from __future__ import annotations

from collections.abc import Callable
from hmac import compare_digest
from typing import Final

import pyotp

from engine.accounts.nouns import Account
from gateway.accounts.ports import People
from gateway.accounts.recovery import CODE_CHARS, RecoveryCodes, plain
from gateway.accounts.secrets import Vault

ISSUER: Final = "Holdfast"
STEP_S: Final = 30
STEPS_OFF_MAX: Final = 1
"""How far an authenticator's clock may be from ours, each way."""


class Authenticator:
    """Judges the codes of authenticators. Methods may raise `StorageUnavailable` and `HasherBusy`."""

    def __init__(
        self, people: People, vault: Vault, recovery: RecoveryCodes, now_ms: Callable[[], int]
    ) -> None:
        self.recovery = recovery
        self._people = people
        self._vault = vault
        self._now_ms = now_ms

    async def proves(self, account: Account, code: str) -> bool:
        """Whether a code is the account's authenticator's, or a recovery code; it is used up by that."""
        if len(plain(code)) == CODE_CHARS:
            return await self.recovery.proves(account, code)
        secret = None if account.totp is None else self._vault.unseal(account.totp)
        step = None if secret is None else self.step_of(secret, code)
        return step is not None and await self._people.use_step(account.id, step)

    def step_of(self, secret: str, code: str) -> int | None:
        """The step whose code this is, of those near to now."""
        totp = pyotp.TOTP(secret, interval=STEP_S)
        now = self._now_ms() // 1000 // STEP_S
        near = range(now - STEPS_OFF_MAX, now + STEPS_OFF_MAX + 1)
        return next((step for step in near if compare_digest(totp.generate_otp(step), code)), None)

    def uri(self, secret: str, email: str) -> str:
        """What the authenticator's camera reads."""
        return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=email, issuer_name=ISSUER)
