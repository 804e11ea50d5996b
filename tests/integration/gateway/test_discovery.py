"""Events are announced and found over REST, and what is left of them follows the sale."""

from __future__ import annotations

import json
from typing import Any

from icalendar import Calendar

from tests.integration.gateway.checked_http import Checked, document
from tests.integration.gateway.world import World, small_plan

VIENNA = {"name": "Staatsoper", "city": "Wien", "country": "AT", "latitude": 48.20301, "longitude": 16.36917}
WHEN = {"starts_at": "2027-03-06T19:30:00+01:00", "ends_at": "2027-03-06T22:00:00+01:00"}


class Town:
    """Somebody who announces, and somebody who looks."""

    def __init__(self, organise: Checked, look: Checked) -> None:
        self.organise = organise
        self.look = look

    async def announce(self, plan: str, **told: Any) -> dict[str, Any]:
        body = {"plan": plan, "prices": {"gold": {"standard": "75.00"}, "field": {"standard": "30.00"}}}
        event: dict[str, Any] = (await self.organise("POST", "/v1/events", body | told)).json()
        await self.organise("POST", "/v1/events/{event}/open", event=event["event"])
        return event

    async def found(self, **query: Any) -> list[dict[str, Any]]:
        reply = await self.look("GET", "/v1/events", **{name: str(value) for name, value in query.items()})
        assert 200 == reply.status_code, reply.text
        data: list[dict[str, Any]] = reply.json()["data"]
        return data


async def test_two_together_within_reach_as_the_sale_goes_on() -> None:
    """An event is found as long as two seats side by side are left, and a round later not any more."""
    async with World() as world, world.http("organiser", "org") as staff, world.http() as http:
        described = await document(http)
        town = Town(Checked(staff, described), Checked(http, described))
        venue = (await town.organise("POST", "/v1/venues", VIENNA | {"zone": "Europe/Vienna"})).json()
        event = await town.announce(world.event.plan, name="Don Giovanni", venue=venue["venue"], **WHEN)
        assert ("Europe/Vienna", "2027-03-06T18:30:00.000Z") == (event["zone"], event["starts_at"])
        query = {"near": "48.2085,16.3721", "radius_m": 30_000, "min_free": 2, "max_price": "80"}
        (found,) = await town.found(**query, together=True)
        assert ("Don Giovanni", 124, "30.00") == (
            found["name"],
            found["left"]["free"],
            found["left"]["price"]["amount"],
        )
        assert 648 == found["venue"]["distance_m"]
        surveyor = world.app.state.surveyor
        await surveyor.survey()
        assert 0 == await surveyor.survey()
        taken = [f"{part}-{row}-{seat}" for part in ("FRONT", "BACK") for row in "AB" for seat in (2, 4, 6)]
        for part in ("FRONT", "BACK"):
            body = {"event": event["event"], "seats": [seat for seat in taken if seat.startswith(part)]}
            assert 201 == (await town.look("POST", "/v1/holds", body, key=part)).status_code
        field = {"event": event["event"], "ga": {"area": "FIELD", "qty": 10}}
        assert 201 == (await town.look("POST", "/v1/holds", field, key="field")).status_code
        assert 2 == await surveyor.survey()
        (found,) = await town.found(near="48.20850000000001,16.3721")
        assert 12 + 90 == found["left"]["free"]
        assert 1 == len(await town.found(min_free=2, together=True))
        assert [] == await town.found(min_free=91, together=True)


async def test_an_event_is_announced_anew() -> None:
    """PATCH changes what it names and leaves the rest; nonsense is refused with a sentence."""
    async with World() as world, world.http("organiser", "org") as staff, world.http() as http:
        described = await document(http)
        town = Town(Checked(staff, described), Checked(http, described))
        event = world.event.id
        patched = await town.organise(
            "PATCH", "/v1/events/{event}", {"name": "Ball", "category": "dance", **WHEN}, event=event
        )
        assert ("Ball", "dance") == (patched.json()["name"], patched.json()["category"])
        undated = {"starts_at": None, "ends_at": None}
        again = await town.organise("PATCH", "/v1/events/{event}", undated, event=event)
        assert (None, "dance") == (again.json()["starts_at"], again.json()["category"])
        for nonsense, status in (
            ({"ends_at": WHEN["ends_at"]}, 422),
            ({**WHEN, "ends_at": "2027-03-06T19:00:00+01:00"}, 422),
            ({**WHEN, "doors_at": WHEN["ends_at"]}, 422),
            ({"zone": "Mars/Olympus"}, 422),
            ({"venue": "ven_none"}, 404),
            ({"starts_at": "2027-03-06T19:30:00"}, 400),
        ):
            refused = await town.organise("PATCH", "/v1/events/{event}", nonsense, event=event)
            assert status == refused.status_code, nonsense
        assert 403 == (await town.look("PATCH", "/v1/events/{event}", {}, event=event)).status_code


async def test_queries_that_make_no_sense_are_refused() -> None:
    """With a sentence each; what cannot be read at all is malformed."""
    async with World() as world, world.http(None) as http:
        look = Checked(http, await document(http))
        for query, status in (
            ({"sort": "distance"}, 422),
            ({"radius_m": "10"}, 422),
            ({"near": "91,0"}, 422),
            ({"near": "north"}, 400),
            ({"bbox": "0,10,1,5"}, 422),
            ({"from": "2027-01-01T00:00:00"}, 422),
            ({"after": "nonsense!"}, 422),
            ({"limit": "101"}, 400),
        ):
            assert status == (await look("GET", "/v1/events", **query)).status_code, query


async def test_map_calendar_and_linked_data() -> None:
    """The same events in the words of others; a reply that somebody has is not sent again."""
    async with World() as world, world.http("organiser", "org") as staff, world.http() as http:
        described = await document(http)
        town = Town(Checked(staff, described), Checked(http, described))
        venue = (await town.organise("POST", "/v1/venues", VIENNA)).json()
        plan = await world.catalogue.save_plan(small_plan(), 0)
        told = {"description": "In two acts; sung.", "category": "opera", **WHEN}
        event = await town.announce(plan.id, name="Don, Giovanni", venue=venue["venue"], **told)
        feature = (await http.get("/v1/events.geojson")).json()["features"][0]
        assert [16.36917, 48.20301] == feature["geometry"]["coordinates"]
        feed = await http.get("/v1/events.ics")
        assert "text/calendar; charset=utf-8" == feed.headers["content-type"]
        (entry,) = Calendar.from_ical(feed.text).walk("VEVENT")
        assert ("Don, Giovanni", "2027-03-06T18:30:00+00:00") == (
            entry["summary"],
            entry.decoded("dtstart").isoformat(),
        )
        one = await http.get(f"/v1/events/{event['event']}/calendar.ics")
        assert 1 == len(Calendar.from_ical(one.text).walk("VEVENT"))
        linked = json.loads((await http.get(f"/v1/events/{event['event']}/schema.jsonld")).content)
        assert ("Event", "Wien") == (linked["@type"], linked["location"]["address"]["addressLocality"])
        assert "https://schema.org/InStock" == linked["offers"]["availability"]
        listed = await http.get("/v1/events")
        tag = {"If-None-Match": listed.headers["etag"]}
        assert (304, b"") == ((again := await http.get("/v1/events", headers=tag)).status_code, again.content)


async def test_venues_are_found_by_distance() -> None:
    """The nearest first; only staff make them."""
    async with World() as world, world.http("organiser", "org") as staff, world.http() as http:
        described = await document(http)
        organise, look = Checked(staff, described), Checked(http, described)
        berlin = VIENNA | {"name": "Philharmonie", "city": "Berlin", "country": "DE", "latitude": 52.50989}
        for body in (berlin, VIENNA):
            assert 201 == (await organise("POST", "/v1/venues", body)).status_code
        assert 403 == (await look("POST", "/v1/venues", VIENNA)).status_code
        assert 422 == (await organise("POST", "/v1/venues", VIENNA | {"zone": "Nowhere"})).status_code
        page = (await look("GET", "/v1/venues", near="48.2,16.4", limit="1")).json()
        assert (["Staatsoper"], True) == ([each["name"] for each in page["data"]], page["has_more"])
        rest = (await look("GET", "/v1/venues", near="48.2,16.4", after=page["next"])).json()
        assert ["Philharmonie"] == [each["name"] for each in rest["data"]]
        read = await look("GET", "/v1/venues/{venue}", venue=rest["data"][0]["venue"])
        assert "DE" == read.json()["country"]
        assert 404 == (await look("GET", "/v1/venues/{venue}", venue="ven_none")).status_code


async def test_a_changed_price_is_what_the_event_is_found_by() -> None:
    """At once, for the filter, the list and the event itself, as for the next hold."""
    async with World() as world, world.http("organiser", "org") as staff, world.http() as http:
        described = await document(http)
        town = Town(Checked(staff, described), Checked(http, described))
        event = await town.announce(world.event.plan, name="Tosca")
        price = {"category": "field", "type": "standard", "amount": "90.00"}
        await town.organise("POST", "/v1/events/{event}/prices", price, event=event["event"])
        (found,) = await town.found(q="tosca")
        assert "75.00" == found["left"]["price"]["amount"]
        assert [] == await town.found(q="tosca", max_price="74")
        assert {"standard": "90.00"} == found["prices"]["field"]
