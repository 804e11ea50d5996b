from __future__ import annotations

from playwright.sync_api import Locator, expect

from bench.pages.seats import labels_of
from engine.plans.fixtures import arena, theatre
from engine.queue.terms import QueueTerms
from engine.terms import Limits
from tests.integration.gateway.test_figures import replayed
from tests.pages.house import House
from tests.pages.test_event_states import chamber
from tests.pages.visit import LOOKS, Visit, Visits

PASSED_MS = 20_000
"""So long after its holds a sale is looked back at."""
LARGE = Limits(seats_per_hold=900, seats_per_buyer=900)


def board(visit: Visit, event: str) -> None:
    """Come to the board of an event and wait for its figures."""
    visit.open(visit.house.way_in(f"/board/{event}"))
    visit.see("Live", exact=True)
    expect(figure(visit, "sold")).to_be_visible()


def figure(visit: Visit, name: str) -> Locator:
    """The value of a tile."""
    return visit.page.locator(f'[data-figure="{name}"] .tile-value')


def answer(visit: Visit, name: str) -> None:
    """Press Enter on what has the focus, and once more on the question that it asks."""
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("dialog").get_by_role("button", name=name)).to_be_focused()
    visit.page.keyboard.press("Enter")


def small_sale(house: House, event: str) -> None:
    """Four seats sold in three orders, and two held."""
    house.sell(
        event, [["STALLS-A-5", "STALLS-A-6"], ["STALLS-C-9"], ["CIRCLE-A-10"], ["STALLS-F-11", "STALLS-F-12"]]
    )


def test_a_sale_as_it_goes(visit: Visit) -> None:
    """Figures, map, curves and controls are there, and nothing is wrong with them."""
    event = visit.house.event(theatre(), "The Tempest")
    small_sale(visit.house, event)
    visit.house.hold(event, "eve", seats=["STALLS-A-5"])
    visit.house.count()
    board(visit, event)
    expect(figure(visit, "sold")).to_have_text("4")
    assert "token" not in visit.page.url
    visit.see("Sold a minute")
    assert [] == visit.examined()
    visit.shot("board", LOOKS)


def test_pause_and_resume_by_keyboard_alone(visits: Visits) -> None:
    """Asked first, with a reason for everybody, done once, and said; Escape does nothing."""
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    board(visit, event)
    visit.button("Pause the sale").focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("heading", name="Pause the sale?")).to_be_visible()
    assert [] == visit.examined()
    visit.shot("pausing")
    visit.page.keyboard.press("Escape")
    expect(visit.button("Pause the sale")).to_be_focused()
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_label("Why, for everybody to read")).to_be_focused()
    visit.page.keyboard.type("A fuse has blown.")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("status").first).to_have_text("The sale is paused.")
    assert "sale_paused" == visit.house.hold(event, seats=["HALL-A-1"]).json()["code"]
    expect(visit.page.locator(".acts")).to_contain_text("The sale is paused")
    expect(visit.button("Resume the sale")).to_be_enabled()
    visit.see("The organiser says: A fuse has blown.")
    visit.shot("board-paused")
    visit.button("Resume the sale").focus()
    answer(visit, "Resume the sale")
    expect(visit.page.get_by_role("status").first).to_have_text("The sale goes on.")
    assert 201 == visit.house.hold(event, seats=["HALL-A-2"]).status_code


def test_a_question_is_asked_where_another_was_only_just_put_away(visits: Visits) -> None:
    """The browser tells of a dialog's end a moment later; the next one is not ended by it."""
    visit = visits.one()
    board(visit, visit.house.event(chamber(), "Quartet"))
    visit.button("Pause the sale").click()
    visit.page.evaluate(
        """() => {
            document.querySelector("dialog").close();
            [...document.querySelectorAll(".steps button")].at(-1).click();
        }"""
    )
    expect(visit.page.get_by_role("heading", name="Close the sale for good?")).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(visit.page.get_by_role("dialog")).to_have_count(0)
    expect(visit.button("Pause the sale")).to_be_focused()


def test_closing_wants_the_name_of_the_event(visits: Visits) -> None:
    """It cannot be taken back, so a wrong word keeps it from being done."""
    visit = visits.one("dark", 390)
    board(visit, visit.house.event(chamber(), "Quartet"))
    visit.button("Close the sale").click()
    go = visit.page.get_by_role("dialog").get_by_role("button", name="Close the sale")
    expect(go).to_be_disabled()
    visit.page.get_by_label("to confirm").fill("Quartets")
    expect(go).to_be_disabled()
    assert [] == visit.examined()
    visit.shot("closing")
    visit.page.get_by_label("to confirm").fill("Quartet")
    go.click()
    visit.see("The sale is over")


def test_admission_by_keyboard_alone(visits: Visits) -> None:
    """The rate is set and people are let in, without a pointer."""
    visit = visits.one()
    house = visit.house
    event = house.event(chamber(), "Quartet", queue=QueueTerms(rate_per_minute=0, draw_ms=0))
    house.call("POST", f"/events/{event}/queue/open", "sam", {}).raise_for_status()
    for who in ("bob", "eve"):
        house.call("POST", f"/events/{event}/queue", who, {}).raise_for_status()
    board(visit, event)
    expect(figure(visit, "waiting")).to_have_text("2")
    assert [] == visit.examined()
    visit.shot("board-queue")
    visit.page.get_by_label("Let in now").focus()
    visit.page.keyboard.press("Control+a")
    visit.page.keyboard.type("1")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("heading", name="Let 1 person in now?")).to_be_visible()
    visit.shot("admitting")
    visit.page.keyboard.press("Enter")
    expect(figure(visit, "waiting")).to_have_text("1")
    visit.page.get_by_role("spinbutton", name="Let in a minute, at most").focus()
    visit.page.keyboard.press("Control+a")
    visit.page.keyboard.type("240")
    expect(visit.button("Set the rate")).to_be_enabled()  # what was sent before has been answered
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("status").first).to_have_text("240 a minute are let in at most.")
    told = house.call("GET", f"/events/{event}/queue/room", "sam").json()["settings"]
    assert (240, 0) == (told["rate_per_minute"], told["draw_ms"])


def test_the_house_as_it_was(visits: Visits) -> None:
    """Record by record of a section, and the whole house by time; the figures follow."""
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    assert 201 == visit.house.hold(event, seats=["HALL-A-1", "HALL-A-2"]).status_code
    visit.house.later(PASSED_MS)
    board(visit, event)
    visit.page.get_by_label("Of what").select_option("HALL")
    visit.button("Earlier").click()
    visit.see("HALL after record")
    expect(figure(visit, "held")).to_have_text("0")
    expect(figure(visit, "free")).to_have_text("32")
    assert [] == visit.examined()
    visit.shot("board-past")
    visit.button("Back to now").click()
    expect(figure(visit, "held")).to_have_text("2")
    visit.page.get_by_label("Of what").select_option("")
    visit.button("Earlier").click()
    visit.see("The house as of")
    expect(figure(visit, "held")).to_have_text("2")
    expect(figure(visit, "free")).to_have_text("70")
    expect(figure(visit, "revenue")).to_have_count(0)
    visit.shot("board-past-by-time")
    visit.button("Back to now").click()
    expect(figure(visit, "revenue")).to_be_visible()


def test_the_board_on_a_wall(visits: Visits) -> None:
    """A large house as heat, and nothing to press but the way back, which Escape is too."""
    visit = visits.one("dark")
    event = visit.house.event(arena(), "Opening night", limits=LARGE)
    sections = [labels_of(section) for section in arena().sections if section.rows]
    visit.house.sell(event, [list(labels[: 40 + 40 * at]) for at, labels in enumerate(sections)])
    board(visit, event)
    visit.button("Full screen", exact=True).click()
    expect(visit.button("Pause the sale")).to_have_count(0)
    expect(figure(visit, "sold")).to_have_text("7,600")
    assert [] == visit.examined()
    visit.shot("wall")
    visit.page.keyboard.press("Escape")
    expect(visit.button("Pause the sale")).to_be_visible()


def test_the_figures_are_those_of_the_books(visits: Visits) -> None:
    """What the board shows equals what a replay of the journals finds, to the seat and to the cent."""
    visit = visits.one()
    house = visit.house
    event = house.event(theatre(), "The Tempest")
    small_sale(house, event)
    assert 409 == house.hold(event, "eve", seats=["STALLS-A-5"]).status_code
    house.count()
    board(visit, event)
    held, sold, booked = house.run(books_of(house, event))
    expect(figure(visit, "sold")).to_have_text(str(sold))
    expect(figure(visit, "held")).to_have_text(str(held))
    expect(figure(visit, "revenue")).to_have_text(f"€{booked / 100:.2f}")
    assert (4, 2, 35_250) == (sold, held, booked)
    for panel, *words in (
        ("funnel", "Held seats4", "At checkout3", "Paid3"),
        ("refusals", "Seat was taken1"),
        ("categories", "Premium stalls3 of 143"),
    ):
        for each in words:
            expect(visit.page.locator(f".board-{panel}")).to_contain_text(each)
    stats = house.call("GET", f"/events/{event}/stats", "olga").json()
    assert (sold, held, f"{booked / 100:.2f}") == (stats["sold"], stats["held"], stats["revenue"]["amount"])
    visit.shot("board-figures")


async def books_of(house: House, event: str) -> tuple[int, int, int]:
    """Held and sold seats and what was booked, from the journals alone."""
    info = await house.world.catalogue.event(event)
    assert info is not None
    return replayed(house.world, info)
