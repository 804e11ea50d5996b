"""What is known of people and organisers. Everything personal is in `Account`, so that it can be erased."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from engine.catalogue import Mode

SecondFactor = Literal["none", "email", "totp"]
MemberRole = Literal["staff", "organiser"]
Purpose = Literal["nothing", "verify", "login", "second", "reset"]
"""What a one-time code is for; `nothing` is what strangers get, whose code opens no door."""
FOREVER_MS: Final = 1 << 53
"""As a time in Unix milliseconds: after everything."""


class Account(msgspec.Struct, frozen=True):
    """A person. An account with an address of its own has proven it; a guest's is only what they said.

    `password` is an argon2id hash in PHC format, `totp` the sealed secret of an authenticator and
    `totp_step` the last step whose code was used. `claimed_by` is the account that a guest became.
    `recovery` are hashes of recovery codes, each in its place; one that was used is empty.
    """

    id: str
    email: str | None
    name: str
    guest: bool
    created_ms: int
    password: str | None = None
    second_factor: SecondFactor = "none"
    totp: str | None = None
    totp_step: int = 0
    claimed_by: str | None = None
    recovery: tuple[str, ...] = ()


class Challenge(msgspec.Struct, frozen=True):
    """A one-time code that was sent, or an authenticator's that is asked for.

    `code` is a keyed hash; None asks the authenticator. `email`, `name` and `password` are those of
    the account that is made when the code of a registration comes back.
    """

    id: str
    purpose: Purpose
    tries_left: int
    expires_ms: int
    code: bytes | None = None
    account: str | None = None
    email: str | None = None
    name: str = ""
    password: str | None = None


class Session(msgspec.Struct, frozen=True):
    """Somebody who is signed in on one device; `generation` counts the refresh tokens that it had."""

    id: str
    account: str
    client: str
    created_ms: int
    used_ms: int
    expires_ms: int
    generation: int = 0
    revoked_ms: int | None = None


class Revocation(msgspec.Struct, frozen=True):
    """What was issued for `subject` before `before_ms` is good no more; `at_ms` is the database's clock."""

    subject: str
    before_ms: int
    at_ms: int


class Organiser(msgspec.Struct, frozen=True):
    """A tenant: whoever sells events here."""

    id: str
    name: str
    created_ms: int


class Membership(msgspec.Struct, frozen=True):
    """What an account is to an organiser."""

    organiser: str
    account: str
    role: MemberRole


class ApiKey(msgspec.Struct, frozen=True):
    """A key of an organiser's or partner's programs; of the key itself only `digest` is kept."""

    id: str
    organiser: str
    name: str
    mode: Mode
    scopes: tuple[str, ...]
    digest: bytes
    created_by: str
    created_ms: int
    revoked_ms: int | None = None
