"""Organisers, who belongs to them, and their API keys, in memory."""

from __future__ import annotations

from msgspec.structs import replace

from engine.accounts.nouns import ApiKey, Membership, Organiser
from engine.catalogue import DEFAULT_ORGANISER
from engine.journal import StorageUnavailable
from persistence.memory.database import MemoryDatabase


class MemoryOrganisers:
    """Organisers; the first one is always there. Every call raises `StorageUnavailable` while down."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._organisers = {DEFAULT_ORGANISER: Organiser(DEFAULT_ORGANISER, "Organiser", 0)}
        self._members: dict[tuple[str, str], Membership] = {}
        self._keys: dict[str, ApiKey] = {}

    async def add(self, organiser: Organiser) -> None:
        """Keep a new organiser."""
        self._reach()
        self._organisers[organiser.id] = organiser

    async def organiser(self, organiser_id: str) -> Organiser | None:
        """The organiser by its id."""
        self._reach()
        return self._organisers.get(organiser_id)

    async def put_member(self, member: Membership) -> bool:
        """Make an account a member, or give it another role; False without such an organiser."""
        self._reach()
        if member.organiser not in self._organisers:
            return False
        self._members[member.organiser, member.account] = member
        return True

    async def drop_member(self, organiser_id: str, account: str) -> bool:
        """The account is no member any more; False when it was none."""
        self._reach()
        return self._members.pop((organiser_id, account), None) is not None

    async def members(self, organiser_id: str) -> list[Membership]:
        """Who belongs to an organiser, by id."""
        self._reach()
        return [each for key, each in sorted(self._members.items()) if key[0] == organiser_id]

    async def memberships(self, account: str) -> list[Membership]:
        """Where an account belongs, by organiser."""
        self._reach()
        return [each for key, each in sorted(self._members.items()) if key[1] == account]

    async def add_key(self, key: ApiKey) -> None:
        """Keep a new API key."""
        self._reach()
        self._keys[key.id] = key

    async def key(self, digest: bytes) -> ApiKey | None:
        """The key whose hash this is, revoked or not."""
        self._reach()
        return next((each for each in self._keys.values() if each.digest == digest), None)

    async def keys(self, organiser_id: str) -> list[ApiKey]:
        """The keys of an organiser that are good, the newest first."""
        self._reach()
        good = [each for each in self._keys.values() if each.revoked_ms is None]
        return sorted((each for each in good if each.organiser == organiser_id), key=_newest_first)

    async def revoke_key(self, organiser_id: str, key_id: str, now_ms: int) -> bool:
        """The key is good no more; False when the organiser has no such one."""
        self._reach()
        key = self._keys.get(key_id)
        if key is None or key.organiser != organiser_id or key.revoked_ms is not None:
            return False
        self._keys[key_id] = replace(key, revoked_ms=now_ms)
        return True

    def forget(self, accounts: set[str]) -> None:
        """These accounts are nobody's any more."""
        for place in [each for each in self._members if each[1] in accounts]:
            del self._members[place]
        for key in [each for each in self._keys.values() if each.created_by in accounts]:
            self._keys[key.id] = replace(key, created_by="")

    def _reach(self) -> None:
        if self._database.down:
            raise StorageUnavailable("the database is down")


def _newest_first(key: ApiKey) -> tuple[int, str]:
    return -key.created_ms, key.id
