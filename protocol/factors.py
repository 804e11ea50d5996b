"""What one proves oneself with: passwords, one-time codes, authenticators and recovery codes."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Password = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
Secret = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]
Code = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6,8}$(?!\n)")]
Proof = Annotated[
    str, msgspec.Meta(pattern=r"^([0-9]{6,8}|[0-9]-?[0-9A-Za-z]{5}-?[0-9A-Za-z]{5})$(?!\n)", max_length=13)
]
"""A one-time code, or a recovery code."""


class TotpBeginBody(msgspec.Struct, frozen=True):
    """The password again, so that an open window enrols nobody's authenticator."""

    password: Password


class TotpBeginReply(msgspec.Struct, frozen=True):
    """What an authenticator needs; `enrolment` comes back with its first code. `qr` is the `uri` as SVG."""

    secret: str
    uri: str
    enrolment: str
    qr: str


class TotpConfirmBody(msgspec.Struct, frozen=True):
    """The authenticator's first code."""

    enrolment: Secret
    code: Code


class TotpConfirmReply(msgspec.Struct, frozen=True):
    """It is asked from now on. `recovery_codes` stand in for it, each once; they are told never again."""

    recovery_codes: tuple[str, ...]
    done: Literal[True] = True


class RecoveryCodesBody(msgspec.Struct, frozen=True):
    """The password, and the authenticator's code or a recovery code."""

    password: Password
    code: Proof


class RecoveryCodesReply(msgspec.Struct, frozen=True):
    """New codes, told once; those that there were are good no more."""

    recovery_codes: tuple[str, ...]


class SecondFactorBody(msgspec.Struct, frozen=True):
    """What is asked for beside the password: nothing, or a code by mail.

    Leaving an authenticator needs its code, or a recovery code.
    """

    kind: Literal["none", "email"]
    password: Password
    code: Proof | None = None
