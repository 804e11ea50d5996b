"""Whom API keys speak for. A key is known by its hash; one that is not known is not looked for twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from engine.accounts.nouns import ApiKey
from engine.catalogue import Mode
from gateway.access.auth import Principal
from gateway.accounts.ports import Organisers
from gateway.accounts.revocations import Revocations
from gateway.accounts.secrets import digest_of
from gateway.accounts.settings import AccountSettings
from protocol.errors import ErrorCode

SECRET_OF: Final[Mapping[Mode, str]] = MappingProxyType({"live": "sk_live_", "test": "sk_test_"})
PREFIX: Final = "sk_"


class _Known(msgspec.Struct, frozen=True):
    principal: Principal | None
    until_ms: int


class Keyring:
    """Verifies API keys. What it has looked up it believes for a few seconds."""

    def __init__(self, organisers: Organisers, revocations: Revocations, settings: AccountSettings) -> None:
        self._organisers = organisers
        self._revocations = revocations
        self._settings = settings
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    async def verify(self, secret: str, now_ms: int) -> Principal | ErrorCode:
        """The caller that a key speaks for. May raise `StorageUnavailable`."""
        digest = digest_of(secret)
        known = self._known.get(digest)
        if known is None or now_ms >= known.until_ms:
            key = await self._organisers.key(digest)
            principal = None if key is None or key.revoked_ms is not None else _principal(key)
            known = self._remember(digest, _Known(principal, now_ms + self._settings.keys_cached_ms))
        if known.principal is None or self._revocations.covers(known.principal):
            return ErrorCode.TOKEN_INVALID
        return known.principal

    def _remember(self, digest: bytes, known: _Known) -> _Known:
        self._known[digest] = known
        self._known.move_to_end(digest)
        if len(self._known) > self._settings.keys_cached_max:
            self._known.popitem(last=False)
        return known


def _principal(key: ApiKey) -> Principal:
    return Principal(
        key.id,
        "buyer",
        (),
        float("inf"),
        memberships=((key.organiser, "organiser"),),
        scopes=frozenset(key.scopes),
        mode=key.mode,
        issued_ms=key.created_ms,
    )
