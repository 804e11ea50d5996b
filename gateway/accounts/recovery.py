"""Recovery codes: what opens an account whose authenticator is lost, each once.

A code begins with its place among the ten, so that one hash is compared and not ten. The rest are
fifty random bits, which nobody guesses; kept is an argon2id hash all the same, as of passwords.
"""

from __future__ import annotations

from typing import Final

import structlog

from engine.accounts.nouns import Account
from gateway.accounts.mails import RECOVERED, Post
from gateway.accounts.passwords import Passwords
from gateway.accounts.ports import People
from gateway.accounts.secrets import Vault

CODES: Final = 10
LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's, in which nothing looks like something else; 32 of them, so that no remainder favours any."""
HALF: Final = 5
CODE_CHARS: Final = 1 + 2 * HALF
_log = structlog.get_logger(__name__)


def plain(code: str) -> str:
    """A code as it is hashed, however it was typed."""
    return code.replace("-", "").replace(" ", "").lower()


class RecoveryCodes:
    """Methods may raise `engine.journal.StorageUnavailable` and `HasherBusy`."""

    def __init__(self, people: People, passwords: Passwords, vault: Vault, post: Post) -> None:
        self._people = people
        self._passwords = passwords
        self._vault = vault
        self._post = post

    async def make(self, account: Account) -> tuple[str, ...]:
        """New codes in the place of all that there were; they are told this once."""
        codes = tuple(f"{place}-{self._half()}-{self._half()}" for place in range(CODES))
        # One after the other: whoever signs in meanwhile waits for one of them at most.
        hashes = [await self._passwords.hash(plain(code)) for code in codes]
        await self._people.set_recovery(account.id, tuple(hashes))
        _log.info("recovery_codes_made", account=account.id)
        return codes

    async def proves(self, account: Account, code: str) -> bool:
        """Whether a code is one of the account's; it is used up by that."""
        typed = plain(code)
        place = int(typed[0])
        known = account.recovery[place] if place < len(account.recovery) else ""
        if not await self._passwords.fits(known or None, typed):
            return False
        if not await self._people.use_recovery(account.id, place, known):
            return False
        self._post.send(account.email or "", RECOVERED)
        _log.warning("recovery_code_used", account=account.id, left=left(account) - 1)
        return True

    def _half(self) -> str:
        return "".join(LETTERS[byte % len(LETTERS)] for byte in self._vault.random_bytes(HALF))


def left(account: Account) -> int:
    """How many codes are still good."""
    return sum(1 for each in account.recovery if each)
