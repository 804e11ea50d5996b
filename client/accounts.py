"""Signing in, and keeping a session fresh."""

from __future__ import annotations

import asyncio
from typing import Final, TypeVar

import msgspec

from client.rest import RestCaller, part
from protocol.accounts import (
    ChallengeReply,
    DoneReply,
    GuestBody,
    GuestReply,
    LoginBody,
    LogoutBody,
    MeReply,
    OtpBody,
    RefreshBody,
    RegisterBody,
    SessionReply,
    SessionsReply,
    TokensReply,
)

SignedIn = TokensReply | ChallengeReply
_Reply = TypeVar("_Reply")


class AccountClient(RestCaller):
    """One person's account. All calls raise what `RestCaller` says, `Unauthorized` for what is not good.

    account = AccountClient("http://127.0.0.1:8000")
    challenge = await account.register("ada@example.org", "a long enough password")
    await account.answer(challenge, "12345678")      # the code that came by mail
    async with HoldfastClient(account.url, account.token) as client:
        ...
        client.renew(await account.refresh())  # before the access token expires
    """

    def __init__(self, url: str, refresh_token: str | None = None) -> None:
        """Nobody yet; with a refresh token from before `refresh` goes on with that session."""
        super().__init__(url, None)
        self.url: Final = url
        self.refresh_token = refresh_token
        self.tokens: TokensReply | None = None
        self._refreshing = asyncio.Lock()

    @property
    def token(self) -> str | None:
        """The access token, once signed in."""
        return self._token

    async def register(self, email: str, password: str, name: str = "") -> ChallengeReply:
        """Ask for an account; `answer` the challenge with the code that is sent."""
        return await self._signing(ChallengeReply, "/auth/register", RegisterBody(email, password, name))

    async def log_in(self, email: str, password: str | None = None) -> SignedIn:
        """Sign in, or get the challenge of a second factor; without a password a code is sent."""
        return await self._signing(SignedIn, "/auth/login", LoginBody(email, password))  # type: ignore[arg-type]  # a union is a type to msgspec

    async def answer(self, challenge: ChallengeReply, code: str, password: str | None = None) -> SignedIn:
        """Answer a challenge; `password` is the new one after a reset."""
        body = OtpBody(challenge.challenge, code, password)
        return await self._signing(SignedIn, "/auth/otp", body)  # type: ignore[arg-type]  # as above

    async def be_guest(self, email: str | None = None, name: str = "") -> GuestReply:
        """Buy without an account; whoever proves the address later finds the orders again."""
        guest = await self._signing(GuestReply, "/auth/guest", GuestBody(email, name))
        self._token, self.refresh_token = guest.token, guest.refresh_token
        return guest

    async def refresh(self) -> str:
        """The next access token. Several tasks may ask at once: a refresh token is brought by one of them."""
        before = self.refresh_token
        async with self._refreshing:
            if self.refresh_token == before:
                await self._signing(TokensReply, "/auth/refresh", RefreshBody(before or ""))
        return self._token or ""

    async def me(self) -> MeReply:
        """Who one is."""
        return await self._json(MeReply, "/auth/me")

    async def sessions(self) -> tuple[SessionReply, ...]:
        """Where one is signed in."""
        return (await self._json(SessionsReply, "/auth/sessions")).data

    async def end_session(self, session: str) -> None:
        """End one of one's sessions, everywhere."""
        await self._json(DoneReply, f"/auth/sessions/{part(session)}", method="DELETE")

    async def log_out(self, *, everywhere: bool = False) -> None:
        """End this session, or all of one's own."""
        await self._json(DoneReply, "/auth/logout", LogoutBody(everywhere))
        self._token = self.refresh_token = self.tokens = None

    async def erase(self) -> None:
        """Erase the account and every name of it."""
        await self._json(DoneReply, "/auth/me", method="DELETE")
        self._token = self.refresh_token = self.tokens = None

    async def _signing(self, kind: type[_Reply], path: str, body: msgspec.Struct) -> _Reply:
        """A call that makes tokens: an old one is not sent with it."""
        self._token = None
        reply = await self._json(kind, path, body)
        if isinstance(reply, TokensReply):
            self.tokens, self._token, self.refresh_token = reply, reply.access_token, reply.refresh_token
        return reply
