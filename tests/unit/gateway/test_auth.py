"""Tokens: who is let in, as whom, and until when."""

from __future__ import annotations

import secrets
from typing import Any

import jwt
import pytest

from engine.catalogue import DEFAULT_ORGANISER
from gateway.access.auth import (
    ALGORITHM,
    AUDIENCE,
    ISSUER,
    TOKEN_TYPE,
    Role,
    TokenVerifier,
    issue_token,
    principal_id,
)
from protocol.errors import ErrorCode

SECRET = secrets.token_hex(32)
NOW_S = 1_000_000.0


def verifier() -> TokenVerifier:
    """A verifier that remembers two tokens."""
    return TokenVerifier(SECRET, cached_max=2)


def forged(secret: str = SECRET, algorithm: str = ALGORITHM, typ: str = TOKEN_TYPE, **changes: Any) -> str:
    """A token with some of its claims changed; None leaves one out."""
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "role": "buyer", "exp": int(NOW_S) + 60} | changes
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, secret, algorithm=algorithm, headers={"typ": typ})


def test_a_token_says_who_one_is() -> None:
    """A token that was issued here is verified, again and again until it expires."""
    token = issue_token(SECRET, "usr_ann", "organiser", 60, channels=("vip",), now_s=NOW_S)
    known = verifier()
    for _ in range(2):
        principal = known.verify(token, NOW_S + 59)
        assert not isinstance(principal, ErrorCode)
        assert ("usr_ann", "organiser", ("vip",)) == (principal.id, principal.role, principal.channels)
    assert ErrorCode.TOKEN_EXPIRED == known.verify(token, NOW_S + 60)
    assert ErrorCode.TOKEN_EXPIRED == verifier().verify(token, NOW_S + 60)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        "a.b.c",
        forged(secret=secrets.token_hex(32)),
        forged(algorithm="HS512", secret=secrets.token_hex(64)),
        forged(typ="JWT"),
        forged(iss="somebody"),
        forged(aud="somewhere"),
        forged(role="emperor"),
        forged(role=None),
        forged(sub=None),
        forged(exp=None),
        forged(exp="soon"),
        forged(channels=[1]),
        jwt.encode({"sub": "ann", "role": "admin"}, "", algorithm="none"),
    ],
)
def test_everything_else_is_invalid(token: str) -> None:
    """Wrong keys, algorithms, types, audiences and claims are all refused alike."""
    assert ErrorCode.TOKEN_INVALID == verifier().verify(token, NOW_S)


@pytest.mark.parametrize(
    ("role", "organisers", "memberships"),
    [
        ("buyer", (), ()),
        ("admin", (), ()),
        ("staff", (), ((DEFAULT_ORGANISER, "organiser"),)),
        ("organiser", ("org_a", "org_b"), (("org_a", "organiser"), ("org_b", "organiser"))),
        ("buyer", ("org_a",), ()),
    ],
)
def test_an_operators_token_says_for_whom_it_acts(
    role: Role, organisers: tuple[str, ...], memberships: tuple[tuple[str, str], ...]
) -> None:
    """For the organisers that it names, for the first one without; and it is nothing to an object yet."""
    token = issue_token(SECRET, "usr_ann", role, 60, organisers=organisers, now_s=NOW_S)
    principal = verifier().verify(token, NOW_S)
    assert not isinstance(principal, ErrorCode)
    assert (memberships, "buyer") == (principal.memberships, principal.engine_role)
    assert (role != "buyer") is principal.privileged


def test_the_memory_of_tokens_is_bounded() -> None:
    """Only the newest tokens are remembered, and forgotten ones are verified anew."""
    known = verifier()
    tokens = [issue_token(SECRET, f"usr_{n}", "buyer", 60, now_s=NOW_S) for n in range(5)]
    for token in (*tokens, *tokens):
        assert not isinstance(known.verify(token, NOW_S), ErrorCode)
    assert 2 == len(known._known)


def test_subjects_become_public_ids() -> None:
    """A subject that is no public id gets one of its own, always the same."""
    assert "usr_ann" == principal_id("usr_ann")
    assert principal_id("ann@example.com") == principal_id("ann@example.com")
    assert principal_id("ann@example.com") != principal_id("bob@example.com")
    assert principal_id("ann@example.com").startswith("usr_")
    assert "ann" not in principal_id("ann@example.com")


def test_a_short_secret_is_none() -> None:
    """A secret that could be guessed issues no tokens."""
    with pytest.raises(ValueError, match="32 bytes"):
        issue_token("short", "ann", "buyer", 60)
