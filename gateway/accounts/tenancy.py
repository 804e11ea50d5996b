"""Organisers, who belongs to them, and the API keys of their programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.accounts.nouns import FOREVER_MS, ApiKey, Membership, Organiser
from engine.views import rfc3339
from gateway.access.auth import Principal
from gateway.accounts.keyring import SECRET_OF
from gateway.accounts.ports import AccountStore
from gateway.accounts.revocations import Revocations
from gateway.accounts.secrets import Vault, digest_of
from gateway.accounts.sessions import LoginSessions, NewId
from protocol.accounts import (
    DoneReply,
    KeyReply,
    KeysReply,
    MemberBody,
    MemberReply,
    MembersReply,
    NewKey,
    NewOrganiser,
    OrganiserReply,
)
from protocol.errors import ErrorCode, Problem, problem

NO_ORGANISER: Final = problem(ErrorCode.NOT_FOUND, "There is no such organiser.")
NO_MEMBER: Final = problem(ErrorCode.NOT_FOUND, "The organiser has no such member.")
NO_KEY: Final = problem(ErrorCode.NOT_FOUND, "The organiser has no such key.")
KEYS_MAX: Final = 50
MEMBERS_MAX: Final = 500


class Tenancy:
    """Methods may raise `engine.journal.StorageError`."""

    def __init__(
        self,
        store: AccountStore,
        sessions: LoginSessions,
        revocations: Revocations,
        vault: Vault,
        now_ms: Callable[[], int],
        new_id: NewId,
    ) -> None:
        self._organisers = store.organisers
        self._revoked = store.sessions
        self._sessions = sessions
        self._revocations = revocations
        self._vault = vault
        self._now_ms = now_ms
        self._new_id = new_id

    async def create(self, body: NewOrganiser) -> OrganiserReply:
        """A new organiser, and who runs it."""
        organiser = Organiser(self._new_id("org"), body.name, self._now_ms())
        await self._organisers.add(organiser)
        if body.owner is not None:
            await self.put_member(organiser.id, MemberBody(body.owner, "organiser"))
        return _shown(organiser)

    async def read(self, organiser_id: str) -> OrganiserReply | Problem:
        """An organiser by its id."""
        organiser = await self._organisers.organiser(organiser_id)
        return NO_ORGANISER if organiser is None else _shown(organiser)

    async def put_member(self, organiser_id: str, body: MemberBody) -> MemberReply | Problem:
        """Make an account a member, or give it another role."""
        members = await self._organisers.members(organiser_id)
        if len(members) >= MEMBERS_MAX and all(each.account != body.account for each in members):
            return problem(ErrorCode.LIMIT_EXCEEDED, f"An organiser has {MEMBERS_MAX} members at most.")
        if not await self._organisers.put_member(Membership(organiser_id, body.account, body.role)):
            return NO_ORGANISER
        await self._sessions.rights_changed(body.account)
        return MemberReply(body.account, body.role)

    async def drop_member(self, organiser_id: str, account: str) -> DoneReply | Problem:
        """The account is no member any more, here and now."""
        if not await self._organisers.drop_member(organiser_id, account):
            return NO_MEMBER
        await self._sessions.rights_changed(account)
        return DoneReply()

    async def members(self, organiser_id: str) -> MembersReply:
        """Who belongs to an organiser."""
        found = await self._organisers.members(organiser_id)
        return MembersReply(tuple(MemberReply(each.account, each.role) for each in found))

    async def create_key(self, organiser_id: str, body: NewKey, caller: Principal) -> KeyReply | Problem:
        """A new key; this is the only time that it is told."""
        if await self._organisers.organiser(organiser_id) is None:
            return NO_ORGANISER
        if len(await self._organisers.keys(organiser_id)) >= KEYS_MAX:
            return problem(ErrorCode.LIMIT_EXCEEDED, f"An organiser has {KEYS_MAX} keys at most.")
        secret = SECRET_OF[body.mode] + self._vault.random_text()
        scopes = tuple(dict.fromkeys(body.scopes))
        key = ApiKey(
            *(self._new_id("key"), organiser_id, body.name, body.mode, scopes, digest_of(secret)),
            created_by=caller.id,
            created_ms=self._now_ms(),
        )
        await self._organisers.add_key(key)
        return _key_shown(key, secret)

    async def keys(self, organiser_id: str) -> KeysReply:
        """The keys that are good."""
        found = await self._organisers.keys(organiser_id)
        return KeysReply(tuple(_key_shown(each) for each in found))

    async def revoke_key(self, organiser_id: str, key_id: str) -> DoneReply | Problem:
        """The key is good no more, at any gateway within seconds."""
        if not await self._organisers.revoke_key(organiser_id, key_id, self._now_ms()):
            return NO_KEY
        await self._revoked.refuse(key_id, FOREVER_MS)
        self._revocations.learn(key_id, FOREVER_MS)
        return DoneReply()


def _shown(organiser: Organiser) -> OrganiserReply:
    return OrganiserReply(organiser.id, organiser.name, rfc3339(organiser.created_ms))


def _key_shown(key: ApiKey, secret: str | None = None) -> KeyReply:
    return KeyReply(key.id, key.name, key.mode, key.scopes, rfc3339(key.created_ms), secret)
