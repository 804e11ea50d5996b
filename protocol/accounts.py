"""Accounts over REST: what is asked and what is told."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from protocol.factors import Password, Proof, Secret
from protocol.fields import ADDRESS
from protocol.keys import Scope
from protocol.requests import WITHOUT_CONTROLS, Label, Text

Email = Annotated[str, msgspec.Meta(pattern=ADDRESS, max_length=254)]
Name = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]
ClientName = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=WITHOUT_CONTROLS)]
"""What a session is shown as among others: `Firefox on Linux`."""


class RegisterBody(msgspec.Struct, frozen=True):
    """Who wants an account; it is there once the code that is sent has come back."""

    email: Email
    password: Password
    name: Name = ""


class LoginBody(msgspec.Struct, frozen=True):
    """With a password, or without one by a code that is sent."""

    email: Email
    password: Password | None = None
    client: ClientName | None = None


class OtpBody(msgspec.Struct, frozen=True):
    """The answer to a challenge; `password` is the new one where a reset was asked for.

    Where an authenticator is asked, a recovery code answers for it.
    """

    challenge: Secret
    code: Proof
    password: Password | None = None
    client: ClientName | None = None


class ResetBody(msgspec.Struct, frozen=True):
    """Who has forgotten their password."""

    email: Email


class RefreshBody(msgspec.Struct, frozen=True):
    """The newest refresh token."""

    refresh_token: Secret


class LogoutBody(msgspec.Struct, frozen=True):
    """Here alone, or everywhere."""

    everywhere: bool = False


class GuestBody(msgspec.Struct, frozen=True):
    """Whoever buys without an account; who proves the address later finds the orders again.

    `handover` is a code of `POST /auth/handover`: with it one is that guest, and the rest is not read.
    """

    email: Email | None = None
    name: Name = ""
    client: ClientName | None = None
    handover: Secret | None = None


class ClaimBody(msgspec.Struct, frozen=True):
    """A guest's token: whoever has it bought what the guest bought."""

    token: Secret


class PasswordBody(msgspec.Struct, frozen=True):
    """The old password and the new one."""

    current: Password
    password: Password


class ChallengeReply(msgspec.Struct, frozen=True, tag_field="kind", tag="challenge"):
    """A code is wanted: one that was sent, or an authenticator's. Strangers are told the same."""

    challenge: str
    method: Literal["email", "totp"]
    expires_at: str


class TokensReply(msgspec.Struct, frozen=True, tag_field="kind", tag="tokens"):
    """Signed in. The access token goes with every call; the refresh token is good once, for the next two."""

    access_token: str
    refresh_token: str
    expires_in: int
    session: str
    account: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # how it is sent, no secret


class GuestReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """A buyer's token until `expires_at`; whoever has it is `principal`."""

    token: str
    principal: str
    expires_at: str
    refresh_token: str | None = None
    session: str | None = None


class HandoverReply(msgspec.Struct, frozen=True):
    """What makes another page the same guest, until `expires_at`."""

    code: str
    expires_at: str


class Belonging(msgspec.Struct, frozen=True):
    """What somebody is to an organiser."""

    organiser: str
    role: Literal["staff", "organiser"]


class MeReply(msgspec.Struct, frozen=True):
    """Who one is here; `recovery_codes` is how many are left."""

    account: str
    email: str | None
    name: str
    guest: bool
    second_factor: Literal["none", "email", "totp"]
    memberships: tuple[Belonging, ...]
    created_at: str
    recovery_codes: int = 0


class SessionReply(msgspec.Struct, frozen=True):
    """Where one is signed in; `current` is the session that asks."""

    session: str
    client: str
    created_at: str
    used_at: str
    expires_at: str
    current: bool


class SessionsReply(msgspec.Struct, frozen=True):
    """All of them, used last first."""

    data: tuple[SessionReply, ...]


class DoneReply(msgspec.Struct, frozen=True):
    """It was done."""

    done: Literal[True] = True


class NewOrganiser(msgspec.Struct, frozen=True):
    """A new tenant and the account that is to run it."""

    name: Text
    owner: Label | None = None


class OrganiserReply(msgspec.Struct, frozen=True):
    """A tenant."""

    organiser: str
    name: str
    created_at: str


class MemberBody(msgspec.Struct, frozen=True):
    """An account, by its id, and what it is to be."""

    account: Label
    role: Literal["staff", "organiser"]


class MemberReply(msgspec.Struct, frozen=True):
    """Somebody who belongs to an organiser."""

    account: str
    role: Literal["staff", "organiser"]


class MembersReply(msgspec.Struct, frozen=True):
    """All of them."""

    data: tuple[MemberReply, ...]


class NewKey(msgspec.Struct, frozen=True):
    """A key of a program's; `test` keys see test events alone, `live` keys the others."""

    name: Text
    mode: Literal["live", "test"]
    scopes: Annotated[tuple[Scope, ...], msgspec.Meta(min_length=1, max_length=16)]


class KeyReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """A key; `secret` is the key itself, told once and never again."""

    key: str
    name: str
    mode: Literal["live", "test"]
    scopes: tuple[str, ...]
    created_at: str
    secret: str | None = None


class KeysReply(msgspec.Struct, frozen=True):
    """The keys that are good, the newest first."""

    data: tuple[KeyReply, ...]


class Jwk(msgspec.Struct, frozen=True):
    """A public key as a JSON Web Key (RFC 8037); `kid` is its thumbprint (RFC 7638)."""

    kid: str
    x: str
    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519"] = "Ed25519"
    alg: Literal["EdDSA"] = "EdDSA"
    use: Literal["sig"] = "sig"


class Jwks(msgspec.Struct, frozen=True):
    """Every key whose access tokens are good."""

    keys: tuple[Jwk, ...]
