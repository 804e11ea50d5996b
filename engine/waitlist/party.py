"""Entries of the waitlist as a section remembers them: frozen, replaced when they change."""

from __future__ import annotations

import msgspec

from engine.holds import Hold
from engine.waitlist.standing import Standing
from engine.waitlist.wish import Wish


class Reorder(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Who moved an entry last, when, and why."""

    by: str
    at_ms: int
    why: str


class Party(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A live entry in one section; `rank` orders those who wait.

    In the event's register `streams` names all sections that may satisfy it, and `elsewhere` the
    one whose offer it has. `here` is whether this section may. `hold` is what it is offered.
    """

    entry: str
    owner: str
    joined_ms: int
    rank: int
    wish: Wish
    streams: tuple[int, ...] = ()
    here: bool = True
    standing: Standing = Standing.WAITING
    hold: str | None = None
    elsewhere: int = 0
    moved: Reorder | None = None


class Past(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is remembered of an entry that ended, so that its owner can be told how."""

    entry: str
    owner: str
    joined_ms: int
    wish: Wish
    at_ms: int
    standing: Standing
    hold: str | None = None


class Placed(msgspec.Struct, frozen=True):
    """An entry with how many wait before it (None: it does not wait), and the hold that it is offered."""

    party: Party | Past
    ahead: int | None = None
    hold: Hold | None = None


class Found(msgspec.Struct, frozen=True):
    """What was asked for; `whole`: there are no more; `changed_seq`: no record after it changed the list."""

    entries: tuple[Placed, ...]
    one: bool = False
    whole: bool = True
    changed_seq: int = 0
