"""Sessions: short access tokens, and refresh tokens that are replaced at every use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import structlog

from engine.accounts.judging import Reused
from engine.accounts.nouns import FOREVER_MS, Account, Session
from engine.ids import id_body
from engine.views import rfc3339
from gateway.access.auth import Principal
from gateway.accounts.ports import AccountStore
from gateway.accounts.revocations import Revocations
from gateway.accounts.secrets import Vault, digest_of
from gateway.accounts.settings import AccountSettings
from gateway.accounts.tokens import TokenKeys
from protocol.accounts import SessionReply, SessionsReply, TokensReply
from protocol.errors import ErrorCode, Problem, problem

_log = structlog.get_logger(__name__)
NOT_GOOD: Final = problem(ErrorCode.TOKEN_INVALID, "This refresh token is not good: sign in again.")
NO_SESSION: Final = problem(ErrorCode.NOT_FOUND, "There is no such session.")
UNNAMED: Final = "unnamed"
NewId = Callable[[str], str]
"""Makes a fresh public id with this prefix."""


class LoginSessions:
    """Begins, refreshes, lists and ends sessions. Methods may raise `engine.journal.StorageError`."""

    def __init__(
        self,
        store: AccountStore,
        keys: TokenKeys,
        vault: Vault,
        revocations: Revocations,
        settings: AccountSettings,
        now_ms: Callable[[], int],
        new_id: NewId,
    ) -> None:
        self._store = store
        self._keys = keys
        self._vault = vault
        self._revocations = revocations
        self._settings = settings
        self._now_ms = now_ms
        self._new_id = new_id

    async def begin(self, account: Account, client: str | None) -> TokensReply:
        """Sign somebody in whose every factor was judged."""
        now_ms = self._now_ms()
        token = self._vault.refresh_token()
        expires_ms = now_ms + self._settings.refresh_ttl_ms
        session = Session(self._new_id("lgn"), account.id, client or UNNAMED, now_ms, now_ms, expires_ms)
        await self._store.sessions.begin(session, digest_of(token))
        return await self._tokens(account, session, token)

    async def refresh(self, token: str) -> TokensReply | Problem:
        """Go on with a session: the next refresh token and a fresh access token."""
        settings, successor = self._settings, self._vault.successor(token)
        digests = digest_of(token), digest_of(successor)
        terms = self._now_ms(), settings.refresh_grace_ms, settings.refresh_ttl_ms
        rotated = await self._store.sessions.rotate(*digests, *terms)
        if rotated is None:
            return NOT_GOOD
        if isinstance(rotated, Reused):
            # Whoever has the newer token may be the thief as well as the owner: neither goes on.
            self._revocations.learn(rotated.session.id, FOREVER_MS)
            _log.warning("refresh_token_reused", session=rotated.session.id, account=rotated.session.account)
            return NOT_GOOD
        account = await self._store.people.account(rotated.session.account)
        if account is None:
            return NOT_GOOD
        return await self._tokens(account, rotated.session, successor)

    async def _tokens(self, account: Account, session: Session, refresh_token: str) -> TokensReply:
        # Nobody gives a guest's right to others, and no page should lose its orders over a pause.
        ttl_s = self._settings.guest_ttl_s if account.guest else self._settings.access_ttl_s
        access = self._keys.sign(await self._claims(account, session, ttl_s))
        return TokensReply(access, refresh_token, ttl_s, session.id, account.id)

    async def _claims(self, account: Account, session: Session, ttl_s: int) -> dict[str, Any]:
        issued_s = self._now_ms() / 1000
        claims: dict[str, Any] = {"sub": account.id, "role": "buyer", "sid": session.id}
        claims |= {"iat": issued_s, "exp": int(issued_s) + ttl_s}
        if account.guest or account.email is None:
            return claims
        belongs = await self._store.organisers.memberships(account.id)
        if belongs:
            claims["memberships"] = {each.organiser: each.role for each in belongs}
        guests = await self._store.people.claim_guests(account.id, account.email)
        if guests:
            claims["guests"] = list(guests)
        return claims

    async def list(self, caller: Principal) -> SessionsReply:
        """Where the caller is signed in."""
        found = await self._store.sessions.sessions(caller.id, self._now_ms())
        return SessionsReply(tuple(_shown(each, caller) for each in found))

    async def end(self, caller: Principal, session: str) -> Problem | None:
        """End one of the caller's sessions, everywhere."""
        if not await self._store.sessions.revoke(caller.id, session, self._now_ms()):
            return NO_SESSION
        self._revocations.learn(session, FOREVER_MS)
        return None

    async def end_all(self, account: str, *, but: str | None = None) -> None:
        """End every session of an account, or all but one."""
        now_ms = self._now_ms()
        found = await self._store.sessions.sessions(account, now_ms)
        await self._store.sessions.revoke_all(account, now_ms, but=but)
        for session in found:
            if session.id != but:
                self._revocations.learn(session.id, FOREVER_MS)

    async def rights_changed(self, account: str) -> None:
        """What an account may do has changed: tokens from before say something else, and end."""
        now_ms = self._now_ms()
        await self._store.sessions.refuse(account, now_ms)
        self._revocations.learn(account, now_ms)


def id_maker(now_ms: Callable[[], int], random_bytes: Callable[[int], bytes]) -> NewId:
    """Public ids of what belongs to no stream, by their prefix."""

    def new_id(prefix: str) -> str:
        random_bits = int.from_bytes(random_bytes(10)) >> 6
        return f"{prefix}_{id_body(now_ms(), random_bits >> 32, random_bits & 0xFFFFFFFF)}"

    return new_id


def _shown(session: Session, caller: Principal) -> SessionReply:
    times = (rfc3339(at_ms) for at_ms in (session.created_ms, session.used_ms, session.expires_ms))
    created_at, used_at, expires_at = times
    current = session.id == caller.session
    return SessionReply(session.id, session.client, created_at, used_at, expires_at, current)
