"""Signing in: register, log in, answer a challenge, reset a password, be a guest.

What is told to strangers and to people with an account is the same, and takes as long: a password is
hashed either way, and mails leave behind the answer.

    register  →  code by mail  →  the account is made, signed in
    log in    →  password  →  signed in, or a second factor first
              →  no password  →  code by mail  →  signed in, or the authenticator first
    reset     →  code by mail and a new password  →  signed in, or the authenticator first

An account is made by its code and not before: nobody can take an address that they do not read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from engine.accounts.addresses import one_way
from engine.accounts.nouns import Account, Challenge, Purpose
from engine.accounts.passwords import fault
from engine.views import rfc3339
from gateway.accounts.factors import Authenticator
from gateway.accounts.mails import CHANGED, KNOWN, LOGIN, RESET, VERIFY, Mail, Post
from gateway.accounts.passwords import Passwords
from gateway.accounts.ports import People
from gateway.accounts.secrets import Vault
from gateway.accounts.sessions import LoginSessions, NewId
from gateway.accounts.settings import AccountSettings
from protocol.accounts import ChallengeReply, GuestBody, LoginBody, OtpBody, RegisterBody, TokensReply
from protocol.errors import ErrorCode, Problem, problem

WRONG: Final = problem(ErrorCode.CREDENTIALS_INVALID)
WRONG_CODE: Final = problem(ErrorCode.CODE_INVALID)
PASSWORD_WANTED: Final = problem(ErrorCode.INVALID, "Send the new password with the code.")
Outcome = TokensReply | ChallengeReply | Problem


class SignIn:
    """Methods may raise `engine.journal.StorageError` and `HasherBusy`."""

    def __init__(  # noqa: PLR0913, PLR0917  # what signing in is made of, wired once
        self,
        people: People,
        sessions: LoginSessions,
        passwords: Passwords,
        authenticator: Authenticator,
        vault: Vault,
        post: Post,
        settings: AccountSettings,
        now_ms: Callable[[], int],
        new_id: NewId,
    ) -> None:
        self._people = people
        self._sessions = sessions
        self._passwords = passwords
        self._authenticator = authenticator
        self._vault = vault
        self._post = post
        self._settings = settings
        self._now_ms = now_ms
        self._new_id = new_id

    async def register(self, body: RegisterBody) -> ChallengeReply | Problem:
        """Send a code to whoever wants an account, or word that they have one."""
        email = one_way(body.email)
        wrong = fault(body.password, email)
        if wrong is not None:
            return problem(ErrorCode.INVALID, wrong)
        password = await self._passwords.hash(body.password)
        if await self._people.by_email(email) is not None:
            return await self._ask_nobody(email, KNOWN)
        wanted = Challenge("", "verify", 0, 0, email=email, name=body.name, password=password)
        return await self._ask_by_mail(wanted, email, VERIFY)

    async def log_in(self, body: LoginBody) -> Outcome:
        """Judge a password, or send a code to whoever has an account."""
        email = one_way(body.email)
        account = await self._people.by_email(email)
        if body.password is None:
            # A code by mail is the second factor of such an account; it cannot be the first one too.
            if account is None or account.second_factor == "email":
                return await self._ask_nobody()
            return await self._ask_by_mail(_asked("login", account), email, LOGIN)
        known = None if account is None else account.password
        if not await self._passwords.fits(known, body.password) or account is None:
            return WRONG
        if self._passwords.outdated(account.password or ""):
            await self._people.set_password(account.id, await self._passwords.hash(body.password))
        if account.second_factor == "email":
            return await self._ask_by_mail(_asked("second", account), email, LOGIN)
        return await self._authenticator_or_in(account, body.client)

    async def reset(self, email: str) -> ChallengeReply:
        """Send a code for a new password to whoever has an account."""
        account = await self._people.by_email(one_way(email))
        if account is None:
            return await self._ask_nobody()
        return await self._ask_by_mail(_asked("reset", account), one_way(email), RESET)

    async def answer(self, body: OtpBody) -> Outcome:
        """Judge the answer to a challenge and go on where it leads."""
        asked = await self._people.challenge(body.challenge)
        if asked is None:
            return WRONG_CODE
        if asked.code is None:
            return await self._answer_authenticator(asked, body)
        wrong = await self._unfit(asked, body)
        if wrong is not None:
            return wrong
        digest = self._vault.code_digest(body.challenge, body.code)
        met = await self._people.answer(body.challenge, digest, self._now_ms())
        return WRONG_CODE if met is None else await self._go_on(met, body)

    async def _unfit(self, asked: Challenge, body: OtpBody) -> Problem | None:
        """What is wrong with the new password; a code is good once, so this is asked before."""
        if asked.purpose != "reset":
            return None
        if body.password is None:
            return PASSWORD_WANTED
        wrong = fault(body.password, asked.email or "")
        return None if wrong is None else problem(ErrorCode.INVALID, wrong)

    async def _go_on(self, met: Challenge, body: OtpBody) -> Outcome:
        if met.purpose == "verify":
            account = await self._made(met)
        else:
            account = await self._people.account(met.account or "")
        if account is None:
            return WRONG_CODE
        if met.purpose == "reset" and body.password is not None:
            await self._people.set_password(account.id, await self._passwords.hash(body.password))
            await self._sessions.end_all(account.id)
            self._post.send(account.email or "", CHANGED)
        if met.purpose == "second":
            return await self._sessions.begin(account, body.client)
        return await self._authenticator_or_in(account, body.client)

    async def _made(self, met: Challenge) -> Account | None:
        """The account of a registration; whoever was faster with the same address made it."""
        fresh = Account(
            self._new_id("usr"), met.email, met.name, False, self._now_ms(), password=met.password
        )
        if await self._people.add(fresh):
            return fresh
        return await self._people.by_email(met.email or "")

    async def _authenticator_or_in(self, account: Account, client: str | None) -> Outcome:
        if account.second_factor != "totp":
            return await self._sessions.begin(account, client)
        wanted = self._timed(_asked("second", account))
        await self._people.begin(wanted, self._now_ms())
        return ChallengeReply(wanted.id, "totp", rfc3339(wanted.expires_ms))

    async def _answer_authenticator(self, asked: Challenge, body: OtpBody) -> Outcome:
        spent = await self._people.spend(asked.id, self._now_ms())
        account = None if spent is None else await self._people.account(spent.account or "")
        if account is None or not await self._authenticator.proves(account, body.code):
            return WRONG_CODE
        await self._people.end(asked.id)
        return await self._sessions.begin(account, body.client)

    async def be_guest(self, body: GuestBody) -> TokensReply:
        """Let somebody buy who has no account."""
        email = None if body.email is None else one_way(body.email)
        guest = Account(self._new_id("usr"), email, body.name, True, self._now_ms())
        await self._people.add(guest)
        return await self._sessions.begin(guest, body.client)

    async def _ask_by_mail(self, wanted: Challenge, email: str, mail: Mail) -> ChallengeReply:
        asked = self._timed(wanted)
        code = self._vault.code(self._settings.code_digits)
        asked = replace(asked, code=self._vault.code_digest(asked.id, code))
        await self._people.begin(asked, self._now_ms())
        self._post.send(email, mail, code, self._settings.code_ttl_ms // 60_000)
        return ChallengeReply(asked.id, "email", rfc3339(asked.expires_ms))

    async def _ask_nobody(self, email: str | None = None, mail: Mail | None = None) -> ChallengeReply:
        """A challenge like any other that no code answers."""
        asked = replace(self._timed(Challenge("", "nothing", 0, 0)), code=self._vault.nobodys_digest())
        await self._people.begin(asked, self._now_ms())
        if email is not None and mail is not None:
            self._post.send(email, mail)
        return ChallengeReply(asked.id, "email", rfc3339(asked.expires_ms))

    def _timed(self, wanted: Challenge) -> Challenge:
        expires_ms = self._now_ms() + self._settings.code_ttl_ms
        tries = self._settings.code_tries
        return replace(wanted, id=self._vault.random_text(), expires_ms=expires_ms, tries_left=tries)


def _asked(purpose: Purpose, account: Account) -> Challenge:
    return Challenge("", purpose, 0, 0, account=account.id, email=account.email)
