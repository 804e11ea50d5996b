"""The judgements that stores make under a lock: whether a code is right, and what a refresh token is."""

from __future__ import annotations

from hmac import compare_digest
from typing import Literal

import msgspec

from engine.accounts.nouns import Challenge, Session


class Rotated(msgspec.Struct, frozen=True):
    """The session goes on. `again` says that the same successor was given for this token before."""

    session: Session
    again: bool


class Reused(msgspec.Struct, frozen=True):
    """A token came back long after its successor was given: one of the two who have it stole it."""

    session: Session


Tried = Literal["right", "wrong", "over"]


def try_code(challenge: Challenge, code: bytes, now_ms: int) -> Tried:
    """What becomes of a challenge: a right code ends it, a wrong one costs a try, and so to its end."""
    if now_ms >= challenge.expires_ms or challenge.tries_left <= 0 or challenge.code is None:
        return "over"
    if compare_digest(challenge.code, code):
        return "right"
    return "wrong" if challenge.tries_left > 1 else "over"


def refresh(
    session: Session, generation: int, rotated_ms: int, now_ms: int, grace_ms: int
) -> Literal["rotate", "again", "reused", "over"]:
    """What a refresh token of this generation is good for.

    Only the newest one rotates. The one just before it gets the same successor again, for a while after
    `rotated_ms`: the answer may have been lost. Any older one, or later, is reuse.
    """
    if session.revoked_ms is not None or now_ms >= session.expires_ms:
        return "over"
    if generation == session.generation:
        return "rotate"
    if generation == session.generation - 1 and now_ms < rotated_ms + grace_ms:
        return "again"
    return "reused"
