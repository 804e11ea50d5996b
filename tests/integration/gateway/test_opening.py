"""Sales that open by themselves, once, at their hour, whatever happens in between."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

from icalendar import Calendar

from actors import answers
from actors.wire import Answer
from engine.catalogue import Billing, Opening
from engine.commands import Request
from engine.terms import Terms
from engine.views import rfc3339
from gateway.opening import Opener
from gateway.parts import Parts
from gateway.sections.directory import Directory
from tests.integration.gateway.checked_http import Checked, document
from tests.integration.gateway.world import World

TEN_MINUTES_MS = 600_000
CLAIM_MS = 5_000


async def opened(world: World) -> None:
    """Wait until the sale that is due has opened, which a gateway sees to by itself."""
    openings, done = world.catalogue.openings, asyncio.Event()
    end = openings.done

    async def told(opening: Opening) -> None:
        await end(opening)
        done.set()

    with patch.object(openings, "done", told):
        if openings.due_ms:
            async with asyncio.timeout(30):
                await done.wait()


async def test_an_announced_sale_opens_by_itself() -> None:
    """Nobody buys before its hour, everybody sees that hour, and then it is open without anybody's doing."""
    async with World() as world, world.http("organiser", "org") as staff, world.http() as http:
        described = await document(http)
        organise, buy = Checked(staff, described), Checked(http, described)
        at = rfc3339(world.clock.now_ms() + TEN_MINUTES_MS)
        body = {"name": "Premiere", "plan": world.event.plan, "opens_at": at}
        event = (await organise("POST", "/v1/events", body)).json()["event"]
        assert 200 == (await organise("POST", "/v1/events/{event}/publish", event=event)).status_code
        told = (await buy("GET", "/v1/events/{event}", event=event)).json()
        assert ("published", at) == (told["status"], told["opens_at"])
        seats = {"event": event, "seats": ["FRONT-A-1"]}
        assert 423 == (await buy("POST", "/v1/holds", seats, key="early")).status_code
        world.clock.ahead_ms += TEN_MINUTES_MS
        await opened(world)
        assert "open" == (await buy("GET", "/v1/events/{event}", event=event)).json()["status"]
        assert 201 == (await buy("POST", "/v1/holds", seats, key="then")).status_code
        again = await organise("PATCH", "/v1/events/{event}", {"opens_at": None}, event=event)
        assert (422, "The sale has been opened already.") == (again.status_code, again.json()["detail"])
        kept = await organise("PATCH", "/v1/events/{event}", {"name": "Second night"}, event=event)
        assert ("Second night", at) == (kept.json()["name"], kept.json()["opens_at"])


async def test_an_hour_that_makes_no_sense() -> None:
    """A sale opens before its event is over; and an hour can be set, moved and taken away before it came."""
    async with World() as world, world.http("organiser", "org") as staff:
        organise = Checked(staff, await document(staff))
        body = {"name": "Premiere", "plan": world.event.plan, "starts_at": "2027-03-06T19:30:00Z"}
        late = {"ends_at": "2027-03-06T22:00:00Z", "opens_at": "2027-03-06T22:00:00Z"}
        assert 422 == (await organise("POST", "/v1/events", body | late)).status_code
        event = (await organise("POST", "/v1/events", body)).json()["event"]
        for at in ("2027-03-01T09:00:00.000Z", "2027-03-02T09:00:00.000Z", None):
            changed = await organise("PATCH", "/v1/events/{event}", {"opens_at": at}, event=event)
            assert at == changed.json()["opens_at"]


async def test_the_calendar_reminds_of_the_opening() -> None:
    """Until it is open, with an alarm; of the event itself as ever."""
    async with World() as world, world.http("organiser", "org") as staff:
        body = {"name": "Premiere", "plan": world.event.plan, "opens_at": "2027-03-01T09:00:00Z"}
        event = (await staff.post("/v1/events", json=body)).json()["event"]
        await staff.post(f"/v1/events/{event}/publish")

        async def entries() -> list[tuple[str, int]]:
            told = await staff.get(f"/v1/events/{event}/calendar.ics")
            made = Calendar.from_ical(told.content)
            return [(str(each["summary"]), len(each.subcomponents)) for each in made.walk("VEVENT")]

        assert [("Premiere: the sale opens", 1)] == await entries()
        await staff.patch(f"/v1/events/{event}", json={"starts_at": "2027-03-06T19:30:00Z"})
        assert [("Premiere", 0), ("Premiere: the sale opens", 1)] == await entries()
        await staff.post(f"/v1/events/{event}/open")
        assert [("Premiere", 0)] == await entries()


class Sections:
    """Sections that do not answer as long as they are `away`; the others are asked."""

    def __init__(self, world: World) -> None:
        self.away: set[int] = set()
        self._world = world

    async def ask(self, stream: int, request: Request, deadline_ms: int) -> Answer:
        if stream in self.away:
            return answers.RECOVERING
        return await self._world.router.ask(stream, request, deadline_ms)


async def test_what_did_not_answer_is_opened_later_and_nobody_is_overruled() -> None:
    """A sale stays due until each section was asked; one that its organiser paused meanwhile stays paused."""
    async with World() as world, world.http("organiser", "org") as staff, world.http() as http:
        catalogue, clock = world.catalogue, SimpleNamespace(now_ms=lambda: 1_000)
        event = await catalogue.create_event("Night", world.event.plan, Terms(sale="not_open"), 0)
        await catalogue.set_event_status(event.id, "published", 0)
        # Far enough in time that the gateway's own keeper never comes to it.
        hour = world.clock.now_ms() + 10 * TEN_MINUTES_MS
        clock.now_ms = lambda: hour
        await catalogue.change_event(event.id, "Night", Billing(opens_ms=hour))
        sections = Sections(world)
        parts = cast("Parts", SimpleNamespace(sections=sections, clock=clock))
        opener = Opener(catalogue.openings, parts, Directory(catalogue))
        sections.away.add(event.sections[1].stream)
        (opening,) = await catalogue.openings.claim(hour, hour + CLAIM_MS, 16)
        await opener.open(opening)
        assert {event.id: hour + CLAIM_MS} == catalogue.openings.due_ms

        async def hold(seat: str) -> Any:
            body = {"event": event.id, "seats": [seat]}
            reply = await http.post("/v1/holds", json=body, headers={"Idempotency-Key": seat})
            return reply.json().get("code")

        assert [None, "sale_not_open"] == [await hold("BACK-A-1"), await hold("FRONT-A-1")]
        sections.away.clear()
        assert 200 == (await staff.post(f"/v1/events/{event.id}/pause")).status_code
        # As if it was paused just after the sale had been begun again.
        await catalogue.openings.done(opening)
        await catalogue.set_event_status(event.id, "open", 0)
        await opener.open(opening)
        assert "sale_paused" == await hold("FRONT-A-2")
        assert {} == catalogue.openings.due_ms
