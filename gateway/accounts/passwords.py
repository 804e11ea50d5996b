"""Hashes passwords with argon2id (RFC 9106), off the loop, and only so many at a time.

A hash takes 19 MiB and some ten milliseconds on purpose. Without a bound, those who try passwords
would take the memory and the cores that sell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

# The floor that OWASP's cheat sheet names for argon2id.
MEMORY_KIB: Final = 19 * 1024
PASSES: Final = 2
LANES: Final = 1
T = TypeVar("T")


class HasherBusy(Exception):
    """More passwords wait to be hashed than may."""


class Passwords:
    """Hashes and compares. Every call may raise `HasherBusy`."""

    def __init__(self, at_once: int, waiting_max: int, memory_kib: int = MEMORY_KIB) -> None:
        self._hasher = _hasher(memory_kib)
        self._turns = asyncio.Semaphore(at_once)
        self._room = at_once + waiting_max
        self._inside = 0
        self._nobody = _nobodys_hash(memory_kib)

    async def hash(self, password: str) -> str:
        """The password's hash in PHC format, with a salt of its own."""
        return await self._in_turn(lambda: self._hasher.hash(password))

    async def fits(self, known: str | None, password: str) -> bool:
        """Whether a password is the one that was hashed; always as slow, also without anything known."""
        fits = await self._in_turn(lambda: self._fits(known or self._nobody, password))
        return fits and known is not None

    def outdated(self, known: str) -> bool:
        """Whether a hash was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(known)

    def _fits(self, known: str, password: str) -> bool:
        try:
            return self._hasher.verify(known, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False

    async def _in_turn(self, work: Callable[[], T]) -> T:
        if self._inside >= self._room:
            raise HasherBusy(f"{self._room} passwords are being hashed or wait for it")
        self._inside += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work)
        finally:
            self._inside -= 1


def _hasher(memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=PASSES, memory_cost=memory_kib, parallelism=LANES)


@lru_cache(1)
def _nobodys_hash(memory_kib: int) -> str:
    """Compared with where there is no account, so that it takes as long as where there is one."""
    return _hasher(memory_kib).hash("nobody has this password")
