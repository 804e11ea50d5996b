from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from engine.plan import Area, Category, Plan, Point, Row, Seat, Section
from engine.plans.fixtures import arena, theatre
from engine.queue.terms import QueueTerms
from engine.terms import Limits
from tests.pages.visit import LOOKS, Visit, Visits


def chamber(rows: str = "ABCD", seats: int = 8) -> Plan:
    """A small hall with a wheelchair place, and standing room."""
    made = tuple(
        Row(
            label,
            tuple(
                Seat(
                    *(str(n), 20.0 * n, 40.0 + 30.0 * at, "front" if at < 2 else "rear"),
                    ("wheelchair",) if (at, n) == (0, 1) else (),
                )
                for n in range(1, seats + 1)
            ),
        )
        for at, label in enumerate(rows)
    )
    outline = tuple(Point(x, y) for x, y in ((20.0, 200.0), (160.0, 200.0), (160.0, 260.0), (20.0, 260.0)))
    categories = (
        Category("front", "Front", price="45.00"),
        Category("rear", "Rear", price="25.00"),
        Category("floor", "Standing", price="15.00"),
    )
    standing = Section("FLOOR", areas=(Area("FLOOR", 40, "floor", outline),))
    return Plan("Chamber hall", categories, (Section("HALL", made), standing), Point(90.0, 0.0))


def test_a_live_event(visit: Visit) -> None:
    """Title, prices, free places, map, list and best available are there, and nothing is wrong with them."""
    event = visit.house.event(theatre(), "The Tempest")
    runs = [
        ("STALLS-A", 5, 12),
        ("STALLS-C", 9, 15),
        ("STALLS-D", 2, 7),
        ("CIRCLE-A", 10, 17),
        ("STALLS-F", 11, 13),
    ]
    visit.house.sell(event, [[f"{row}-{seat}" for seat in range(first, last)] for row, first, last in runs])
    visit.enter(event)
    visit.see("981 places free")
    visit.see("€29.00 to €98.00")
    assert [] == visit.examined()
    visit.shot("event", LOOKS)


def test_a_large_house(visit: Visit) -> None:
    """From afar sections are blocks that tell what is free."""
    visit.enter(visit.house.event(arena(), "Opening night"))
    visit.see("20,000 places free")
    assert [] == visit.examined()
    visit.shot("event-large")


def test_the_list_goes_to_a_seat_and_back(visit: Visit) -> None:
    """Section, row, seat; focus goes to each heading, and back to the button that led away."""
    visit.enter(visit.house.event(chamber(), "Quartet"))
    visit.section("HALL").click()
    expect(visit.page.get_by_role("heading", name="HALL")).to_be_focused()
    visit.row("A").click()
    expect(visit.page.get_by_role("heading", name="HALL, Row A")).to_be_focused()
    visit.see("wheelchair place")
    assert [] == visit.examined()
    visit.shot("row")
    visit.button("Rows of HALL").click()
    expect(visit.row("A")).to_be_focused()
    visit.button("All sections").click()
    expect(visit.section("HALL")).to_be_focused()


def test_a_seat_is_held_and_given_back(visit: Visit) -> None:
    """A press holds it, the cart says until when, and a press gives it back: one of two, or all."""
    visit.enter(visit.house.event(chamber(), "Quartet"))
    visit.pick("HALL", "B", "4")
    visit.held(1)
    visit.seat("5").click()
    visit.held(2)
    assert ["HALL, row B, seat 4", "HALL, row B, seat 5"] == visit.cart()
    expect(visit.seat("4")).to_have_attribute("aria-pressed", "true")
    assert [] == visit.examined()
    visit.shot("cart", LOOKS)
    visit.seat("5").click()
    visit.held(1)
    expect(visit.page.get_by_role("status").first).to_contain_text("HALL, row B, seat 5 given back.")
    assert ["HALL, row B, seat 4"] == visit.cart()
    visit.shot("cart-partly-given-back")
    visit.seat("4").click()
    visit.held(0)


def test_the_list_moves_with_the_crowd(visits: Visits) -> None:
    """What others take and give back is shown in rows and seats at once, without a press."""
    visit = visits.one()
    event = visits.house.event(chamber(), "Quartet")
    visit.enter(event)
    visit.section("HALL").click()
    expect(visit.row("B")).to_contain_text("8 free")
    hold = visits.house.hold(event, seats=["HALL-B-7", "HALL-B-8"]).json()["hold"]
    expect(visit.row("B")).to_contain_text("6 free")
    visit.row("B").click()
    expect(visit.page.locator(".seat")).to_have_count(6)
    assert visits.house.call("DELETE", f"/holds/{hold}", "bob").is_success
    expect(visit.page.locator(".seat")).to_have_count(8)
    assert visits.house.hold(event, "eve", seats=["HALL-B-1"]).is_success
    expect(visit.seat("1")).to_have_attribute("aria-disabled", "true")
    expect(visit.seat("1")).to_contain_text("just taken")


def test_a_press_on_the_map_holds_a_seat(visits: Visits) -> None:
    """Where seats are drawn, the nearest one to the press is taken; also before their section was told of."""
    visit = visits.one()
    visit.wire.unheard.add("seats.snapshot")
    visit.enter(visits.house.event(chamber(rows="ABC", seats=9), "Quartet"))
    visit.section("HALL").click()
    visit.page.locator("canvas").click()
    visit.held(1)
    assert ["HALL, row B, seat 5"] == visit.cart()


def test_a_seat_of_the_list_is_held_before_its_section_was_told_of(visits: Visits) -> None:
    """Nothing is called taken of which nothing is known."""
    visit = visits.one()
    visit.wire.unheard.add("seats.snapshot")
    visit.enter(visits.house.event(chamber(rows="ABC", seats=9), "Quartet"))
    visit.pick("HALL", "B", "5")
    visit.held(1)
    assert ["HALL, row B, seat 5"] == visit.cart()


def test_places_without_numbers(visit: Visit) -> None:
    """Standing room is taken by number, and more are added to it."""
    visit.enter(visit.house.event(chamber(), "Quartet"))
    visit.section("FLOOR").click()
    visit.button("One more").last.click()
    visit.button("Hold 2 places").click()
    visit.held(1)
    assert ["FLOOR, 2 places"] == visit.cart()
    assert [] == visit.examined()
    visit.shot("standing")


def test_best_available_finds_others_or_says_that_there_are_none(visits: Visits) -> None:
    """What is found is held; others can be had instead; what does not fit is said, with a way on."""
    visit = visits.one()
    visit.enter(visits.house.event(chamber(seats=3), "Quartet"))
    visit.button("Hold best seats").click()
    visit.held(2)
    first = visit.cart()
    visit.button("Others").click()
    expect(visit.page.locator(".cart-item .line-title").first).not_to_have_text(first[0])
    visit.held(2)
    assert not set(first) & set(visit.cart())
    visit.shot("best")
    for _ in range(2):
        visit.button("One more").click()
    visit.button("Hold best seats").click()
    visit.see("There are no 4 such seats together")
    assert [] == visit.examined()
    visit.shot("best-none")
    visit.button("The largest group that fits").click()
    visit.held(5)
    for _ in range(3):
        visit.button("One more").click()
    visit.button("Hold best seats").click()
    visit.see("such seats together")
    visit.button("Take seats apart").click()
    visit.held(11)


def test_sold_out(visits: Visits) -> None:
    """Nothing is left, and nothing can be pressed that would be."""
    visit = visits.one()
    event = visits.house.event(
        chamber(rows="A", seats=2), "Quartet", limits=Limits(seats_per_hold=50, seats_per_buyer=50)
    )
    for what in ({"seats": ["HALL-A-1", "HALL-A-2"]}, {"ga": {"area": "FLOOR", "qty": 40}}):
        assert 201 == visits.house.hold(event, **what).status_code
    visit.enter(event)
    visit.see("Sold out")
    expect(visit.section("HALL")).to_be_disabled()
    assert [] == visit.examined()
    visit.shot("sold-out")


def test_an_event_that_there_is_not(visit: Visit) -> None:
    """The page says so and what to do."""
    visit.open("/e/evt_00000000000000000000000000000000")
    visit.see("There is no event by this address.")
    assert [] == visit.examined()
    visit.shot("no-event")


def test_a_sale_with_a_waiting_room_leads_there(visits: Visits) -> None:
    """Whoever has no pass is shown the way."""
    visit = visits.one()
    event = visits.house.event(chamber(), "Quartet", queue=QueueTerms())
    visit.enter(event)
    visit.see("This sale has a waiting room.")
    visit.shot("to-the-waiting-room")
    visit.page.get_by_role("link", name="Go to the waiting room").click()
    expect(visit.page).to_have_url(f"{visits.house.url}/e/{event}/queue")


def test_standing_room_alone(visit: Visit) -> None:
    """No map and no seats to look for: how many, and they are held."""
    outline = tuple(Point(x, y) for x, y in ((0.0, 0.0), (90.0, 0.0), (90.0, 60.0), (0.0, 60.0)))
    categories = (Category("floor", "Standing", price="15.00"), Category("deck", "Deck", price="25.00"))
    areas = tuple(Area(each.key.upper(), 40, each.key, outline) for each in categories)
    sections = tuple(Section(area.name, areas=(area,)) for area in areas)
    visit.enter(visit.house.event(Plan("Club", categories, sections, Point(45.0, 0.0)), "Late night"))
    expect(visit.page.locator("canvas")).to_have_count(0)
    expect(visit.button("Hold best seats")).to_have_count(0)
    visit.button("One more").first.click()
    visit.button("Hold 2 places").click()
    visit.held(1)
    assert ["FLOOR, 2 places"] == visit.cart()
    assert [] == visit.examined()
    visit.shot("standing-room-alone")


def test_german(visits: Visits) -> None:
    """The whole page speaks the language that is asked for."""
    visit = visits.one()
    event = visits.house.event(chamber(), "Quartett")
    visit.open(f"/e/{event}?lang=de")
    visit.see("Beste freie Plätze")
    assert "de" == visit.page.locator("html").get_attribute("lang")
    assert [] == visit.examined()
    visit.shot("german")


def places_of(words: Locator) -> list[float]:
    """Where each word of an element's text begins, from the left."""
    found: list[float] = words.evaluate(
        """(element) => {
            const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
            return [...text.data.matchAll(/[^ ]+/g)].map(({ 0: word, index }) => {
                const range = new Range();
                range.setStart(text, index);
                range.setEnd(text, index + word.length);
                return range.getBoundingClientRect().left;
            });
        }"""
    )
    return found


@pytest.mark.parametrize("width", [1280, 390])
def test_from_right_to_left(visits: Visits, width: int) -> None:
    """The page is mirrored, its figures are not: nothing scrolls sideways, presses meet their seats."""
    visit = visits.one("light", width)
    visit.enter(visits.house.event(chamber(rows="ABC", seats=9), "Quartet"))
    visit.page.evaluate("document.documentElement.dir = 'rtl'")
    for text in ("€15.00 to €45.00", "67 places free", "27 free", "€25.00 to €45.00"):
        assert sorted(placed := places_of(visit.see(text, exact=True))) == placed, text
    visit.section("HALL").click()
    visit.page.locator("canvas").click()
    visit.held(1)
    assert ["HALL, row B, seat 5"] == visit.cart()
    side, main = (visit.page.locator(each).bounding_box() for each in (".hall-side", ".hall-map"))
    assert side is not None
    assert main is not None
    assert width < 1000 or side["x"] < main["x"]
    assert [] == visit.examined()
    visit.looks = (("light", width),)
    visit.shot("right-to-left", visit.looks)


def test_without_scripts_the_event_can_be_read(visits: Visits) -> None:
    """The summary that the server wrote stands in the page."""
    visit = visits.one(scripts=False)
    visit.open(f"/e/{visits.house.event(chamber(), 'Quartet')}")
    expect(visit.page.get_by_role("heading", name="Quartet")).to_be_visible()
    visit.see("HALL: 32 places")
    visit.shot("without-scripts")
