from __future__ import annotations

import random

from playwright.sync_api import expect

from tests.pages.test_event_states import chamber
from tests.pages.visit import Visit, Visits

ROUNDS = 12
SEATS = [f"HALL-{row}-{seat}" for row in "ABCD" for seat in range(1, 9)]


def walk(visit: Visit, free: list[str]) -> None:
    """Go through every row of the list, and wait until it offers these seats and no others."""
    visit.section("HALL").click()
    rows = {row: [seat for seat in free if seat.startswith(f"HALL-{row}-")] for row in "ABCD"}
    for row, seats in rows.items():
        if not seats:
            expect(visit.row(row)).to_have_count(0)
            continue
        expect(visit.row(row)).to_contain_text(f"{len(seats)} free")
        visit.row(row).click()
        offered = visit.page.locator('.seat:not([aria-disabled="true"]) .seat-number')
        expect(offered).to_have_text([f"Seat {seat.rpartition('-')[2]}" for seat in seats])
        visit.button("Rows of HALL").click()
    visit.button("All sections").click()


def test_after_any_faults_the_page_shows_what_is(visits: Visits) -> None:
    """Frames that are lost and connections that break, at random: afterwards no seat is wrong."""
    visit, chance = visits.one(), random.Random(20)
    event = visits.house.event(chamber(), "Quartet")
    visit.enter(event)
    held: dict[str, str] = {}
    for number in range(ROUNDS):
        visit.wire.unheard = {"seats.delta"} if chance.random() < 0.5 else set()
        seat = chance.choice(SEATS)
        if seat in held:
            visits.house.call("DELETE", f"/holds/{held.pop(seat)}", "bob").raise_for_status()
        else:
            # A name a hold: the sale allows so many for one buyer.
            reply = visits.house.call("POST", "/holds", "bob", {"event": event, "seats": [seat]}, f"{number}")
            if reply.is_success:
                held[seat] = reply.json()["hold"]
        if chance.random() < 0.3:
            visit.wire.cut()
            visit.see("Live", exact=True)
    visit.wire.unheard = set()
    visit.wire.cut()
    visit.see("Live", exact=True)
    free = 72 - len(held)
    expect(visit.page.get_by_text(f"{free} places free").first).to_be_visible()
    walk(visit, [seat for seat in SEATS if seat not in held])
