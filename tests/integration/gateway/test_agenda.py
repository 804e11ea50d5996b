"""One gateway's care for all waitlists: what befalls one event is no reason to leave the others."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import cast

import pytest

from gateway.sections.directory import Directory, EventMap
from gateway.waitlist.agenda import Agenda
from gateway.waitlist.asking import Away
from gateway.waitlist.row import WaitlistRow
from gateway.waitlist.steward import Steward
from persistence.memory.database import MemoryDatabase
from persistence.memory.due_rows import MemoryDueRows

NOW_MS = 1_000
WRONG = [Away("section_recovering"), LookupError("a bug")]


def event_of(name: str) -> EventMap:
    """An event of two sections, as far as it matters here."""
    return cast("EventMap", SimpleNamespace(id=name, info=SimpleNamespace(sections=("A", "B"))))


class Events:
    """All events that are asked for."""

    async def event(self, name: str) -> EventMap:
        return event_of(name)


class Wary:
    """Looks after events, but for one."""

    def __init__(self, wrong: Exception) -> None:
        self.seen = asyncio.Event()
        self._wrong = wrong

    async def look(self, event: EventMap) -> bool:
        if event.id == "evt_a":
            raise self._wrong
        self.seen.set()
        return True


def agenda_of(rows: MemoryDueRows[WaitlistRow], steward: Wary) -> Agenda:
    """An agenda that is not begun."""
    return Agenda(rows, cast("Steward", steward), cast("Directory", Events()), lambda: NOW_MS)


@pytest.mark.parametrize("wrong", WRONG)
async def test_the_others_that_are_due_are_looked_after(wrong: Exception) -> None:
    """The one that could not be is due again when its claim ends, and in nobody's way until then."""
    rows, steward = MemoryDueRows[WaitlistRow](MemoryDatabase()), Wary(wrong)
    for name in ("evt_a", "evt_b"):
        await rows.begin(WaitlistRow(name, due_ms=0))
    agenda = agenda_of(rows, steward)
    agenda.start()
    async with asyncio.timeout(30):
        await steward.seen.wait()
    await agenda.stop()
    assert 0 == (await rows.page("", 1))[0].version


@pytest.mark.parametrize("wrong", WRONG)
async def test_the_others_that_have_news_are_looked_after(wrong: Exception) -> None:
    """At once, and so are those that are due."""
    rows, steward = MemoryDueRows[WaitlistRow](MemoryDatabase()), Wary(wrong)
    await rows.begin(WaitlistRow("evt_b", due_ms=0))
    agenda = agenda_of(rows, steward)
    agenda.kick(event_of("evt_a"))
    await agenda._look_at_kicked()
    assert not steward.seen.is_set()
    agenda.kick(event_of("evt_a"))
    agenda.kick(event_of("evt_b"))
    await agenda._look_at_kicked()
    assert steward.seen.is_set()
