"""Codes and refresh tokens: what each is good for, as a table."""

from __future__ import annotations

import pytest

from engine.accounts.addresses import one_way
from engine.accounts.judging import refresh, try_code
from engine.accounts.nouns import Challenge, Session
from engine.accounts.passwords import fault

NOW_MS = 1_000
CHALLENGE = Challenge("ask", "login", 2, NOW_MS + 1, code=b"right")
SESSION = Session("lgn_1", "usr_1", "", 0, 0, NOW_MS + 1, generation=3)


@pytest.mark.parametrize(
    ("tries_left", "expires_ms", "code", "expected"),
    [
        (2, NOW_MS + 1, b"right", "right"),
        (1, NOW_MS + 1, b"right", "right"),
        (2, NOW_MS + 1, b"wrong", "wrong"),
        (1, NOW_MS + 1, b"wrong", "over"),
        (0, NOW_MS + 1, b"right", "over"),
        (2, NOW_MS, b"right", "over"),
    ],
)
def test_a_code(tries_left: int, expires_ms: int, code: bytes, expected: str) -> None:
    """Right in time and while there are tries; each wrong one costs one."""
    challenge = Challenge("ask", "login", tries_left, expires_ms, code=b"right")
    assert expected == try_code(challenge, code, NOW_MS)


def test_an_authenticators_challenge_takes_no_code_of_ours() -> None:
    """There is none to compare with."""
    assert "over" == try_code(Challenge("ask", "second", 2, NOW_MS + 1), b"", NOW_MS)


@pytest.mark.parametrize(
    ("generation", "rotated_ms", "revoked_ms", "expires_ms", "expected"),
    [
        (3, 0, None, NOW_MS + 1, "rotate"),
        (2, NOW_MS - 9, None, NOW_MS + 1, "again"),
        (2, NOW_MS - 10, None, NOW_MS + 1, "reused"),
        (1, NOW_MS, None, NOW_MS + 1, "reused"),
        (3, 0, 1, NOW_MS + 1, "over"),
        (1, 0, 1, NOW_MS + 1, "over"),
        (3, 0, None, NOW_MS, "over"),
    ],
)
def test_a_refresh_token(
    generation: int, rotated_ms: int, revoked_ms: int | None, expires_ms: int, expected: str
) -> None:
    """The newest rotates, the one before it for a while, and older ones are reuse."""
    session = Session("lgn_1", "usr_1", "", 0, 0, expires_ms, 3, revoked_ms)
    assert expected == refresh(session, generation, rotated_ms, NOW_MS, 10)


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("a long enough password", True),
        ("ten chars!", True),
        ("nine char", False),
        ("x" * 257, False),
        ("ababababababab", False),
        ("Password123", False),
        ("Ada.Lovelace", False),
        ("ada.lovelace@example.org", False),
    ],
)
def test_passwords_are_judged_by_length_and_not_by_what_they_are_made_of(password: str, good: bool) -> None:
    """But for those that anybody would try first."""
    assert good is (fault(password, "ada.lovelace@example.org") is None)


def test_addresses_are_written_in_one_way() -> None:
    """Whatever the case, and however an accent is made."""
    assert one_way("ZO\u00cb@example.org") == one_way("zoe\u0308@Example.org ")
