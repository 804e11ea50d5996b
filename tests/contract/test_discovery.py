"""Memory, the embedded server and PostGIS find the same events, in the same order."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from engine.catalogue import DEFAULT_ORGANISER, Billing, EventInfo
from engine.listings import Audience, Availability, EventQuery, Found, Near, Offer, Sort, Survey, Venue
from engine.places import Box, Place, distance_m
from engine.plan import Area, Category, Plan, Row, Seat, Section
from engine.terms import Terms
from persistence.errors import CursorInvalid, VenueUnknown
from persistence.postgres.engine import catalogue_engine
from tests.contract.backends import AT_MS, Backend, PostgresBackend

DAY_MS = 86_400_000
VIENNA, BERLIN, SUVA, APIA = (
    Place(48.20849, 16.37208),
    Place(52.52437, 13.41053),
    Place(-18.14161, 178.44149),
    Place(-13.83333, -171.76666),
)
TERMS = Terms("EUR", {"gold": {"standard": 9000, "child": 4500}, "field": {"standard": 3000}})


def house() -> Plan:
    """Four seats in a row, and a field for fifty."""
    row = Row("A", tuple(Seat(str(number), float(number), 0.0, "gold") for number in range(1, 5)))
    categories = (Category("gold", "Gold"), Category("field", "Field"))
    return Plan("House", categories, (Section("HALL", (row,), areas=(Area("FIELD", 50, "field"),)),))


def venue(name: str, city: str, country: str, place: Place) -> Venue:
    """A venue with an id of its name."""
    return Venue(f"ven_{name.lower()}", name, city, country, place, AT_MS, "Europe/Vienna")


class Town:
    """Four events in four places, found by name."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.discovery = backend.catalogue.discovery
        self.events: dict[str, EventInfo] = {}

    async def fill(self) -> Town:
        for each in (
            venue("Staatsoper", "Wien", "AT", VIENNA),
            venue("Philharmonie", "Berlin", "DE", BERLIN),
            venue("Centre", "Suva", "FJ", SUVA),
            venue("Market", "Apia", "WS", APIA),
        ):
            await self.discovery.add_venue(each)
        plan = await self.backend.catalogue.save_plan(house(), AT_MS)
        for day, (name, where, category) in enumerate(
            (
                ("Die Zauberflöte", "staatsoper", "opera"),
                ("Jazz at Night", "philharmonie", "jazz"),
                ("Island Jazz", "centre", "jazz"),
                ("Fair", "market", None),
            )
        ):
            billing = Billing(f"ven_{where}", starts_ms=AT_MS + day * DAY_MS, category=category)
            event = await self.backend.catalogue.create_event(
                name, plan.id, TERMS, AT_MS + day, billing=billing
            )
            await self.backend.catalogue.set_event_status(event.id, "published", AT_MS)
            self.events[name] = event
        return self

    async def found(self, sort: Sort = "date", **conditions: Any) -> list[str]:
        return [self.name(each) for each in await self.search(sort, **conditions)]

    async def search(self, sort: Sort = "date", **conditions: Any) -> list[Found]:
        return list((await self.discovery.search(EventQuery(**conditions), sort, 10)).found)

    def name(self, found: Found) -> str:
        return next(name for name, event in self.events.items() if event.id == found.event)


async def test_the_nearest_come_first_with_their_distance(backend: Backend) -> None:
    """Around the earth, the date line included; on a sphere everywhere."""
    town = await Town(backend).fill()
    found = await town.search("distance", near=Near(Place(48.14816, 17.10674)))
    assert ["Die Zauberflöte", "Jazz at Night", "Fair", "Island Jazz"] == [town.name(each) for each in found]
    expected = [distance_m(Place(48.14816, 17.10674), each) for each in (VIENNA, BERLIN, APIA, SUVA)]
    assert expected == [pytest.approx(each.distance_m, abs=0.01) for each in found]
    assert ["Island Jazz", "Fair"] == (await town.found("distance", near=Near(Place(-16.0, 179.9))))[:2]


async def test_a_radius_keeps_what_lies_within(backend: Backend) -> None:
    """To the metre, and across the date line."""
    town = await Town(backend).fill()
    away = distance_m(VIENNA, BERLIN)
    assert ["Die Zauberflöte"] == await town.found(near=Near(VIENNA, away - 1))
    assert ["Die Zauberflöte", "Jazz at Night"] == await town.found(near=Near(VIENNA, away + 1))
    assert ["Island Jazz", "Fair"] == await town.found(near=Near(Place(-16.0, 180.0), 1_000_000))


async def test_a_box_keeps_what_lies_in_it(backend: Backend) -> None:
    """One that crosses the date line too; its edges belong to it."""
    town = await Town(backend).fill()
    assert ["Die Zauberflöte", "Jazz at Night"] == await town.found(box=Box(10.0, 45.0, 20.0, 55.0))
    assert ["Island Jazz", "Fair"] == await town.found(box=Box(170.0, -30.0, -170.0, 0.0))
    assert ["Fair"] == await town.found(box=Box(APIA.longitude, APIA.latitude, -170.0, 0.0))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("zauber",), ["Die Zauberflöte"]),
        (("zauberflote",), ["Die Zauberflöte"]),
        (("jazz",), ["Jazz at Night", "Island Jazz"]),
        (("jazz", "berl"), ["Jazz at Night"]),
        (("opera",), ["Die Zauberflöte"]),
        (("flote",), []),
    ],
)
async def test_words_are_found_by_their_beginnings(
    backend: Backend, words: tuple[str, ...], expected: list[str]
) -> None:
    """In name, category, venue and city, without accents; all of them must be there."""
    town = await Town(backend).fill()
    assert expected == await town.found(words=words)


async def test_dates_categories_and_places_narrow_it(backend: Backend) -> None:
    """From is included, to is not."""
    town = await Town(backend).fill()
    assert ["Jazz at Night", "Island Jazz"] == await town.found(
        from_ms=AT_MS + DAY_MS, to_ms=AT_MS + 3 * DAY_MS
    )
    assert ["Jazz at Night", "Island Jazz"] == await town.found(category="jazz")
    assert ["Fair"] == await town.found(venue="ven_market")
    assert [] == await town.found(currency="USD")


async def test_drafts_and_test_events_are_for_their_house(backend: Backend) -> None:
    """What is announced is for all; an API key sees what is of its house and mode alone."""
    town = await Town(backend).fill()
    catalogue = backend.catalogue
    plan = await catalogue.save_plan(house(), AT_MS)
    town.events["Draft"] = await catalogue.create_event("Draft", plan.id, TERMS, AT_MS)
    town.events["Trial"] = await catalogue.create_event("Trial", plan.id, TERMS, AT_MS, mode="test")
    await catalogue.set_event_status(town.events["Trial"].id, "open", AT_MS)
    hidden = {"Draft", "Trial"}
    assert hidden.isdisjoint(await town.found())
    assert hidden.isdisjoint(await town.found(audience=Audience(houses=("org_other",))))
    assert hidden <= set(await town.found(audience=Audience(houses=(DEFAULT_ORGANISER,))))
    assert hidden <= set(await town.found(audience=Audience(everything=True)))
    key = Audience(public=False, houses=(DEFAULT_ORGANISER,), mode="test")
    assert ["Trial"] == await town.found(audience=key)
    assert [] == await town.found(audience=Audience(public=False, houses=("org_other",)))


async def test_what_is_left_decides(backend: Backend) -> None:
    """Two together for a price: seats of one row and category, or places where everybody is together."""
    town = await Town(backend).fill()
    event = town.events["Island Jazz"]
    seats = Availability(4, 45.0, together=True)
    assert 4 == len(await town.found(available=seats))
    left = (Offer("field", 30.0, 0, 0), Offer("gold", 45.0, 2, 1))
    await town.discovery.save_survey(Survey(event.sections[0].stream, event.id, 5, AT_MS + 9, left))
    assert "Island Jazz" not in await town.found(available=Availability(2, 45.0, together=True))
    assert "Island Jazz" in await town.found(available=Availability(2, 45.0))
    assert "Island Jazz" not in await town.found(available=Availability(2, 44.99))
    assert "Island Jazz" not in await town.found(available=Availability(3))
    (found,) = await town.search(venue="ven_centre")
    assert (2, 45.0, AT_MS + 9) == (found.free, found.price, found.as_of_ms)
    assert "Island Jazz" == (await town.found("price"))[-1]
    older = Survey(event.sections[0].stream, event.id, 4, AT_MS + 10, ())
    await town.discovery.save_survey(older)
    assert [found] == await town.search(venue="ven_centre")


async def test_a_new_event_is_all_free(backend: Backend) -> None:
    """Without any section having been asked."""
    town = await Town(backend).fill()
    (found,) = await town.search(venue="ven_market")
    assert (54, 30.0) == (found.free, found.price)
    assert [] == await town.discovery.claim_surveys(AT_MS + 1, AT_MS, 10)


async def test_sections_that_went_on_are_claimed_once(backend: Backend) -> None:
    """By one gateway at a time, until it gives up or has looked."""
    town = await Town(backend).fill()
    event = town.events["Fair"]
    stream = event.sections[0].stream
    store = backend.open_store()
    lease = await store.take_over(stream, "somebody")
    await store.append(stream, lease.epoch, lease.next_seq, AT_MS, [b"a record"])
    claim = town.discovery.claim_surveys
    assert [stream] == await claim(AT_MS + 10, AT_MS, 10)
    assert [] == await claim(AT_MS + 11, AT_MS + 9, 10)
    assert [stream] == await claim(AT_MS + 20, AT_MS + 10, 10)
    await town.discovery.save_survey(Survey(stream, event.id, 2, AT_MS + 21, ()))
    assert [] == await claim(AT_MS + 30, AT_MS + 30, 10)


@pytest.mark.parametrize("sort", ["newest", "date", "price", "distance"])
async def test_pages_follow_one_another(backend: Backend, sort: Sort) -> None:
    """In every order each event comes once; a mark of another order is refused."""
    town = await Town(backend).fill()
    query = EventQuery(near=Near(VIENNA))
    seen: list[str] = []
    after = None
    while True:
        page = await town.discovery.search(query, sort, 1, after)
        seen += [each.event for each in page.found]
        after = page.next
        if after is None:
            break
        other: Sort = "date" if sort == "price" else "price"
        with pytest.raises(CursorInvalid):
            await town.discovery.search(query, other, 1, after)
    whole = await town.discovery.search(query, sort, 10)
    assert [each.event for each in whole.found] == seen
    assert {event.id for event in town.events.values()} == set(seen)
    with pytest.raises(CursorInvalid):
        await town.discovery.search(query, sort, 1, "nonsense!")


async def test_venues_by_distance_and_by_age(backend: Backend) -> None:
    """The nearest first where somebody stands somewhere, else the newest."""
    town = await Town(backend).fill()
    page = await town.discovery.venues(Near(BERLIN, 1_000_000), 10)
    assert ["ven_philharmonie", "ven_staatsoper"] == [each.id for each, _ in page.venues]
    assert pytest.approx(distance_m(VIENNA, BERLIN), abs=0.01) == page.venues[1][1]
    first = await town.discovery.venues(None, 3)
    second = await town.discovery.venues(None, 3, first.next)
    assert 4 == len({each.id for each, _ in (*first.venues, *second.venues)})
    assert venue("Market", "Apia", "WS", APIA) == await town.discovery.venue("ven_market")
    assert await town.discovery.venue("ven_none") is None


async def test_an_event_is_announced_anew(backend: Backend) -> None:
    """It moves on the map, and is found under its new name alone."""
    town = await Town(backend).fill()
    event = town.events["Fair"]
    billing = Billing("ven_staatsoper", AT_MS, category="fair")
    changed = await backend.catalogue.change_event(event.id, "Ball", billing)
    assert changed is not None
    assert ("Ball", billing) == (changed.name, changed.billing)
    assert changed == (await backend.catalogue.events_by_id([event.id, "evt_none"]))[event.id]
    assert ["Fair"] == await town.found(words=("ball",), near=Near(VIENNA, 10))
    assert [] == await town.found(words=("fair", "apia"))
    with pytest.raises(VenueUnknown):
        await backend.catalogue.change_event(event.id, "Ball", Billing("ven_none"))


async def test_nearest_and_radius_use_the_index(postgres: PostgresBackend) -> None:
    """With many events on the map the server walks the index by distance, and reads no table as a whole."""
    town = await Town(postgres).fill()
    event = town.events["Fair"].id
    async with postgres.connected() as connection:
        await connection.execute(
            "INSERT INTO events (id, name, plan, status, terms, created_ms, organiser, mode, actors)"
            " SELECT 'evt_' || number, name, plan, status, terms, created_ms, organiser, mode, actors"
            " FROM events, generate_series(1, 5000) AS number WHERE id = $1",
            event,
        )
        await connection.execute(
            "INSERT INTO listings (event, status, organiser, mode, latitude, longitude, currency,"
            " starts_ms, words, free, price, as_of_ms)"
            " SELECT 'evt_' || number, 'open', 'org', 'live', (number % 140) - 70 + number / 10000.0,"
            " (number % 359) - 179 + number / 10000.0, 'EUR', number, '', 0, 0, 0"
            " FROM generate_series(1, 5000) AS number"
        )
        await connection.execute("ANALYZE listings")
    engine = catalogue_engine(postgres.dsn)
    try:
        async with engine.begin() as connection:
            asked: list[tuple[Near, Sort]] = [(Near(VIENNA), "distance"), (Near(VIENNA, 30_000), "date")]
            for near, sort in asked:
                query = EventQuery(near=near)
                statement = await postgres.catalogue.discovery.statement(connection, query, sort, 21)
                plan = await _explained(connection, statement)
                assert "listings_position" in plan, plan
                assert "Seq Scan on listings" not in plan, plan
    finally:
        await engine.dispose()


async def _explained(connection: Any, statement: sa.Select[Any]) -> str:
    compiled = statement.compile(connection.sync_connection, compile_kwargs={"literal_binds": True})
    rows = await connection.execute(sa.text("EXPLAIN " + str(compiled).replace(":", "\\:")))
    return "\n".join(row[0] for row in rows)
