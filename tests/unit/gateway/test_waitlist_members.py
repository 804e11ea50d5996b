"""Who is told of an entry on a waitlist, and what is remembered of it."""

from __future__ import annotations

from typing import cast

from engine.waitlist.standing import Standing
from engine.waitlist.views import EntryView
from gateway.live.hub import FeedHub
from gateway.sections.directory import EventMap
from gateway.waitlist.asking import Lists
from gateway.waitlist.followers import FollowedList
from gateway.websocket.session import Session

ENTRY = EntryView("wtl_1", Standing.WAITING, "S", ("h", 1))


def session() -> Session:
    """Somebody's connection; nothing is said over it here."""
    return cast("Session", object())


def followed() -> FollowedList:
    """The waitlist of an event that is not followed yet."""
    return FollowedList(
        cast("EventMap", None), cast("Lists", None), cast("FeedHub", None), lambda: 0, lambda: None
    )


def test_an_entry_is_told_while_anybody_wants_to_hear_of_it() -> None:
    """The last connection that goes takes it along."""
    waitlist, one, other = followed(), session(), session()
    waitlist.attach(one, ENTRY)
    waitlist.attach(other, ENTRY)
    waitlist.detach(one)
    assert [ENTRY.entry] == list(waitlist.members)
    waitlist.detach(other)
    assert ({}, {}) == (waitlist.members, waitlist._of_session)


def test_an_entry_that_has_ended_is_forgotten() -> None:
    """Of every connection, and those go as if it had never been."""
    waitlist, one = followed(), session()
    waitlist.attach(one, ENTRY)
    waitlist._forget(ENTRY.entry)
    assert ({}, {}) == (waitlist.members, waitlist._of_session)
    waitlist.detach(one)
