"""What people change about their own account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyotp

from engine.accounts.nouns import Account
from engine.accounts.passwords import fault
from engine.views import rfc3339
from gateway.access.auth import Principal
from gateway.accounts.factors import Authenticator
from gateway.accounts.mails import CHANGED, RENEWED, Post
from gateway.accounts.passwords import Passwords
from gateway.accounts.ports import AccountStore
from gateway.accounts.recovery import left
from gateway.accounts.secrets import Vault
from gateway.accounts.sessions import LoginSessions
from gateway.accounts.settings import AccountSettings
from gateway.accounts.sign_in import WRONG, WRONG_CODE
from gateway.ticketing.faces import code_drawing
from protocol.accounts import Belonging, DoneReply, MeReply, PasswordBody
from protocol.errors import ErrorCode, Problem, problem
from protocol.factors import (
    RecoveryCodesBody,
    RecoveryCodesReply,
    SecondFactorBody,
    TotpBeginReply,
    TotpConfirmBody,
    TotpConfirmReply,
)

NO_ACCOUNT: Final = problem(ErrorCode.NOT_FOUND, "There is no account behind this token.")
NO_GUEST: Final = problem(ErrorCode.INVALID, "That is no token of a guest, or of one who has an account.")
HAS_AUTHENTICATOR: Final = problem(ErrorCode.INVALID, "Leave the authenticator that there is first.")
NO_AUTHENTICATOR: Final = problem(ErrorCode.INVALID, "Only an authenticator has recovery codes.")
DONE: Final = DoneReply()


class SelfService:
    """Methods may raise `engine.journal.StorageError` and `HasherBusy`."""

    def __init__(  # noqa: PLR0913, PLR0917  # what it is made of, wired once
        self,
        store: AccountStore,
        sessions: LoginSessions,
        passwords: Passwords,
        authenticator: Authenticator,
        vault: Vault,
        post: Post,
        settings: AccountSettings,
        now_ms: Callable[[], int],
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._passwords = passwords
        self._authenticator = authenticator
        self._recovery = authenticator.recovery
        self._vault = vault
        self._post = post
        self._settings = settings
        self._now_ms = now_ms

    async def me(self, caller: Principal) -> MeReply | Problem:
        """Who the caller is."""
        account = await self._store.people.account(caller.id)
        if account is None:
            return NO_ACCOUNT
        members = await self._store.organisers.memberships(account.id)
        belongs = tuple(Belonging(each.organiser, each.role) for each in members)
        return MeReply(
            *(account.id, account.email, account.name, account.guest, account.second_factor, belongs),
            created_at=rfc3339(account.created_ms),
            recovery_codes=left(account),
        )

    async def claim(self, caller: Principal, guest: Principal) -> DoneReply | Problem:
        """Give the caller what a guest bought whose token they have; the next tokens say so."""
        account = await self._store.people.account(caller.id)
        if account is None or account.guest:
            return NO_ACCOUNT
        kept = Account(guest.id, account.email, "", True, self._now_ms(), claimed_by=account.id)
        if not guest.anonymous or guest.id == account.id:
            return NO_GUEST
        if not await self._store.people.add(kept):
            known = await self._store.people.account(guest.id)
            return DONE if known is not None and known.claimed_by == account.id else NO_GUEST
        return DONE

    async def change_password(self, caller: Principal, body: PasswordBody) -> DoneReply | Problem:
        """Put a new password in the place of the old one; every other session ends."""
        account = await self._proven(caller, body.current)
        if isinstance(account, Problem):
            return account
        wrong = fault(body.password, account.email or "")
        if wrong is not None:
            return problem(ErrorCode.INVALID, wrong)
        await self._store.people.set_password(account.id, await self._passwords.hash(body.password))
        await self._sessions.end_all(account.id, but=caller.session)
        self._post.send(account.email or "", CHANGED)
        return DONE

    async def begin_totp(self, caller: Principal, password: str) -> TotpBeginReply | Problem:
        """What an authenticator needs. Nothing is kept until its first code has come."""
        account = await self._proven(caller, password)
        if isinstance(account, Problem):
            return account
        if account.second_factor == "totp":
            return HAS_AUTHENTICATOR  # its code, or a recovery code, is what leaves it
        secret = pyotp.random_base32()
        uri = self._authenticator.uri(secret, account.email or account.id)
        enrolment = self._vault.seal(f"{account.id} {secret}", self._now_ms() // 1000)
        return TotpBeginReply(secret, uri, enrolment, code_drawing(uri).decode())

    async def confirm_totp(self, caller: Principal, body: TotpConfirmBody) -> TotpConfirmReply | Problem:
        """From now on the authenticator is asked beside the password; what stands in for it is told now."""
        now_s = self._now_ms() // 1000
        opened = self._vault.unseal_fresh(body.enrolment, now_s, self._settings.enrolment_ttl_s)
        account_id, _, secret = (opened or "").partition(" ")
        step = self._authenticator.step_of(secret, body.code) if account_id == caller.id else None
        if step is None:
            return WRONG_CODE
        account = await self._store.people.account(caller.id)
        if account is None:
            return NO_ACCOUNT
        if not await self._store.people.enrol(account.id, self._vault.seal(secret, now_s), step):
            return HAS_AUTHENTICATOR
        return TotpConfirmReply(await self._recovery.make(account))

    async def renew_recovery(
        self, caller: Principal, body: RecoveryCodesBody
    ) -> RecoveryCodesReply | Problem:
        """New recovery codes for who has an authenticator."""
        account = await self._proven(caller, body.password)
        if isinstance(account, Problem):
            return account
        if account.second_factor != "totp":
            return NO_AUTHENTICATOR
        if not await self._authenticator.proves(account, body.code):
            return WRONG_CODE
        codes = await self._recovery.make(account)
        self._post.send(account.email or "", RENEWED)
        return RecoveryCodesReply(codes)

    async def change_second_factor(self, caller: Principal, body: SecondFactorBody) -> DoneReply | Problem:
        """Ask for a code by mail beside the password, or for nothing."""
        account = await self._proven(caller, body.password)
        if isinstance(account, Problem):
            return account
        if account.second_factor == "totp" and not await self._authenticator.proves(account, body.code or ""):
            return WRONG_CODE
        await self._store.people.set_second_factor(account.id, body.kind)
        return DONE

    async def erase(self, caller: Principal) -> DoneReply | Problem:
        """Forget the caller: the account, its sessions, and the names on its orders and tickets."""
        if await self._store.people.account(caller.id) is None:
            return NO_ACCOUNT
        await self._sessions.end_all(caller.id)
        await self._store.people.erase(caller.id)
        return DONE

    async def _proven(self, caller: Principal, password: str) -> Account | Problem:
        account = await self._store.people.account(caller.id)
        if account is None or account.guest:
            return NO_ACCOUNT
        return account if await self._passwords.fits(account.password, password) else WRONG
