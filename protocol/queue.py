"""The waiting room: what is asked of it, what it answers, and what it tells unasked.

An event with a waiting room sells to those alone who have its pass: a signed token that is
bound to buyer and event and ends by its time.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from protocol.errors import Problem

Phase = Literal["closed", "pre-queue", "draw", "open", "paused", "over"]
PassToken = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
EventName = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class QueueBody(msgspec.Struct, frozen=True):
    """The waiting room of one event."""

    event: EventName


class QueueJoinBody(msgspec.Struct, frozen=True):
    """Take a place; `challenge` is the solved challenge (base64), where one is asked for."""

    event: EventName
    challenge: Annotated[str, msgspec.Meta(max_length=10_000)] | None = None


class Eta(msgspec.Struct, frozen=True):
    """How long the wait will be, in milliseconds: half of all waits are shorter than `p50`."""

    p50: int
    p90: int


class CategoryLeft(msgspec.Struct, frozen=True):
    """How many places of a category, which people know as `label`, are free."""

    category: str
    label: str
    free: int


class QueueReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place, or a pass until `expires_at`. Positions come with the draw, where there is one.

    `left` is how many seats and places are free, if that is known, and `by_category` the same by
    category, in the plan's order; absent until all sections are known; `opens_at` and `draws_at` are
    told before the opening, and `since` while the room is paused: when that began, with the `reason`
    if one was given. Over REST ask again after `refresh_interval_s`.
    """

    event: str
    ticket: str
    phase: Phase
    as_of: str
    position: int | None = None
    ahead: int | None = None
    eta_ms: Eta | None = None
    left: int | None = None
    opens_at: str | None = None
    draws_at: str | None = None
    pass_: str | None = msgspec.field(name="pass", default=None)
    expires_at: str | None = None
    refresh_interval_s: int | None = None
    since: str | None = None
    by_category: tuple[CategoryLeft, ...] | None = None
    reason: str | None = None


class QueueLeft(msgspec.Struct, frozen=True):
    """The place was given up, or the pass given back."""

    event: str
    phase: Phase


class QueueChallengeReply(msgspec.Struct, frozen=True):
    """What is to be solved before joining (ALTCHA, version 2); null when nothing is."""

    event: str
    challenge: dict[str, Any] | None


class QueueUpdate(msgspec.Struct, frozen=True, omit_defaults=True):
    """Your place moved, or the room or what is left did; `since` and `reason` of a pause, while it lasts.

    `by_category` is told when it is another one than was told last.
    """

    event: str
    ticket: str
    phase: Phase
    as_of: str
    position: int | None = None
    ahead: int | None = None
    eta_ms: Eta | None = None
    left: int | None = None
    since: str | None = None
    by_category: tuple[CategoryLeft, ...] | None = None
    reason: str | None = None


class QueueAdmitted(msgspec.Struct, frozen=True):
    """You are let in: send `pass` with every hold until it ends."""

    event: str
    pass_: str = msgspec.field(name="pass")
    expires_at: str = msgspec.field()


class QueuePaused(msgspec.Struct, frozen=True, omit_defaults=True):
    """Nobody is let in for a while, and has not been since `since`; everybody keeps their place.

    `reason` is what the organiser says of why, if anything.
    """

    event: str
    since: str | None = None
    reason: str | None = None


class QueueSoldOut(msgspec.Struct, frozen=True):
    """Nothing is left: waiting longer is of no use."""

    event: str


class QueueEnded(msgspec.Struct, frozen=True):
    """Your place or pass has ended, and why."""

    event: str
    ticket: str
    reason: Problem
