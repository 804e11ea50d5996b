"""Which passwords are taken: by length alone, after NIST SP 800-63B; what they are made of is not asked."""

from __future__ import annotations

from typing import Final

LENGTH_MIN: Final = 10
LENGTH_MAX: Final = 256
"""Longer ones would cost more to read than to guess."""
COMMON: Final = frozenset(
    {"1234567890", "0123456789", "qwertyuiop", "password123", "password1234", "iloveyou123", "1q2w3e4r5t"}
)


def fault(password: str, email: str) -> str | None:
    """What is wrong with a new password, in a sentence; None if nothing is."""
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        return f"A password has {LENGTH_MIN} to {LENGTH_MAX} characters."
    plain = password.casefold()
    if plain in COMMON or len(set(plain)) < 3 or plain in (email, email.partition("@")[0]):
        return "This password is among the first that anybody would try."
    return None
